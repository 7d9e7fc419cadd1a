package voucher_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

func sealRedeem(c *voucher.RedeemCommand) {
	if c.Accept.Offer.IsZero() {
		c.Accept.Offer = id(c.Offer)
	}
}

// redeemScene spends 3 and 4 units of two ten-cup passes of one wallet.
func redeemScene() scene[voucher.RedeemCommand] {
	return scene[voucher.RedeemCommand]{unsealedBuild(func(w *world) (voucher.RedeemCommand, []voucher.Address) {
		campaign := w.campaign()
		first, second := w.claim(campaign, wallet(1), 0), w.claim(campaign, wallet(1), 1)
		c := w.accepts(w.offers(wallet(1), line(first, 3), line(second, 4)))
		c.Accept.Offer = voucher.Hash{}
		return c, []voucher.Address{wallet(1), till(1)}
	}), sealRedeem}
}

func redeemRefusals() []refusal[voucher.RedeemCommand] {
	return slices.Concat(redeemShapes(), redeemHalves(), redeemStates())
}

type redeemCommand = voucher.RedeemCommand

func offer(name string, kind voucher.Kind, edit func(o *voucher.Redeem)) refusal[redeemCommand] {
	return refusal[redeemCommand]{name, kind, func(_ *world, c *redeemCommand, _ []voucher.Address) { edit(&c.Offer) }}
}

func acceptance(name string, kind voucher.Kind, edit func(a *voucher.Accept)) refusal[redeemCommand] {
	return refusal[redeemCommand]{name, kind, func(_ *world, c *redeemCommand, _ []voucher.Address) { edit(&c.Accept) }}
}

func redeemShapes() []refusal[redeemCommand] {
	malformed := voucher.KindMalformed
	return []refusal[redeemCommand]{
		{"no lines", malformed, func(_ *world, c *redeemCommand, _ []voucher.Address) { c.Offer.Lines, c.Accept.Parts = nil, nil }},
		{"31 lines", malformed, func(_ *world, c *redeemCommand, _ []voucher.Address) {
			c.Offer.Lines, c.Accept.Parts = nil, nil
			for n := range uint32(31) {
				c.Offer.Lines = append(c.Offer.Lines, voucher.Line{Serial: n, Units: 1})
				c.Accept.Parts = append(c.Accept.Parts, voucher.Part{Units: 1})
			}
		}},
		offer("a voucher twice", malformed, func(o *voucher.Redeem) { o.Lines[1] = o.Lines[0] }),
		offer("a voucher twice with other units", malformed, func(o *voucher.Redeem) { o.Lines[1].Serial = 0 }),
		offer("lines out of order", malformed, func(o *voucher.Redeem) { slices.Reverse(o.Lines) }),
		offer("a line of no units", malformed, func(o *voucher.Redeem) { o.Lines[0].Units = 0 }),
		offer("a line of 2^36 units", malformed, func(o *voucher.Redeem) { o.Lines[0].Units = 1 << 36 }),
		offer("signed after the end of the slot", malformed, func(o *voucher.Redeem) { o.SignedAt = 1 << 32 }),
		// At a limit it is the state that says no.
		offer("a line of 2^36-1 units", voucher.KindAccepted, func(o *voucher.Redeem) { o.Lines[0].Units = voucher.MaxUnits }),
		acceptance("a discount of 2^53-1", voucher.KindDiscountTooHigh, func(a *voucher.Accept) { a.Parts[1].Discount = voucher.MaxAmount }),
		acceptance("an amount of 2^53-1", voucher.KindAccepted, func(a *voucher.Accept) { a.Amount = voucher.MaxAmount }),
		{"a proof of 32 hashes", voucher.KindAccepted, func(_ *world, c *redeemCommand, _ []voucher.Address) {
			c.Places = []voucher.Place{{}, {Path: make([]voucher.Hash, 32)}} // which is not read: the voucher is there
		}},
		acceptance("details of an order that the owner left open", voucher.KindAccepted, func(a *voucher.Accept) { a.Details = voucher.Hash{7} }),
		offer("signed at 2^64-1", malformed, func(o *voucher.Redeem) { o.SignedAt, o.Deadline = math.MaxUint64, math.MaxUint64 }),
		acceptance("a part for one line of two", malformed, func(a *voucher.Accept) { a.Parts = a.Parts[:1] }),
		acceptance("a part too many", malformed, func(a *voucher.Accept) { a.Parts = append(a.Parts, a.Parts[0]) }),
		acceptance("a part of no units", malformed, func(a *voucher.Accept) { a.Parts[1].Units = 0 }),
		acceptance("more than the line offers", malformed, func(a *voucher.Accept) { a.Parts[1].Units = 5 }),
		acceptance("a discount of 2^53", malformed, func(a *voucher.Accept) { a.Parts[1].Discount = 1 << 53 }),
		acceptance("an amount of 2^53", malformed, func(a *voucher.Accept) { a.Amount = 1 << 53 }),
		{"a place for one line of two", malformed, func(_ *world, c *redeemCommand, _ []voucher.Address) { c.Places = make([]voucher.Place, 1) }},
		{"a proof of 33 hashes", malformed, func(_ *world, c *redeemCommand, _ []voucher.Address) {
			c.Places = []voucher.Place{{}, {Path: make([]voucher.Hash, 33)}}
		}},
	}
}

