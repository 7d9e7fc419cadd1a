// Package books recomputes every campaign's conservation from a replayed
// history, in memory that does not grow with the number of vouchers.
package books

import (
	"fmt"
	"iter"
	"maps"
	"slices"

	"tally/internal/voucher"
)

// State is the state that a replay ends with, and can list what is in it.
type State interface {
	voucher.State
	// Vouchers yields every voucher that a campaign has, in any order.
	Vouchers(c voucher.CampaignID) iter.Seq2[voucher.Ref, error]
}

// Books are the campaigns' books while a history is replayed.
type Books struct {
	campaigns map[voucher.CampaignID]*sums
}

// sums is what no voucher's state tells.
type sums struct {
	redeemed  uint64
	forfeited uint64
	appeared  uint64 // vouchers, each once
	broken    string
}

// New starts the books.
func New() *Books { return &Books{campaigns: map[voucher.CampaignID]*sums{}} }

// Campaigns are those that were met, in ascending order.
func (b *Books) Campaigns() []voucher.CampaignID {
	return slices.SortedFunc(maps.Keys(b.campaigns), func(x, y voucher.CampaignID) int { return slices.Compare(x[:], y[:]) })
}

// Count adds the events of one accepted command.
func (b *Books) Count(events []voucher.Event) {
	for _, e := range events {
		switch e := e.(type) {
		case voucher.CampaignCreated:
			b.campaigns[e.Campaign] = &sums{}
		case voucher.VoucherClaimed:
			b.of(e.Campaign).appeared++
		case voucher.VoucherDelivered:
			b.of(e.Campaign).appeared++
		case voucher.VoucherVoided:
			if e.Voucher.Unpack().Owner.IsZero() {
				b.of(e.Campaign).appeared++
			}
		case voucher.VoucherRedeemed:
			b.of(e.Campaign).redeemed += e.Units
		case voucher.VoucherReturned:
			b.of(e.Campaign).back(e)
		}
	}
}

// of is the sums of a campaign. Of one that was never created nothing is kept:
// a history in which a voucher of it appears does not follow.
func (b *Books) of(c voucher.CampaignID) *sums {
	if s, ok := b.campaigns[c]; ok {
		return s
	}
	return &sums{}
}

func (s *sums) back(e voucher.VoucherReturned) {
	if e.Units > s.redeemed {
		s.broken = "more was given back than was redeemed"
		return
	}
	s.redeemed -= e.Units
	if e.Forfeit {
		s.forfeited += e.Units
	}
}

// Report is a campaign's books at an instant, by the state at the end.
func (b *Books) Report(state State, id voucher.CampaignID, now uint64) (voucher.Conservation, error) {
	s := b.of(id)
	campaign, ok, err := voucher.ReadCampaign(state, id)
	if err != nil || !ok {
		return voucher.Conservation{}, fmt.Errorf("books of %s: known %t: %w", id, ok, err)
	}
	extension, err := voucher.ReadExtension(state, campaign.Merchant, id)
	if err != nil {
		return voucher.Conservation{}, err
	}
	r := voucher.Conservation{Campaign: id.String(), At: now, Broken: s.broken}
	r.Units.Redeemed, r.Units.Forfeited = s.redeemed, s.forfeited
	there, kept := uint64(0), uint64(0)
	for ref, err := range state.Vouchers(id) {
		if err != nil {
			return r, err
		}
		v, _, err1 := voucher.ReadVoucher(state, ref)
		hold, err2 := voucher.ReadHold(state, ref)
		if err1 != nil || err2 != nil {
			return r, fmt.Errorf("books of %s: %w", ref, firstOf(err1, err2))
		}
		there++
		if !v.Owner.IsZero() { // else it was voided before anybody had it
			r.Units.Issued += campaign.Units
			kept += v.Units
		}
		r.Count(v, hold, now, extension)
	}
	r.Vouchers.Minted = uint64(campaign.Supply)
	r.Vouchers.Unclaimed = r.Vouchers.Minted - min(r.Vouchers.Minted, there)
	balance(&r, there, kept, s)
	return r, nil
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// balance says what does not add up first.
func balance(r *voucher.Conservation, there, kept uint64, s *sums) {
	v, u := r.Vouchers, r.Units
	for _, check := range []struct {
		wrong bool
		what  string
	}{
		{there != s.appeared, "the state has other vouchers than those that appeared"},
		{there > v.Minted, "there are more vouchers than were minted"},
		{v.Minted != v.Unclaimed+v.Live+v.Spent+v.Expired+v.Void, "vouchers do not add up"},
		{u.Issued != kept+s.redeemed+s.forfeited, "units do not add up"},
		{u.Issued != u.Available+u.Held+u.Redeemed+u.Forfeited+u.Expired+u.Void, "units do not add up"},
	} {
		if check.wrong && r.Broken == "" {
			r.Broken = check.what
		}
	}
	r.Holds = r.Broken == ""
}
