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
	call     func(ctx context.Context, data []byte) ([]byte, error)
	contract *bind.Tally
}

// NewViews reads by a function that calls the contract with this data and
// returns what it answers.
func NewViews(call func(ctx context.Context, data []byte) ([]byte, error)) Views {
	return Views{call: call, contract: bind.NewTally()}
}

// view decodes the one struct that a view answers, or its list of static
// values, into the struct that into points to.
func (v Views) view(ctx context.Context, call []byte, into any) error {
	ret, err := v.call(ctx, call)
	if err != nil {
		return fmt.Errorf("call contract: %w", err)
	}
	if err := voucher.DecodeABI(ret, into); err != nil {
		return fmt.Errorf("read contract: %w", err)
	}
	return nil
}

// values decodes what a view answers that returns a list.
func (v Views) values(ctx context.Context, call []byte, into any) error {
	ret, err := v.call(ctx, call)
	if err != nil {
		return fmt.Errorf("call contract: %w", err)
	}
	if err := voucher.DecodeValues(ret, into); err != nil {
		return fmt.Errorf("read contract: %w", err)
	}
	return nil
}

// LedgerID is what the contract was founded as, zero before.
func (v Views) LedgerID(ctx context.Context) (voucher.Hash, error) {
	var got struct {
		ID voucher.Hash `json:"id"`
	}
	err := v.view(ctx, v.contract.PackLedgerId(), &got)
	return got.ID, err
}

// Administration is where the contract has its rarer verbs, zero before it is founded.
func (v Views) Administration(ctx context.Context) (voucher.Address, error) {
	var got struct {
		Place voucher.Address `json:"place"`
	}
	err := v.view(ctx, v.contract.PackAdministration(), &got)
	return got.Place, err
}

// Operators implements ledger.Reader.
func (v Views) Operators(ctx context.Context) (o voucher.Operators, err error) {
	ret, err := v.call(ctx, v.contract.PackOperators())
	if err != nil {
		return o, fmt.Errorf("call contract: %w", err)
	}
	return o, voucher.DecodeValues(ret, &o)
}

// Merchant implements ledger.Reader.
func (v Views) Merchant(ctx context.Context, m voucher.Address) (r voucher.Merchant, ok bool, err error) {
	err = v.view(ctx, v.contract.PackMerchantOf(common.Address(m)), &r)
	return r, r.Version > 0, err
}

// Standing implements ledger.Reader.
func (v Views) Standing(ctx context.Context, m voucher.Address) (s voucher.Standing, err error) {
	return s, v.view(ctx, v.contract.PackStandingOf(common.Address(m)), &s)
}

// Auditor implements ledger.Reader.
func (v Views) Auditor(ctx context.Context, auditor voucher.Address) (a voucher.Auditor, err error) {
	return a, v.view(ctx, v.contract.PackAuditorOf(common.Address(auditor)), &a)
}

// Auditors implements ledger.Reader.
func (v Views) Auditors(ctx context.Context) ([]voucher.NamedAuditor, error) {
	var roll voucher.Roll
	if err := v.values(ctx, v.contract.PackAuditors(), &roll); err != nil {
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
	var roll voucher.Roll
	if err := v.values(ctx, v.contract.PackAttestorsOf(id), &roll); err != nil {
		return nil, err
	}
	var list []voucher.NamedAttestor
	for _, attestor := range roll.Members {
		var a voucher.Attestor
		if err := v.view(ctx, v.contract.PackAttestorOf(id, common.Address(attestor)), &a); err != nil {
			return nil, err
		}
		list = append(list, voucher.NamedAttestor{Attestor: attestor, Version: a.Version, Allowed: a.Allowed})
	}
	return list, nil
}

// Key implements ledger.Reader.
func (v Views) Key(ctx context.Context, m, key voucher.Address) (k voucher.Key, err error) {
	return k, v.view(ctx, v.contract.PackKeyOf(common.Address(m), common.Address(key)), &k)
}

// Campaign implements ledger.Reader.
func (v Views) Campaign(ctx context.Context, id voucher.CampaignID) (c voucher.Campaign, ok bool, err error) {
	err = v.view(ctx, v.contract.PackCampaignOf(id), &c)
	return c, c.Version > 0, err
}

// Holder implements ledger.Reader.
func (v Views) Holder(ctx context.Context, id voucher.CampaignID, wallet voucher.Address) (h voucher.Holder, err error) {
	return h, v.view(ctx, v.contract.PackHolderOf(id, common.Address(wallet)), &h)
}

// Voucher implements ledger.Reader.
func (v Views) Voucher(ctx context.Context, ref voucher.Ref) (voucher.Voucher, bool, error) {
	var got struct {
		Slot voucher.Slot `json:"slot"`
	}
	err := v.view(ctx, v.contract.PackSlotOf(ref.Campaign, ref.Serial), &got)
	record := got.Slot.Unpack()
	return record, record.State != voucher.StateFree, err
}

// Extension implements ledger.Reader.
func (v Views) Extension(ctx context.Context, merchant voucher.Address, id voucher.CampaignID) (uint64, error) {
	m, _, err := v.Merchant(ctx, merchant)
	if err != nil || m.Lost == 0 {
		return 0, err
	}
	var before number
	err = v.view(ctx, v.contract.PackLostOf(id), &before)
	return m.Lost - before.Value, err
}

// Hold implements ledger.Reader.
func (v Views) Hold(ctx context.Context, ref voucher.Ref) (h voucher.Hold, err error) {
	return h, v.view(ctx, v.contract.PackHoldOf(ref.Campaign, ref.Serial), &h)
}

// Returned implements ledger.Reader.
func (v Views) Returned(ctx context.Context, redemption voucher.Hash, ref voucher.Ref) (uint64, error) {
	var got number
	err := v.view(ctx, v.contract.PackReturnedOf(redemption, ref.Campaign, ref.Serial), &got)
	return got.Value, err
}

// Issuance implements ledger.Reader.
func (v Views) Issuance(ctx context.Context, issue voucher.Hash) (i voucher.Issuance, ok bool, err error) {
	err = v.view(ctx, v.contract.PackIssuanceOf(issue), &i)
	return i, i.Count > 0, err
}

// number is what a view of one number returns.
type number struct {
	Value uint64 `json:"value"`
}
