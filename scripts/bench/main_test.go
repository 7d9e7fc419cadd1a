package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// programs builds what the benchmark starts, and is the flags that say where.
func programs(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", dir+"/",
		"tally/cmd/tallyd", "tally/scripts/bench/coupontable", "tally/scripts/bench/bareread")
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	stage, err := os.MkdirTemp("", "bench") //nolint:usetesting // PostgreSQL runs as another user, who cannot get through t.TempDir's
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(stage)) })
	require.NoError(t, os.Chmod(stage, 0o711))
	return []string{"--tallyd", filepath.Join(dir, "tallyd"), "--others", dir, "--dir", stage}
}

// measure runs a tiny form, and returns the rows of its tables.
func measure(t *testing.T, sections ...string) map[string][]map[string]any {
	t.Helper()
	flags := programs(t)
	path := filepath.Join(t.TempDir(), "report.json")
	var printed, progress bytes.Buffer
	args := append(append([]string{"run", "--tiny", "--report", path}, flags...), sections...)
	require.Equal(t, exitOK, run(t.Context(), args, Output{Tables: &printed, Progress: &progress}), progress.String())
	left, err := os.ReadDir(flags[len(flags)-1])
	require.NoError(t, err)
	require.Empty(t, left, "it leaves nothing behind")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var report struct {
		Tables []struct {
			Name string           `json:"name"`
			Rows []map[string]any `json:"rows"`
		} `json:"tables"`
	}
	require.NoError(t, json.Unmarshal(text, &report))
	tables := map[string][]map[string]any{}
	for _, table := range report.Tables {
		tables[table.Name] = table.Rows
		require.Contains(t, printed.String(), "\n"+table.Name+"\n")
	}
	return tables
}
