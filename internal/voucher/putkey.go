package voucher

import "cmp"

// The scopes of a merchant's key, to be added up.
const (
	ScopeRedeem   uint32 = 1 << iota // a till: accept redemptions and holds at its store
	ScopeIssue                       // sign issues
	ScopeRollback                    // give units back
	ScopeVoid                        // void vouchers
	allScopes     = ScopeRedeem | ScopeIssue | ScopeRollback | ScopeVoid
)

// PutKey gives a key its scopes for a merchant; no scope revokes it, also while
// the merchant is suspended. Author: the merchant's root.
type PutKey struct {
	Author   Address `json:"author"`
	Merchant Address `json:"merchant"`
	Version  uint32  `json:"version"` // of the merchant
	Key      Address `json:"key"`
	Scopes   uint32  `json:"scopes"`
	Store    uint32  `json:"store"` // the till's store; 0 for a key that is no till
	Deadline uint64  `json:"deadline"`
}

func (PutKey) verb() Verb { return VerbPutKey }

func (in PutKey) flaw() string {
	switch {
	case in.Scopes&^allScopes != 0:
		return outside("scopes", uint64(in.Scopes), 0, uint64(allScopes))
	case in.isTill():
		return cmp.Or(missing("key", in.Key), outside("store", uint64(in.Store), 1, MaxStore))
	case in.Store != 0:
		return "store: 0 is wanted for a key that is no till's"
	default:
		return missing("key", in.Key)
	}
}

func (in PutKey) isTill() bool { return in.Scopes&ScopeRedeem != 0 }

func (in PutKey) author() Address { return in.Author }

func (in PutKey) touches(Hash) []string {
	return touchedMerchant(in.Merchant, keyKey(in.Merchant, in.Key))
}

func (PutKey) reads() []string { return nil }

// KeyPut gives a key its scopes.
type KeyPut struct {
	Merchant Address `json:"merchant"`
	Version  uint32  `json:"version"`
	Key      Address `json:"key"`
	Scopes   uint32  `json:"scopes"`
	Store    uint32  `json:"store"`
}

func (KeyPut) isEvent() {}

func (in PutKey) judge(r *ruling) Kind {
	m, standing, kind := r.changeByRoot(rootChange{in.Author, in.Merchant, in.Version, in.Deadline, in.Scopes == 0})
	if kind != KindAccepted {
		return kind
	}
	if in.isTill() && !r.storeExists(in.Merchant, in.Store) {
		return KindWrongStore
	}
	r.putMerchant(in.Merchant, m, standing)
	r.put(keyKey(in.Merchant, in.Key), Key{Scopes: in.Scopes, Store: in.Store})
	r.emit(KeyPut{Merchant: in.Merchant, Version: m.Version, Key: in.Key, Scopes: in.Scopes, Store: in.Store})
	return KindAccepted
}

func (r *ruling) storeExists(m Address, store uint32) bool {
	b, err := r.state.Get(storeKey(m, store))
	r.keep(err)
	return b != nil
}