func redeemHalves() []refusal[redeemCommand] {
	return []refusal[redeemCommand]{
		acceptance("of another offer", voucher.KindWrongOffer, func(a *voucher.Accept) { a.Offer[0] = 1 }),
		offer("another order", voucher.KindWrongOffer, func(o *voucher.Redeem) { o.Order = voucher.Hash{1} }),
		{"another order's details", voucher.KindWrongOffer, func(_ *world, c *redeemCommand, _ []voucher.Address) {
			c.Offer.Order, c.Accept.Details = voucher.Hash{1}, voucher.Hash{2}
		}},
		{"by another owner", voucher.KindBadSignature, func(_ *world, _ *redeemCommand, by []voucher.Address) { by[0] = wallet(2) }},
		{"by another till", voucher.KindBadSignature, func(_ *world, _ *redeemCommand, by []voucher.Address) { by[1] = till(2) }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *redeemCommand, _ []voucher.Address) { w.now += 121 }},
		offer("more than ten minutes", voucher.KindDeadlineTooFar, func(o *voucher.Redeem) { o.Deadline = o.SignedAt + 601 }),
		offer("no end", voucher.KindDeadlineTooFar, func(o *voucher.Redeem) { o.Deadline = math.MaxUint64 }),
		offer("61 seconds ahead", voucher.KindSignedAhead, func(o *voucher.Redeem) { o.SignedAt += 61 }),
		acceptance("no such merchant", voucher.KindUnknownMerchant, func(a *voucher.Accept) { a.Merchant = stranger() }),
		{"suspended", voucher.KindMerchantSuspended, func(w *world, _ *redeemCommand, _ []voucher.Address) { w.suspend(merchant()) }},
		{"by the merchant's root", voucher.KindNotAuthorised, func(_ *world, c *redeemCommand, by []voucher.Address) {
			by[1], c.Accept.Till = merchant(), merchant()
		}},
		{"by the owner", voucher.KindNotAuthorised, func(_ *world, c *redeemCommand, by []voucher.Address) {
			by[1], c.Accept.Till = wallet(1), wallet(1)
		}},
		{"by another merchant's till", voucher.KindNotAuthorised, func(_ *world, c *redeemCommand, by []voucher.Address) {
			by[1], c.Accept.Till = rivalTill(), rivalTill()
		}},
		{"by a key of no store at store 0", voucher.KindNotAuthorised, func(_ *world, c *redeemCommand, by []voucher.Address) {
			by[1], c.Accept.Till, c.Accept.Store = stranger(), stranger(), 0
		}},
		acceptance("by another store's till", voucher.KindNotAuthorised, func(a *voucher.Accept) { a.Store = 2 }),
		{"by a key that may do all but redeem", voucher.KindNotAuthorised, func(w *world, _ *redeemCommand, _ []voucher.Address) {
			w.accept(putKey{Intent: voucher.PutKey{
				Author: merchant(), Merchant: merchant(), Version: w.merchant(merchant()).Version, Key: till(1),
				Scopes: voucher.ScopeIssue | voucher.ScopeRollback | voucher.ScopeVoid, Deadline: w.now,
			}}, merchant())
		}},
	}
}

