package pricing

import (
	"fmt"
	"slices"

	"tally/internal/voucher"
)

// Input is all that an evaluation knows. Nothing else decides.
type Input struct {
	Mode          Mode
	At            uint64 // Unix seconds
	Offset        int16  // minutes by which the store's clock is ahead of UTC
	Store         uint32 // 1 to voucher.MaxStore
	Areas         []string
	Channel       string // counter, delivery, …; empty is not known
	Payment       string // what pays the rest; empty is not known
	FirstPurchase bool   // the wallet bought nothing at this merchant yet
	Cart          Cart
	Vouchers      []Voucher // at most MaxVouchers, none twice
}

// Mode is what is asked.
type Mode string

// The modes.
const (
	ModeBest Mode = "best" // the best lawful set of the vouchers
	ModeAll  Mode = "all"  // all of them, or none
)

// Voucher is a voucher as the ledger has it, and what its campaign says.
type Voucher struct {
	Ref         voucher.Ref
	TermsHash   voucher.Hash
	Terms       *Terms // nil: terms that this engine cannot read
	Units       uint64 // that it holds
	Most        uint64 // units that may be taken; 0 is all
	ValidFrom   uint64
	Expiry      uint64 // the first instant too late
	Held        bool
	MaxDiscount uint64 // what one unit takes off at most
	Currency    voucher.Currency
	StoredValue bool     // a unit is a minor unit of money
	Stores      []uint32 // where the campaign is accepted; none is everywhere
	waived      bool     // its conditions were met before, and are not asked again
}

// offered are the units that may be taken.
func (v *Voucher) offered() uint64 {
	if v.Most == 0 {
		return v.Units
	}
	return v.Most
}

// Check refuses an input that no evaluation can have. The error is a RefusalError. Vouchers
// that cannot be used are no reason: the result says why.
func (in Input) Check() error {
	if err := in.Cart.Check(); err != nil {
		return within("cart", err)
	}
	switch {
	case in.Mode != ModeBest && in.Mode != ModeAll:
		return refuse(FaultForm, "mode", "%s is none of best, all", clip(string(in.Mode)))
	case in.At > MaxAmount:
		return refuse(FaultRange, "at", "%d is more than %d", in.At, uint64(MaxAmount))
	case in.Offset < -voucher.MaxMinutes || in.Offset > voucher.MaxMinutes:
		return refuse(FaultRange, "offset", "%d is not between -%d and %d", in.Offset, voucher.MaxMinutes, voucher.MaxMinutes)
	case in.Store < 1 || in.Store > voucher.MaxStore:
		return refuse(FaultRange, "store", "%d is not between 1 and %d", in.Store, voucher.MaxStore)
	}
	if err := in.checkWords(); err != nil {
		return err
	}
	return in.checkVouchers()
}

func (in Input) checkWords() error {
	switch {
	case in.Channel != "" && !isWord(in.Channel):
		return refuse(FaultForm, "channel", "%s is no word", clip(in.Channel))
	case in.Payment != "" && !isWord(in.Payment):
		return refuse(FaultForm, "payment", "%s is no word", clip(in.Payment))
	case len(in.Areas) > MaxAreas:
		return refuse(FaultTooMany, "areas", "%d areas, and at most %d are allowed", len(in.Areas), MaxAreas)
	}
	for i, area := range in.Areas {
		if !isWord(area) || slices.Contains(in.Areas[:i], area) {
			return refuse(FaultForm, fmt.Sprintf("areas[%d]", i), "%s is no word, or comes twice", clip(area))
		}
	}
	return nil
}

func (in Input) checkVouchers() error {
	if len(in.Vouchers) > MaxVouchers {
		return refuse(FaultTooMany, "vouchers", "%d vouchers, and at most %d are allowed", len(in.Vouchers), MaxVouchers)
	}
	for i := range in.Vouchers {
		v := &in.Vouchers[i]
		at := func(member string) string { return fmt.Sprintf("vouchers[%d].%s", i, member) }
		switch {
		case v.Units > voucher.MaxUnits:
			return refuse(FaultRange, at("units"), "%d is more than %d", v.Units, uint64(voucher.MaxUnits))
		case v.Most > v.Units:
			return refuse(FaultRange, at("most"), "%d is more than the %d units that the voucher holds", v.Most, v.Units)
		case v.MaxDiscount > MaxAmount:
			return refuse(FaultRange, at("max_discount"), "%d is more than %d", v.MaxDiscount, uint64(MaxAmount))
		}
		for j := range in.Vouchers[:i] {
			o := &in.Vouchers[j]
			if o.Ref == v.Ref {
				return refuse(FaultDoubled, at("voucher"), "%s comes twice", v.Ref)
			}
			if o.Ref.Campaign == v.Ref.Campaign && !o.sameCampaign(v) {
				return refuse(FaultContradiction, at("terms"), "another voucher of its campaign has other terms")
			}
		}
	}
	return nil
}

// sameCampaign reports whether two vouchers agree in what a campaign fixes.
func (v *Voucher) sameCampaign(o *Voucher) bool {
	return v.TermsHash == o.TermsHash && (v.Terms == nil) == (o.Terms == nil) && v.MaxDiscount == o.MaxDiscount &&
		v.Currency == o.Currency && v.StoredValue == o.StoredValue
}
