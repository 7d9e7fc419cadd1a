package pack

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

// ErrScope says that a text is not a scope.
var ErrScope = errors.New("not a scope: all, leaves/FROM-TO, campaign/cmp_… or merchant/0x… wanted")

// Scope is which leaves a pack has.
//
//	all              every leaf, with every block of the chain: the rules are replayed
//	leaves/100-200   those from 100 on, before 200
//	campaign/cmp_…   all that concerns a campaign
//	merchant/0x…     all that concerns a merchant, its campaigns and the operators
type Scope struct {
	kind     string
	from, to int64
	campaign voucher.CampaignID
	merchant voucher.Address
}

// The kinds of scopes.
const (
	scopeAll      = "all"
	scopeLeaves   = "leaves"
	scopeCampaign = "campaign"
	scopeMerchant = "merchant"
)

// All is the scope of everything.
func All() Scope { return Scope{kind: scopeAll} }

// ParseScope reads what String writes. The error is ErrScope.
func ParseScope(text string) (s Scope, err error) {
	name, of, _ := strings.Cut(text, "/")
	s.kind = name
	switch name {
	case scopeAll:
	case scopeLeaves:
		from, to, _ := strings.Cut(of, "-")
		first, err1 := strconv.ParseUint(from, 10, 62)
		second, err2 := strconv.ParseUint(to, 10, 62)
		s.from, s.to = int64(first), int64(second)
		err = errors.Join(err1, err2)
	case scopeCampaign:
		s.campaign, err = voucher.ParseCampaignID(of)
	case scopeMerchant:
		s.merchant, err = voucher.ParseAddress(of)
	default:
		err = ErrScope
	}
	if err != nil || s.String() != text || s.kind == scopeLeaves && s.from >= s.to {
		return Scope{}, fmt.Errorf("%w, not %q", ErrScope, text[:min(len(text), 80)])
	}
	return s, nil
}

// String is the scope as a pack's head has it.
func (s Scope) String() string {
	switch s.kind {
	case scopeLeaves:
		return fmt.Sprintf("%s/%d-%d", s.kind, s.from, s.to)
	case scopeCampaign:
		return s.kind + "/" + s.campaign.String()
	case scopeMerchant:
		return s.kind + "/" + s.merchant.String()
	default:
		return s.kind
	}
}

// whole reports whether the pack has every leaf, and the chain's blocks from the
// first to that of the last leaf. Of a smaller scope nobody can replay the
// rules: an order may touch vouchers that are outside.
func (s Scope) whole() bool { return s.kind == scopeAll }

// selection chooses the leaves of a scope while it walks all of them.
type selection struct {
	Scope
	campaigns map[voucher.CampaignID]bool // of the scope
}

func newSelection(s Scope) *selection {
	return &selection{Scope: s, campaigns: map[voucher.CampaignID]bool{s.campaign: s.kind == scopeCampaign}}
}

func (s *selection) has(index int64, e ledger.Entry) bool {
	switch s.kind {
	case scopeAll:
		return true
	case scopeLeaves:
		return s.from <= index && index < s.to
	}
	for _, event := range e.Outcome.Events {
		if s.concerns(event) {
			return true
		}
	}
	return false
}

func (s *selection) concerns(e voucher.Event) bool {
	if ref, _, ok := voucher.VoucherOf(e); ok {
		return s.campaigns[ref.Campaign]
	}
	ofMerchant := func(m voucher.Address) bool { return s.kind == scopeMerchant && m == s.merchant }
	switch e := e.(type) {
	case voucher.OperatorsSet:
		return s.kind == scopeMerchant
	case voucher.MerchantAdmitted:
		return ofMerchant(e.Merchant)
	case voucher.MerchantSuspended:
		return ofMerchant(e.Merchant)
	case voucher.MerchantReinstated:
		return ofMerchant(e.Merchant)
	case voucher.StorePut:
		return ofMerchant(e.Merchant)
	case voucher.KeyPut:
		return ofMerchant(e.Merchant)
	case voucher.RootSet:
		return ofMerchant(e.Merchant)
	case voucher.CampaignCreated:
		if ofMerchant(e.Create.Merchant) {
			s.campaigns[e.Campaign] = true
		}
		return s.campaigns[e.Campaign]
	case voucher.CampaignChanged:
		return s.campaigns[e.Campaign]
	case voucher.CampaignIssued:
		return s.campaigns[e.Campaign]
	default:
		return false
	}
}
