package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/scripts/bench/shop"
)

// TestSoak_ShortForm is the short form, on each kind of ledger. How much the server grew
// while it was still warming up says nothing, so that is not judged.
func TestSoak_ShortForm(t *testing.T) {
	if testing.Short() {
		t.Skip("runs servers and Redis for some seconds")
	}
	for _, kind := range []string{shop.Chain, shop.Journal} {
		t.Run(kind, func(t *testing.T) {
			var printed, progress bytes.Buffer
			args := append([]string{"soak", "--ledger", kind, "--for", "8s", "--growth", "1000"}, programs(t)...)
			require.Equal(t, exitOK, run(t.Context(), args, Output{Tables: &printed, Progress: &progress}), progress.String())
			_, table, _ := strings.Cut(printed.String(), "\nsoak\n")
			lines := strings.Split(strings.TrimSpace(table), "\n")
			require.GreaterOrEqual(t, len(lines), 2+leastRows-1, printed.String())
			for _, line := range lines[2:] {
				cells := strings.Fields(line)
				require.NotEqual(t, "0", cells[2], "accepted")
				require.NotEqual(t, "0", cells[3], "refused")
				require.Equal(t, "0", cells[4], "unknown")
			}
		})
	}
}

func TestSoak_FindsAServerThatGrows(t *testing.T) {
	grows := func(goroutines, heap float64) (s samples) {
		for i := range 30 {
			s = append(s, sample{goroutines: 50 + goroutines*float64(i), heap: 1e8 + heap*float64(i), resident: 1e8 + 1e7*float64(i)})
		}
		return s
	}
	require.NoError(t, grows(0, 0).flat(20))
	require.NoError(t, grows(0.5, 1e6).flat(20), "a little is what a collector leaves")
	require.ErrorIs(t, grows(5, 0).flat(20), errGrows)
	require.ErrorIs(t, grows(0, 1e7).flat(20), errGrows)
	small := samples{}
	for i := range 30 {
		small = append(small, sample{goroutines: 50, heap: 3e7 + 1e6*float64(i)})
	}
	require.NoError(t, small.flat(20), "10 MB in a third are caches that fill")
	require.ErrorIs(t, samples{{}, {}}.flat(20), errShort)
}

func TestSoak_MetricsWithoutAFigure(t *testing.T) {
	const text = "# HELP go_goroutines Number\ngo_goroutines 42\ngo_memstats_heap_inuse_bytes 1.5e+07\nprocess_resident_memory_bytes 9e+07\n"
	s, err := readSample(strings.NewReader(text))
	require.NoError(t, err)
	require.Equal(t, sample{goroutines: 42, heap: 1.5e7, resident: 9e7}, s)
	_, err = readSample(strings.NewReader(strings.Replace(text, "go_goroutines 42\n", "", 1)))
	require.ErrorIs(t, err, errMetrics)
}
