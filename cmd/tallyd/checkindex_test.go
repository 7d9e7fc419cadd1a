package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/client"
	"tally/internal/index/redis"
	"tally/internal/index/redis/redistest"
	"tally/internal/ledger/ledgertest"
)

// compared runs check-index.
func compared(t *testing.T, args ...string) (c comparison, err error) {
	t.Helper()
	_, ctx, err := parse(t, append([]string{"check-index", "--json"}, args...)...)
	require.NoError(t, err)
	text, err := printed(t, func() error { return ctx.Run() })
	if text != "" {
		require.NoError(t, json.Unmarshal([]byte(text), &c), text)
	}
	return c, err
}

// TestCheckIndex_FindsADamagedKey sells something, stops the server, and damages
// its index in one way after the other.
func TestCheckIndex_FindsADamagedKey(t *testing.T) {
	r := redistest.Start(t)
	s := &server{t: t, dir: t.TempDir(), args: []string{
		"--operator", ledgertest.NewActor("operator").Address.String(), "--index", "redis", "--redis", r.URL(),
	}}
	s.start()
	w, id := openShop(t, s.client(), 100)
	require.NoError(t, newVisit(w, id, "a customer").finish(t.Context(), w, s.client()))
	token, err := s.client().Token(w.Domain, w.Merchant.Key, time.Now().Add(client.TokenLife))
	require.NoError(t, err)
	info, err := s.client().As(token).Ledger(t.Context())
	require.NoError(t, err)
	pointer := redis.Pointer(info.ID)
	require.Eventually(t, func() bool {
		campaign, err := s.client().As(token).Campaign(t.Context(), id)
		return err == nil && campaign.Figures.Redeemed == 1
	}, time.Minute, 10*time.Millisecond)
	s.kill()
	args := []string{"--data", s.dir, "--index", "redis", "--redis", r.URL()}
	found, err := compared(t, args...)
	require.NoError(t, err, found)
	require.Equal(t, verdictSame, found.Verdict)
	require.Positive(t, found.Held.Records)
	require.Equal(t, found.Want, found.Held)

	generation, ok := r.Do("HGET", pointer, "generation").(string)
	require.True(t, ok)
	r.Do("HSET", pointer+":"+generation+":w", "a bucket that never was", "with wallets that are none")
	found, err = compared(t, args...)
	require.ErrorIs(t, err, errIndexDiffers)
	require.Equal(t, verdictDifferent, found.Verdict)
	require.Contains(t, found.Do, "cannot be read")
	r.Do("HDEL", pointer+":"+generation+":w", "a bucket that never was")

	vouchers, ok := r.Do("HKEYS", pointer+":"+generation+":v").([]any)
	require.True(t, ok)
	ref := slices.IndexFunc(vouchers, func(key any) bool { return key != "" }) // each hash has one empty field
	r.Do("HDEL", pointer+":"+generation+":v", vouchers[ref])
	found, err = compared(t, args...)
	require.ErrorIs(t, err, errIndexDiffers)
	require.Equal(t, verdictDifferent, found.Verdict)
	require.Greater(t, found.Want.Records, found.Held.Records)
	require.Contains(t, found.Do, pointer)

	r.Do("DEL", pointer) // as it says
	found, err = compared(t, args...)
	require.ErrorIs(t, err, errIndexDiffers)
	require.Equal(t, verdictEmpty, found.Verdict)
}

// TestCheckIndex_FoundsNoLedger: it looks at what is there.
func TestCheckIndex_FoundsNoLedger(t *testing.T) {
	_, err := compared(t, "--index", "redis", "--data", filepath.Join(t.TempDir(), "none"), "--operator", ledgertest.Operators()[0].String())
	require.ErrorIs(t, err, errNoLedger)
	_, err = compared(t, "--index", "memory")
	require.ErrorIs(t, err, errIndexMemory)
	_, err = compared(t, "--index", "redis", "--ledger", "memory")
	require.ErrorIs(t, err, errNoLedger)
}
