package lincheck

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/books"
	"tally/internal/voucher"
)

var (
	alice = voucher.Address{1}
	bob   = voucher.Address{2}
)

// pass is the campaign of the hand-written histories: two vouchers of ten units.
func pass() Campaign { return Campaign{ID: voucher.CampaignID{7}, Supply: 2, Units: 10} }

func named(id byte) voucher.Hash { return voucher.Hash{id} }

// outcome is that of an accepted command, whose position is its id's.
func outcome(id byte, events ...voucher.Event) *voucher.Outcome {
	return &voucher.Outcome{
		ID: named(id), Status: voucher.StatusAccepted, Position: voucher.Position{Block: uint64(id)}, Events: events,
	}
}

func yes(id byte, events ...voucher.Event) Answer {
	return Answer{Code: Accepted, Outcome: outcome(id, events...)}
}

func no(kind voucher.Kind) Answer { return Answer{Code: kind.String()} }

func did(call Call, told Answer) Operation { return Operation{Call: call, Answer: told} }

func claimCall(id byte, by voucher.Address, ordinal uint32) Call {
	return Call{Verb: Claim, ID: named(id), By: by, Ordinal: ordinal}
}

func took(id byte, serial uint32) Answer { return yes(id, voucher.VoucherClaimed{Serial: serial}) }

// offerCall is an owner's command on voucher 0, signed at an instant.
func offerCall(verb Verb, id byte, at, units uint64) Call {
	return Call{Verb: verb, ID: named(id), Part: voucher.Hash{id, 1}, By: alice, To: bob, SignedAt: at, Lines: []Line{{Units: units}}}
}

func spent(id byte, units uint64) Answer { return yes(id, voucher.VoucherRedeemed{Units: units}) }

// endCall captures or releases a hold of voucher 0.
func endCall(verb Verb, id, hold byte, units uint64) Call {
	return Call{Verb: verb, ID: named(id), Of: named(hold), Lines: []Line{{Units: units}}}
}

func backCall(id, sale byte, units, taken, returned uint64) Call {
	return Call{Verb: Rollback, ID: named(id), Of: named(sale), Lines: []Line{{Units: units, Taken: taken, Returned: returned}}}
}

func cancelCall(id, offer byte, at uint64) Call {
	return Call{Verb: Cancel, ID: named(id), Of: named(offer), By: alice, SignedAt: at, Lines: []Line{{}}}
}

func look(units, at uint64) Operation {
	return did(Call{Verb: ReadVoucher, Lines: []Line{{}}}, Answer{
		Code: Shown, Voucher: &Seen{Owner: alice, State: "claimed", Units: units, SignedAt: at},
	})
}

func ask(id byte, told Answer) Operation {
	return did(Call{Verb: ReadCommand, ID: named(id)}, told)
}

// unknown is a call that nobody answered.
func unknown(call Call) Operation { return did(call, Answer{Code: Unknown}) }

// during has operations overlap with each other.
func during(ops ...Operation) []Operation {
	for i := range ops {
		ops[i].Called = -1
	}
	return ops
}

// history is of operations one after the other, after Alice claimed voucher 0.
func history(ops ...Operation) History {
	h := History{Campaigns: []Campaign{pass()}}
	overlap := int64(0)
	for i, op := range append([]Operation{did(claimCall(1, alice, 0), took(1, 0))}, ops...) {
		at := int64(i) * 10
		if op.Called == -1 {
			if overlap == 0 {
				overlap = at
			}
			at = overlap
		} else {
			overlap = 0
		}
		op.Called, op.Told = at, int64(i)*10+5
		if op.Answer.Code == Unknown {
			op.Told = Never
		}
		op.Call.Campaign = pass().ID
		h.Operations = append(h.Operations, op)
	}
	return h
}

