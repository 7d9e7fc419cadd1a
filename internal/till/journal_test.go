package till_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/till"
)

func TestJournal_HasOneAgent(t *testing.T) {
	s := newShop(t)
	p := s.open()
	_, err := till.OpenJournal(s.dir)
	require.ErrorIs(t, err, till.ErrInUse)
	p.close()
	again, err := till.OpenJournal(s.dir)
	require.NoError(t, err)
	require.NoError(t, again.Close())
}

func TestJournal_BelongsToOneTill(t *testing.T) {
	s := newShop(t)
	s.open().close()
	j, err := till.OpenJournal(s.dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, j.Close()) })
	id, ok := j.Identity()
	require.True(t, ok)
	require.Equal(t, till.Identity{Ledger: s.Domain.Ledger(), Merchant: s.Merchant.Address, Store: 1, Till: s.Till.Address}, id)
	for name, edit := range map[string]func(*till.Options){
		"store":    func(o *till.Options) { o.Store = 2 },
		"till":     func(o *till.Options) { o.Key = s.Other.Key },
		"merchant": func(o *till.Options) { o.Merchant = s.Alice.Address },
		"ledger":   func(o *till.Options) { o.Domain = intent.NewDomain(ledgertest.LedgerID(9)) },
	} {
		o := s.options(j)
		edit(&o)
		_, err := till.New(o)
		require.ErrorIs(t, err, till.ErrOtherTill, name)
	}
}

func TestJournal_IsReadByItsOwnerOnly(t *testing.T) {
	s := newShop(t)
	p := s.open()
	s.wire.breakNext(keepBack)
	p.redeem(s.order("A-1", s.code(1, s.voucher())))
	p.redeem(s.order("A-2", s.code(1, s.voucher())))
	require.Len(t, s.files("*"), 2)
	require.NoError(t, filepath.WalkDir(s.dir, func(path string, d os.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := d.Info()
		require.NoError(t, err)
		require.Zero(t, info.Mode().Perm()&0o077, path)
		return nil
	}))
}

// A sale that cannot be read must not be forgotten.
func TestJournal_DamagedIsNotUsed(t *testing.T) {
	s := newShop(t)
	p := s.open()
	s.wire.breakNext(keepBack)
	p.redeem(s.order("A-1", s.code(1, s.voucher())))
	p.close()
	path := s.files("open")[0]
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, text[:len(text)/2], 0o600))
	j, err := till.OpenJournal(s.dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, j.Close()) })
	_, err = till.New(s.options(j))
	require.ErrorIs(t, err, till.ErrDamaged)
	require.ErrorContains(t, err, path)
}

// A crash while a sale is settled leaves it twice, and while one is written half.
func TestJournal_AfterACrash(t *testing.T) {
	s := newShop(t)
	p := s.open()
	s.wire.breakNext(keepBack)
	code := s.code(1, s.voucher())
	p.redeem(s.order("A-1", code))
	open := s.files("open")[0]
	text, err := os.ReadFile(open)
	require.NoError(t, err)
	require.Equal(t, "cancelled", p.cancel("A-1").State)
	p.close()
	require.NoError(t, os.WriteFile(open, text, 0o600))
	half := filepath.Join(s.dir, "open", ".new-1")
	require.NoError(t, os.WriteFile(half, text[:50], 0o600))

	p = s.open()
	require.NoFileExists(t, half)
	require.NoFileExists(t, open)
	require.Equal(t, "cancelled", p.show("A-1").State)
	s.secretless(code)
}

func TestJournal_ForgetsSettledSalesInTime(t *testing.T) {
	s := newShop(t)
	p := s.open()
	for _, reference := range []string{"A-1", "A-2"} {
		require.Equal(t, "redeemed", p.redeem(s.order(reference, s.code(1, s.voucher()))).State)
	}
	p.close()
	for _, path := range s.files("settled") {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		if strings.Contains(string(text), "A-1") {
			old := s.now().Add(-31 * 24 * time.Hour)
			require.NoError(t, os.Chtimes(path, old, old))
		}
	}
	j, err := till.OpenJournal(s.dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, j.Close()) })
	o := s.options(j)
	o.Keep, o.Log = 30*24*time.Hour, slog.New(slog.DiscardHandler)
	agent, err := till.New(o)
	require.NoError(t, err)
	stop := (&pos{shop: s, agent: agent}).run()
	require.Eventually(t, func() bool { return len(s.files("settled")) == 1 }, time.Minute, time.Millisecond)
	stop()
	_, err = agent.Sale(t.Context(), "A-1")
	require.Error(t, err)
	_, err = agent.Sale(t.Context(), "A-2")
	require.NoError(t, err)
}
