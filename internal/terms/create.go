package terms

import (
	"bytes"
	"slices"
	"time"

	"tally/internal/exact"
	"tally/internal/money"
	"tally/internal/voucher"
)

// create turns a campaign file into the intent that its merchant signs, but for
// its author and deadline.
func (f File) create(now time.Time) (voucher.CreateCampaign, error) {
	in := voucher.CreateCampaign{
		Units: 1, StoredValue: f.StoredValue,
		Supply: f.Supply, Open: f.Supply, Cap: f.Supply, PerHolder: f.PerHolder, PerDay: f.PerDay,
		ValidDays: f.Valid.Days, Stores: slices.Sorted(slices.Values(f.Stores)),
		Transfer: f.Transferable, Void: f.Voidable,
	}
	if f.Name == "" {
		return in, refused("name: a campaign needs one")
	}
	if err := exact.Text(f.Name, voucher.MaxTerms); err != nil {
		return in, refused("%w", exact.Within("name", err))
	}
	if f.Units != nil {
		in.Units = *f.Units
	}
	if f.Open != nil {
		in.Open = *f.Open
	}
	if f.Cap != nil {
		in.Cap = *f.Cap
	}
	for _, fill := range []func(*voucher.CreateCampaign, time.Time) error{
		f.fillTerms, f.fillMoney, f.fillTimes, f.fillOffsets, f.fillRollback, f.fillAttestors,
	} {
		if err := fill(&in, now); err != nil {
			return in, err
		}
	}
	if err := checkCounts(in); err != nil {
		return in, err
	}
	return in, f.checkOffer(in, now)
}

func (f File) fillTerms(in *voucher.CreateCampaign, _ time.Time) (err error) {
	in.Terms, err = f.document()
	return err
}

func (f File) fillMoney(in *voucher.CreateCampaign, _ time.Time) error {
	if err := in.Currency.UnmarshalText([]byte(f.Currency)); err != nil {
		return refused("currency: %q is no ISO 4217 code", f.Currency)
	}
	if f.StoredValue {
		if f.MaxDiscount != "" {
			return refused("max_discount: leave it out, for stored value takes off what it holds")
		}
		in.MaxDiscount = 1
		return nil
	}
	if f.MaxDiscount == "" {
		return refused("max_discount: what one unit takes off an order at most")
	}
	amount, err := money.Parse(string(f.MaxDiscount), in.Currency)
	if err != nil {
		return at("max_discount", err)
	}
	in.MaxDiscount = amount
	return nil
}

func (f File) fillTimes(in *voucher.CreateCampaign, now time.Time) error {
	claimFrom, _, err := ParseInstant(orNow(f.Claim.From), now)
	if err != nil {
		return at("claim.from", err)
	}
	validFrom, _, err := ParseInstant(orNow(f.Valid.From), now)
	if err != nil {
		return at("valid.from", err)
	}
	validUntil, relative, err := ParseInstant(f.Valid.Until, now)
	if err != nil {
		return at("valid.until", err)
	}
	if relative {
		validUntil = NextQuarter(validUntil)
	}
	claimUntil, _, err := ParseInstant(f.Claim.Until, now)
	if err != nil {
		return at("claim.until", err)
	}
	in.ClaimFrom, in.ClaimUntil = voucher.Unix(claimFrom), voucher.Unix(claimUntil)
	in.ValidFrom, in.ValidUntil = voucher.Unix(validFrom), voucher.Unix(validUntil)
	return checkTimes(*in, now)
}

func orNow(text string) string {
	if text == "" {
		return "now"
	}
	return text
}

// at says which member of the file an error is about.
func at(member string, err error) error { return refused("%s: %w", member, err) }

func checkTimes(in voucher.CreateCampaign, now time.Time) error {
	switch {
	case in.ValidUntil%voucher.Quarter != 0:
		return refused("valid.until: the ledger keeps quarters of an hour: end it at :00, :15, :30 or :45")
	case in.ClaimUntil <= in.ClaimFrom:
		return refused("claim.until: it is not after claim.from")
	case in.ValidUntil <= in.ValidFrom:
		return refused("valid.until: it is not after valid.from")
	case in.ValidUntil < in.ClaimUntil:
		return refused("claim.until: it is after valid.until, when nothing is left to spend")
	case in.ValidUntil <= voucher.Unix(now):
		return refused("valid.until: it has passed")
	case in.ClaimUntil <= voucher.Unix(now):
		return refused("claim.until: it has passed")
	default:
		return nil
	}
}

// fillOffsets covers the campaign from its first instant to its last, and the
// grace that a rollback may add.
func (f File) fillOffsets(in *voucher.CreateCampaign, _ time.Time) (err error) {
	if f.TimeZone == "" {
		return nil
	}
	grace, err := f.grace()
	if err != nil {
		return err
	}
	from := voucher.Time(min(in.ClaimFrom, in.ValidFrom))
	until := voucher.Time(in.ValidUntil).Add(grace).Add(day)
	in.Offsets, err = offsetTable(f.TimeZone, from, until)
	return err
}

func (f File) grace() (time.Duration, error) {
	if f.Grace == "" {
		return 0, nil
	}
	grace, err := parseLength(f.Grace)
	switch {
	case err != nil:
		return 0, at("grace", err)
	case grace%(voucher.Quarter*time.Second) != 0:
		return 0, refused("grace: the ledger keeps quarters of an hour: write 15m, 2h or 7d")
	case grace > voucher.MaxGrace*time.Second:
		return 0, refused("grace: at most 366d")
	}
	return grace, nil
}

func (f File) fillRollback(in *voucher.CreateCampaign, _ time.Time) error {
	policy, ok := map[string]uint8{
		"": voucher.RollbackNone, "none": voucher.RollbackNone,
		"restore": voucher.RollbackRestore, "forfeit": voucher.RollbackForfeit,
	}[f.Rollback]
	if !ok {
		return refused("rollback: %q: write none, restore or forfeit", f.Rollback)
	}
	grace, err := f.grace()
	in.Rollback, in.Grace = policy, uint32(grace/time.Second) //nolint:gosec // at most a year
	return err
}

func (f File) fillAttestors(in *voucher.CreateCampaign, _ time.Time) error {
	for _, text := range f.Attestors {
		address, err := exact.Address(text)
		if err != nil {
			return refused("attestors: %s: %w", exact.Shown(text), err)
		}
		in.Attestors = append(in.Attestors, address)
	}
	slices.SortFunc(in.Attestors, func(a, b voucher.Address) int { return bytes.Compare(a[:], b[:]) })
	switch {
	case len(slices.Compact(slices.Clone(in.Attestors))) < len(in.Attestors):
		return refused("attestors: the same one twice")
	case len(in.Attestors) > voucher.MaxAttestors:
		return refused("attestors: at most %d", voucher.MaxAttestors)
	}
	return nil
}

func checkCounts(in voucher.CreateCampaign) error {
	switch {
	case in.Units < 1 || in.Units > voucher.MaxUnits:
		return refused("units: 1 to %d", voucher.MaxUnits)
	case in.Supply < 1:
		return refused("supply: how many vouchers there are")
	case in.Cap < in.Supply || in.Cap > voucher.MaxSupply:
		return refused("cap: at least the supply, %d, and at most %d", in.Supply, voucher.MaxSupply)
	case in.Open > in.Supply:
		return refused("open: at most the supply, %d", in.Supply)
	default:
		return nil
	}
}