func redeemStates() []refusal[redeemCommand] {
	second := func(c *redeemCommand) voucher.Ref { return c.Offer.Lines[1].Ref() }
	// stored puts the second voucher in another state.
	stored := func(name string, kind voucher.Kind, edit func(v *voucher.Voucher)) refusal[redeemCommand] {
		return refusal[redeemCommand]{name, kind, func(w *world, c *redeemCommand, _ []voucher.Address) {
			v := w.voucher(second(c))
			edit(&v)
			w.put(second(c), v)
		}}
	}
	return []refusal[redeemCommand]{
		offer("no such campaign", voucher.KindUnknownCampaign, func(o *voucher.Redeem) {
			o.Lines[1].Campaign = voucher.CampaignID([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"))
		}),
		{"at another merchant", voucher.KindUnknownCampaign, func(_ *world, c *redeemCommand, by []voucher.Address) {
			by[1], c.Accept.Till, c.Accept.Merchant = rivalTill(), rivalTill(), rival()
		}},
		{"at a store that the terms do not name", voucher.KindWrongStore, func(_ *world, c *redeemCommand, by []voucher.Address) {
			by[1], c.Accept.Till, c.Accept.Store = till(2), till(2), 2
		}},
		acceptance("in another currency", voucher.KindWrongCurrency, func(a *voucher.Accept) { a.Currency = voucher.Currency{'U', 'S', 'D'} }),
		offer("a serial that nobody claimed", voucher.KindUnknownVoucher, func(o *voucher.Redeem) { o.Lines[1].Serial = 2 }),
		stored("somebody else's", voucher.KindNotOwner, func(v *voucher.Voucher) { v.Owner = wallet(2) }),
		stored("void", voucher.KindVoided, func(v *voucher.Voucher) { v.State = voucher.StateVoid }),
		stored("void before anybody had it", voucher.KindVoided, func(v *voucher.Voucher) { *v = voucher.Voucher{State: voucher.StateVoid} }),
		stored("used at this second", voucher.KindAlreadyUsed, func(v *voucher.Voucher) { v.SignedAt = start }),
		stored("used a second later", voucher.KindSuperseded, func(v *voucher.Voucher) { v.SignedAt = start + 1 }),
		stored("spent", voucher.KindSpent, func(v *voucher.Voucher) { v.State, v.Units = voucher.StateSpent, 0 }),
		{"before it is valid", voucher.KindNotYetValid, func(w *world, _ *redeemCommand, _ []voucher.Address) { w.now-- }},
		stored("expired", voucher.KindExpired, func(v *voucher.Voucher) { v.Expiry = start / 900 * 900 }),
		stored("fewer units", voucher.KindInsufficientUnits, func(v *voucher.Voucher) { v.Units = 3 }),
		acceptance("a unit of money more than the terms allow", voucher.KindDiscountTooHigh, func(a *voucher.Accept) { a.Parts[1].Discount = 4*5000 + 1 }),
		acceptance("more off than the order", voucher.KindDiscountTooHigh, func(a *voucher.Accept) { a.Amount = 1 }),
	}
}

func TestRedeem_EveryRule(t *testing.T) {
	redeemScene().run(t, redeemRefusals())

	w, c, by := redeemScene().build(t)
	c.Offer.Order, c.Accept.Details, c.Accept.Reference = voucher.Hash{7}, voucher.Hash{7}, voucher.Hash{8}
	c.Accept.Parts[1] = voucher.Part{Units: 2, Discount: 10_000}
	sealRedeem(&c)
	first, second := c.Offer.Lines[0].Ref(), c.Offer.Lines[1].Ref()
	after := func(units uint64) voucher.Voucher {
		return voucher.Voucher{Owner: wallet(1), Units: units, Expiry: validUntil, SignedAt: start, State: voucher.StateClaimed}
	}
	out := w.apply(c, by...)
	require.Equal(t, voucher.Events{
		voucher.Redeemed{
			Owner: wallet(1), Merchant: merchant(), Store: 1, Till: till(1), Acceptance: id(c.Accept),
			Currency: voucher.Currency{'T', 'W', 'D'}, Amount: 100_000, Details: voucher.Hash{7}, Reference: voucher.Hash{8},
		},
		voucher.VoucherRedeemed{Campaign: first.Campaign, Serial: 0, Voucher: after(7).Pack(), Units: 3, Discount: 1},
		voucher.VoucherRedeemed{Campaign: second.Campaign, Serial: 1, Voucher: after(8).Pack(), Units: 2, Discount: 10_000},
	}, out.Events)
	require.Equal(t, id(c.Accept), out.Acceptance())
	require.Equal(t, after(7), w.voucher(first))
	require.Equal(t, after(8), w.voucher(second))
}

// A second store with the same code is told that it was used, and nothing else.
func TestRedeem_CodeIsGoodOnce(t *testing.T) {
	w := newWorld(t)
	ref := w.claim(w.campaign(func(in *voucher.CreateCampaign) { in.Stores = nil }), wallet(1), 0)
	o := w.offers(wallet(1), line(ref, 1))
	w.accept(w.accepts(o), wallet(1), till(1))
	w.refuse(voucher.KindAlreadyUsed, w.accepts(o), wallet(1), till(1))
	again := w.accepts(o)
	again.Accept.Till, again.Accept.Store = till(2), 2
	w.refuse(voucher.KindAlreadyUsed, again, wallet(1), till(2))
}

func TestRedeem_NewerCodeKillsTheOlder(t *testing.T) {
	w := newWorld(t)
	ref := w.claim(w.campaign(), wallet(1), 0)
	older, newer := w.offers(wallet(1), line(ref, 1)), w.offers(wallet(1), line(ref, 1))
	newer.SignedAt++
	w.accept(w.accepts(newer), wallet(1), till(1))
	w.refuse(voucher.KindSuperseded, w.accepts(older), wallet(1), till(1))
}

func TestRedeem_LastUnitSpendsTheVoucher(t *testing.T) {
	w := newWorld(t)
	ref := w.claim(w.campaign(), wallet(1), 0)
	w.accept(w.accepts(w.offers(wallet(1), line(ref, 10))), wallet(1), till(1))
	require.Equal(t, voucher.Voucher{Owner: wallet(1), Expiry: validUntil, SignedAt: start, State: voucher.StateSpent}, w.voucher(ref))
	w.now++
	w.refuse(voucher.KindSpent, w.accepts(w.offers(wallet(1), line(ref, 1))), wallet(1), till(1))
}

// An order is all or nothing: the failure of its last line undoes the first.
func TestRedeem_AllOrNothing(t *testing.T) {
	w := newWorld(t)
	campaign := w.campaign(func(in *voucher.CreateCampaign) {
		in.PerDay, in.PerHolder, in.Supply, in.Open, in.Cap = 0, 0, 40, 40, 40
	})
	o := w.offers(wallet(1))
	for n := range uint32(voucher.MaxLines) {
		o.Lines = append(o.Lines, line(w.claim(campaign, wallet(1), n), 10))
	}
	last := o.Lines[voucher.MaxLines-1].Ref()
	v := w.voucher(last)
	v.Units = 9
	w.put(last, v)
	w.refuse(voucher.KindInsufficientUnits, w.accepts(o), wallet(1), till(1))
	v.Units = 10
	w.put(last, v)
	require.Len(t, w.accept(w.accepts(o), wallet(1), till(1)), 1+voucher.MaxLines)
}

func TestRedeem_SeveralCampaigns(t *testing.T) {
	w := newWorld(t)
	refs := []voucher.Ref{
		w.claim(w.campaign(), wallet(1), 4),
		w.claim(w.campaign(func(in *voucher.CreateCampaign) { in.Units = 1 }), wallet(1), 0),
	}
	slices.SortFunc(refs, func(a, b voucher.Ref) int {
		if a.Less(b) {
			return -1
		}
		return 1
	})
	w.accept(w.accepts(w.offers(wallet(1), line(refs[0], 1), line(refs[1], 1))), wallet(1), till(1))
}

func TestRedeem_TimesAreInclusive(t *testing.T) {
	for _, c := range []struct {
		name             string
		signed, deadline uint64
		kind             voucher.Kind
	}{
		{"at its deadline", start - 120, start, voucher.KindAccepted},
		{"a second after its deadline", start - 120, start - 1, voucher.KindDeadlinePassed},
		{"ten minutes long", start, start + 600, voucher.KindAccepted},
		{"ten minutes and a second long", start, start + 601, voucher.KindDeadlineTooFar},
		{"ten minutes old", start - 600, start, voucher.KindAccepted},
		{"a minute ahead", start + 60, start + 600, voucher.KindAccepted},
		{"a minute ahead, ten minutes long", start + 60, start + 660, voucher.KindAccepted},
		{"a minute and a second ahead", start + 61, start + 600, voucher.KindSignedAhead},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			o := w.offers(wallet(1), line(w.claim(w.campaign(), wallet(1), 0), 1))
			o.SignedAt, o.Deadline = c.signed, c.deadline
			require.Equal(t, c.kind.String(), w.apply(w.accepts(o), wallet(1), till(1)).Kind.String())
		})
	}
}

