package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/ledgertest"
)

// recordsOf is what check-config says of the records below a data directory.
func recordsOf(t *testing.T, data string, flags ...string) check {
	t.Helper()
	args := append([]string{"--operator", ledgertest.Operators()[0].String(), "--listen", "127.0.0.1:0", "--data", data, "--ledger", "journal", "--offline"}, flags...)
	r, _, err := checked(t, args...)
	found := r.check(t, recordsDir)
	require.True(t, found.OK || err != nil, "a check that failed fails the whole")
	return found
}

// TestCheckConfig_LooksAtRecords: how many records there are, and what keeps one from being taken or read.
func TestCheckConfig_LooksAtRecords(t *testing.T) {
	data := t.TempDir()
	require.Contains(t, recordsOf(t, data).Detail, "will be kept in")
	require.Contains(t, recordsOf(t, data, "--record-bytes", "0").Detail, "--record-bytes is 0")

	dir := filepath.Join(data, recordsDir)
	of := filepath.Join(dir, strings.Repeat("01", 20), "ab")
	require.NoError(t, os.MkdirAll(of, 0o700))
	put := func(name string, bytes int) {
		require.NoError(t, os.WriteFile(filepath.Join(of, name), []byte(strings.Repeat("x", bytes)), 0o600))
	}
	put("ab01", 65+1000)
	put("ab02", len("erased\n"))
	put(".ab03-left", 99)
	found := recordsOf(t, data)
	require.False(t, found.Warn)
	require.Contains(t, found.Detail, "2 records of 1 merchants, 1000 bytes")
	require.FileExists(t, filepath.Join(of, ".ab03-left"), "nothing is changed")

	found = recordsOf(t, data, "--record-bytes", "1100")
	require.True(t, found.Warn, "more than nine tenths: %s", found.Detail)
	require.Contains(t, found.Detail, "--record-bytes (1100)")
	require.False(t, recordsOf(t, data, "--record-bytes", "1200").Warn)
	found = recordsOf(t, data, "--disk-reserve", "1099511627776")
	require.True(t, found.Warn)
	require.Contains(t, found.Detail, "twice --disk-reserve")

	require.NoError(t, os.Symlink("ab04", filepath.Join(of, "ab04"))) // to itself: it cannot be opened
	require.Contains(t, recordsOf(t, data).Detail, "ab04")
	require.NoError(t, os.RemoveAll(dir))
	require.NoError(t, os.WriteFile(dir, nil, 0o600))
	require.Contains(t, recordsOf(t, data).Detail, "not a directory")
}
