package journal

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"github.com/cockroachdb/pebble/v2"

	"tally/internal/disk"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/journal/block"
	"tally/internal/ledger/journal/segment"
	"tally/internal/voucher"
)

// What the store has, by the first byte of a key.
const (
	recordKeys = 'r' // the rules' records, by the rules' keys
	idKeys     = 'i' // where a command was accepted, by its id: block (8), item (4)
	tipKey     = "t" // the block for which all of it stands: number (8), hash (32)
)

var (
	// ErrLost says that the state beside a journal stands for a block that the journal
	// does not have: the journal is an older copy, or another.
	ErrLost = errors.New("the journal lacks what was acknowledged")
	// ErrOtherRules says that the rules of this program do not make of a command what the
	// journal says of it.
	ErrOtherRules = errors.New("the journal was written by other rules")
)

// state is the rules' state in a store.
type state struct {
	db    *pebble.DB
	cache cache

	mu     sync.RWMutex // held to read while the store is used
	closed bool
}

// Get implements voucher.State. What it returns must not be changed.
func (s *state) Get(key string) ([]byte, error) {
	if value, ok := s.cache.get(key); ok {
		return value, s.open()
	}
	value, err := s.get(recordKeys, key)
	if err == nil {
		s.cache.read(key, value)
	}
	return value, err
}

// open is ledger.ErrClosed once the store was closed.
func (s *state) open() error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return ledger.ErrClosed
	}
	return nil
}

// Put implements voucher.State: what is written goes by a batch.
func (s *state) Put(string, []byte) error { return errors.ErrUnsupported }

func (s *state) get(kind byte, key string) ([]byte, error) {
	return s.value(append([]byte{kind}, key...))
}

// value is the value of a key, or nil.
func (s *state) value(key []byte) ([]byte, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, ledger.ErrClosed
	}
	value, closer, err := s.db.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	owned := make([]byte, len(value))
	copy(owned, value)
	return owned, closer.Close()
}

// tip is the block for which the state stands; ok is false of a new one.
func (s *state) tip() (t segment.Tip, ok bool, err error) {
	raw, err := s.value([]byte(tipKey))
	switch {
	case err != nil || raw == nil:
		return t, false, err
	case len(raw) != 8+len(t.Hash):
		return t, false, ErrState
	}
	return segment.Tip{Number: binary.BigEndian.Uint64(raw), Hash: voucher.Hash(raw[8:])}, true, nil
}

// position is where a command was accepted.
func (s *state) position(id voucher.Hash) (block uint64, item uint32, ok bool, err error) {
	raw, err := s.get(idKeys, string(id[:]))
	if err != nil || raw == nil {
		return 0, 0, false, err
	}
	if len(raw) != 12 {
		return 0, 0, false, ErrState
	}
	return binary.BigEndian.Uint64(raw), binary.BigEndian.Uint32(raw[8:]), true, nil
}

// close writes what is in memory to tables, and closes the store.
func (s *state) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	return errors.Join(s.db.Flush(), s.db.Close())
}

// draft is the state after commands whose block is not written yet.
type draft struct {
	state  *state
	writes map[string][]byte
}

// Get implements voucher.State.
func (d draft) Get(key string) ([]byte, error) {
	if value, ok := d.writes[key]; ok {
		return value, nil
	}
	return d.state.Get(key)
}

// Put implements voucher.State.
func (d draft) Put(key string, value []byte) error {
	d.writes[key] = value
	return nil
}

// commit writes what a block changed, and that the state stands for this block now. It
// does not wait for the disk.
func (d draft) commit(tip segment.Tip, ids []voucher.Hash) error {
	batch := d.state.db.NewBatch()
	put := func(key, value []byte) error { return batch.Set(key, value, nil) }
	for key, value := range d.writes {
		if err := put(append([]byte{recordKeys}, key...), value); err != nil {
			return err
		}
	}
	for item, id := range ids {
		place := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(nil, tip.Number), uint32(item))
		if err := put(append([]byte{idKeys}, id[:]...), place); err != nil {
			return err
		}
	}
	if err := put([]byte(tipKey), append(binary.BigEndian.AppendUint64(nil, tip.Number), tip.Hash[:]...)); err != nil {
		return err
	}
	if err := batch.Commit(pebble.NoSync); err != nil {
		return err
	}
	d.state.cache.committed(d.writes)
	return nil
}

