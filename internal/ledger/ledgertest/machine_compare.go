package ledgertest

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// names is what commands named since the last comparison, there or not.
type names struct {
	merchants map[voucher.Address]bool
	keys      map[[2]voucher.Address]bool // a merchant and a key
	campaigns map[voucher.CampaignID]bool
	holders   map[holder]bool
	vouchers  map[voucher.Ref]bool
}

// holder is a campaign and somebody that one command named.
type holder struct {
	campaign voucher.CampaignID
	wallet   voucher.Address
}

func newNames() names {
	return names{
		map[voucher.Address]bool{}, map[[2]voucher.Address]bool{}, map[voucher.CampaignID]bool{}, map[holder]bool{},
		map[voucher.Ref]bool{},
	}
}

// of adds what a command names and could have changed.
func (n names) of(c voucher.Command) {
	in := named{vouchers: n.vouchers}
	in.value(reflect.ValueOf(c))
	for _, id := range in.campaigns {
		n.campaigns[id] = true
	}
	if claim, ok := c.(voucher.ClaimCommand); ok {
		n.holders[holder{claim.Claim.Campaign, claim.Claim.Wallet}] = true
		for _, serial := range claim.Candidates {
			n.vouchers[voucher.Ref{Campaign: claim.Claim.Campaign, Serial: serial}] = true
		}
	}
	if !aboutMerchants(c.Verb()) {
		return
	}
	for _, a := range in.addresses {
		n.merchants[a] = true
		if key, ok := c.(voucher.Signed[voucher.PutKey]); ok {
			n.keys[[2]voucher.Address{a, key.Intent.Key}] = true
		}
	}
}

// aboutMerchants reports whether commands of a verb can change merchants or their keys.
func aboutMerchants(v voucher.Verb) bool {
	return v <= voucher.VerbRecoverRoot || v >= voucher.VerbAdmitMerchantProven && v <= voucher.VerbRecoverRootProven
}

// named is what one command names.
type named struct {
	addresses []voucher.Address
	campaigns []voucher.CampaignID
	vouchers  map[voucher.Ref]bool
}

func (n *named) value(v reflect.Value) {
	switch x := v.Interface().(type) {
	case voucher.Address:
		n.addresses = append(n.addresses, x)
		return
	case voucher.CampaignID:
		n.campaigns = append(n.campaigns, x)
		return
	}
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			n.value(v.Index(i))
		}
	case reflect.Struct:
		n.ref(v)
		for i := range v.NumField() {
			n.value(v.Field(i))
		}
	}
}

// ref adds the voucher of a struct that has a campaign and a serial.
func (n *named) ref(v reflect.Value) {
	campaign, serial := v.FieldByName("Campaign"), v.FieldByName("Serial")
	if !campaign.IsValid() || !serial.IsValid() {
		return
	}
	if id, ok := campaign.Interface().(voucher.CampaignID); ok {
		n.vouchers[voucher.Ref{Campaign: id, Serial: uint32(serial.Uint())}] = true
	}
}

// compareNamed compares what was named since the last time, and forgets it.
func (r *run) compareNamed() {
	r.t.Helper()
	reader := r.fixture.Ledger
	operators, err := reader.Operators(r.ctx)
	require.NoError(r.t, err)
	want, err := voucher.ReadOperators(r.state)
	require.NoError(r.t, err)
	require.Equal(r.t, want, operators)
	r.compareAuditors()
	for a := range r.named.merchants {
		r.compareMerchant(a)
	}
	for pair := range r.named.keys {
		r.compareKey(pair[0], pair[1])
	}
	for id := range r.named.campaigns {
		r.compareCampaign(id)
	}
	for h := range r.named.holders {
		r.compareHolder(h.campaign, h.wallet)
	}
	for ref := range r.named.vouchers {
		r.compareVoucher(ref)
	}
	r.named = newNames()
}

