package audittest

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"slices"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/pricing"
	"tally/internal/pricing/cond"
	"tally/internal/voucher"
)

// Order is an order that was priced and paid on a ledger, with what its parties kept.
type Order struct {
	Record    pricing.Record
	Salt      voucher.Hash
	Sale      voucher.Outcome
	Campaigns []voucher.Outcome // that created the campaigns of the order
}

// PlayOrder founds a merchant on a new ledger and plays an order: two milk teas and a
// topping, with tax added, at a store in Hong Kong. A coupon for afternoons takes 10.00
// off, and a card pays 20.00. What edit does to the record, the till signs.
func PlayOrder(w *ledgertest.World, edit func(*pricing.Record)) Order {
	w.T.Helper()
	return PlayOrderWhen(w, "", edit)
}

// PlayOrderWhen is PlayOrder with one more condition of the coupon, or none.
func PlayOrderWhen(w *ledgertest.World, condition string, edit func(*pricing.Record)) Order {
	w.T.Helper()
	return play(w, condition, edit, func(o Order) voucher.Outcome { return w.Must(redeem(w, o)) })
}

// PlayCapture is PlayOrder for a code that reserves: both vouchers, the whole card, and a
// voucher that is good for nothing here. The till captures the order's part and frees the
// rest.
func PlayCapture(w *ledgertest.World, edit func(*pricing.Record)) Order {
	w.T.Helper()
	return play(w, "", edit, func(o Order) voucher.Outcome { return w.Must(capture(w, o)) })
}

func play(w *ledgertest.World, condition string, edit func(*pricing.Record), pay func(Order) voucher.Outcome) Order {
	w.T.Helper()
	if condition != "" {
		condition = "," + condition
	}
	w.Found()
	coupon := w.Must(w.Create(w.Terms(10, func(in *voucher.CreateCampaign) {
		in.Terms = canonical(w, `{"name":"10 off","time_zone":"Asia/Hong_Kong","offer":{"kind":"amount_off","amount":1000},
			"when":[{"hours":[{"from":"14:00","until":"17:00"}]},{"min_spend":{"amount":3000}},{"first_purchase":true}`+condition+`]}`)
		in.MaxDiscount, in.Offsets = 1000, []voucher.Offset{{From: 0, Minutes: 480}}
	})))
	card := w.Must(w.Create(w.Terms(10, func(in *voucher.CreateCampaign) {
		in.Terms = canonical(w, `{"name":"Card","offer":{"kind":"stored_value","on":{"add_ons":true}},"combine":{"most":30}}`)
		in.MaxDiscount, in.StoredValue, in.Units = 1, true, 5000
	})))
	refs := []voucher.Ref{
		w.Claimed(w.Alice, voucher.CampaignOf(coupon.ID), 0, 3), w.Claimed(w.Alice, voucher.CampaignOf(card.ID), 0, 4),
	}
	o := Order{Salt: sha256.Sum256([]byte("salt")), Campaigns: []voucher.Outcome{coupon, card}}
	o.Record = price(w, o.Campaigns, refs)
	if edit != nil {
		edit(&o.Record)
	}
	o.Sale = pay(o)
	return o
}

func canonical(w *ledgertest.World, document string) string {
	terms, err := pricing.ReadTerms([]byte(document))
	require.NoError(w.T, err)
	return terms.Canonical()
}

// price is the record of the order, with 20.00 of the card.
func price(w *ledgertest.World, campaigns []voucher.Outcome, refs []voucher.Ref) pricing.Record {
	head, err := w.Ledger.Head(context.Background())
	require.NoError(w.T, err)
	in := pricing.Input{
		Mode: pricing.ModeAll, At: w.Unix(), Offset: 480, Store: 1, Channel: "counter", FirstPurchase: true,
		Cart: pricing.Cart{
			Currency: voucher.Currency{'H', 'K', 'D'}, Prices: pricing.PricesAdded, Taxes: []pricing.TaxClass{{Class: "std", Rate: 90000}},
			Lines: []pricing.Line{
				{ID: "1", SKU: "MILK-TEA", Tags: []string{"drink"}, Unit: 2850, Quantity: 2, Amount: 5700, Reduced: 100, Tax: "std"},
				{ID: "2", Of: "1", SKU: "PEARL", Unit: 300, Quantity: 1, Amount: 300, Tax: "std"},
			},
		},
	}
	for i, ref := range refs {
		in.Vouchers = append(in.Vouchers, priced(w, campaigns[i], ref))
	}
	in.Vouchers[1].Most = 2000
	result, err := pricing.Evaluate(in)
	require.NoError(w.T, err)
	require.Len(w.T, result.Taken, len(refs))
	return in.Record(result, w.Ledger.ID(), w.Merchant.Address, head)
}

