package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/audit/order"
	"tally/internal/audit/receipt"
	"tally/internal/pricing"
	"tally/internal/processtest"
	"tally/internal/zone"
)

// BenchmarkOrder is what checking the price of an order takes, in CPU time, which a busy machine does
// not change much: the price alone, from the record's text and the campaigns' terms to the verdict; the three
// receipts, most of it signatures; the whole command line in a process that runs; that in a process of
// its own; and the start of a process that does nothing.
func BenchmarkOrder(b *testing.B) {
	o, args, played := orderOffice(b, nil)
	sale, err := order.SaleOf(o.Entry(played.Sale))
	require.NoError(b, err)
	text := []byte(played.Record.Canonical())
	receipts := [][]byte{}
	for _, name := range []string{"sale", "0", "1"} {
		raw, err := os.ReadFile(filepath.Join(o.dir, name+".receipt"))
		require.NoError(b, err)
		receipts = append(receipts, raw)
	}
	b.Run("price", func(b *testing.B) {
		inCPU(b, func() {
			h := order.NewHistory(sale)
			for _, out := range played.Campaigns {
				require.NoError(b, h.Count(o.Entry(out)))
			}
			record, err := pricing.ReadRecord(text)
			require.NoError(b, err)
			_, err = order.Check(h, o.Pins().Ledger, record, played.Salt, zone.BuiltIn())
			require.NoError(b, err)
		})
	})
	b.Run("receipts", func(b *testing.B) {
		inCPU(b, func() {
			v := receipt.NewVerifier(o.Pins())
			for _, raw := range receipts {
				_, _, err := v.Verify(raw)
				require.NoError(b, err)
			}
		})
	})
	b.Run("command", func(b *testing.B) {
		inCPU(b, func() {
			code, _, errs := o.verify(args...)
			require.Equal(b, exitHolds, code, errs)
		})
	})
	program := processtest.Build(b, "./cmd/tally-verify")
	whole := append([]string{"--pins", filepath.Join(o.dir, "pins.json")}, args...)
	b.Run("process", func(b *testing.B) { processes(b, program, whole...) })
	b.Run("start", func(b *testing.B) { processes(b, program, "--version") })
}

// inCPU repeats something, and reports the CPU time of this process for each.
func inCPU(b *testing.B, do func()) {
	b.Helper()
	before := used(b)
	for b.Loop() {
		do()
	}
	b.ReportMetric(float64(used(b)-before)/float64(b.N)/float64(time.Millisecond), "cpu-ms/op")
}

// used is the CPU time that this process has used.
func used(b *testing.B) time.Duration {
	b.Helper()
	var self syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &self))
	return time.Duration(self.Utime.Nano() + self.Stime.Nano())
}

// processes starts a program again and again, and reports the CPU time of each process.
func processes(b *testing.B, program string, args ...string) {
	b.Helper()
	cpu := time.Duration(0)
	for b.Loop() {
		run := exec.CommandContext(b.Context(), program, args...)
		out, err := run.CombinedOutput()
		require.NoError(b, err, string(out))
		cpu += run.ProcessState.UserTime() + run.ProcessState.SystemTime()
	}
	b.ReportMetric(float64(cpu)/float64(b.N)/float64(time.Millisecond), "cpu-ms/op")
}
