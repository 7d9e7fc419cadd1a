package voucher

import "cmp"

// PutStore opens a store of a merchant, or renames it. Author: the merchant's root.
type PutStore struct {
	Author   Address `json:"author"`
	Merchant Address `json:"merchant"`
	Version  uint32  `json:"version"` // of the merchant
	Store    uint32  `json:"store"`   // the merchant's own number for it, 1 to 65535
	Name     string  `json:"name"`
	Deadline uint64  `json:"deadline"`
}

func (PutStore) verb() Verb { return VerbPutStore }

func (in PutStore) flaw() string {
	return cmp.Or(outside("store", uint64(in.Store), 1, MaxStore), unnamed("name", in.Name, MaxName))
}

func (in PutStore) author() Address { return in.Author }

func (in PutStore) touches(Hash) []string {
	return touchedMerchant(in.Merchant, storeKey(in.Merchant, in.Store))
}

func (PutStore) reads() []string { return nil }

// StorePut names a store.
type StorePut struct {
	Merchant Address `json:"merchant"`
	Version  uint32  `json:"version"`
	Store    uint32  `json:"store"`
	Name     string  `json:"name"`
}

func (StorePut) isEvent() {}

func (in PutStore) judge(r *ruling) Kind {
	m, standing, kind := r.changeByRoot(rootChange{in.Author, in.Merchant, in.Version, in.Deadline, false})
	if kind != KindAccepted {
		return kind
	}
	r.putMerchant(in.Merchant, m, standing)
	r.writes = append(r.writes, write{storeKey(in.Merchant, in.Store), []byte{1}})
	r.emit(StorePut{Merchant: in.Merchant, Version: m.Version, Store: in.Store, Name: in.Name})
	return KindAccepted
}
