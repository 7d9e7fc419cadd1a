package memory

import (
	"context"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

var _ ledger.Viewer = (*Ledger)(nil)

// View implements ledger.Viewer: the state is there, so once is enough.
func (l *Ledger) View(_ context.Context, read func(voucher.State) error) error { return l.read(read) }

// read has read read the state.
func (l *Ledger) read(read func(voucher.State) error) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return read(readOnly{l.state})
}

// readOnly is a state that readers cannot write.
type readOnly struct{ state }

// Put implements voucher.State; readers do not write.
func (readOnly) Put(string, []byte) error { return nil }
