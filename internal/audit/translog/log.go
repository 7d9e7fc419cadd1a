package translog

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Limits of a log.
const (
	syncLeaves = 4096             // leaves in memory before they are synced
	syncAfter  = 10 * time.Second // they are synced anyway: what is lost is derived again
	retryAfter = 250 * time.Millisecond
	lineAfter  = time.Minute // between two lines that say the same
)

// Errors of reading a log.
var (
	// ErrNotThere says that the log has no such tile, leaf or size yet.
	ErrNotThere = errors.New("the log has not got that yet")
	// errOtherHistory says that the ledger is not the one that the log was derived from.
	errOtherHistory = errors.New("the ledger's history is another")
	// errDerivedAgain says that the log is shorter than what it signed already.
	errDerivedAgain = errors.New("the log is being derived again: nothing is signed until it is as long as before")
)

// Log is the transparency log of a ledger. It may be used concurrently.
type Log struct {
	ledger ledger.Ledger
	key    Key
	log    *slog.Logger

	mu     sync.RWMutex
	store  *store
	read   voucher.Position // how far the ledger was read
	synced time.Time
	grew   chan struct{} // closed when the log has grown, and made anew
	failed Failure
	signed signedTree // the last checkpoint that this log's key signed
	kept   signedTree // the last that witnesses cosigned
}

// Failure is why the log does not follow the ledger, and since when. The zero
// Failure says that it does.
type Failure struct {
	Since time.Time
	Err   error
}

// Failing is what keeps the log from following the ledger now.
func (l *Log) Failing() Failure {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.failed
}

func (l *Log) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failed.Err = err; l.failed.Since.IsZero() {
		l.failed.Since = time.Now()
	}
}

func (l *Log) follows() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failed = Failure{}
}

// signedTree is a checkpoint and its tree. Without bytes there is no checkpoint.
type signedTree struct {
	raw  []byte
	tree tlog.Tree
}

// Open opens the log of a ledger in a directory of its own, empty if need be.
// Run makes it grow.
func Open(l ledger.Ledger, dir string, key Key, log *slog.Logger) (*Log, error) {
	s, err := openStore(dir)
	if err != nil {
		return nil, err
	}
	return &Log{ledger: l, key: key, log: log, store: s, synced: time.Now(), grew: make(chan struct{})}, nil
}

// Key is the public key by which the log's checkpoints are verified.
func (l *Log) Key() string { return l.key.Public() }

// Run derives the log from the ledger until ctx ends.
func (l *Log) Run(ctx context.Context) {
	var said time.Time
	for ctx.Err() == nil {
		err := l.follow(ctx)
		if err != nil && ctx.Err() == nil {
			l.fail(err)
			if time.Since(said) >= lineAfter {
				l.log.ErrorContext(ctx, "the log stands still", slog.Any("error", err))
				said = time.Now()
			}
		}
		select {
		case <-time.After(retryAfter):
		case <-ctx.Done():
		}
	}
}

func (l *Log) follow(ctx context.Context) error {
	from, err := l.resume(ctx)
	if err != nil {
		return err
	}
	for {
		l.reach(from)
		head, err := l.ledger.Wait(ctx, from)
		if err != nil {
			return fmt.Errorf("wait for the ledger: %w", err)
		}
		for entry, err := range l.ledger.Events(ctx, from, head) {
			if err != nil {
				return fmt.Errorf("read the ledger: %w", err)
			}
			if err := l.add(entry); err != nil {
				return err
			}
		}
		from = head
		l.follows()
	}
}

// resume is the position after the last leaf, which must be what the ledger
// has at its place.
func (l *Log) resume(ctx context.Context) (voucher.Position, error) {
	size := l.Size()
	if size == 0 {
		return voucher.Position{}, nil
	}
	at, hash, err := l.leaf(size - 1)
	if err != nil {
		return at, err
	}
	next := voucher.Position{Block: at.Block, Tx: at.Tx, Item: at.Item + 1}
	found := false
	for entry, err := range l.ledger.Events(ctx, at, next) {
		if err != nil {
			return at, fmt.Errorf("read the ledger: %w", err)
		}
		leaf, err := audit.Leaf(entry)
		if err != nil {
			return at, err
		}
		found = tlog.RecordHash(leaf) == hash
	}
	if !found {
		return at, fmt.Errorf("%w: leaf %d", errOtherHistory, size-1)
	}
	return next, nil
}

