package voucher_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type voidCommand = voucher.VoidCommand

func voidScene() scene[voidCommand] {
	return scene[voidCommand]{unsealedBuild(func(w *world) (voidCommand, []voucher.Address) {
		ref := w.claim(w.campaign(anything), wallet(1), 0)
		return voidCommand{Void: voucher.Void{
			Author: merchant(), Merchant: merchant(), Campaign: ref.Campaign, Serial: 0, Reason: "Stolen", Deadline: w.now + 60,
		}}, []voucher.Address{merchant()}
	}), unsealed[voidCommand]}
}

func voidRefusals() []refusal[voidCommand] {
	type command = voidCommand
	stored := func(name string, kind voucher.Kind, edit func(v *voucher.Voucher)) refusal[command] {
		return refusal[command]{name, kind, func(w *world, c *command, _ []voucher.Address) {
			ref := voucher.Ref{Campaign: c.Void.Campaign, Serial: c.Void.Serial}
			v := w.voucher(ref)
			edit(&v)
			w.put(ref, v)
		}}
	}
	edited := func(name string, kind voucher.Kind, edit func(in *voucher.Void)) refusal[command] {
		return refusal[command]{name, kind, func(_ *world, c *command, _ []voucher.Address) { edit(&c.Void) }}
	}
	return []refusal[command]{
		{"a proof of 32 hashes", voucher.KindAccepted, func(_ *world, c *command, _ []voucher.Address) { c.Place.Path = make([]voucher.Hash, 32) }},
		edited("a reason of 256 bytes", voucher.KindAccepted, func(in *voucher.Void) { in.Reason = text(256) }),
		edited("no reason", voucher.KindMalformed, func(in *voucher.Void) { in.Reason = "" }),
		edited("a reason of 257 bytes", voucher.KindMalformed, func(in *voucher.Void) { in.Reason = text(257) }),
		{"a proof of 33 hashes", voucher.KindMalformed, func(_ *world, c *command, _ []voucher.Address) { c.Place.Path = make([]voucher.Hash, 33) }},
		{"by another", voucher.KindBadSignature, func(_ *world, _ *command, by []voucher.Address) { by[0] = rival() }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *command, _ []voucher.Address) { w.now += 61 }},
		edited("early", voucher.KindDeadlineTooFar, func(in *voucher.Void) { in.Deadline = start + voucher.IntentLife + 1 }),
		edited("of nobody", voucher.KindUnknownMerchant, func(in *voucher.Void) { in.Merchant = stranger() }),
		{"suspended", voucher.KindMerchantSuspended, func(w *world, _ *command, _ []voucher.Address) { w.suspend(merchant()) }},
		{"by the owner", voucher.KindNotAuthorised, func(_ *world, c *command, by []voucher.Address) {
			by[0], c.Void.Author = wallet(1), wallet(1)
		}},
		edited("no such campaign", voucher.KindUnknownCampaign, func(in *voucher.Void) { in.Campaign[0]++ }),
		{"another merchant's campaign", voucher.KindUnknownCampaign, func(_ *world, c *command, by []voucher.Address) {
			by[0], c.Void.Author, c.Void.Merchant = rival(), rival(), rival()
		}},
		{"under terms that forbid it", voucher.KindNotVoidable, func(w *world, c *command, _ []voucher.Address) { c.Void.Campaign = w.campaign() }},
		{"somebody's money", voucher.KindNotVoidable, func(w *world, c *command, _ []voucher.Address) {
			c.Void.Campaign = w.claim(w.campaign(anything, func(in *voucher.CreateCampaign) {
				in.StoredValue, in.MaxDiscount = true, 1
			}), wallet(1), 0).Campaign
		}},
		edited("a serial between the two ranges", voucher.KindUnknownVoucher, func(in *voucher.Void) { in.Serial = 5 }),
		edited("another one", voucher.KindUnknownVoucher, func(in *voucher.Void) { in.Serial = 6 }),
		edited("the cap", voucher.KindUnknownVoucher, func(in *voucher.Void) { in.Serial = 10 }),
		edited("2^32-1", voucher.KindUnknownVoucher, func(in *voucher.Void) { in.Serial = math.MaxUint32 }),
		stored("void", voucher.KindVoided, func(v *voucher.Voucher) { v.State = voucher.StateVoid }),
		{"held", voucher.KindHeld, func(w *world, c *command, _ []voucher.Address) {
			w.hold(voucher.Ref{Campaign: c.Void.Campaign}, wallet(1), 1)
		}},
		stored("spent", voucher.KindSpent, func(v *voucher.Voucher) { v.State, v.Units = voucher.StateSpent, 0 }),
		stored("expired", voucher.KindExpired, func(v *voucher.Voucher) { v.Expiry = start / 900 * 900 }),
	}
}

func TestVoid_EveryRule(t *testing.T) {
	voidScene().run(t, voidRefusals())

	w, c, by := voidScene().build(t)
	v := voucher.Voucher{Owner: wallet(1), Units: 10, Expiry: validUntil, State: voucher.StateVoid}
	require.Equal(t, voucher.Events{voucher.VoucherVoided{
		Campaign: c.Void.Campaign, Serial: 0, Voucher: v.Pack(), Author: merchant(), Reason: "Stolen",
	}}, w.accept(c, by...))
	require.Equal(t, v, w.voucher(voucher.Ref{Campaign: c.Void.Campaign}))
}

// TestVoid_PromisedMoneyIsKept: two entries of a list promise serials 9 and 8.
func TestVoid_PromisedMoneyIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		stored   bool
		promised voucher.Kind
	}{"money": {true, voucher.KindNotVoidable}, "coupons": {false, voucher.KindAccepted}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			id := w.campaign(anything, func(in *voucher.CreateCampaign) {
				if c.stored {
					in.StoredValue, in.MaxDiscount = true, 1
				}
			})
			w.accept(w.issues(id, owners()[:2]), merchant())
			for serial, want := range map[uint32]voucher.Kind{
				4: voucher.KindAccepted, 7: voucher.KindAccepted, 8: c.promised, 9: c.promised, 10: voucher.KindUnknownVoucher,
			} {
				command := voidCommand{Void: voucher.Void{
					Author: merchant(), Merchant: merchant(), Campaign: id, Serial: serial, Reason: "Printed twice", Deadline: w.now,
				}}
				if want == voucher.KindAccepted {
					w.accept(command, merchant())
				} else {
					w.refuse(want, command, merchant())
				}
			}
		})
	}
}

// What nobody has can be taken out of the supply, of stored value too.
func TestVoid_SerialThatNobodyHas(t *testing.T) {
	for _, serial := range []uint32{4, 7, 9} { // the last one open, the ends of what is for issues
		w, c, by := voidScene().build(t)
		c.Void.Campaign = w.campaign(anything, func(in *voucher.CreateCampaign) { in.StoredValue, in.MaxDiscount = true, 1 })
		c.Void.Serial = serial
		w.accept(c, by...)
		require.Equal(t, voucher.Voucher{State: voucher.StateVoid}, w.voucher(voucher.Ref{Campaign: c.Void.Campaign, Serial: serial}))
		w.refuse(voucher.KindSerialsTaken, w.claims(c.Void.Campaign, wallet(1), serial), wallet(1))
	}
}
