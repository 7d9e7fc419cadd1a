package access

import (
	"tally/internal/delegation"
	"tally/internal/voucher"
)

// Grant says who may read a kind of resource, beside the merchant's root, which
// always may.
type Grant struct {
	Parties  bool             // the wallets that hold it or took part; the operators who signed it
	Scope    delegation.Scope // delegations with this scope, and the merchant's keys that could give it
	Auditor  bool
	Operator bool
	Keys     uint32 // the merchant's keys with one of these scopes, a till at its own store; what they may, nobody delegates
}

// grants is the table of who may read what.
func grants() [kindsEnd]Grant {
	return [kindsEnd]Grant{
		Administration: {Parties: true, Auditor: true, Operator: true},
		Campaigns:      {Scope: delegation.ReadCampaigns, Auditor: true, Operator: true},
		Orders:         {Parties: true, Scope: delegation.ReadRedemptions, Auditor: true},
		Vouchers:       {Parties: true, Scope: delegation.ReadVouchers, Auditor: true},
		Log:            {Auditor: true},
		Deliveries:     {Parties: true, Scope: delegation.Relay},
		Records:        {Parties: true, Scope: delegation.ReadRedemptions},
		Deposits:       {Keys: voucher.ScopeRedeem | voucher.ScopeRollback},
		Erasures:       {Keys: voucher.ScopeRollback},
	}
}

// hasOne reports whether a merchant's scoped key has one of some scopes at a store. Only a
// till has a store.
func hasOne(k voucher.Key, scopes, store uint32) bool {
	scopes &= k.Scopes
	return scopes&^voucher.ScopeRedeem != 0 || scopes != 0 && k.Store == store
}

// gives reports whether a merchant's scoped key may itself do what a scope
// allows at a store (0: at all of them), and so may give it to others.
func gives(k voucher.Key, scope delegation.Scope, store uint32) bool {
	switch scope {
	case delegation.ReadRedemptions:
		return k.Scopes&voucher.ScopeRollback != 0 || k.Scopes&voucher.ScopeRedeem != 0 && k.Store == store
	case delegation.ReadCampaigns, delegation.Relay:
		return k.Scopes&voucher.ScopeIssue != 0
	case delegation.ReadVouchers:
		return k.Scopes&voucher.ScopeVoid != 0
	default:
		return false
	}
}

// delegates reports whether a delegation reaches a scope at a store. Only
// redemptions are a store's.
func delegates(d delegation.Delegation, scope delegation.Scope, store uint32) bool {
	return scope != "" && d.Has(scope) && (scope != delegation.ReadRedemptions || d.Store == 0 || d.Store == store)
}
