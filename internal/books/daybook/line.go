package daybook

import (
	"time"

	"tally/internal/voucher"
)

// Acts of a line.
const (
	Sale   = "sale"   // a redemption, or a capture of a hold
	Return = "return" // a rollback
)

// Line is what one command did to the vouchers of one campaign. Units and Discount are
// never negative: Did says which way they went.
type Line struct {
	Command    voucher.Hash     `json:"command"`
	Did        string           `json:"did"`
	Redemption *voucher.Hash    `json:"redemption,omitempty"` // what a return gave back of
	Time       uint64           `json:"time"`                 // the ledger's, Unix seconds
	Day        string           `json:"day"`                  // of that instant, by the store's clock: 2026-12-01
	Store      uint32           `json:"store"`                // of the sale, also of a return
	Till       voucher.Address  `json:"till"`                 // of the sale, also of a return
	Campaign   string           `json:"campaign"`
	Currency   voucher.Currency `json:"currency"`
	Orders     uint64           `json:"orders"`   // 1 on the first line of a sale, else 0
	Amount     uint64           `json:"amount"`   // the order before vouchers, on that line; minor units of money
	Units      uint64           `json:"units"`    // taken, or given back
	Discount   uint64           `json:"discount"` // taken off, or given back; minor units of money
	// Deposited says whether the server keeps the record of the command's order, or of its
	// return. It is nil where the server keeps no records, or cannot tell.
	Deposited *bool `json:"deposited,omitempty"`
}

// Clock is by how many minutes the clock of a store is ahead of UTC at an instant, by
// the terms of a campaign.
type Clock func(campaign voucher.CampaignID, store uint32, at uint64) (minutes int16, err error)

// Day is the day of an instant where clocks are a number of minutes ahead of UTC.
func Day(at uint64, minutes int16) string {
	return voucher.Time(at).In(time.FixedZone("", int(minutes)*60)).Format(time.DateOnly)
}

// Took are the lines of a command that took units: of a redemption or a capture. Of
// any other command there are none. The error is the clock's.
func Took(out voucher.Outcome, clock Clock) ([]Line, error) {
	head, ok := order(out)
	if !ok {
		return nil, nil
	}
	head.Command, head.Did, head.Time = out.ID, Sale, out.Time
	b := book{head: head, clock: clock}
	for _, e := range out.Events {
		if e, ok := e.(voucher.VoucherRedeemed); ok {
			b.enter(e.Campaign, e.Units, e.Discount)
		}
	}
	if len(b.lines) > 0 {
		b.lines[0].Orders, b.lines[0].Amount = 1, head.Amount
	}
	return b.lines, b.err
}

// Gave are the lines of a rollback of a sale. given is how much of the discount it gave
// back of each voucher: see books.GivenBack. The error is the clock's.
func Gave(out, sold voucher.Outcome, given map[voucher.Ref]uint64, clock Clock) ([]Line, error) {
	head, ok := order(sold)
	if !ok {
		return nil, nil
	}
	head.Command, head.Did, head.Time, head.Redemption = out.ID, Return, out.Time, &sold.ID
	b := book{head: head, clock: clock}
	for _, e := range out.Events {
		if e, ok := e.(voucher.VoucherReturned); ok {
			b.enter(e.Campaign, e.Units, given[voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}])
		}
	}
	return b.lines, b.err
}

// order is what the lines of a sale have in common. ok is false for what is no sale.
func order(out voucher.Outcome) (l Line, ok bool) {
	for _, e := range out.Events {
		switch e := e.(type) {
		case voucher.Redeemed:
			return Line{Store: e.Store, Till: e.Till, Currency: e.Currency, Amount: e.Amount}, true
		case voucher.HoldCaptured:
			return Line{Store: e.Store, Till: e.Till, Currency: e.Currency, Amount: e.Amount}, true
		}
	}
	return l, false
}

// book is the lines of one command while they are written.
type book struct {
	head  Line
	clock Clock
	lines []Line
	err   error // the first of the clock
}

// enter adds what happened to one voucher to its campaign's line.
func (b *book) enter(campaign voucher.CampaignID, units, discount uint64) {
	id := campaign.String()
	for i := range b.lines {
		if b.lines[i].Campaign == id {
			b.lines[i].Units += units
			b.lines[i].Discount += discount
			return
		}
	}
	minutes, err := b.clock(campaign, b.head.Store, b.head.Time)
	if err != nil && b.err == nil {
		b.err = err
	}
	l := b.head
	l.Campaign, l.Units, l.Discount, l.Amount, l.Day = id, units, discount, 0, Day(l.Time, minutes)
	b.lines = append(b.lines, l)
}
