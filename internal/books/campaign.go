package books

import (
	"iter"
	"maps"
	"slices"

	"tally/internal/voucher"
)

// Campaign is the books of one campaign, from the events of the whole ledger and
// nothing else. It keeps each of the campaign's vouchers.
type Campaign struct {
	id    voucher.CampaignID
	books *Books
}

// NewCampaign starts the books of a campaign.
func NewCampaign(id voucher.CampaignID) *Campaign {
	b := New(nil)
	b.campaigns[id] = &sums{vouchers: map[uint32]*tally{}}
	return &Campaign{id, b}
}

// Known reports whether the campaign was met.
func (c *Campaign) Known() bool { return c.books.of(c.id).known }

// Count adds what one accepted command did, to this campaign or to others.
func (c *Campaign) Count(o voucher.Outcome) {
	undone := redemptionOf(o)
	for _, e := range o.Events {
		if created, ok := e.(voucher.CampaignCreated); ok && created.Campaign != c.id {
			continue // its books are not kept
		}
		_ = c.books.count(o.ID, undone, e) // no state is asked, so nothing fails
	}
}

// Report is the books at an instant, in Unix seconds.
func (c *Campaign) Report(now uint64) Report {
	s := c.books.of(c.id)
	for _, serial := range slices.Sorted(maps.Keys(s.vouchers)) {
		v := s.vouchers[serial]
		if !v.voucher.Owner.IsZero() && v.voucher.Units+v.redeemed+v.forfeited != s.units {
			s.complain("units do not add up: " + voucher.Ref{Campaign: c.id, Serial: serial}.String())
		}
	}
	r, _ := c.books.report(c.id, now, s.tallied()) // no state is read, so nothing fails
	return r
}

// sums are a campaign's books but for what its vouchers hold in the end.
type sums struct {
	known      bool
	merchant   voucher.Address
	units      uint64 // of each voucher
	supply     uint32
	lostBefore uint64 // what the merchant had lost by suspensions when it created the campaign
	taken      uint64 // units redeemed and not given back
	forfeited  uint64
	sales      Sales             // but for what is net
	seen       uint64            // vouchers that appeared
	vouchers   map[uint32]*tally // by serial; nil where a replayed state has them
	broken     string            // what does not add up first
}

// tally is what became of the units of one voucher.
type tally struct {
	voucher   voucher.Voucher
	redeemed  uint64
	forfeited uint64
	held      uint64
	until     uint64
}

// tallied are the vouchers that were kept, in the order of their serials.
func (s *sums) tallied() iter.Seq2[holding, error] {
	return func(yield func(holding, error) bool) {
		for _, v := range s.vouchers {
			hold := voucher.Hold{ID: voucher.Hash{1}, Units: v.held, Until: v.until} // any id: a hold without one is none
			if !yield(holding{v.voucher, hold}, nil) {
				return
			}
		}
	}
}

func (s *sums) complain(what string) {
	if s.broken == "" {
		s.broken = what
	}
}

// appeared adds a voucher. Its arguments are what voucher.VoucherOf says of the event.
func (s *sums) appeared(ref voucher.Ref, slot voucher.Slot, _ bool) {
	s.seen++
	if s.vouchers == nil {
		return
	}
	if _, twice := s.vouchers[ref.Serial]; twice {
		s.complain("a serial appeared twice: " + ref.String())
	}
	s.vouchers[ref.Serial] = &tally{voucher: slot.Unpack()}
}

// moved brings a voucher to a later state. ok is false where no such voucher
// appeared. Where a replayed state has the vouchers, the tally is nobody's.
func (s *sums) moved(ref voucher.Ref, slot voucher.Slot, _ bool) (v *tally, ok bool) {
	if s.vouchers == nil {
		return &tally{}, true
	}
	v, ok = s.vouchers[ref.Serial]
	if !ok {
		s.complain("a voucher was used that nobody claimed: " + ref.String())
		return &tally{}, false
	}
	v.voucher = slot.Unpack()
	return v, true
}

// unheld moves a voucher whose hold has ended.
func (s *sums) unheld(ref voucher.Ref, slot voucher.Slot, _ bool) {
	v, _ := s.moved(ref, slot, true)
	v.held = 0
}

func (s *sums) held(e voucher.VoucherHeld) {
	v, _ := s.moved(voucher.VoucherOf(e))
	v.held, v.until = e.Units, e.Until
}

// redeemed reports whether the voucher's sale counts.
func (s *sums) redeemed(e voucher.VoucherRedeemed) bool {
	v, ok := s.moved(voucher.VoucherOf(e))
	if !ok {
		return false
	}
	v.held = 0 // by a capture, or the hold had lapsed
	v.redeemed += e.Units
	s.taken += e.Units
	s.sales.Units.Gross += e.Units
	s.sales.Discount.Gross += e.Discount
	return s.known
}

// returned reports whether what came back to the voucher counts.
func (s *sums) returned(e voucher.VoucherReturned) bool {
	v, ok := s.moved(voucher.VoucherOf(e))
	if !ok {
		return false
	}
	most, what := s.taken, "more was given back than was redeemed"
	if s.vouchers != nil {
		most, what = v.redeemed, what+": "+voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}.String()
	}
	if e.Units > most {
		s.complain(what)
		return false
	}
	v.redeemed -= e.Units
	s.taken -= e.Units
	s.sales.Units.Returned += e.Units
	if e.Forfeit {
		v.forfeited += e.Units
		s.forfeited += e.Units
	}
	return s.known
}

// voided moves a voucher, or adds a serial that was voided before anybody had it.
func (s *sums) voided(e voucher.VoucherVoided) {
	if e.Voucher.Unpack().Owner.IsZero() {
		s.appeared(voucher.VoucherOf(e))
		return
	}
	s.moved(voucher.VoucherOf(e))
}
