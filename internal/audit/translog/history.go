package translog

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit"
	"tally/internal/voucher"
)

// HistoryError says that a log and its ledger are of two histories, as where the
// ledger was brought back from an older copy.
type HistoryError struct {
	Log    int64 // leaves that the log has, or that it signed
	Ledger int64 // leaves that the ledger makes
	First  int64 // the first leaf that differs or is missing, from zero
}

func (e *HistoryError) Error() string {
	return fmt.Sprintf("the log and the ledger are of two histories: the log has %d leaves, the ledger makes %d, and leaf %d is the first that differs or is missing",
		e.Log, e.Ledger, e.First)
}

// Compare compares the log with its ledger, before Run. The error is a *HistoryError
// where the ledger has another entry at the place of the last leaf. own says that
// this server alone writes the ledger: then a ledger with fewer entries than the log
// is another history, too. A shared ledger may have more than this server sees.
func (l *Log) Compare(ctx context.Context, own bool) error {
	_, err := l.resume(ctx)
	switch {
	case errors.Is(err, errOtherHistory):
		if behind, err := l.ahead(ctx); err != nil || behind && !own {
			return err
		}
	case err != nil:
		return err
	case !own || l.signedSize() <= l.Size():
		return nil
	}
	return l.count(ctx)
}

func (l *Log) signedSize() int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.store.signed.Size
}

// ahead reports whether the log's last leaf is beyond the ledger's head.
func (l *Log) ahead(ctx context.Context) (bool, error) {
	at, _, err := l.leaf(l.Size() - 1)
	if err != nil {
		return false, err
	}
	head, err := l.ledger.Head(ctx)
	if err != nil {
		return false, fmt.Errorf("read the ledger: %w", err)
	}
	return !at.Before(head), nil
}

// count reads the whole ledger, and says where the two part.
func (l *Log) count(ctx context.Context) error {
	head, err := l.ledger.Head(ctx)
	if err != nil {
		return fmt.Errorf("read the ledger: %w", err)
	}
	e := &HistoryError{Log: max(l.Size(), l.signedSize()), First: -1}
	for entry, err := range l.ledger.Events(ctx, voucher.Position{}, head) {
		if err != nil {
			return fmt.Errorf("read the ledger: %w", err)
		}
		leaf, err := audit.Leaf(entry)
		if err != nil {
			return err
		}
		if e.First < 0 && e.Ledger < l.Size() {
			if _, hash, err := l.leaf(e.Ledger); err != nil {
				return err
			} else if hash != tlog.RecordHash(leaf) {
				e.First = e.Ledger
			}
		}
		e.Ledger++
	}
	if e.First < 0 {
		e.First = e.Ledger
	}
	if e.First >= e.Log {
		return nil // all that the log signed is there
	}
	return e
}

// StartAgain empties the log, and forgets what it signed: the next checkpoints
// are of a second history, which witnesses and auditors will notice. Only an
// operator who accepts that history was lost has a use for it.
func (l *Log) StartAgain() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.signed, l.kept = signedTree{}, signedTree{}
	l.store.signed = tree{}
	return l.store.reset()
}
