package deposit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"tally/internal/voucher"
)

// account is how much of the store a merchant uses.
type account struct {
	mu      sync.Mutex
	counted bool
	records uint64 // erased ones included
	bytes   uint64 // of texts
}

// account is that of a merchant. The files are counted once after each start, when the
// merchant first puts or erases something; what a kill left half written is removed then.
func (s *Store) account(m voucher.Address) (*account, error) {
	s.mu.Lock()
	a := s.accounts[m]
	if a == nil {
		a = &account{}
		s.accounts[m] = a
	}
	s.mu.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.counted {
		return a, nil
	}
	if err := a.count(s.directory(m)); err != nil {
		return nil, fmt.Errorf("count a merchant's records: %w", err)
	}
	a.counted = true
	return a, nil
}

// count counts the files of a directory. The caller holds mu.
func (a *account) count(dir string) error {
	a.records, a.bytes = 0, 0
	err := walk(dir, func(path string, text uint64, whole bool) error {
		if !whole {
			return os.Remove(path) // nobody else writes to the store's directory
		}
		a.records, a.bytes = a.records+1, a.bytes+text
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) { // the merchant has none yet
		return nil
	}
	return err
}

// take makes room for a record of a size, if there is any.
func (a *account) take(size int, o Options) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	records, bytes := a.records+1, a.bytes+uint64(size) //nolint:gosec // a length
	if records > o.MerchantRecords || bytes > o.MerchantBytes {
		return false
	}
	a.records, a.bytes = records, bytes
	return true
}

// giveBack takes away what was counted of records.
func (a *account) giveBack(records uint64, size int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.records -= min(a.records, records)
	a.bytes -= min(a.bytes, uint64(size)) //nolint:gosec // a length
}

// mark counts the mark of a record that was never here.
func (a *account) mark() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.records++
}
