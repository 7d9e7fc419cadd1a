package index

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Digest sums up what an index holds, whatever the order in which it came: two
// indexes have the same digest if they hold the same records. It is no defence
// against somebody who chooses records so that digests collide, and guards
// against loss and bugs only.
type Digest struct {
	Records uint64       // how many there are
	Sum     voucher.Hash // their SHA-256, added as four 64-bit numbers without carry
}

// DigestOf reads all of an index. It is exact while nothing is added.
func DigestOf(ctx context.Context, x Index) (d Digest, err error) {
	var lanes [4]uint64
	for r, err := range x.Records(ctx) {
		if err != nil {
			return Digest{}, fmt.Errorf("read records: %w", err)
		}
		sum := r.hash()
		for i := range lanes {
			lanes[i] += binary.BigEndian.Uint64(sum[8*i:])
		}
		d.Records++
	}
	for i, lane := range lanes {
		binary.BigEndian.PutUint64(d.Sum[8*i:], lane)
	}
	return d, nil
}

// hash is the SHA-256 of kind, the key's length in 4 bytes, key, value.
func (r Record) hash() [32]byte {
	b := make([]byte, 0, 5+len(r.Key)+len(r.Value))
	b = binary.BigEndian.AppendUint32(append(b, byte(r.Kind)), uint32(len(r.Key))) //nolint:gosec // a key of the index, below 100 bytes
	return sha256.Sum256(append(append(b, r.Key...), r.Value...))
}

// Compare replays the ledger into an empty index and returns its digest beside
// that of the index in question. They are equal if nothing is amiss; while
// commands are accepted, the index may be ahead of the replay or behind it.
func Compare(ctx context.Context, l ledger.Ledger, x, empty Index) (held, want Digest, err error) {
	head, err := l.Head(ctx)
	if err != nil {
		return held, want, fmt.Errorf("read head: %w", err)
	}
	for entry, err := range l.Events(ctx, voucher.Position{}, head) {
		if err != nil {
			return held, want, fmt.Errorf("read events: %w", err)
		}
		if err := empty.Add(ctx, []ledger.Entry{entry}); err != nil {
			return held, want, fmt.Errorf("replay %s: %w", entry.Outcome.Position, err)
		}
	}
	if want, err = DigestOf(ctx, empty); err != nil {
		return held, want, err
	}
	held, err = DigestOf(ctx, x)
	return held, want, err
}
