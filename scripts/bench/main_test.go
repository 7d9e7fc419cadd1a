package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/processtest"
)

// builtIn is the environment variable that names the directory of what TestMain
// built: it takes longer to link than to measure.
const builtIn = "TALLY_BENCH_PROGRAMS"

func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() { // nothing is started then
		os.Exit(m.Run())
	}
	dir, err := os.MkdirTemp("", "bench")
	if err == nil {
		err = errors.Join(os.Setenv(builtIn, dir), build(dir))
	}
	code := 1
	if err == nil {
		code = m.Run()
	}
	if err := errors.Join(err, os.RemoveAll(dir)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// build builds what the benchmark starts.
func build(dir string) error {
	return processtest.BuildIn(context.Background(), dir,
		"./cmd/tallyd", "./cmd/tally", "./scripts/bench/coupontable", "./scripts/bench/bareread")
}

// programs is the flags that say where everything is, and where it may play: the
// last one.
func programs(t *testing.T) []string {
	t.Helper()
	dir := os.Getenv(builtIn)
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
	args := append(append([]string{"run", "--tiny", "--tally", filepath.Join(os.Getenv(builtIn), "tally"), "--report", path}, flags...), sections...)
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
