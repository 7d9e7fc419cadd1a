package access_test

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/access"
	indexmemory "tally/internal/index/memory"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// found is a world with a merchant, and the policy over its ledger.
func found(t *testing.T) (*ledgertest.World, *access.Policy) {
	t.Helper()
	l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, ledgertest.Start)
	require.NoError(t, err)
	pipeline := ledger.NewPipeline(l, 1)
	t.Cleanup(func() {
		pipeline.Close()
		require.NoError(t, l.Close())
	})
	w := ledgertest.NewWorld(t, l, ledgertest.Start)
	w.Found()
	counter := teller.New(l, pipeline, indexmemory.Trusted(), slog.New(slog.DiscardHandler))
	return w, access.New(counter, ledgertest.Start)
}

// TestAuthorize_TableOfGrants asks for every kind of resource as everybody who
// could read one.
func TestAuthorize_TableOfGrants(t *testing.T) {
	w, policy := found(t)
	auditor := ledgertest.NewActor("auditor")
	w.Must(w.SetAuditor(auditor.Address, 0, w.Unix()+3600))
	const root, party, till, operator, audits = 1, 2, 4, 8, 16
	readers := map[int]ledgertest.Actor{root: w.Merchant, party: w.Alice, till: w.Till, operator: w.Operator, audits: auditor}
	for kind, may := range map[access.Kind]int{
		access.Administration: root | party | operator | audits,
		access.Campaigns:      root | operator | audits,
		access.Orders:         root | party | till | audits,
		access.Vouchers:       root | party | audits,
		access.Log:            root | audits, // the log has no merchant: see the next test
		access.Deliveries:     root | party,
		access.Records:        root | party | till,
		access.Deposits:       root | till,
		access.Erasures:       root,
	} {
		of := access.Resource{Kind: kind, Parties: []voucher.Address{w.Alice.Address}, Merchant: w.Merchant.Address, Store: 1}
		for who, reader := range readers {
			ok, err := policy.Authorize(t.Context(), access.Principal{Key: reader.Address}, of)
			require.NoError(t, err)
			require.Equal(t, may&who != 0, ok, "kind %d, reader %d", kind, who)
		}
		for _, stranger := range []voucher.Address{w.Bob.Address, w.Other.Address, {}} {
			ok, err := policy.Authorize(t.Context(), access.Principal{Key: stranger}, of)
			require.NoError(t, err)
			require.False(t, ok, "kind %d", kind)
		}
	}
}

// TestAuthorize_NothingIsForNobody: what does not exist concerns nobody, and no
// merchant reads the log.
func TestAuthorize_NothingIsForNobody(t *testing.T) {
	w, policy := found(t)
	for _, kind := range []access.Kind{access.Orders, access.Vouchers, access.Log, access.Deliveries} {
		for _, who := range []voucher.Address{w.Merchant.Address, w.Till.Address, w.Operator.Address, w.Alice.Address, {}} {
			ok, err := policy.Authorize(t.Context(), access.Principal{Key: who}, access.Resource{Kind: kind})
			require.NoError(t, err)
			require.False(t, ok, "kind %d", kind)
		}
	}
}

// TestConcerns_WhoTookPart follows one voucher from its campaign to its redemption.
func TestConcerns_WhoTookPart(t *testing.T) {
	w, policy := found(t)
	concerns := func(out voucher.Outcome) access.Resource {
		r, err := policy.Concerns(t.Context(), out)
		require.NoError(t, err)
		return r
	}
	merchant := w.Merchant.Address
	created := w.Must(w.Create(w.Terms(3, nil)))
	require.Equal(t, access.Resource{Kind: access.Campaigns, Merchant: merchant}, concerns(created))
	id := voucher.CampaignOf(created.ID)
	claimed := w.Must(w.Claim(w.Alice, id, 0, 1))
	require.Equal(t, access.Resource{Kind: access.Vouchers, Merchant: merchant, Parties: []voucher.Address{w.Alice.Address}}, concerns(claimed))
	ref := voucher.Ref{Campaign: id, Serial: 1}
	redeemed := w.Must(w.Redeem(w.Alice, ref))
	require.Equal(t, access.Resource{Kind: access.Orders, Merchant: merchant, Store: 1, Parties: []voucher.Address{w.Alice.Address}}, concerns(redeemed))
	require.Equal(t, access.Resource{}, concerns(voucher.Outcome{}), "no command")
}
