package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type transferCommand = voucher.TransferCommand

func transferScene() scene[transferCommand] {
	return scene[transferCommand]{unsealedBuild(func(w *world) (transferCommand, []voucher.Address) {
		ref := w.claim(w.campaign(anything), wallet(1), 0)
		return transferCommand{Transfer: voucher.Transfer{
			Owner: wallet(1), Campaign: ref.Campaign, Serial: 0, To: wallet(2), SignedAt: w.now, Deadline: w.now + 120,
		}}, []voucher.Address{wallet(1)}
	}), unsealed[transferCommand]}
}

func transferRefusals() []refusal[transferCommand] {
	type command = transferCommand
	stored := func(name string, kind voucher.Kind, edit func(v *voucher.Voucher)) refusal[command] {
		return refusal[command]{name, kind, func(w *world, c *command, _ []voucher.Address) {
			ref := voucher.Ref{Campaign: c.Transfer.Campaign, Serial: c.Transfer.Serial}
			v := w.voucher(ref)
			edit(&v)
			w.put(ref, v)
		}}
	}
	edited := func(name string, kind voucher.Kind, edit func(in *voucher.Transfer)) refusal[command] {
		return refusal[command]{name, kind, func(_ *world, c *command, _ []voucher.Address) { edit(&c.Transfer) }}
	}
	return []refusal[command]{
		edited("to nobody", voucher.KindMalformed, func(in *voucher.Transfer) { in.To = voucher.Address{} }),
		edited("to oneself", voucher.KindMalformed, func(in *voucher.Transfer) { in.To = wallet(1) }),
		edited("signed after the end of the slot", voucher.KindMalformed, func(in *voucher.Transfer) { in.SignedAt = 1 << 32 }),
		edited("signed at the end of the slot", voucher.KindDeadlinePassed, func(in *voucher.Transfer) {
			in.SignedAt, in.Deadline = 1<<32-1, start-1
		}),
		{"a proof of 32 hashes", voucher.KindAccepted, func(_ *world, c *command, _ []voucher.Address) {
			c.Place.Path = make([]voucher.Hash, 32) // which is not read: the voucher is there
		}},
		{"a proof of 33 hashes", voucher.KindMalformed, func(_ *world, c *command, _ []voucher.Address) { c.Place.Path = make([]voucher.Hash, 33) }},
		{"by another", voucher.KindBadSignature, func(_ *world, _ *command, by []voucher.Address) { by[0] = wallet(2) }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *command, _ []voucher.Address) { w.now += 121 }},
		edited("more than ten minutes", voucher.KindDeadlineTooFar, func(in *voucher.Transfer) { in.Deadline = in.SignedAt + 601 }),
		edited("61 seconds ahead", voucher.KindSignedAhead, func(in *voucher.Transfer) { in.SignedAt += 61 }),
		edited("no such campaign", voucher.KindUnknownCampaign, func(in *voucher.Transfer) { in.Campaign[0]++ }),
		{"not transferable", voucher.KindNotTransferable, func(w *world, c *command, _ []voucher.Address) {
			c.Transfer.Campaign = w.claim(w.campaign(), wallet(1), 0).Campaign
		}},
		edited("a serial that nobody claimed", voucher.KindUnknownVoucher, func(in *voucher.Transfer) { in.Serial = 1 }),
		{"a wrong place", voucher.KindBadPlace, func(_ *world, c *command, _ []voucher.Address) {
			c.Transfer.Serial, c.Place = 9, voucher.Place{Issue: voucher.Hash{1}}
		}},
		stored("somebody else's", voucher.KindNotOwner, func(v *voucher.Voucher) { v.Owner = wallet(2) }),
		stored("void", voucher.KindVoided, func(v *voucher.Voucher) { v.State = voucher.StateVoid }),
		stored("void before anybody had it", voucher.KindVoided, func(v *voucher.Voucher) { *v = voucher.Voucher{State: voucher.StateVoid} }),
		stored("used at this second", voucher.KindAlreadyUsed, func(v *voucher.Voucher) { v.SignedAt = start }),
		stored("used a second later", voucher.KindSuperseded, func(v *voucher.Voucher) { v.SignedAt = start + 1 }),
		{"held", voucher.KindHeld, func(w *world, c *command, _ []voucher.Address) {
			w.hold(voucher.Ref{Campaign: c.Transfer.Campaign}, wallet(1), 1)
			w.now++
			c.Transfer.SignedAt++
		}},
		stored("spent", voucher.KindSpent, func(v *voucher.Voucher) { v.State, v.Units = voucher.StateSpent, 0 }),
		stored("expired", voucher.KindExpired, func(v *voucher.Voucher) { v.Expiry = start / 900 * 900 }),
	}
}

func TestTransfer_EveryRule(t *testing.T) {
	transferScene().run(t, transferRefusals())

	w, c, by := transferScene().build(t)
	w.suspend(merchant())
	ref := voucher.Ref{Campaign: c.Transfer.Campaign}
	after := voucher.Voucher{Owner: wallet(2), Units: 10, Expiry: validUntil, SignedAt: start, State: voucher.StateClaimed}
	require.Equal(t, voucher.Events{voucher.VoucherTransferred{
		Campaign: ref.Campaign, Serial: 0, Voucher: after.Pack(), From: wallet(1),
	}}, w.accept(c, by...))
	require.Equal(t, after, w.voucher(ref))
	w.refuse(voucher.KindNotOwner, w.cancels(w.offers(wallet(1), line(ref, 1))), wallet(1), wallet(1))
}

func TestTransfer_BeforeValidity(t *testing.T) {
	w, c, by := transferScene().build(t)
	w.now, c.Transfer.SignedAt = start-1, start-1
	w.accept(c, by...)
}
