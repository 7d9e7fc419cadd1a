package till

import (
	"context"
	"time"

	"tally/internal/voucher"
)

// Health is how an agent fares. That it answers says that it is alive.
type Health struct {
	Ledger   voucher.Hash    `json:"ledger"`
	Till     voucher.Address `json:"till"`
	Merchant voucher.Address `json:"merchant"`
	Store    uint32          `json:"store"`
	Open     int             `json:"open"` // sales that are not settled
	Owed     int             `json:"owed"` // records that are not deposited
	Server   ServerHealth    `json:"server"`
}

// ServerHealth is what the agent sees of the server right now.
type ServerHealth struct {
	Reachable bool `json:"reachable"`
	SameOne   bool `json:"same_ledger"` // it serves the ledger that is signed for
	Admitted  bool `json:"admitted"`    // the key is a till of the store
	// ClockOffset is by how many seconds the server's clock is ahead of this
	// machine's, give or take one.
	ClockOffset int64 `json:"clock_offset_seconds"`
}

// Health asks the server how it is, for two seconds at most.
func (a *Agent) Health(ctx context.Context) Health {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	h := Health{
		Ledger: a.opts.Domain.Ledger(), Till: a.signer.Address(), Merchant: a.opts.Merchant, Store: a.opts.Store,
		Open: len(a.unsettled()), Owed: a.countOwed(),
	}
	begun := a.opts.Now()
	info, err := a.opts.Client.Ledger(ctx)
	if err != nil {
		return h
	}
	middle := begun.Add(a.opts.Now().Sub(begun) / 2)
	h.Server = ServerHealth{
		Reachable: true, SameOne: info.ID == h.Ledger,
		ClockOffset: int64(time.Unix(info.Time, 0).Sub(middle).Round(time.Second) / time.Second),
	}
	h.Server.Admitted = CheckTill(ctx, a.opts.Client, a.opts.Merchant, a.opts.Store, h.Till) == nil
	return h
}
