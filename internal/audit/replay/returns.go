package replay

import (
	"encoding/binary"
	"fmt"

	"tally/internal/voucher"
)

// takenKey is where a replay keeps, beside the rules' own records, what a
// redemption took of a voucher: units and discount, 8 bytes each.
func takenKey(redemption voucher.Hash, ref voucher.Ref) string {
	return "replay/taken/" + redemption.String() + "/" + ref.String()
}

// Taken is what a redemption took of a voucher, in the state of a replay: units, and the
// discount in minor units of money. Both are 0 where there was no such redemption.
func Taken(s voucher.State, redemption voucher.Hash, ref voucher.Ref) (units, discount uint64, err error) {
	raw, err := s.Get(takenKey(redemption, ref))
	if err != nil || len(raw) == 0 {
		return 0, 0, err
	}
	return binary.BigEndian.Uint64(raw), binary.BigEndian.Uint64(raw[8:]), nil
}

// returns keeps what an accepted command took, and says what is wrong with what
// it gave back.
func (r *Replay) returns(c voucher.Command, o voucher.Outcome) (wrong string, err error) {
	if err := keepTaken(r.state, o); err != nil {
		return "", err
	}
	return wrongReturn(r.state, c)
}

// keepTaken keeps what a redemption or capture took.
func keepTaken(s voucher.State, o voucher.Outcome) error {
	for _, event := range o.Events {
		taken, ok := event.(voucher.VoucherRedeemed)
		if !ok {
			continue
		}
		ref := voucher.Ref{Campaign: taken.Campaign, Serial: taken.Serial}
		value := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, taken.Units), taken.Discount)
		if err := s.Put(takenKey(o.ID, ref), value); err != nil {
			return err
		}
	}
	return nil
}

// wrongReturn says what is wrong with a rollback that gives back more than its
// redemption took. A ledger cannot know: a redemption leaves no record there, and
// the rules only see that the voucher does not get more than it was issued with. A
// replay has the whole history, so it can be exact.
func wrongReturn(s voucher.State, c voucher.Command) (wrong string, err error) {
	back, ok := c.(voucher.Signed[voucher.Rollback])
	if !ok {
		return "", nil
	}
	for _, line := range back.Intent.Returns {
		ref := voucher.Ref{Campaign: line.Campaign, Serial: line.Serial}
		taken, _, err := Taken(s, back.Intent.Redemption, ref)
		if err != nil {
			return "", err
		}
		if taken != line.Taken {
			return fmt.Sprintf("it says that %s took %d of %s, which took %d", back.Intent.Redemption, line.Taken, ref, taken), nil
		}
	}
	return "", nil
}
