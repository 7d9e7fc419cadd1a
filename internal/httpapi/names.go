package httpapi

import (
	"slices"
	"strconv"
	"strings"

	"tally/internal/api"
	"tally/internal/index"
	"tally/internal/voucher"
)

// names returns a merchant's stores and keys in parts of api.MaxNames: the stores
// first, by number, then the keys, by address. A cursor is the last name of the part
// before, so what comes between two parts shifts nothing:
//
//	s500                                          after store 500
//	k0x00000000000000000000000000000000000000aa   after this key; no stores
//
// The error is a problem.
func names(m index.Merchant, cursor string) (stores []index.Store, keys []index.Key, next string, err error) {
	stores, keys = m.Stores, m.Keys
	switch {
	case cursor == "":
	case strings.HasPrefix(cursor, "s"):
		after, err := strconv.ParseUint(cursor[1:], 10, 32)
		if err != nil {
			return nil, nil, "", index.ErrCursor
		}
		stores = slices.DeleteFunc(slices.Clone(stores), func(s index.Store) bool { return uint64(s.Store) <= after })
	default:
		after, err := voucher.ParseAddress(strings.TrimPrefix(cursor, "k"))
		if err != nil || cursor[0] != 'k' {
			return nil, nil, "", index.ErrCursor
		}
		stores = []index.Store{}
		keys = slices.DeleteFunc(slices.Clone(keys), func(k index.Key) bool { return slices.Compare(k.Key[:], after[:]) <= 0 })
	}
	if len(stores) > api.MaxNames {
		stores = stores[:api.MaxNames]
		return stores, []index.Key{}, "s" + strconv.FormatUint(uint64(stores[api.MaxNames-1].Store), 10), nil
	}
	room := api.MaxNames - len(stores)
	if len(keys) <= room {
		return stores, keys, "", nil
	}
	if keys = keys[:room]; room > 0 {
		return stores, keys, "k" + keys[room-1].Key.String(), nil
	}
	return stores, keys, "s" + strconv.FormatUint(uint64(stores[len(stores)-1].Store), 10), nil
}

// storeInfos returns the index's stores in the API's form; without stores, an empty
// list.
func storeInfos(stores []index.Store) []api.Store {
	infos := make([]api.Store, len(stores))
	for i, s := range stores {
		infos[i] = api.Store(s)
	}
	return infos
}

// keyInfos returns the index's keys in the API's form; without keys, an empty list.
func keyInfos(keys []index.Key) []api.Key {
	infos := make([]api.Key, len(keys))
	for i, k := range keys {
		infos[i] = api.Key(k)
	}
	return infos
}