func (l *Log) leaf(index int64) (voucher.Position, tlog.Hash, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if index >= l.store.size() {
		return voucher.Position{}, tlog.Hash{}, ErrNotThere
	}
	at, err := l.store.position(index)
	if err != nil {
		return at, tlog.Hash{}, err
	}
	hashes, err := l.store.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
	if err != nil {
		return at, tlog.Hash{}, err
	}
	return at, hashes[0], nil
}

func (l *Log) add(e ledger.Entry) error {
	leaf, err := audit.Leaf(e)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.store.add(tlog.RecordHash(leaf), e.Outcome.Position); err != nil {
		return err
	}
	if err := l.asSigned(); err != nil {
		return err
	}
	close(l.grew)
	l.grew = make(chan struct{})
	if len(l.store.newPlaces) < syncLeaves && time.Since(l.synced) < syncAfter {
		return nil
	}
	l.synced = time.Now()
	return l.store.sync()
}

// asSigned requires the tree that was signed at this size before. The caller holds
// the lock.
func (l *Log) asSigned() error {
	if l.store.size() != l.store.signed.Size {
		return nil
	}
	root, err := l.store.root(l.store.size())
	if err == nil && root != l.store.signed.Root {
		err = fmt.Errorf("%w: the first %d leaves were signed as another tree", errOtherHistory, l.store.size())
	}
	return err
}

// Close syncs what is new. Run must have ended.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return errors.Join(l.store.sync(), l.store.close())
}

// Size is how many leaves the log has.
func (l *Log) Size() int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.store.size()
}

func (l *Log) reach(at voucher.Position) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.read = at
}

// Reached is how far the log has read the ledger: every command that was accepted
// before that position is a leaf.
func (l *Log) Reached() voucher.Position {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.read
}

// Checkpoint is what the log shows: the last checkpoint that Keep was given, or
// else that of all leaves so far.
func (l *Log) Checkpoint() ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.kept.raw != nil {
		return l.kept.raw, nil
	}
	last, err := l.last()
	return last.raw, err
}

// Last is the checkpoint of all leaves so far, for witnesses to cosign.
func (l *Log) Last() ([]byte, tlog.Tree, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	last, err := l.last()
	return last.raw, last.tree, err
}

// Keep has the log show a checkpoint that witnesses cosigned, and prove by it
// the leaves that it has. One that is not larger than the last is passed over,
// and so is one of another tree than the log's: the log may have started again.
func (l *Log) Keep(cosigned []byte, tree tlog.Tree) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if tree.N <= l.kept.tree.N || tree.N > l.store.size() {
		return nil
	}
	root, err := l.store.root(tree.N)
	if err == nil && root == tree.Hash {
		l.kept = signedTree{cosigned, tree}
	}
	return err
}

// last is the checkpoint of all leaves. The caller holds the lock.
func (l *Log) last() (signedTree, error) {
	size := l.store.size()
	if l.signed.raw != nil && l.signed.tree.N == size {
		return l.signed, nil
	}
	s, err := l.sign(size)
	if err == nil {
		l.signed = s
	}
	return s, err
}

// sign makes the checkpoint of a size. The caller holds the lock.
func (l *Log) sign(size int64) (signedTree, error) {
	if size < l.store.signed.Size {
		return signedTree{}, errDerivedAgain
	}
	root, err := l.store.root(size)
	if err != nil {
		return signedTree{}, err
	}
	if size > 0 && size == l.store.signed.Size && root != l.store.signed.Root {
		return signedTree{}, fmt.Errorf("%w: another tree of %d leaves was signed", errOtherHistory, size)
	}
	of := tlog.Tree{N: size, Hash: root}
	raw, err := l.key.sign(of)
	if err == nil {
		err = l.store.sign(tree{size, root}) // before it leaves
	}
	return signedTree{raw, of}, err
}

