package lincheck

import (
	"maps"

	"tally/internal/voucher"
)

// The model: what one campaign's vouchers are, and what every answer may be. It
// is a second opinion, and short: it knows neither time nor signatures, for the
// load keeps deadlines far and signs well. A refusal has to be the right one.

// life is one voucher's. Without an owner, nobody claimed it so far.
type life struct {
	owner, claimer  voucher.Address
	units, signedAt uint64
	hold            voucher.Hash
	held            uint64
}

// deed is what later commands need to know of an accepted one.
type deed struct {
	part            voucher.Hash // a redemption is the same one only with the same store's half
	taken, returned [MaxSupply]uint64
}

// state is a campaign's.
type state struct {
	vouchers [MaxSupply]life
	deeds    map[voucher.Hash]deed // never written to
}

// step reports whether the answer to a call is possible in a state, and returns the
// state after the call.
func (c Campaign) step(s state, call Call, told Answer) (bool, state) {
	if call.Verb.reads() {
		return s.shows(call, told), s
	}
	if told.hadNoEffect() {
		return true, s
	}
	if d, again := s.deeds[call.ID]; again && d.part == call.Part {
		return told.Code == Accepted || told.Code == Unknown, s // the first outcome
	}
	if call.Verb == Claim {
		return c.claim(s, call, told)
	}
	next, d, code := s, deed{part: call.Part}, Accepted
	if call.Verb == Rollback {
		code = next.giveBack(call)
	}
	for i := 0; i < len(call.Lines) && code == Accepted; i++ {
		code = next.vouchers[call.Lines[i].Serial].change(call, call.Lines[i])
		if call.Verb == Redeem || call.Verb == Capture {
			d.taken[call.Lines[i].Serial] = call.Lines[i].Units
		}
	}
	if code != Accepted { // all lines or none
		return told.Code == code || told.Code == Unknown, s
	}
	return told.Code == code || told.Code == Unknown, next.with(call.ID, d)
}

// hadNoEffect reports whether an answer says that the command had none.
func (a Answer) hadNoEffect() bool { return a.Code == unavailable || a.Code == ledgerUnavailable }

// change is what a command does to one voucher, or the code of its refusal.
func (v *life) change(call Call, line Line) string {
	owners := call.Verb == Redeem || call.Verb == Hold || call.Verb == Transfer
	switch {
	case call.Verb == Rollback:
		v.units += line.Units
		return Accepted
	case call.Verb == Capture || call.Verb == Release:
		return v.end(call, line)
	case v.owner != call.By: // nobody's looks like somebody else's
		return voucher.KindUnknownVoucher.String()
	case call.SignedAt == v.signedAt:
		return voucher.KindAlreadyUsed.String()
	case call.SignedAt < v.signedAt:
		return voucher.KindSuperseded.String()
	case owners && v.hold != voucher.Hash{}:
		return voucher.KindHeld.String()
	case owners && v.units == 0:
		return voucher.KindSpent.String()
	case owners && line.Units > v.units:
		return voucher.KindInsufficientUnits.String()
	}
	v.signedAt = call.SignedAt // for a cancel that is all
	switch call.Verb {
	case Redeem:
		v.units -= line.Units
	case Hold:
		v.hold, v.held = call.ID, line.Units
	case Transfer:
		v.owner = call.To
	}
	return Accepted
}

// end captures or releases what is held.
func (v *life) end(call Call, line Line) string {
	switch {
	case v.hold != call.Of:
		return voucher.KindNotHeld.String()
	case line.Units > v.held:
		return voucher.KindInsufficientUnits.String()
	}
	v.units -= line.Units
	v.hold, v.held = voucher.Hash{}, 0
	return Accepted
}

// giveBack notes what is given back of a redemption that took as much as is said.
func (s *state) giveBack(call Call) string {
	d, there := s.deeds[call.Of]
	for _, line := range call.Lines {
		if !there || d.taken[line.Serial] != line.Taken || line.Returned+line.Units > line.Taken {
			return voucher.KindRollbackExceeds.String()
		}
	}
	for _, line := range call.Lines {
		if d.returned[line.Serial] != line.Returned {
			return voucher.KindWrongReturned.String()
		}
		d.returned[line.Serial] += line.Units
	}
	*s = s.with(call.Of, d)
	return Accepted
}

// claim takes the serial that the outcome names. Of two reasons to refuse either will do.
func (c Campaign) claim(s state, call Call, told Answer) (bool, state) {
	free, claims := c.Supply, uint32(0)
	for _, v := range s.vouchers {
		if !v.claimer.IsZero() {
			free--
		}
		if v.claimer == call.By {
			claims++
		}
	}
	switch told.Code {
	case voucher.KindWrongOrdinal.String():
		return call.Ordinal != claims, s
	case soldOut, voucher.KindSerialsTaken.String():
		return free == 0, s
	case Accepted, Unknown:
	default:
		return false, s
	}
	serial, known := claimed(told)
	if !known || call.Ordinal != claims || serial >= c.Supply || !s.vouchers[serial].claimer.IsZero() {
		return told.Code == Unknown, s
	}
	s.vouchers[serial] = life{owner: call.By, claimer: call.By, units: c.Units}
	return true, s.with(call.ID, deed{})
}

// shows reports whether a read in this state may get this answer.
func (s state) shows(call Call, told Answer) bool {
	if told.Code == Unknown || told.Code == unavailable || told.Code == ledgerUnavailable {
		return true
	}
	if call.Verb == ReadCommand {
		_, there := s.deeds[call.ID]
		return there == (told.Code == Shown) && (there || told.Code == notFound)
	}
	v := s.vouchers[call.Lines[0].Serial]
	if v.owner.IsZero() || !call.By.IsZero() && call.By != v.owner {
		return told.Code == notFound
	}
	return told.Code == Shown && told.Voucher != nil && *told.Voucher == v.seen()
}

func (v life) seen() Seen {
	seen := Seen{Owner: v.owner, State: "claimed", Units: v.units, SignedAt: v.signedAt, Hold: v.hold, Held: v.held}
	switch {
	case v.units == 0:
		seen.State = "spent"
	case v.hold != voucher.Hash{}:
		seen.State = "held"
	}
	return seen
}

// with is the state in which a command was accepted, too.
func (s state) with(id voucher.Hash, d deed) state {
	deeds := make(map[voucher.Hash]deed, len(s.deeds)+1)
	maps.Copy(deeds, s.deeds)
	deeds[id] = d
	s.deeds = deeds
	return s
}

// The codes of problems that are no refusal of the ledger.
const (
	notFound          = "not_found"
	unavailable       = "unavailable"
	ledgerUnavailable = "ledger_unavailable"
	soldOut           = "sold_out"
)

// claimed is the serial that a claim's outcome names.
func claimed(told Answer) (serial uint32, ok bool) {
	if told.Outcome == nil || len(told.Outcome.Events) == 0 {
		return 0, false
	}
	e, ok := told.Outcome.Events[0].(voucher.VoucherClaimed)
	return e.Serial, ok
}
