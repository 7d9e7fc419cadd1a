package lincheck

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"
	"time"

	"tally/internal/voucher"
)

// Verb is what a client did.
type Verb string

// The verbs. Reading a redemption is ReadCommand, by another address.
const (
	Claim       Verb = "claim"
	Transfer    Verb = "transfer"
	Redeem      Verb = "redeem"
	Hold        Verb = "hold"
	Capture     Verb = "capture"
	Release     Verb = "release"
	Cancel      Verb = "cancel"
	Rollback    Verb = "rollback"
	ReadVoucher Verb = "read voucher"
	ReadCommand Verb = "read command"
)

// reads reports whether the verb asks and changes nothing.
func (v Verb) reads() bool { return v == ReadVoucher || v == ReadCommand }

// Call is what a client asked for: as much of it as the model judges by.
type Call struct {
	Verb     Verb               `json:"verb"`
	Campaign voucher.CampaignID `json:"campaign"`
	ID       voucher.Hash       `json:"id"`       // of the command, or of the command to read
	Part     voucher.Hash       `json:"part"`     // digest of the store's half, of a redemption or hold
	By       voucher.Address    `json:"by"`       // the owner who signed, or the reader; zero is the merchant
	To       voucher.Address    `json:"to"`       // of a transfer
	SignedAt uint64             `json:"signedAt"` // by the owner
	Ordinal  uint32             `json:"ordinal"`  // of a claim
	Of       voucher.Hash       `json:"of"`       // the hold, redemption or offer that it is about
	Lines    []Line             `json:"lines"`    // the vouchers, by serial
}

// Line is one voucher of a call.
type Line struct {
	Serial   uint32 `json:"serial"`
	Units    uint64 `json:"units"`    // that the store takes, or that are given back
	Taken    uint64 `json:"taken"`    // by the redemption that is rolled back
	Returned uint64 `json:"returned"` // of it so far, as the rollback says
}

// The codes of answers that are no problem of the API. Others are its problems' codes.
const (
	Accepted = "accepted" // a command
	Shown    = "shown"    // what was read
	Unknown  = "unknown"  // no answer, or one that says so: it may take effect, and at any time
)

// Answer is what a client was told.
type Answer struct {
	Code    string           `json:"code"`
	Outcome *voucher.Outcome `json:"outcome,omitempty"` // of what was accepted, or is read
	Voucher *Seen            `json:"voucher,omitempty"` // that is read
}

// Seen is a voucher as a reader sees it.
type Seen struct {
	Owner    voucher.Address `json:"owner"`
	State    string          `json:"state"`
	Units    uint64          `json:"units"`
	SignedAt uint64          `json:"signedAt"`
	Hold     voucher.Hash    `json:"hold"`
	Held     uint64          `json:"held"`
}

// Operation is one call and its answer. Instants are nanoseconds of one
// monotonic clock since the history began.
type Operation struct {
	Client int    `json:"client"`
	Server int    `json:"server"`
	Called int64  `json:"called"`
	Told   int64  `json:"told"` // Never, where the outcome is unknown
	Call   Call   `json:"call"`
	Answer Answer `json:"answer"`
}

// Never is when an unknown outcome is told: it can happen as long as the history lasts.
const Never = math.MaxInt64

// Campaign is a campaign that the clients race in, whose vouchers may be in one
// order together: it is checked as one.
type Campaign struct {
	ID     voucher.CampaignID `json:"id"`
	Supply uint32             `json:"supply"` // at most MaxSupply
	Units  uint64             `json:"units"`  // in each voucher
}

// MaxSupply is how many vouchers a campaign of the load has at most.
const MaxSupply = 4

// History is all that the clients of one load asked and were told.
type History struct {
	Seed       uint64
	Campaigns  []Campaign
	Operations []Operation // by the instants of their calls
}

// head is the first line of a written history.
type head struct {
	Seed      uint64     `json:"seed"`
	Campaigns []Campaign `json:"campaigns"`
}

// Write keeps a history as JSON lines: a head, then one operation each.
func (h History) Write(to io.Writer) error {
	e := json.NewEncoder(to)
	err := e.Encode(head{h.Seed, h.Campaigns})
	for i := 0; i < len(h.Operations) && err == nil; i++ {
		err = e.Encode(h.Operations[i])
	}
	if err != nil {
		return fmt.Errorf("write history: %w", err)
	}
	return nil
}

// ReadHistory reads what Write wrote, to check it again.
func ReadHistory(from io.Reader) (h History, err error) {
	d := json.NewDecoder(bufio.NewReader(from))
	var first head
	err = d.Decode(&first)
	h.Seed, h.Campaigns = first.Seed, first.Campaigns
	for err == nil && d.More() {
		var op Operation
		err = d.Decode(&op)
		h.Operations = append(h.Operations, op)
	}
	if err != nil {
		return h, fmt.Errorf("read history: %w", err)
	}
	return h, nil
}

// of is what happened in one campaign.
func (h History) of(c voucher.CampaignID) (ops []Operation) {
	for _, op := range h.Operations {
		if op.Call.Campaign == c {
			ops = append(ops, op)
		}
	}
	return ops
}

// recorder writes operations down while clients run.
type recorder struct {
	start time.Time
	mu    sync.Mutex
	ops   []Operation
}

// now is the history's clock.
func (r *recorder) now() int64 { return int64(time.Since(r.start)) }

func (r *recorder) add(op Operation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ops = append(r.ops, op)
}

func (r *recorder) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.ops)
}

// all is every operation, by its call.
func (r *recorder) all() []Operation {
	r.mu.Lock()
	defer r.mu.Unlock()
	ops := slices.Clone(r.ops)
	slices.SortFunc(ops, func(a, b Operation) int { return cmp.Compare(a.Called, b.Called) })
	return ops
}
