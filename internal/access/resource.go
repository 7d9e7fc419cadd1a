package access

import (
	"context"
	"slices"

	"tally/internal/index"
	"tally/internal/voucher"
)

// Kind is a kind of thing that not everybody may read.
type Kind uint8

// The kinds.
const (
	Administration Kind = iota // commands that admit, change, suspend or reinstate merchants and operators
	Campaigns                  // a campaign's figures, books and issues
	Orders                     // redemptions, holds and captures: one, by reference, or a list
	Vouchers                   // vouchers, their history, and the commands that touched them
	Log                        // the log's checkpoints and tiles, and the ledger's blocks and proofs
	Deliveries                 // to bring an issued voucher in, which takes no signature
	Records                    // the record of an order or a return that was deposited
	Deposits                   // to deposit one
	Erasures                   // to erase one
	kindsEnd
)

// Resource is a thing of a kind, and whom it concerns. A Resource that names
// nobody stands for what does not exist: to judge it takes as much work.
type Resource struct {
	Kind     Kind
	Parties  []voucher.Address // who hold it or took part in it
	Merchant voucher.Address
	Store    uint32 // of the merchant; 0 for all of them
}

// Concerns is the resource that an accepted command is. For no command at all
// it is as much work as for one.
func (p *Policy) Concerns(ctx context.Context, out voucher.Outcome) (Resource, error) {
	var (
		r        Resource
		campaign voucher.CampaignID
	)
	for _, e := range out.Events {
		if id, ok := r.add(e); ok {
			campaign = id
		}
	}
	record, _, err := p.teller.Ledger().Campaign(ctx, campaign)
	if r.Merchant.IsZero() {
		r.Merchant = record.Merchant
	}
	if merchant, store, ok := index.Order(out); ok {
		r.Kind, r.Merchant, r.Store = Orders, merchant, store
	}
	r.Parties = slices.DeleteFunc(r.Parties, voucher.Address.IsZero) // of voided serials that nobody had
	return r, err
}

// add adds whom an event concerns, and the kind that it gives its command. ok is
// true where the event is of a campaign. Who signed a command about vouchers of
// others is a party: a sender may have to settle what it sent.
func (r *Resource) add(e voucher.Event) (campaign voucher.CampaignID, ok bool) {
	if ref, slot, isVoucher := voucher.VoucherOf(e); isVoucher {
		r.Kind, campaign, ok = Vouchers, ref.Campaign, true
		r.Parties = append(r.Parties, slot.Unpack().Owner)
	}
	switch e := e.(type) {
	case voucher.CampaignCreated:
		r.Kind, campaign, ok = Campaigns, e.Campaign, true
	case voucher.CampaignChanged:
		r.Kind, campaign, ok = Campaigns, e.Campaign, true
	case voucher.CampaignIssued:
		r.Kind, campaign, ok = Campaigns, e.Campaign, true
	case voucher.AttestorPut:
		r.Kind, campaign, ok = Campaigns, e.Campaign, true
	case voucher.VoucherTransferred:
		r.Parties = append(r.Parties, e.From)
	case voucher.HoldReleased:
		r.Parties = append(r.Parties, e.Till)
	case voucher.OfferCancelled:
		r.Parties = append(r.Parties, e.Author)
	case voucher.RolledBack:
		r.Parties = append(r.Parties, e.Author)
	case voucher.OperatorsSet:
		r.Parties = append(r.Parties, e.Operators...)
	case voucher.AuditorSet:
		r.Parties = append(r.Parties, e.Auditor)
	case voucher.MerchantAdmitted:
		r.Merchant = e.Merchant
	case voucher.MerchantSuspended:
		r.Merchant = e.Merchant
	case voucher.MerchantReinstated:
		r.Merchant = e.Merchant
	case voucher.StorePut:
		r.Merchant = e.Merchant
	case voucher.KeyPut:
		r.Merchant = e.Merchant
	case voucher.RootSet:
		r.Merchant = e.Merchant
	}
	return campaign, ok
}