func TestRedeem_FromTheFirstToTheLastInstant(t *testing.T) {
	const from, until = start + 1000, (start/900)*900 + 9000
	for _, c := range []struct {
		name string
		now  uint64
		kind voucher.Kind
	}{
		{"a second too early", from - 1, voucher.KindNotYetValid},
		{"at validFrom", from, voucher.KindAccepted},
		{"a second before the expiry", until - 1, voucher.KindAccepted},
		{"at the expiry", until, voucher.KindExpired},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			ref := w.claim(w.campaign(func(in *voucher.CreateCampaign) {
				in.ValidFrom, in.ValidUntil, in.ClaimUntil = from, until, until
			}), wallet(1), 0)
			w.now = c.now
			require.Equal(t, c.kind.String(), w.apply(w.accepts(w.offers(wallet(1), line(ref, 1))), wallet(1), till(1)).Kind.String())
		})
	}
}

// A paused or closed campaign stops claims; holders may always redeem.
func TestRedeem_PausedOrClosedCampaign(t *testing.T) {
	for _, status := range []uint8{voucher.CampaignPaused, voucher.CampaignClosed} {
		w := newWorld(t)
		campaign := w.campaign()
		ref := w.claim(campaign, wallet(1), 0)
		w.accept(changeCampaign{Intent: voucher.ChangeCampaign{
			Author: merchant(), Merchant: merchant(), Campaign: campaign, Version: 1, Status: status,
			Supply: 8, Open: 5, Deadline: w.now,
		}}, merchant())
		w.accept(w.accepts(w.offers(wallet(1), line(ref, 1))), wallet(1), till(1))
	}
}