// TestCheck_GoodHistories: good histories are believed.
func TestCheck_GoodHistories(t *testing.T) {
	redeem := offerCall(Redeem, 2, 100, 3)
	other := redeem
	other.Part = voucher.Hash{9}
	for name, h := range map[string]History{
		"a redemption, seen":                   history(did(redeem, spent(2, 3)), look(7, 100), ask(2, Answer{Code: Shown, Outcome: outcome(2, voucher.VoucherRedeemed{Units: 3})})),
		"sent again":                           history(did(redeem, spent(2, 3)), did(redeem, spent(2, 3)), look(7, 100)),
		"one code at two tills":                history(during(did(other, no(voucher.KindAlreadyUsed)), did(redeem, spent(2, 3)))...),
		"an older code":                        history(did(redeem, spent(2, 3)), did(offerCall(Redeem, 3, 99, 1), no(voucher.KindSuperseded))),
		"unknown, and it happened":             history(unknown(redeem), look(7, 100)),
		"unknown, and it happened later":       history(unknown(redeem), look(10, 0), look(7, 100)),
		"unknown, and it never happened":       history(unknown(redeem), look(10, 0), ask(2, Answer{Code: "not_found"})),
		"unavailable, sent again":              history(did(redeem, Answer{Code: unavailable}), look(10, 0), did(redeem, spent(2, 3)), look(7, 100)),
		"too many units":                       history(did(offerCall(Redeem, 2, 100, 11), no(voucher.KindInsufficientUnits))),
		"a hold, a part of it captured":        history(did(offerCall(Hold, 2, 100, 5), yes(2)), did(offerCall(Redeem, 3, 101, 1), no(voucher.KindHeld)), did(endCall(Capture, 4, 2, 3), spent(4, 3)), look(7, 100)),
		"a hold, released":                     history(did(offerCall(Hold, 2, 100, 5), yes(2)), did(endCall(Release, 3, 2, 0), yes(3)), look(10, 100)),
		"a rollback":                           history(did(redeem, spent(2, 3)), did(backCall(3, 2, 2, 3, 0), yes(3)), look(9, 100), did(backCall(4, 2, 1, 3, 0), no(voucher.KindWrongReturned))),
		"a transfer":                           history(did(offerCall(Transfer, 2, 100, 0), yes(2)), did(offerCall(Redeem, 3, 101, 1), no(voucher.KindUnknownVoucher))),
		"cancelled":                            history(did(cancelCall(3, 2, 100), yes(3)), did(redeem, no(voucher.KindAlreadyUsed))),
		"sold out":                             history(did(claimCall(2, bob, 0), took(2, 1)), did(claimCall(3, bob, 1), Answer{Code: soldOut})),
		"sold out to one who was not answered": history(unknown(claimCall(2, bob, 0)), did(claimCall(3, alice, 1), Answer{Code: soldOut}), ask(2, Answer{Code: Shown, Outcome: outcome(2, voucher.VoucherClaimed{Serial: 1})})),
	} {
		require.NoError(t, h.Check(time.Minute), name)
	}
}

// TestCheck_BadHistories: bad histories are rejected.
func TestCheck_BadHistories(t *testing.T) {
	redeem := offerCall(Redeem, 2, 100, 3)
	other := offerCall(Redeem, 2, 100, 3)
	other.Part = voucher.Hash{9}
	for name, bad := range map[string]struct {
		why error
		History
	}{
		"more spent than there was":         {ErrNotLinearizable, history(did(offerCall(Redeem, 2, 100, 6), spent(2, 6)), did(offerCall(Redeem, 3, 101, 6), spent(3, 6)))},
		"two spent it at once":              {ErrNotLinearizable, history(during(did(offerCall(Redeem, 2, 100, 10), spent(2, 10)), did(offerCall(Redeem, 3, 101, 10), spent(3, 10)))...)},
		"one code, two tills, two yes":      {ErrNotLinearizable, history(during(did(redeem, spent(2, 3)), did(other, spent(2, 3)))...)},
		"an older code was taken":           {ErrNotLinearizable, history(did(offerCall(Redeem, 3, 101, 1), spent(3, 1)), did(redeem, spent(2, 3)))},
		"an answered redemption was lost":   {ErrNotLinearizable, history(did(redeem, spent(2, 3)), ask(2, Answer{Code: "not_found"}))},
		"its units were lost":               {ErrNotLinearizable, history(did(redeem, spent(2, 3)), look(10, 0))},
		"a stale read":                      {ErrNotLinearizable, history(unknown(redeem), look(7, 100), look(10, 0))},
		"a voucher that never was so":       {ErrNotLinearizable, history(did(redeem, spent(2, 3)), look(7, 0))},
		"a no that did something":           {ErrNotLinearizable, history(did(redeem, no(voucher.KindHeld)), look(7, 100))},
		"unavailable, and it happened":      {ErrNotLinearizable, history(did(redeem, Answer{Code: unavailable}), look(7, 100))},
		"a false no":                        {ErrNotLinearizable, history(did(redeem, no(voucher.KindSpent)))},
		"the wrong no":                      {ErrNotLinearizable, history(did(redeem, spent(2, 3)), did(offerCall(Redeem, 3, 99, 1), no(voucher.KindAlreadyUsed)))},
		"a no to what was accepted":         {ErrNotLinearizable, history(did(redeem, spent(2, 3)), did(redeem, no(voucher.KindAlreadyUsed)))},
		"held without a hold":               {ErrNotLinearizable, history(did(offerCall(Hold, 2, 100, 5), yes(2)), did(endCall(Release, 3, 2, 0), yes(3)), did(offerCall(Redeem, 4, 101, 1), no(voucher.KindHeld)))},
		"captured twice":                    {ErrNotLinearizable, history(did(offerCall(Hold, 2, 100, 5), yes(2)), did(endCall(Capture, 3, 2, 3), spent(3, 3)), did(endCall(Capture, 4, 2, 2), spent(4, 2)))},
		"more captured than held":           {ErrNotLinearizable, history(did(offerCall(Hold, 2, 100, 5), yes(2)), did(endCall(Capture, 3, 2, 6), spent(3, 6)))},
		"given back twice":                  {ErrNotLinearizable, history(did(redeem, spent(2, 3)), did(backCall(3, 2, 3, 3, 0), yes(3)), did(backCall(4, 2, 3, 3, 0), yes(4)))},
		"given back, never taken":           {ErrNotLinearizable, history(did(backCall(3, 2, 3, 3, 0), yes(3)))},
		"the giver spends it":               {ErrNotLinearizable, history(did(offerCall(Transfer, 2, 100, 0), yes(2)), did(offerCall(Redeem, 3, 101, 1), spent(3, 1)))},
		"one serial claimed twice":          {ErrNotLinearizable, history(did(claimCall(2, bob, 0), took(2, 0)))},
		"a serial that was never minted":    {ErrNotLinearizable, history(did(claimCall(2, bob, 0), took(2, 2)))},
		"sold out with one left":            {ErrNotLinearizable, history(did(claimCall(2, bob, 0), Answer{Code: soldOut}))},
		"a voucher of others that is shown": {ErrNotLinearizable, history(did(Call{Verb: ReadVoucher, By: bob, Lines: []Line{{}}}, look(10, 0).Answer))},
		"an internal error":                 {ErrNotLinearizable, history(did(redeem, Answer{Code: "internal"}))},
		"another outcome the second time":   {ErrAnotherAnswer, history(did(redeem, spent(2, 3)), did(redeem, spent(2, 2)))},
		"cancelled, then accepted":          {ErrCancelled, history(did(cancelCall(3, 2, 100), yes(3)), did(redeem, spent(2, 3)))},
	} {
		require.ErrorIs(t, bad.Check(time.Minute), bad.why, name)
	}
}

