package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"tally/internal/keystore"
	"tally/internal/voucher"
	"tally/scripts/bench/shop"
)

// passphrase of the keys that the command line signs with. They are made up.
const passphrase = "bench"

// playing is a command line that is timed, from the start of its process to its end.
type playing struct {
	what string
	args func() ([]string, error)
}

// command measures the command line: what a person waits for. With --tally-before it
// measures another build of it too, by turns.
func (b *bench) command(ctx context.Context) ([]Table, error) {
	data, err := b.Dir("tallyd")
	if err != nil {
		return nil, err
	}
	s, err := b.seedCommand(ctx, data)
	if err != nil {
		return nil, err
	}
	server, err := b.Tallyd(ctx, data)
	if err != nil {
		return nil, err
	}
	keys, err := b.keys(s)
	if err != nil {
		return nil, err
	}
	common := []string{"--server", server.URL, "--keys", filepath.Join(keys, "keys"), "--passphrase-file", filepath.Join(keys, "passphrase")}
	table := Table{
		Name: "the command line", Columns: []string{"command", "before ms", "now ms", "now to before", "processor ms"},
		Notes: []string{fmt.Sprintf("from the start of its process to its end; %d campaigns are listed; the key of the till is a light one", b.sizes.command.campaigns)},
	}
	serial := uint32(0)
	for _, play := range []playing{
		{"tally --help", func() ([]string, error) { return []string{"--help"}, nil }},
		{"tally redeem", func() ([]string, error) {
			code, err := s.Code(shop.Wallet(int(serial)), voucher.Ref{Campaign: s.Campaign, Serial: serial})
			serial++
			return append([]string{"redeem", "--as", "till", "--merchant", s.Merchant.Address.String(), "--store", "1",
				"--amount", "64.00", "--currency", "HKD", "--discount", "32.00", "--code", code}, common...), err
		}},
		{"tally campaign list", func() ([]string, error) { return append([]string{"campaign", "list"}, common...), nil }},
	} {
		row, err := b.play(ctx, play, keys)
		if err != nil {
			return nil, err
		}
		table.Rows = append(table.Rows, row)
	}
	return []Table{table}, server.End()
}

// play times a command line, by turns of the builds.
func (b *bench) play(ctx context.Context, p playing, home string) ([]any, error) {
	var before, now, ratio, used []float64
	for run := range b.runs * b.sizes.command.each {
		took, processor, err := b.turn(ctx, p, home, run%2 == 1)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.what, err)
		}
		now, used = append(now, took[1]), append(used, processor)
		if b.commands.before != "" {
			before, ratio = append(before, took[0]), append(ratio, took[1]/took[0])
		}
	}
	row := []any{p.what, nil, spreadOf(now), nil, spreadOf(used)}
	if len(before) > 0 {
		row[1], row[3] = spreadOf(before), spreadOf(ratio)
	}
	return row, nil
}

// turn plays a command line with each build, with this one first where reverse says so.
// took is what the build before took, and this one; processor is this one's.
func (b *bench) turn(ctx context.Context, p playing, home string, reverse bool) (took [2]float64, processor float64, err error) {
	order := []int{0, 1}
	if reverse {
		order = []int{1, 0}
	}
	for _, at := range order {
		program := [2]string{b.commands.before, b.commands.now}[at]
		if program == "" {
			continue
		}
		args, err := p.args()
		if err != nil {
			return took, 0, err
		}
		wall, used, err := runTimed(ctx, program, args, home)
		if err != nil {
			return took, 0, err
		}
		took[at] = wall
		if at == 1 {
			processor = used
		}
	}
	return took, processor, nil
}

// runTimed runs a program to its end: how long it took, and how long on processors.
func runTimed(ctx context.Context, program string, args []string, home string) (wall, processor float64, err error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH")}
	began := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, 0, fmt.Errorf("%w: %s", err, out)
	}
	const ms = float64(time.Millisecond)
	return float64(time.Since(began)) / ms, float64(cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()) / ms, nil
}

// seedCommand founds a ledger with vouchers to redeem and campaigns to list.
func (b *bench) seedCommand(ctx context.Context, data string) (*shop.Seeded, error) {
	l, err := shop.Open(ctx, shop.Chain, data)
	if err != nil {
		return nil, err
	}
	n := 2 * b.runs * b.sizes.command.each
	s, err := shop.Seed(ctx, l, n, n, b.counting("claimed", n))
	if err == nil {
		err = s.Campaigns(ctx, l, b.sizes.command.campaigns-1)
	}
	return s, errors.Join(err, l.Close())
}

// keys writes the key of the shop's till as the command line reads it, and its passphrase.
func (b *bench) keys(s *shop.Seeded) (string, error) {
	dir, err := b.Dir("home")
	if err != nil {
		return "", err
	}
	passphraseFile := filepath.Join(dir, "passphrase")
	_, err = keystore.Dir(filepath.Join(dir, "keys")).Keep("till", s.Tills[0].Key, passphrase, keystore.Light())
	return dir, errors.Join(err, os.WriteFile(passphraseFile, []byte(passphrase+"\n"), 0o600))
}