func TestRedeem_DiscountsBoundedByTheTerms(t *testing.T) {
	const most = voucher.MaxAmount
	for _, c := range []struct {
		name                      string
		maxDiscount, units, taken uint64
		discount, amount          uint64
		stored                    bool
		kind                      voucher.Kind
	}{
		{"none where none is allowed", 0, 10, 10, 0, 0, false, voucher.KindAccepted},
		{"one where none is allowed", 0, 10, 10, 1, 100, false, voucher.KindDiscountTooHigh},
		{"none where some is allowed", 100, 10, 10, 0, 0, false, voucher.KindAccepted},
		{"the bound of one unit", 100, 10, 1, 100, 100, false, voucher.KindAccepted},
		{"one above the bound of one unit", 100, 10, 1, 101, 200, false, voucher.KindDiscountTooHigh},
		{"the bound of three units", 100, 10, 3, 300, 300, false, voucher.KindAccepted},
		{"one above the bound of three units", 100, 10, 3, 301, 400, false, voucher.KindDiscountTooHigh},
		{"the whole order", 100, 10, 3, 299, 299, false, voucher.KindAccepted},
		{"one more than the order", 100, 10, 3, 299, 298, false, voucher.KindDiscountTooHigh},
		{"the greatest bound", most, voucher.MaxUnits, voucher.MaxUnits, most, most, false, voucher.KindAccepted},
		{"a bound of 2^64, which no word holds", 1 << 52, 1 << 12, 1 << 12, most, most, false, voucher.KindAccepted},
		{"a bound of 2^36-1, reached", 1, voucher.MaxUnits, voucher.MaxUnits, voucher.MaxUnits, most, false, voucher.KindAccepted},
		{"a bound of 2^36-1, passed", 1, voucher.MaxUnits, voucher.MaxUnits, voucher.MaxUnits + 1, most, false, voucher.KindDiscountTooHigh},
		{"stored value at its rate", 1, 5000, 1250, 1250, 1250, true, voucher.KindAccepted},
		{"stored value below its rate", 1, 5000, 1250, 1249, 1250, true, voucher.KindDiscountTooHigh},
		{"stored value above its rate", 1, 5000, 1250, 1251, 1251, true, voucher.KindDiscountTooHigh},
		{"stored value for nothing", 1, 5000, 1250, 0, 1250, true, voucher.KindDiscountTooHigh},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			ref := w.claim(w.campaign(func(in *voucher.CreateCampaign) {
				in.MaxDiscount, in.Units, in.StoredValue = c.maxDiscount, c.units, c.stored
			}), wallet(1), 0)
			r := w.accepts(w.offers(wallet(1), line(ref, c.taken)))
			r.Accept.Parts[0].Discount, r.Accept.Amount = c.discount, c.amount
			require.Equal(t, c.kind.String(), w.apply(r, wallet(1), till(1)).Kind.String())
		})
	}
}