// TestCheck_ErrorNamesTheAnswer: the error names the first answer that nothing
// explains.
func TestCheck_ErrorNamesTheAnswer(t *testing.T) {
	h := history(did(offerCall(Redeem, 2, 100, 3), spent(2, 3)), look(7, 100), look(10, 0), look(7, 100))
	require.ErrorContains(t, h.Check(time.Minute), "told at 35")
}

// TestCheck_KeepsAFailedHistory: a failed history is kept.
func TestCheck_KeepsAFailedHistory(t *testing.T) {
	h := history(did(offerCall(Redeem, 2, 100, 3), spent(2, 3)), look(10, 0))
	kept, err := h.Keep(t.TempDir(), time.Minute)
	require.NoError(t, err)
	require.FileExists(t, kept+"/history.jsonl")
	require.FileExists(t, kept+"/"+pass().ID.String()+".html")
}

// sold is the books of one claimed voucher. Some of its units were taken, and some
// are held.
func sold(redeemed, held uint64) books.Report {
	return books.Report{
		Holds:    true,
		Vouchers: books.Vouchers{Minted: 2, Unclaimed: 1, Live: 1},
		Units:    books.Units{Issued: 10, Available: 10 - redeemed - held, Held: held, Redeemed: redeemed},
	}
}

// TestBalance_BooksAgainstAnswers: books are held against what was told.
func TestBalance_BooksAgainstAnswers(t *testing.T) {
	redeem := offerCall(Redeem, 2, 100, 3)
	h := history(did(redeem, spent(2, 3)), did(offerCall(Hold, 3, 101, 4), yes(3, voucher.VoucherHeld{Units: 4})))
	require.NoError(t, h.Balance(pass(), sold(3, 4)))
	require.ErrorIs(t, h.Balance(pass(), sold(0, 4)), ErrUnbalanced, "an answered redemption is not in the books")
	require.ErrorIs(t, h.Balance(pass(), sold(4, 4)), ErrUnbalanced, "they have more than was told")
	broken := sold(3, 4)
	broken.Holds = false
	require.ErrorIs(t, h.Balance(pass(), broken), ErrUnbalanced)

	settled := history(unknown(redeem), ask(2, Answer{Code: Shown, Outcome: outcome(2, voucher.VoucherRedeemed{Units: 3})}))
	require.NoError(t, settled.Balance(pass(), sold(3, 0)))
	returned := history(did(redeem, spent(2, 3)), did(backCall(3, 2, 2, 3, 0), yes(3, voucher.VoucherReturned{Units: 2})))
	require.NoError(t, returned.Balance(pass(), sold(1, 0)))
}
