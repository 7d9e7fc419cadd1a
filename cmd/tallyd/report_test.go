package main

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// reportFile is the environment variable that names a file for a run's figures,
// in JSON.
const reportFile = "TALLY_REPORT"

// writeReport writes figures down where that is asked for.
func writeReport(t testing.TB, figures any) {
	t.Helper()
	path := os.Getenv(reportFile)
	if path == "" {
		return
	}
	encoded, err := json.MarshalIndent(figures, "", "  ")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, append(encoded, '\n'), 0o644))
}
