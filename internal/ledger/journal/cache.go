package journal

import "github.com/ethereum/go-ethereum/common/lru"

// Limits of the records that are kept in memory.
const (
	maxCached      = 16384   // records
	maxCachedBytes = 2 << 10 // of one; a longer one is read from the store each time
)

// cache has records of the store that were read last: each command asks for its
// merchant, its campaign and its till's key again. What is absent is kept too, as nil.
//
// A record that is read while another is committed would be kept as it was before. So
// who reads holds the ledger's lock, or its turn, and who commits has both.
type cache struct {
	records *lru.Cache[string, []byte]
}

func newCache() cache { return cache{lru.NewCache[string, []byte](maxCached)} }

// get is a record that is kept. It must not be changed.
func (c cache) get(key string) (value []byte, ok bool) { return c.records.Get(key) }

// read keeps a record that was read from the store.
func (c cache) read(key string, value []byte) {
	if len(value) <= maxCachedBytes {
		c.records.Add(key, value)
	}
}

// committed has the store's new records take the places of those that are kept.
func (c cache) committed(writes map[string][]byte) {
	for key, value := range writes {
		switch {
		case !c.records.Contains(key):
		case len(value) <= maxCachedBytes:
			c.records.Add(key, value)
		default:
			c.records.Remove(key)
		}
	}
}