func priced(w *ledgertest.World, campaign voucher.Outcome, ref voucher.Ref) pricing.Voucher {
	created, _ := campaign.Events[0].(voucher.CampaignCreated)
	terms, err := cond.New().ReadTerms([]byte(created.Create.Terms))
	require.NoError(w.T, err)
	return pricing.Voucher{
		Ref: ref, TermsHash: voucher.TermsHash(created.Create.Terms), Terms: &terms, Units: created.Create.Units, Expiry: created.Create.ValidUntil,
		MaxDiscount: created.Create.MaxDiscount, Currency: created.Create.Currency, StoredValue: created.Create.StoredValue,
	}
}

// redeem is the redemption of the order by the first wallet at the first store.
func redeem(w *ledgertest.World, o Order) voucher.Command {
	refs, parts := o.Record.Parts()
	offer := w.Offer(w.Alice, refs...)
	accept := w.Accept(offer)
	accept.Parts, accept.Amount, accept.Details = parts, o.Record.Totals.Amount, o.Record.Details(o.Salt)
	for i, part := range parts {
		offer.Lines[i].Units = part.Units
	}
	accept.Offer = w.Domain.Digest(offer)
	return w.Join(w.Alice, offer, w.Till, accept)
}

// capture holds the vouchers of the order and one more, and captures the order.
func capture(w *ledgertest.World, o Order) voucher.Command {
	refs, parts := o.Record.Parts()
	held := append(slices.Clone(refs), w.Claimed(w.Alice, w.Campaign(10, nil), 0, 5))
	slices.SortFunc(held, func(a, b voucher.Ref) int {
		return cmp.Or(bytes.Compare(a.Campaign[:], b.Campaign[:]), cmp.Compare(a.Serial, b.Serial))
	})
	offer := w.Offer(w.Alice, held...)
	offer.HoldUntil = w.Unix() + 180
	accept := w.Accept(offer)
	accept.Amount = o.Record.Totals.Amount
	takes := make([]voucher.Take, len(offer.Lines))
	for i, line := range offer.Lines {
		takes[i] = ledgertest.Take(line.Ref(), 0, 0)
		accept.Parts[i] = voucher.Part{Units: 1}
		at := slices.Index(refs, line.Ref())
		if at < 0 {
			continue
		}
		takes[i].Units, takes[i].Discount = parts[at].Units, parts[at].Discount
		accept.Parts[i] = parts[at]
		for _, taken := range o.Record.Vouchers {
			if taken.Ref == line.Ref() && taken.Tender {
				accept.Parts[i] = voucher.Part{Units: taken.Had, Discount: taken.Had}
			}
		}
		offer.Lines[i].Units = accept.Parts[i].Units
	}
	accept.Offer = w.Domain.Digest(offer)
	w.Must(w.Join(w.Alice, offer, w.Till, accept))
	c := w.Capture(accept.Offer, o.Record.Totals.Amount, takes...)
	c.Intent.Details = o.Record.Details(o.Salt)
	c.Signature = w.Sign(w.Till, c.Intent)
	return c
}

// Entry is the ledger's entry of an accepted outcome.
func (a *Audited) Entry(out voucher.Outcome) ledger.Entry {
	next := voucher.Position{Block: out.Position.Block, Tx: out.Position.Tx, Item: out.Position.Item + 1}
	for e, err := range a.Ledger.Events(context.Background(), out.Position, next) {
		require.NoError(a.World.T, err)
		return e
	}
	require.Fail(a.World.T, "nothing at the position")
	return ledger.Entry{}
}