// nameAll names every record that the model has, and has what Reader does not
// show compared.
func (r *run) nameAll() {
	r.t.Helper()
	record := func(string, []byte) error { return nil }
	if r.records != nil {
		record = r.records(r.fixture)
	}
	for _, key := range slices.Sorted(maps.Keys(r.state)) {
		require.NoError(r.t, record(key, r.state[key]))
		parts := strings.Split(key, "/")
		switch parts[0] {
		case "merchant":
			r.named.merchants[must(r.t, voucher.ParseAddress, parts[1])] = true
		case "key":
			m, k := must(r.t, voucher.ParseAddress, parts[1]), must(r.t, voucher.ParseAddress, parts[2])
			r.named.keys[[2]voucher.Address{m, k}] = true
		case "campaign":
			r.named.campaigns[must(r.t, voucher.ParseCampaignID, parts[1])] = true
		case "wallet":
			id, a := must(r.t, voucher.ParseCampaignID, parts[1]), must(r.t, voucher.ParseAddress, parts[2])
			r.named.holders[holder{id, a}] = true
		case "voucher":
			r.named.vouchers[must(r.t, voucher.ParseRef, parts[1])] = true
			for _, other := range []string{"hold/", "extended/"} {
				if r.state[other+parts[1]] == nil { // else it has its turn
					require.NoError(r.t, record(other+parts[1], nil))
				}
			}
		}
	}
}

// must reads a part of a key of the state.
func must[T any](t testing.TB, parse func(string) (T, error), text string) T {
	t.Helper()
	v, err := parse(text)
	require.NoError(t, err)
	return v
}

func (r *run) compareMerchant(m voucher.Address) {
	r.t.Helper()
	want, there, err := voucher.ReadMerchant(r.state, m)
	require.NoError(r.t, err)
	got, ok, err := r.fixture.Ledger.Merchant(r.ctx, m)
	require.NoError(r.t, err)
	require.Equal(r.t, there, ok, m)
	require.Equal(r.t, want, got, m)
	beside, err := voucher.ReadStanding(r.state, m)
	require.NoError(r.t, err)
	standing, err := r.fixture.Ledger.Standing(r.ctx, m)
	require.NoError(r.t, err)
	require.Equal(r.t, beside, standing, m)
}

func (r *run) compareAuditors() {
	r.t.Helper()
	want, err := voucher.ReadAuditors(r.state)
	require.NoError(r.t, err)
	got, err := r.fixture.Ledger.Auditors(r.ctx)
	require.NoError(r.t, err)
	require.Equal(r.t, want, got)
}

func (r *run) compareKey(m, key voucher.Address) {
	r.t.Helper()
	want, err := voucher.ReadKey(r.state, m, key)
	require.NoError(r.t, err)
	got, err := r.fixture.Ledger.Key(r.ctx, m, key)
	require.NoError(r.t, err)
	require.Equal(r.t, want, got, key)
}

func (r *run) compareCampaign(id voucher.CampaignID) {
	r.t.Helper()
	want, there, err := voucher.ReadCampaign(r.state, id)
	require.NoError(r.t, err)
	got, ok, err := r.fixture.Ledger.Campaign(r.ctx, id)
	require.NoError(r.t, err)
	require.Equal(r.t, there, ok, id)
	// As bytes: an empty list and none are the same to a ledger.
	require.Equal(r.t, string(voucher.CanonicalJSON(want)), string(voucher.CanonicalJSON(got)), id)
	attestors, err := voucher.ReadAttestors(r.state, id)
	require.NoError(r.t, err)
	named, err := r.fixture.Ledger.Attestors(r.ctx, id)
	require.NoError(r.t, err)
	require.Equal(r.t, attestors, named, id)
}

func (r *run) compareHolder(id voucher.CampaignID, wallet voucher.Address) {
	r.t.Helper()
	want, err := voucher.ReadHolder(r.state, id, wallet)
	require.NoError(r.t, err)
	got, err := r.fixture.Ledger.Holder(r.ctx, id, wallet)
	require.NoError(r.t, err)
	require.Equal(r.t, want, got, "%s in %s", wallet, id)
}

func (r *run) compareVoucher(ref voucher.Ref) {
	r.t.Helper()
	want, there, err := voucher.ReadVoucher(r.state, ref)
	require.NoError(r.t, err)
	got, ok, err := r.fixture.Ledger.Voucher(r.ctx, ref)
	require.NoError(r.t, err)
	require.Equal(r.t, there, ok, ref)
	require.Equal(r.t, want, got, ref)
}
