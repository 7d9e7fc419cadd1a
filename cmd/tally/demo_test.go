package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/cli"
	"tally/internal/demo"
	"tally/internal/processtest"
)

// play plays the demo in process, with the server program given.
func play(t *testing.T, tallyd string, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	m := cli.Main{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Env: os.LookupEnv, Now: time.Now}
	return result{run(context.Background(), m, append([]string{"demo", "--tallyd", tallyd}, args...)), out.String(), errs.String()}
}

// facts are what the demo has to come to, whatever the words around it: parts of
// what its steps say, by chapter, in their order.
func facts() map[string][]string {
	return map[string][]string{
		"A tea chain comes aboard": {"Central ", "Bukit Bintang ", "32.00 HKD off", "500 passes of 10 cups", "200 cards of 1000 yen"},
		"Vouchers reach wallets":   {"Alice, Dan, Erin", "pseudonyms", "ticket_invalid", "limit_reached", "good to the end of", "limit_reached"},
		"At the till":              {"already_used", "32.00 HKD off 64.00 HKD", "three times", "11.50 MYR", "wrong_currency", "12.00 HKD off, 43.50 HKD to pay", "one cup alone: ", "superseded", "404"},
		"Second thoughts":          {"520 are left", "no other till", "unknown_voucher", "1000 yen", "0.00 MYR in money", "9 cups, then 10"},
		"A bad day":                {"60 wallets", "answers, byte for byte", "accepted before the crash", "60 wallets", "his again"},
		"The books": {
			"vouchers: 1000 minted = 937 unclaimed + 1 live + 62 spent + 0 expired + 0 void",
			"units: 63 issued = 1 available + 0 held + 62 redeemed", "1984.00 HKD",
			"500 minted = 495 unclaimed + 5 live", "50 issued = 49 available + 0 held + 1 redeemed", "23.00 MYR",
			"200 minted = 197 unclaimed + 3 live", "3000 issued = 2520 available + 0 held + 480 redeemed", "480 JPY",
			"1000 minted = 999 unclaimed + 0 live + 1 spent", "Carol's two teas, 32.00 HKD due", "Dan's cup, 0.00 MYR due", "Erin's two cups, 43.50 HKD due", "Erin's matcha, 0 JPY due",
			"totals.due is 4250, and has to be 4350",
		},
	}
}

func TestDemo_WholeStory(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and starts a server")
	}
	tallyd := processtest.Build(t, "./cmd/tallyd")
	for _, index := range []string{"memory", "redis"} {
		r := play(t, tallyd, "--json", "--wallets", "60", "--index", index, "--data", filepath.Join(t.TempDir(), "demo"))
		require.Equal(t, cli.ExitOK, r.code, r.errors)
		said := map[string]string{}
		for i, text := range strings.Split(strings.TrimSpace(r.out), "\n") {
			line := decode[demo.StepLine](t, text)
			require.Equal(t, i+1, line.Step)
			require.True(t, line.OK, text)
			said[line.Chapter] += line.Detail + "\n"
		}
		for chapter, parts := range facts() {
			rest := said[chapter]
			for _, part := range parts {
				_, after, found := strings.Cut(rest, part)
				require.True(t, found, "%s: %q in %q", chapter, part, rest)
				rest = after
			}
		}
		require.Len(t, said, len(facts()))
	}
}

// A server that never comes up ends the demo at once, with its log.
func TestDemo_StopsAtTheFirstWrongStep(t *testing.T) {
	s := offstage(t)
	broken := s.file("tallyd", "#!/bin/sh\necho 'the disk is on fire' >&2\nexit 1\n")
	require.NoError(t, os.Chmod(broken, 0o700))
	r := play(t, broken, "--data", filepath.Join(t.TempDir(), "demo"))
	require.Equal(t, cli.ExitFailed, r.code)
	require.Contains(t, r.out, "✗ The server founds a ledger")
	require.Contains(t, r.out, "expected: a server that listens; happened: it ended")
	require.Contains(t, r.errors, "the disk is on fire")
	require.NotContains(t, r.out, "\x1b", "no colours without a terminal")
}

func TestDemo_NeedsAServerAndRoom(t *testing.T) {
	require.Equal(t, cli.ExitMisused, play(t, "/nowhere/tallyd").code)
	require.Equal(t, cli.ExitMisused, play(t, os.Args[0], "--wallets", "5").code)
	require.Equal(t, cli.ExitMisused, play(t, os.Args[0], "--data", ".").code)
}
