package till

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"tally/internal/api"
	"tally/internal/disk"
	"tally/internal/exact"
	"tally/internal/intent"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// The versions of a record. Those of before are read where a journal has them: version 1
// had no sum, and neither had an order record.
const (
	recordVersion = 3
	unpriced      = 2
	unsummed      = 1
)

// record is a sale as the journal keeps it: one JSON object, and its sum (see
// disk.WithSum).
type record struct {
	Version     int          `json:"version"`
	Reference   string       `json:"reference"`
	Fingerprint voucher.Hash `json:"fingerprint"` // of the POS's request
	State       State        `json:"state"`
	Final       bool         `json:"final"`
	ID          voucher.Hash `json:"id"`       // of the command: the digest of the code's offer
	Deadline    uint64       `json:"deadline"` // of the code, Unix seconds
	// Loose says that a copy of the request left, or may have left, and that nobody
	// knows what became of it. Loose is on the disk before a copy leaves.
	Loose bool `json:"loose"`
	// Cancelling says that the sale is not wanted any more: it is never sent again
	// while its code could still be accepted.
	Cancelling bool `json:"cancelling"`
	// Expired says that the ledger called the code's deadline passed.
	Expired bool `json:"expired"`
	// Request is what the agent sends, the same every time. It has the code, so it is
	// deleted when the sale is final.
	Request *api.RedemptionRequest `json:"request,omitempty"`
	Salt    *voucher.Hash          `json:"salt,omitempty"` // of the order's details
	// OrderRecord is what the agent signed the hash of, with the salt, where it priced a
	// cart: see pricing.Record.
	OrderRecord string           `json:"record,omitempty"`
	Problem     *api.Problem     `json:"problem,omitempty"` // why it is not redeemed, or not yet
	Outcome     *voucher.Outcome `json:"outcome,omitempty"` // of the ledger, if it is redeemed
}

var errRecord = errors.New("not a sale of this journal")

// encodeRecord is a record as its file has it, in the newest version.
func encodeRecord(r record) ([]byte, error) {
	r.Version = recordVersion
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	text = disk.WithSum(text)
	if len(text) > MaxRecord { // it could not be read again
		return nil, fmt.Errorf("%w: a sale of %d bytes, at most %d", errRecord, len(text), MaxRecord)
	}
	return text, nil
}

func decodeRecord(text []byte) (r record, err error) {
	text, summed, ok := disk.CutSum(text)
	if !ok {
		return record{}, fmt.Errorf("%w: its sum is not that of its text", errRecord)
	}
	if err := exact.JSON(text, &r); err != nil {
		return record{}, fmt.Errorf("%w: %w", errRecord, err)
	}
	switch {
	case r.Version < unsummed || r.Version > recordVersion:
		return record{}, fmt.Errorf("%w: version %d is unknown", errRecord, r.Version)
	case summed != (r.Version > unsummed):
		return record{}, fmt.Errorf("%w: its sum is missing", errRecord)
	case r.Version <= unpriced && r.OrderRecord != "":
		return record{}, fmt.Errorf("%w: version %d has no order record", errRecord, r.Version)
	}
	return r, r.check()
}

// check tells a record that this package wrote from one that it did not.
func (r record) check() error {
	switch {
	case !ValidReference(r.Reference),
		r.Final == (r.Request != nil),
		r.Final && r.State == StatePending,
		!r.Final && r.State != StatePending && r.State != StateRefused,
		(r.State == StateRedeemed) != (r.Outcome != nil),
		r.State == StateRefused && r.Problem == nil,
		r.OrderRecord != "" && r.Salt == nil:
		return errRecord
	}
	if r.OrderRecord != "" {
		if _, err := pricing.ReadRecord([]byte(r.OrderRecord)); err != nil {
			return fmt.Errorf("%w: the order record: %w", errRecord, err)
		}
	}
	return nil
}

// of reports whether an open sale is of its own code: its id is the digest of the
// code's offer, and so is what the till accepted. Otherwise it could never be
// settled: no ledger knows such an id.
func (r record) of(d *intent.Domain) bool {
	if r.Request == nil {
		return false
	}
	code, err := d.ParseCode(r.Request.Code)
	return err == nil && d.Digest(code.Offer) == r.ID && r.Request.Accept.Offer == r.ID && code.Offer.Deadline == r.Deadline
}

// is reports whether an accepted outcome is this sale's. Till, reference and
// figures decide, and not the acceptance's digest: a journal that was lost and a
// salt that was made anew make another digest of the same sale.
func (r record) is(out voucher.Outcome) bool {
	if out.Status != voucher.StatusAccepted || out.ID != r.ID || r.Request == nil {
		return false
	}
	a := r.Request.Accept
	var order bool
	var parts []voucher.Part
	for _, e := range out.Events {
		switch e := e.(type) {
		case voucher.Redeemed:
			order = e.Till == a.Till && e.Reference == a.Reference && e.Merchant == a.Merchant && e.Store == a.Store &&
				e.Currency == a.Currency && e.Amount == a.Amount
		case voucher.VoucherRedeemed:
			parts = append(parts, voucher.Part{Units: e.Units, Discount: e.Discount})
		}
	}
	return order && slices.Equal(parts, a.Parts)
}

// detailed reports whether the ledger has the hash of the details that this
// sale's acceptance has, and so the sale's salt.
func (r record) detailed(out voucher.Outcome) bool {
	return slices.ContainsFunc(out.Events, func(e voucher.Event) bool {
		redeemed, ok := e.(voucher.Redeemed)
		return ok && r.Request != nil && redeemed.Details == r.Request.Accept.Details
	})
}
