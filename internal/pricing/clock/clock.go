// Package clock says by how much a store's clock is ahead of UTC. No ledger knows
// the time zones of stores: a campaign's terms name them. A server that prices an
// order, and an auditor who checks the price, must take the same offset, so the rule
// stands here once.
package clock

import (
	"slices"

	"tally/internal/pricing"
	"tally/internal/voucher"
	"tally/internal/zone"
)

// MaxApart is by how many seconds the time of an order may differ from the ledger's, when
// the ledger judged the sale: a code is good for ten minutes, and clocks differ by one.
const MaxApart = voucher.RedeemLife + voucher.ClockSkew

// Offset is by how many minutes the clock of a store is ahead of UTC at an instant, as
// terms say. For the time zone of the campaign, the offsets count that the merchant
// signed. For a store in a zone of its own, the database counts. The errors are
// zone.ErrNoZone and zone.ErrOffset.
func Offset(terms *pricing.Terms, signed []voucher.Offset, zones zone.Database, store uint32, at uint64) (int16, error) {
	if name := terms.Zone(store); name != terms.TimeZone {
		return zones.Minutes(name, at)
	}
	return zone.Minutes(signed, at), nil
}

// Reading is what one voucher's terms make of the clock of the order's store.
type Reading struct {
	Offset int16
	Reads  bool // a condition of the terms looks at the clock
}

// Read is the reading of terms. The errors are those of Offset.
func Read(terms *pricing.Terms, signed []voucher.Offset, zones zone.Database, store uint32, at uint64) (Reading, error) {
	offset, err := Offset(terms, signed, zones, store, at)
	return Reading{Offset: offset, Reads: terms.ReadsClock()}, err
}

// Of is the offset of an order: that of the first of its vouchers, in the order in which
// they apply, whose terms look at the clock. Where none does, it is that of the first
// voucher. An order without a voucher has UTC.
func Of(taken []Reading) int16 {
	if at := slices.IndexFunc(taken, func(r Reading) bool { return r.Reads }); at >= 0 {
		return taken[at].Offset
	}
	if len(taken) > 0 {
		return taken[0].Offset
	}
	return 0
}
