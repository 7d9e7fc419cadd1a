package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSections_EachMeasures runs the others as they are, with few operations.
func TestSections_EachMeasures(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and starts servers")
	}
	before := filepath.Join(os.Getenv(builtIn), "tallyd")
	tables := measure(t, "--tallyd-before", before, "compare", "door", "log", "lookup", "quote", "drop", "bulk", "rebuild", "start", "size", "command")

	compared := tables["redemptions at two builds of tallyd"]
	require.Len(t, compared, 2*2*len(tiny().redeem))
	for i, row := range compared {
		system := []string{systemTally, systemJournal}[i/2/len(tiny().redeem)]
		require.Equal(t, []string{system + ", before", system}[i%2], row["system"])
		require.Equal(t, i%2 == 1, row["ratio"] != nil, "the ratios stand beside this build")
		require.Equal(t, i%2 == 1, row["processor ratio"] != nil)
	}

	entering := tables["what the door costs a redemption"]
	require.Len(t, entering, 2*len(tiny().door))
	for i, row := range entering {
		require.Equal(t, []string{driverRecovers, driverDoor}[i%2], row["system"])
		require.InDelta(t, tiny().door[i/2].vouchers, row["accepted"], 0)
	}
	require.Len(t, tables["refusals a second by one core"], 3)

	logged := tables["what the log costs a redemption"]
	require.Len(t, logged, 2*len(tiny().redeem))
	for i, row := range logged {
		require.Equal(t, []string{driverAlone, driverWithLog}[i%2], row["system"])
		require.Equal(t, i%2 == 1, row["ratio"] != nil)
		require.InDelta(t, tiny().redeem[i/2].vouchers, row["accepted"], 0)
	}

	looks := tables["look-ups"]
	require.Len(t, looks, 4)
	for i, system := range []string{lookTallyRedis, lookBareRedis, lookTallyMemory, lookConstant} {
		require.Equal(t, system, looks[i]["system"])
		require.InDelta(t, tiny().lookup.requests, looks[i]["answered"], 0)
		require.Equal(t, i%2 == 0, looks[i]["ratio"] != nil, "the ratio stands beside tally")
	}

	quotes := tables["quotes"]
	require.Len(t, quotes, 3)
	for i, system := range []string{systemTally, systemJournal, quoteConstant} {
		require.Equal(t, system, quotes[i]["system"])
		require.InDelta(t, tiny().quote.requests, quotes[i]["answered"], 0)
		require.Equal(t, system != quoteConstant, quotes[i]["ratio"] != nil)
	}
	sold := tables["what quoting adds to a redemption"]
	require.Len(t, sold, 2)
	for i, system := range []string{sellAlone, sellQuoted} {
		require.Equal(t, system, sold[i]["system"])
		require.InDelta(t, tiny().quote.wallets/2, sold[i]["accepted"], 0)
		require.Equal(t, i == 1, sold[i]["ratio"] != nil)
	}

	drop := tables["flash drop"]
	require.Len(t, drop, 1)
	require.InDelta(t, tiny().drop.vouchers, drop[0]["accepted"], 0, "every voucher was claimed once")
	require.InDelta(t, tiny().drop.wallets-tiny().drop.vouchers, drop[0]["refused"], 0)

	require.Equal(t, []any{
		"mint of 1000 vouchers", "root of a list of 100 wallets", "issue to the 100 wallets",
		"deliveries", "deliveries, p50", "deliveries, p99", "deliveries, unknown",
	}, column(tables["mint and issue"], "what"))
	require.Equal(t, []any{"memory", "redis"}, column(tables["rebuild of an index"], "index"))
	require.Equal(t, []any{
		"the first start, which makes the log", "after an orderly end", "after kill -9", "memory at rest", "chain on disk",
	}, column(tables["start of tallyd"], "what"))
	require.Equal(t, []any{"evm", "evm", "journal", "journal"}, column(tables["cost by the ledger's size"], "ledger"))
	require.Equal(t, []any{20.0, 40.0, 20.0, 40.0}, column(tables["cost by the ledger's size"], "claimed"))
	require.Equal(t, []any{"tally --help", "tally redeem", "tally campaign list"}, column(tables["the command line"], "command"))
}

func column(rows []map[string]any, name string) (cells []any) {
	for _, row := range rows {
		cells = append(cells, row[name])
	}
	return cells
}

// TestSections_InterruptLeavesNothingBehind ends it while it measures: it says so, and
// takes its processes and files with it.
func TestSections_InterruptLeavesNothingBehind(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and starts servers and a database")
	}
	flags := programs(t)
	ctx, interrupt := context.WithCancel(t.Context())
	progress := &until{text: "run 1, tally", reached: interrupt}
	args := append([]string{"run", "--tiny", "redeem"}, flags...)
	require.Equal(t, exitFailed, run(ctx, args, Output{Tables: &bytes.Buffer{}, Progress: progress}))
	require.Contains(t, progress.String(), "bench: redeem: ")
	require.Contains(t, progress.String(), context.Canceled.Error())
	left, err := os.ReadDir(flags[len(flags)-1])
	require.NoError(t, err)
	require.Empty(t, left)
}

// until interrupts when a text was written.
type until struct {
	bytes.Buffer

	text    string
	reached func()
}

func (u *until) Write(p []byte) (int, error) {
	n, err := u.Buffer.Write(p)
	if bytes.Contains(u.Bytes(), []byte(u.text)) {
		u.reached()
	}
	return n, err
}

func TestSections_ProfileIsWritten(t *testing.T) {
	for _, section := range []string{"redeem", "lookup", "quote"} {
		path := filepath.Join(t.TempDir(), "profile")
		var progress bytes.Buffer
		args := []string{"run", "--tiny", "--profile", path, "--tallyd", os.Args[0], "--others", t.TempDir(), section}
		require.Equal(t, exitOK, run(t.Context(), args, Output{Tables: &progress, Progress: &progress}), progress.String())
		require.Contains(t, progress.String(), "profile: "+section+" by 32 clients")
		written, err := os.Stat(path)
		require.NoError(t, err)
		require.Positive(t, written.Size())
	}
}

func TestSections_UnknownIsMisuse(t *testing.T) {
	var progress bytes.Buffer
	args := append([]string{"run", "nonsense"}, "--tallyd", os.Args[0], "--others", t.TempDir())
	require.Equal(t, exitMisused, run(t.Context(), args, Output{Tables: &progress, Progress: &progress}))
	require.Contains(t, progress.String(), errSection.Error())
}
