package contract

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"tally/internal/ledger/evm/contract/bind"
	"tally/internal/voucher"
)

// Views reads the contract's records: all of ledger.Reader but Outcome. A
// driver says how the contract is called, and so how fresh the answers are.
type Views struct {
	call     func(ctx context.Context, data []byte) (*Answer, error)
	contract *bind.Tally
}

// NewViews reads by a function that calls the contract with this data and
// returns what it answers.
func NewViews(call func(ctx context.Context, data []byte) (*Answer, error)) Views {
	return Views{call: call, contract: bind.NewTally()}
}

// view is the one struct that a view of the contract answers, or its list of static
// values.
func view[T any](ctx context.Context, v Views, call []byte) (T, error) {
	return ask[T](ctx, v, call, voucher.DecodeABI)
}

// values is what a view of the contract answers that returns a list.
func values[T any](ctx context.Context, v Views, call []byte) (T, error) {
	return ask[T](ctx, v, call, voucher.DecodeValues)
}

func ask[T any](ctx context.Context, v Views, call []byte, decode func([]byte, any) error) (T, error) {
	answer, err := v.call(ctx, call)
	if err != nil {
		return *new(T), fmt.Errorf("call contract: %w", err)
	}
	return record[T](answer, decode)
}

// LedgerID is what the contract was founded as, zero before.
func (v Views) LedgerID(ctx context.Context) (voucher.Hash, error) {
	got, err := view[struct {
		ID voucher.Hash `json:"id"`
	}](ctx, v, v.contract.PackLedgerId())
	return got.ID, err
}

// Administration is where the contract has its rarer verbs, zero before it is founded.
func (v Views) Administration(ctx context.Context) (voucher.Address, error) {
	got, err := view[struct {
		Place voucher.Address `json:"place"`
	}](ctx, v, v.contract.PackAdministration())
	return got.Place, err
}

// Operators implements ledger.Reader.
func (v Views) Operators(ctx context.Context) (o voucher.Operators, err error) {
	return values[voucher.Operators](ctx, v, v.contract.PackOperators())
}

// Merchant implements ledger.Reader.
func (v Views) Merchant(ctx context.Context, m voucher.Address) (r voucher.Merchant, ok bool, err error) {
	r, err = view[voucher.Merchant](ctx, v, v.contract.PackMerchantOf(common.Address(m)))
	return r, r.Version > 0, err
}

// Standing implements ledger.Reader.
func (v Views) Standing(ctx context.Context, m voucher.Address) (s voucher.Standing, err error) {
	return view[voucher.Standing](ctx, v, v.contract.PackStandingOf(common.Address(m)))
}

// Auditor implements ledger.Reader.
func (v Views) Auditor(ctx context.Context, auditor voucher.Address) (a voucher.Auditor, err error) {
	return view[voucher.Auditor](ctx, v, v.contract.PackAuditorOf(common.Address(auditor)))
}

// Auditors implements ledger.Reader.
func (v Views) Auditors(ctx context.Context) ([]voucher.NamedAuditor, error) {
	roll, err := values[voucher.Roll](ctx, v, v.contract.PackAuditors())
	if err != nil {
		return nil, err
	}
	var list []voucher.NamedAuditor
	for _, auditor := range roll.Members {
		a, err := v.Auditor(ctx, auditor)
		if err != nil {
			return nil, err
		}
		list = append(list, voucher.NamedAuditor{Auditor: auditor, Version: a.Version, Until: a.Until})
	}
	return list, nil
}

// Attestors implements ledger.Reader.
func (v Views) Attestors(ctx context.Context, id voucher.CampaignID) ([]voucher.NamedAttestor, error) {
	roll, err := values[voucher.Roll](ctx, v, v.contract.PackAttestorsOf(id))
	if err != nil {
		return nil, err
	}
	var list []voucher.NamedAttestor
	for _, attestor := range roll.Members {
		a, err := view[voucher.Attestor](ctx, v, v.contract.PackAttestorOf(id, common.Address(attestor)))
		if err != nil {
			return nil, err
		}
		list = append(list, voucher.NamedAttestor{Attestor: attestor, Version: a.Version, Allowed: a.Allowed})
	}
	return list, nil
}

// Key implements ledger.Reader.
func (v Views) Key(ctx context.Context, m, key voucher.Address) (k voucher.Key, err error) {
	return view[voucher.Key](ctx, v, v.contract.PackKeyOf(common.Address(m), common.Address(key)))
}

// Campaign implements ledger.Reader.
func (v Views) Campaign(ctx context.Context, id voucher.CampaignID) (c voucher.Campaign, ok bool, err error) {
	c, err = view[voucher.Campaign](ctx, v, v.contract.PackCampaignOf(id))
	return c, c.Version > 0, err
}

// Holder implements ledger.Reader.
func (v Views) Holder(ctx context.Context, id voucher.CampaignID, wallet voucher.Address) (h voucher.Holder, err error) {
	return view[voucher.Holder](ctx, v, v.contract.PackHolderOf(id, common.Address(wallet)))
}

// Voucher implements ledger.Reader.
func (v Views) Voucher(ctx context.Context, ref voucher.Ref) (voucher.Voucher, bool, error) {
	got, err := view[struct {
		Slot voucher.Slot `json:"slot"`
	}](ctx, v, v.contract.PackSlotOf(ref.Campaign, ref.Serial))
	record := got.Slot.Unpack()
	return record, record.State != voucher.StateFree, err
}

// Extension implements ledger.Reader.
func (v Views) Extension(ctx context.Context, merchant voucher.Address, id voucher.CampaignID) (uint64, error) {
	m, _, err := v.Merchant(ctx, merchant)
	if err != nil || m.Lost == 0 {
		return 0, err
	}
	before, err := view[number](ctx, v, v.contract.PackLostOf(id))
	return m.Lost - before.Value, err
}

// Hold implements ledger.Reader.
func (v Views) Hold(ctx context.Context, ref voucher.Ref) (h voucher.Hold, err error) {
	return view[voucher.Hold](ctx, v, v.contract.PackHoldOf(ref.Campaign, ref.Serial))
}

// Returned implements ledger.Reader.
func (v Views) Returned(ctx context.Context, redemption voucher.Hash, ref voucher.Ref) (uint64, error) {
	got, err := view[number](ctx, v, v.contract.PackReturnedOf(redemption, ref.Campaign, ref.Serial))
	return got.Value, err
}

// Issuance implements ledger.Reader.
func (v Views) Issuance(ctx context.Context, issue voucher.Hash) (i voucher.Issuance, ok bool, err error) {
	i, err = view[voucher.Issuance](ctx, v, v.contract.PackIssuanceOf(issue))
	return i, i.Count > 0, err
}

// number is what a view of one number returns.
type number struct {
	Value uint64 `json:"value"`
}