// Find waits until the log has the leaf of a position, and says which it is.
// The error is ErrNotThere where the ledger accepted nothing at that position.
func (l *Log) Find(ctx context.Context, at voucher.Position) (int64, error) {
	for {
		l.mu.RLock()
		leaf, err := l.store.index(at)
		passed, grew := leaf < l.store.size(), l.grew
		var found voucher.Position
		if passed && err == nil {
			found, err = l.store.position(leaf)
		}
		l.mu.RUnlock()
		switch {
		case err != nil:
			return 0, err
		case passed && found != at:
			return 0, ErrNotThere
		case passed:
			return leaf, nil
		}
		select {
		case <-grew:
		case <-ctx.Done():
			return 0, fmt.Errorf("%w: %w", ErrNotThere, ctx.Err())
		}
	}
}

// Inclusion is the proof that a leaf is in the tree of the checkpoint that
// comes with it: the one that witnesses cosigned, if it has the leaf.
func (l *Log) Inclusion(leaf int64) (tlog.RecordProof, []byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if leaf < 0 || leaf >= l.store.size() {
		return nil, nil, ErrNotThere
	}
	in := l.kept
	if leaf >= in.tree.N {
		in = l.signed
	}
	if leaf >= in.tree.N { // many who ask at once share a signature, and the sync before it
		var err error
		if in, err = l.last(); err != nil {
			return nil, nil, err
		}
	}
	proof, err := tlog.ProveRecord(in.tree.N, leaf, l.store)
	if err != nil {
		return nil, nil, fmt.Errorf("prove leaf %d: %w", leaf, err)
	}
	return proof, in.raw, nil
}

// Consistency is the proof that the tree of one size begins with that of a
// smaller size, which is at least 1.
func (l *Log) Consistency(larger, smaller int64) (tlog.TreeProof, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if smaller < 1 || larger < smaller || larger > l.store.size() {
		return nil, ErrNotThere
	}
	proof, err := tlog.ProveTree(larger, smaller, l.store)
	if err != nil {
		return nil, fmt.Errorf("prove %d in %d: %w", smaller, larger, err)
	}
	return proof, nil
}

// Tile is a tile or a bundle of entries, as C2SP tlog-tiles has it. The error
// is ErrNotThere where the log is not as long yet.
func (l *Log) Tile(ctx context.Context, t tlog.Tile) ([]byte, error) {
	if t.L == bundle {
		if !within(tlog.Tile{N: t.N, W: t.W}, l.Size()) {
			return nil, ErrNotThere
		}
		return l.entries(ctx, t.N<<TileHeight, int64(t.W))
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	if !within(t, l.store.size()) {
		return nil, ErrNotThere
	}
	data, err := tlog.ReadTileData(t, l.store)
	if err != nil {
		return nil, fmt.Errorf("tile %s: %w", Path(t), err)
	}
	return data, nil
}

// within reports whether a log of a size has all of a tile. A tile of level n has
// the roots of subtrees of 256^n leaves.
func within(t tlog.Tile, size int64) bool {
	const levels = 63 / TileHeight
	if t.L > levels {
		return false
	}
	hashes := size >> (TileHeight * t.L)
	return t.N >= 0 && t.N <= hashes>>TileHeight && t.N<<TileHeight+int64(t.W) <= hashes
}

// entries is a bundle of leaves, each after its length as an uint16. They are
// read from the ledger, and must be what was hashed.
func (l *Log) entries(ctx context.Context, first, count int64) ([]byte, error) {
	from, _, err := l.leaf(first)
	if err != nil {
		return nil, err
	}
	last, _, err := l.leaf(first + count - 1)
	if err != nil {
		return nil, err
	}
	var data []byte
	next := first
	for entry, err := range l.ledger.Events(ctx, from, voucher.Position{Block: last.Block, Tx: last.Tx, Item: last.Item + 1}) {
		if err != nil {
			return nil, fmt.Errorf("read the ledger: %w", err)
		}
		leaf, err := audit.Leaf(entry)
		if err != nil {
			return nil, err
		}
		if _, hash, err := l.leaf(next); err != nil || hash != tlog.RecordHash(leaf) {
			return nil, errors.Join(fmt.Errorf("%w: leaf %d", errOtherHistory, next), err)
		}
		data = append(binary.BigEndian.AppendUint16(data, uint16(len(leaf))), leaf...) //nolint:gosec // at most audit.MaxLeaf
		next++
	}
	if next != first+count {
		return nil, fmt.Errorf("%w: %d leaves from %d on, not %d", errOtherHistory, next-first, first, count)
	}
	return data, nil
}