// The greatest time that a slot can hold can be signed at, and not the next.
func TestRedeem_LastSecondOfASlot(t *testing.T) {
	w := newWorld(t)
	ref := w.claim(w.campaign(), wallet(1), 0)
	w.put(ref, voucher.Voucher{Owner: wallet(1), Units: 10, Expiry: voucher.MaxInstant, State: voucher.StateClaimed})
	w.now = voucher.MaxSignedAt - 30
	o := w.offers(wallet(1), line(ref, 1))
	o.SignedAt = voucher.MaxSignedAt + 1
	w.refuse(voucher.KindMalformed, w.accepts(o), wallet(1), till(1))
	o.SignedAt = voucher.MaxSignedAt
	w.accept(w.accepts(o), wallet(1), till(1))
	require.Equal(t, uint64(voucher.MaxSignedAt), w.voucher(ref).SignedAt)
}

// The discounts of all lines together come off one order.
func TestRedeem_DiscountsBoundedByTheOrder(t *testing.T) {
	w, c, by := redeemScene().build(t)
	c.Accept.Parts[0].Discount, c.Accept.Parts[1].Discount = 600, 400
	sealRedeem(&c)
	c.Accept.Amount = 999
	w.refuse(voucher.KindDiscountTooHigh, c, by...)
	c.Accept.Amount = 1000
	w.accept(c, by...)
}
