package terms

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"tally/internal/pricing"
	"tally/internal/pricing/clock"
	"tally/internal/pricing/cond"
	"tally/internal/voucher"
	"tally/internal/zone"
)

// MaxExamples is the most examples of one campaign file.
const MaxExamples = 50

// WorkedExample is a cart and what the offer of the terms makes of it. It is no part of
// what goes to the ledger: a check computes it.
type WorkedExample struct {
	Name          string          `json:"name,omitempty"`
	Cart          json.RawMessage `json:"cart,omitempty"`     // as pricing.ReadCart reads it
	Vouchers      uint32          `json:"vouchers,omitempty"` // of the campaign; left out: 1
	At            string          `json:"at,omitempty"`       // an instant; left out: when vouchers begin to be valid
	Store         uint32          `json:"store,omitempty"`    // left out: the first that the campaign names, or 1
	Areas         []string        `json:"areas,omitempty"`
	Channel       string          `json:"channel,omitempty"`
	Payment       string          `json:"payment,omitempty"`
	FirstPurchase bool            `json:"first_purchase,omitempty"`
	Expect        Expected        `json:"expect,omitempty"`
}

// Expected is what an example is to come to. What is left out is not compared.
type Expected struct {
	Discount *uint64 `json:"discount,omitempty"` // minor units, that of stored value included
	Due      *uint64 `json:"due,omitempty"`
	Reason   string  `json:"reason,omitempty"` // the code, where no voucher is used
}

// checkOffer holds the offer of the terms, if there is one, against what the ledger lets
// through, and computes the file's examples.
func (f File) checkOffer(in voucher.CreateCampaign, now time.Time) error {
	if _, offers := f.Terms["offer"]; !offers {
		if len(f.Examples) > 0 {
			return refused("examples: the terms have no offer that could be computed")
		}
		return nil
	}
	t, err := cond.New().ReadTerms([]byte(in.Terms))
	if err != nil {
		return refused("terms.%w", err)
	}
	if err := t.CheckCampaign(in); err != nil {
		return refused("terms.%w", err)
	}
	for _, z := range t.Zones {
		if _, err := zone.BuiltIn().Location(z.Name); err != nil {
			return refused("terms.zones: %w", err)
		}
	}
	if len(f.Examples) > MaxExamples {
		return refused("examples: %d, and at most %d are allowed", len(f.Examples), MaxExamples)
	}
	for i, example := range f.Examples {
		if err := example.check(in, &t, now); err != nil {
			return refused("examples[%d]%s: %w", i, named(example.Name), err)
		}
	}
	return nil
}

func named(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf(" (%s)", name)
}

// check computes an example and compares it with what is expected.
func (e WorkedExample) check(in voucher.CreateCampaign, t *pricing.Terms, now time.Time) error {
	order, err := e.input(in, t, now)
	if err != nil {
		return err
	}
	result, err := pricing.Evaluate(order)
	if err != nil {
		return err
	}
	totals := result.Totals
	for _, c := range []struct {
		name string
		want *uint64
		is   uint64
	}{{"discount", e.Expect.Discount, totals.Discount + totals.Tender}, {"due", e.Expect.Due, totals.Due}} {
		if c.want != nil && *c.want != c.is {
			return fmt.Errorf("expect.%s is %d, and the terms make %d", c.name, *c.want, c.is)
		}
	}
	if e.Expect.Discount == nil && e.Expect.Due == nil && e.Expect.Reason == "" {
		return errors.New("expect: a discount, what is due, or a reason is wanted")
	}
	return e.reason(result)
}

// reason compares the reason of the first voucher that is not used.
func (e WorkedExample) reason(r pricing.Result) error {
	switch {
	case e.Expect.Reason == "":
		return nil
	case len(r.NotTaken) == 0:
		return fmt.Errorf("expect.reason is %s, and every voucher is used", e.Expect.Reason)
	case string(r.NotTaken[0].Reasons[0].Code) != e.Expect.Reason:
		return fmt.Errorf("expect.reason is %s, and the terms make it %s", e.Expect.Reason, r.NotTaken[0].Reasons[0].Code)
	default:
		return nil
	}
}

// input is the example as an evaluation takes it.
func (e WorkedExample) input(in voucher.CreateCampaign, t *pricing.Terms, now time.Time) (order pricing.Input, err error) {
	order = pricing.Input{
		Mode: pricing.ModeBest, At: in.ValidFrom, Store: e.Store, Areas: e.Areas, Channel: e.Channel, Payment: e.Payment, FirstPurchase: e.FirstPurchase,
	}
	if e.At != "" {
		at, _, err := ParseInstant(e.At, now)
		if err != nil {
			return order, fmt.Errorf("at: %w", err)
		}
		order.At = voucher.Unix(at)
	}
	switch {
	case order.Store == 0 && len(in.Stores) > 0:
		order.Store = in.Stores[0]
	case order.Store == 0:
		order.Store = 1
	}
	if order.Offset, err = clock.Offset(t, in.Offsets, zone.BuiltIn(), order.Store, order.At); err != nil {
		return order, err
	}
	if order.Cart, err = pricing.ReadCart(e.Cart); err != nil {
		return order, fmt.Errorf("cart: %w", err)
	}
	for serial := range max(e.Vouchers, 1) {
		if serial == pricing.MaxVouchers {
			return order, fmt.Errorf("vouchers: at most %d", pricing.MaxVouchers)
		}
		order.Vouchers = append(order.Vouchers, pricing.Voucher{
			Ref: voucher.Ref{Serial: serial}, TermsHash: voucher.TermsHash(in.Terms), Terms: t, Units: in.Units, Expiry: math.MaxUint64,
			MaxDiscount: in.MaxDiscount, Currency: in.Currency, StoredValue: in.StoredValue, Stores: in.Stores,
		})
	}
	return order, nil
}
