package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/audit/audittest"
	"tally/internal/audit/pins"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/processtest"
	"tally/internal/voucher"
)

// BenchmarkPack has the program verify packs of TALLY_COMMANDS commands (4000
// unless it is set) and of a quarter of them, from the disk, and shows commands
// a second, processor time for each and the process's peak of resident memory. Half are claims, half
// redemptions with two signatures, through an embedded chain. Its peer is the
// recovery of the same number of signatures on all cores, with nothing else.
func BenchmarkPack(b *testing.B) {
	most := commandsWanted(b)
	program := processtest.Build(b, "./cmd/tally-verify")
	for _, commands := range []int{most / 4, most} {
		b.Run(fmt.Sprint(commands), func(b *testing.B) {
			o := busyOffice(b, commands)
			path := o.pack(b)
			info, err := os.Stat(path)
			require.NoError(b, err)
			peer := recoveries()
			b.ResetTimer()
			var processor time.Duration
			for b.Loop() {
				run := exec.CommandContext(b.Context(), program, "--pins", filepath.Join(o.dir, "pins.json"), "pack", path)
				run.Stderr = os.Stderr
				require.NoError(b, run.Start())
				peak := watch(run.Process.Pid)
				require.NoError(b, run.Wait())
				b.ReportMetric(<-peak, "MiB-peak")
				processor += run.ProcessState.UserTime() + run.ProcessState.SystemTime()
			}
			perSecond := float64(commands) * float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(perSecond, "commands/s")
			b.ReportMetric(float64(processor.Microseconds())/float64(commands)/float64(b.N), "µs-processor/command")
			b.ReportMetric(float64(info.Size())/float64(commands), "bytes/command")
			b.ReportMetric(peer, "recoveries/s")
			b.ReportMetric(perSecond*1.5/peer, "of-bare-recoveries")
		})
	}
}

// commandsWanted is TALLY_COMMANDS, or 4000.
func commandsWanted(b *testing.B) int {
	b.Helper()
	text := os.Getenv("TALLY_COMMANDS")
	if text == "" {
		return 4000
	}
	n, err := strconv.Atoi(text)
	require.NoError(b, err)
	return n
}

// BenchmarkDerive derives the log of such a ledger from its beginning, as a server
// does that has lost it.
func BenchmarkDerive(b *testing.B) {
	commands := commandsWanted(b)
	o := busyOffice(b, commands)
	_, tree := o.Checkpoint(b)
	for b.Loop() {
		log := audittest.Follow(b, o.Ledger)
		for log.Size() < tree.N {
			time.Sleep(time.Millisecond)
		}
	}
	b.ReportMetric(float64(commands)*float64(b.N)/b.Elapsed().Seconds(), "commands/s")
}

// BenchmarkExport writes a pack of everything of such a ledger, log and chain being
// at hand.
func BenchmarkExport(b *testing.B) {
	commands := commandsWanted(b)
	o := busyOffice(b, commands)
	o.Checkpoint(b)
	for b.Loop() {
		o.pack(b)
	}
	b.ReportMetric(float64(commands)*float64(b.N)/b.Elapsed().Seconds(), "commands/s")
}

// watch looks at a process's peak of resident memory until it ends. What wait4
// tells of it counts the process that started it, too.
func watch(pid int) <-chan float64 {
	peak := make(chan float64, 1)
	go func() {
		most := 0.0
		for {
			status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			_, after, there := strings.Cut(string(status), "VmHWM:")
			if err != nil || !there { // it has ended
				peak <- most
				return
			}
			var kib float64
			if _, err := fmt.Sscan(after, &kib); err == nil {
				most = kib / 1024
			}
			time.Sleep(20 * time.Millisecond)
		}
	}()
	return peak
}

// busyOffice has a ledger with the given number of commands: claims and redemptions.
func busyOffice(b *testing.B, commands int) *office {
	b.Helper()
	const batch = 250
	o := &office{audittest.Open(b), b.TempDir()}
	w := o.World
	w.Found()
	id := w.Campaign(uint32(commands), func(c *voucher.CreateCampaign) { c.PerHolder = 0 })
	wallets := make([]ledgertest.Actor, batch)
	for i := range wallets {
		wallets[i] = ledgertest.NewActor(fmt.Sprint("wallet ", i))
	}
	for round := uint32(0); int(round)*2*batch < commands; round++ {
		claims, sales := make([]voucher.Command, batch), make([]voucher.Command, batch)
		for i, wallet := range wallets {
			serial := round*batch + uint32(i)
			claims[i] = w.Claim(wallet, id, round, serial)
			sales[i] = w.Redeem(wallet, voucher.Ref{Campaign: id, Serial: serial})
		}
		for _, sent := range [][]voucher.Command{claims, sales} {
			outcomes, err := w.Ledger.Submit(b.Context(), w.Domain.AuthorAll(sent...))
			require.NoError(b, err)
			for _, out := range outcomes {
				require.Equal(b, voucher.StatusAccepted, out.Status, out.Kind)
			}
		}
	}
	p := o.Pins()
	o.json(b, "pins.json", pins.Pins{
		Ledger: p.Ledger, Log: p.Log, Operators: ledgertest.Operators(), Threshold: 1,
		EVM: p.EVM,
	})
	return o
}

// recoveries is how many bare signature recoveries all cores do in a second.
func recoveries() float64 {
	const each = 4000
	key := ledgertest.NewActor("anybody").Key
	digest := voucher.Hash{1}
	signature, err := intent.SignDigest(key, digest)
	if err != nil {
		return 0
	}
	var all sync.WaitGroup
	start, cores := time.Now(), runtime.GOMAXPROCS(0)
	for range cores {
		all.Go(func() {
			for range each {
				intent.Signer(digest, signature)
			}
		})
	}
	all.Wait()
	return float64(each*cores) / time.Since(start).Seconds()
}
