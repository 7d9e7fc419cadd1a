package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/api"
	"tally/internal/audit/checkpoints"
	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/audit/translog"
	"tally/internal/client"
	"tally/internal/httpapi/apitest"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// auditor is a client with a token of an auditor, whom the first operator names.
func auditor(t *testing.T, w *ledgertest.World, c *client.Client) *client.Client {
	t.Helper()
	by := ledgertest.NewActor("auditor")
	named, err := c.Auditors(t.Context())
	require.NoError(t, err)
	if len(named.Auditors) == 0 {
		set, ok := w.SetAuditor(by.Address, 0, w.Unix()+86400).(voucher.Approved[voucher.SetAuditor])
		require.True(t, ok)
		_, err = c.Send(t.Context(), apitest.Command(w.Domain, api.ApprovedRequest[voucher.SetAuditor]{
			Intent: set.Intent, Approvals: []string{intent.FormatSignature(set.Approvals[0])},
		}))
		var named *api.Problem
		if !errors.As(err, &named) || named.Code != voucher.KindWrongVersion.String() { // named at another server already
			require.NoError(t, err)
		}
	}
	token, err := c.Token(w.Domain, by.Key, w.Now().Add(time.Hour))
	require.NoError(t, err)
	return c.As(token)
}

// checkpoint is a server's latest that has a command, and what it says.
func checkpoint(t *testing.T, c *client.Client, has voucher.Hash) ([]byte, tlog.Tree) {
	t.Helper()
	require.Eventually(t, func() bool { _, err := c.Receipt(t.Context(), has); return err == nil }, time.Minute, 10*time.Millisecond)
	raw, err := c.Checkpoint(t.Context())
	require.NoError(t, err)
	info, err := c.Ledger(t.Context())
	require.NoError(t, err)
	opened, err := checkpoints.Open(raw, info.Log.Key)
	require.NoError(t, err)
	return raw, opened.Tree
}

// TestAuditLog_RebuiltTheSame kills a server and takes its log away: the next one has
// the same, signed by the same key.
func TestAuditLog_RebuiltTheSame(t *testing.T) {
	t.Parallel()
	s := &server{t: t, dir: t.TempDir(), args: []string{"--operator", ledgertest.NewActor("operator").Address.String()}}
	s.start()
	w, id := openShop(t, s.client(), 10)
	v := newVisit(w, id, "customer")
	require.NoError(t, v.finish(t.Context(), w, s.client()))
	last := v.answers[1]
	before, _ := checkpoint(t, auditor(t, w, s.client()), last.ID)
	s.kill()
	s.start()
	after, _ := checkpoint(t, auditor(t, w, s.client()), last.ID)
	require.Equal(t, string(before), string(after))
	s.kill()
	require.NoError(t, os.RemoveAll(filepath.Join(s.dir, logDir)))
	s.start()
	defer s.kill()
	client := auditor(t, w, s.client())
	after, _ = checkpoint(t, client, last.ID)
	require.Equal(t, string(before), string(after))

	info, err := client.Ledger(t.Context())
	require.NoError(t, err)
	raw, err := client.Receipt(t.Context(), last.ID)
	require.NoError(t, err)
	entry, r, err := receipt.Verify(raw, pins.Pins{Ledger: info.ID, Log: info.Log.Key})
	require.NoError(t, err)
	require.Equal(t, last.Canonical(), entry.Outcome.Canonical())
	require.NotEmpty(t, r.Proof)
}

func TestAuditLog_OnlyItsOwnKeySigns(t *testing.T) {
	t.Parallel()
	operator := []string{"--operator", ledgertest.NewActor("operator").Address.String(), "--listen", "127.0.0.1:0"}
	other := filepath.Join(t.TempDir(), "log.key")
	_, err := translog.MakeKey(other, ledgertest.LedgerID(1))
	require.NoError(t, err)
	for name, key := range map[string]string{"another ledger's": other, "none": filepath.Join(t.TempDir(), "none")} {
		args := append([]string{"serve", "--data", t.TempDir(), "--log-key", key}, operator...)
		_, ctx, err := parse(t, args...)
		require.NoError(t, err)
		require.Error(t, ctx.Run(), name)
	}
	require.ErrorContains(t, explain(translog.ErrKey), "--log-key")
}

// TestAuditLog_SameAtTwoServers compares every tile of two servers over one ledger;
// with one key between them, the checkpoint too.
func TestAuditLog_SameAtTwoServers(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	auditor(t, c.World, c.client(0)) // named before all else, which is a command of its own
	const customers = 300
	id := c.campaign(0, "Two logs", customers, nil)
	held := c.claimed(id, customers)
	last := c.redeem(0, c.sell(held[0].owner, c.Offer(held[0].owner, held[0].Ref), 0, "the last")).outcome
	require.Equal(t, voucher.StatusAccepted, last.Status)

	_, tree := checkpoint(t, auditor(t, c.World, c.client(0)), last.ID)
	_, same := checkpoint(t, auditor(t, c.World, c.client(1)), last.ID)
	require.Equal(t, tree, same)
	for level := -1; level <= 1; level++ {
		width := int64(1)
		for range max(level, 0) {
			width <<= translog.TileHeight
		}
		const full = 1 << translog.TileHeight
		for n := int64(0); n*full < tree.N/width; n++ {
			tile := tlog.Tile{H: translog.TileHeight, L: level, N: n, W: int(min(full, tree.N/width-n*full))}
			first, err := auditor(t, c.World, c.client(0)).Tile(t.Context(), tile)
			require.NoError(t, err)
			second, err := auditor(t, c.World, c.client(1)).Tile(t.Context(), tile)
			require.NoError(t, err)
			require.Equal(t, first, second, translog.Path(tile))
		}
	}

	c.servers[1].kill()
	key, err := os.ReadFile(filepath.Join(c.servers[0].dir, logKeyFile))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(c.servers[1].dir, logKeyFile), key, 0o600))
	c.servers[1].start()
	one, _ := checkpoint(t, auditor(t, c.World, c.client(0)), last.ID)
	two, _ := checkpoint(t, auditor(t, c.World, c.client(1)), last.ID)
	require.Equal(t, string(one), string(two))
}
