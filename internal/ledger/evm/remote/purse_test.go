package remote_test

import (
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/remote"
	"tally/internal/voucher"
)

func amount(t *testing.T, text string) (w remote.Wei) {
	t.Helper()
	require.NoError(t, w.UnmarshalText([]byte(text)))
	return w
}

func TestWei_Text(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0ether", "1": "0.000000000000000001ether", "1wei": "0.000000000000000001ether", "2.5gwei": "0.0000000025ether",
		"0.5ether": "0.5ether", "1000ether": "1000ether", " 3ether ": "3ether", "007wei": "0.000000000000000007ether",
	} {
		require.Equal(t, want, amount(t, text).String(), text)
		require.Equal(t, amount(t, text).Int(), amount(t, want).Int())
	}
	for _, text := range []string{"", "ether", "-1", "1e3", "0.1wei", "1.0000000000000000001ether", "1/2ether", "0x10", "1 2", "1.2.3", "+1", "1_000", "1eth", "400000000000000000000ether"} {
		var w remote.Wei
		require.ErrorIs(t, w.UnmarshalText([]byte(text)), voucher.ErrText, text)
	}
}

// TestRelayer_Budget spends a day's budget: it is never exceeded, a restart does
// not make it anew, the next day does.
func TestRelayer_Budget(t *testing.T) {
	t.Parallel()
	a := startAnvil(t)
	key := relayer("thrifty")
	a.fund(key)
	opts := deploy(t, options(a.ws, key))
	l, w := shop(t, opts, a.clock)
	require.NoError(t, l.Close())
	from := crypto.PubkeyToAddress(key.PublicKey)

	opts.Budget = remote.Budget{Daily: amount(t, "0.01ether"), File: filepath.Join(t.TempDir(), "data", "relayers")}
	opts.Now = a.clock
	l = open(t, opts)
	w.Ledger = l
	before := wei(t, a.rpc, from)
	store := uint32(5)
	sent := 0
	next := func() error {
		outcomes, err := l.Submit(t.Context(), w.Domain.AuthorAll(w.PutStore(store, 100+store, "Another")))
		if err == nil {
			require.Equal(t, voucher.StatusAccepted, outcomes[0].Status)
			store++
			sent++
		}
		return err
	}
	var err error
	for err == nil && sent < 1000 {
		err = next()
	}
	require.ErrorIs(t, err, remote.ErrBudget)
	require.ErrorIs(t, err, ledger.ErrNotSent)
	require.ErrorIs(t, err, ledger.ErrUnavailable)
	require.ErrorIs(t, l.Writable(t.Context()), ledger.ErrUnavailable)
	require.Greater(t, sent, 10)
	paid := new(big.Int).Sub(before, wei(t, a.rpc, from))
	require.LessOrEqual(t, paid.Cmp(opts.Budget.Daily.Int()), 0, "%s", paid)
	purse := l.Purse()
	require.Equal(t, paid, purse.Spent)
	require.Equal(t, new(big.Int).Sub(opts.Budget.Daily.Int(), paid), purse.Left)
	require.Eventually(t, func() bool { return l.Purse().Balances[from] != nil }, time.Minute, 5*time.Millisecond)

	require.NoError(t, l.Close())
	l = open(t, opts)
	require.ErrorIs(t, next(), remote.ErrBudget, "a restart does not make it anew")

	a.tomorrow()
	require.NoError(t, next())
	require.NoError(t, l.Writable(t.Context()))

	require.NoError(t, l.Close())
	require.NoError(t, os.WriteFile(opts.Budget.File, []byte("{"), 0o600))
	_, err = remote.Open(t.Context(), opts)
	require.ErrorIs(t, err, remote.ErrPurse)
}

// TestRelayer_BudgetUnderWay: what is under way counts with the most that it can
// cost, also after a process that was killed.
func TestRelayer_BudgetUnderWay(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "relayers")
	budget := remote.Budget{Daily: amount(t, "0.002ether"), File: file}
	a, l, w := stopped(t, func(o *remote.Options) { o.Budget = budget })
	got := submit(t.Context(), l, w.PutStore(5, 8, "One"))
	a.awaitPool(relayer("one"), 1)
	_, err := l.Submit(t.Context(), w.Domain.AuthorAll(w.Admit(w.Bob, "Two")))
	require.ErrorIs(t, err, remote.ErrBudget)
	a.call("evm_mine")
	requireAccepted(t, got)
}
