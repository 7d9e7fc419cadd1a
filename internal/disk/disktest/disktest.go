// Package disktest spoils files as disks, copies and hands do. Tests that keep
// something on a disk hold it against every damage of every file.
package disktest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Damage is one way to spoil a file.
type Damage struct {
	Name string
	// Spoil spoils a file, and reports whether it could: a file may be too short.
	Spoil func(t testing.TB, path string) bool
}

// Damages are eight: a bit turned at a quarter, in the middle and near the end of a
// file; its last 1, 500 and 5,000 bytes cut; the file emptied, and removed.
func Damages() []Damage {
	list := []Damage{}
	for _, part := range []struct {
		name string
		of   func(n int) int
	}{{"bit¼", func(n int) int { return n / 4 }}, {"bit½", func(n int) int { return n / 2 }}, {"bit9⁄10", func(n int) int { return n * 9 / 10 }}} {
		list = append(list, Damage{part.name, func(t testing.TB, path string) bool {
			t.Helper()
			return Rewrite(t, path, func(raw []byte) []byte {
				if len(raw) == 0 {
					return nil
				}
				raw[part.of(len(raw))] ^= 0x10
				return raw
			})
		}})
	}
	for _, cut := range []int{1, 500, 5000} {
		list = append(list, Damage{fmt.Sprintf("cut%d", cut), func(t testing.TB, path string) bool {
			t.Helper()
			return Rewrite(t, path, func(raw []byte) []byte {
				if len(raw) <= cut {
					return nil
				}
				return raw[:len(raw)-cut]
			})
		}})
	}
	return append(list,
		Damage{"empty", func(t testing.TB, path string) bool {
			t.Helper()
			return Rewrite(t, path, func([]byte) []byte { return []byte{} })
		}},
		Damage{"gone", func(t testing.TB, path string) bool {
			t.Helper()
			require.NoError(t, os.Remove(path))
			return true
		}})
}

// Rewrite replaces a file's content, unless edit returns nil, and reports whether
// it did.
func Rewrite(t testing.TB, path string, edit func([]byte) []byte) bool {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	if raw = edit(raw); raw == nil {
		return false
	}
	require.NoError(t, os.WriteFile(path, raw, 0o600))
	return true
}

// Files are the files below a directory, locks apart, as paths from there.
func Files(t testing.TB, dir string) (names []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		require.NoError(t, err)
		if !e.IsDir() && !strings.EqualFold(e.Name(), "lock") {
			names = append(names, strings.TrimPrefix(path, dir+"/"))
		}
		return nil
	}))
	return names
}

// Copy copies a directory, for its owner alone.
func Copy(to, from string) error {
	return filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(to, strings.TrimPrefix(path, from))
		if e.IsDir() {
			return os.MkdirAll(target, 0o700)
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, raw, 0o600)
	})
}