// openState opens the store and has the rules judge what it lacks of the journal. A
// store that is damaged, and one beside a journal that lost its end with the operator's
// consent, is made anew.
func (l *Ledger) openState(ctx context.Context, o Options, dir string) error {
	err := l.tryState(ctx, o, dir)
	if !errors.Is(err, ErrState) && (!errors.Is(err, ErrLost) || !o.AcceptLoss) {
		return err
	}
	l.log.WarnContext(ctx, "the rules' state is made anew from the journal", slog.String("directory", dir), slog.String("reason", err.Error()))
	if l.state != nil {
		if err := l.state.close(); err != nil {
			return err
		}
		l.state = nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return disk.Unwritable(err)
	}
	return l.tryState(ctx, o, dir)
}

func (l *Ledger) tryState(ctx context.Context, o Options, dir string) error {
	db, err := openStore(ctx, dir, o.Log, l.endOfState)
	if err != nil {
		return err
	}
	l.state = &state{db: db, cache: newCache()}
	at, ok, err := l.state.tip()
	if err != nil {
		return err
	}
	from := uint64(0)
	if ok {
		if err := l.holds(at); err != nil {
			return err
		}
		from = at.Number + 1
	}
	for b, err := range l.journal.Blocks(from) {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if err := l.replay(b); err != nil {
			return err
		}
	}
	return nil
}

// holds checks that the journal has a block. The error is ErrLost.
func (l *Ledger) holds(at segment.Tip) error {
	if tip := l.journal.Tip(); at.Number > tip.Number {
		return fmt.Errorf("%w: it ends at block %d, and the state beside it stands for block %d", ErrLost, tip.Number, at.Number)
	}
	b, err := l.journal.Block(at.Number)
	if err != nil {
		return err
	}
	if hash := b.Header.Hash(); hash != at.Hash {
		return fmt.Errorf("%w: its block %d is %s, and the state beside it stands for %s", ErrLost, at.Number, hash, at.Hash)
	}
	return nil
}

// replay has the rules judge a block again. The sealer signed it, so its authors are
// those whose signatures were recovered before it was written: they are not recovered
// again.
func (l *Ledger) replay(b block.Block) error {
	h := b.Header
	d := draft{l.state, map[string][]byte{}}
	tip := segment.Tip{Number: h.Number, Hash: h.Hash(), Time: h.Time}
	if h.Number == 0 {
		founding, err := b.Founding()
		if err != nil {
			return fmt.Errorf("%w: %w", segment.ErrDamaged, err)
		}
		if err := voucher.Found(d, founding.Operators, founding.Threshold); err != nil {
			return fmt.Errorf("%w: %w", ErrOtherRules, err)
		}
		return d.commit(tip, nil)
	}
	ids := make([]voucher.Hash, len(b.Records))
	for item, raw := range b.Records {
		record, err := block.DecodeRecord(raw)
		if err != nil {
			return fmt.Errorf("%w: block %d: %w", segment.ErrDamaged, h.Number, err)
		}
		c, err := voucher.DecodeCommand(record.Command)
		if err != nil {
			return fmt.Errorf("%w: block %d, item %d: %w", ErrOtherRules, h.Number, item, err)
		}
		out, err := voucher.Apply(d, c, authorsOf(l.domain, record.ID, c), h.Time)
		if err != nil {
			return err
		}
		ids[item], record.Events = record.ID, out.Events
		if out.Status != voucher.StatusAccepted || !bytes.Equal(record.Encode(), raw) {
			return fmt.Errorf("%w: block %d, item %d, command %s", ErrOtherRules, h.Number, item, record.ID)
		}
	}
	return d.commit(tip, ids)
}

// authorsOf are the authors that an accepted command names.
func authorsOf(d *intent.Domain, id voucher.Hash, c voucher.Command) voucher.Authors {
	a := voucher.Authors{ID: id, Signers: voucher.Signers(c)}
	if intents := c.Intents(); len(intents) > 1 {
		a.Second = d.Digest(intents[1])
	}
	return a
}
