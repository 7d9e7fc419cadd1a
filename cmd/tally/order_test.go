package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/cli"
	"tally/internal/cli/merchant"
	"tally/internal/voucher"
)

// TestOrder_DepositedShownErased: what a till kept is fetched by the merchant, to the byte, and takes an
// order back; a return has a record of its own.
func TestOrder_DepositedShownErased(t *testing.T) {
	s := onstage(t)
	sold, order := s.order()
	deposit := func(as, file, salt string, id voucher.Hash) []string {
		return []string{"order", "deposit", "--as", as, "--record", file, "--salt", salt, id.String()}
	}
	s.refuses(cli.ExitRefused, "no_record", "order", "show", "--as", "root", sold.ID.String())
	for i := range 2 {
		told := mustJSON[merchant.OrderDeposited](s, deposit("till-1", order, sold.Salt.String(), sold.ID)...)
		require.Equal(t, i == 0, told.Deposited)
		require.Equal(t, "order", told.Kind)
	}
	kept, err := os.ReadFile(order)
	require.NoError(t, err)
	require.NoError(t, os.Remove(order))

	fetched := filepath.Join(t.TempDir(), "fetched.json")
	shown := mustJSON[merchant.OrderShown](s, "order", "show", "--as", "root", "--record", fetched, sold.ID.String())
	require.Equal(t, sold.Salt.String(), shown.Salt.String())
	require.Equal(t, uint64(5400), *shown.Due)
	got, err := os.ReadFile(fetched)
	require.NoError(t, err)
	require.Equal(t, string(kept), string(got))
	require.Equal(t, string(kept), s.must("order", "show", "--as", "alice", "--record", "-", sold.ID.String()))
	require.Contains(t, s.must("order", "show", "--as", "root", sold.ID.String()), "54.00 HKD")

	file := filepath.Join(t.TempDir(), "return.json")
	back := mustJSON[merchant.ReturnAnswer](s, "return", "--as", "root", "--merchant", "root", "--order", fetched, "--order-salt", shown.Salt.String(),
		"--item", "a:2", "--item", "b:large:1", "--out", file, sold.ID.String())
	require.NotNil(t, back.Outcome)
	mustJSON[merchant.OrderDeposited](s, deposit("root", file, back.Salt.String(), back.Outcome.ID)...)
	shown = mustJSON[merchant.OrderShown](s, "order", "show", "--as", "root", back.Outcome.ID.String())
	require.Equal(t, "return", shown.Kind)
	require.Equal(t, back.Record, shown.Record)
	require.Equal(t, back.Refund, *shown.Refund)

	s.refuses(cli.ExitRefused, "record_mismatch", deposit("root", file, back.Salt.String()[:64]+"00", back.Outcome.ID)...)
	s.refuses(cli.ExitRefused, "invalid_request", deposit("root", file, back.Salt.String(), sold.ID)...)
	s.refuses(cli.ExitMisused, cli.CodeMisused, deposit("root", s.file("no.json", "two teas"), back.Salt.String(), sold.ID)...)
	s.refuses(cli.ExitRefused, "not_found", "order", "erase", "--as", "till-1", sold.ID.String())
	for range 2 {
		require.Contains(t, s.must("order", "erase", "--as", "root", sold.ID.String()), "erased")
	}
	s.refuses(cli.ExitRefused, "record_erased", "order", "show", "--as", "root", sold.ID.String())
	s.refuses(cli.ExitRefused, "record_erased", deposit("till-1", fetched, sold.Salt.String(), sold.ID)...)
}

// TestOrder_WrongAnswers: nobody is told that a record is kept, or erased, by what is not the server's
// answer. Given again, each is as if nothing had happened.
func TestOrder_WrongAnswers(t *testing.T) {
	f := newFront(t)
	sold, order := f.order()
	for verb, args := range map[string][]string{
		"deposit": {"order", "deposit", "--as", "root", "--record", order, "--salt", sold.Salt.String(), sold.ID.String()},
		"erase":   {"order", "erase", "--as", "root", sold.ID.String()},
	} {
		for name, way := range wrongWays() {
			for _, reaches := range []bool{false, true} {
				if verb == "erase" && reaches {
					continue // once it is erased, nothing can be deposited for the other ways
				}
				ctx, cancel := context.WithCancel(t.Context())
				f.goWrong(trial{way, false, reaches, cancel})
				r := f.runIn(ctx, args...)
				cancel()
				f.goRight()
				require.NotEqual(t, cli.ExitOK, r.code, "%s: %s: %s", verb, name, r.out)
				require.Empty(t, r.out, "%s: %s", verb, name)
			}
		}
	}
	f.must("order", "deposit", "--as", "root", "--record", order, "--salt", sold.Salt.String(), sold.ID.String())
	f.must("order", "erase", "--as", "root", sold.ID.String())
}

// TestOrder_ServerThatForges: a record that is not what was signed is not shown as one.
func TestOrder_ServerThatForges(t *testing.T) {
	f := newFront(t)
	sold, order := f.order()
	f.must("order", "deposit", "--as", "root", "--record", order, "--salt", sold.Salt.String(), sold.ID.String())
	f.goWrong(trial{way: changed(func(right string) string { return strings.Replace(right, `\"due\":5400`, `\"due\":5399`, 1) }), reads: true, reaches: true})
	out := filepath.Join(t.TempDir(), "order.json")
	f.refuses(cli.ExitFailed, cli.CodeFailed, "order", "show", "--as", "root", "--record", out, sold.ID.String())
	require.NoFileExists(t, out)
}
