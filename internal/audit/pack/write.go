package pack

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/ethereum/go-ethereum/rlp"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit"
	"tally/internal/audit/pins"
	"tally/internal/audit/translog"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Source is where a pack comes from: a server's log, over HTTP or in its process.
// Write believes nothing that a source says: what does not lead to the checkpoint's
// root makes no pack.
type Source interface {
	// Tile is a tile of the log, or a bundle of entries (level -1), as C2SP
	// tlog-tiles has it.
	Tile(ctx context.Context, t tlog.Tile) ([]byte, error)
	// Block is a block of the ledger in the form of evm/proof or journal/proof.
	Block(ctx context.Context, number uint64) (header []byte, receipts [][]byte, err error)
	// Proof is the ledger's own proof of a position, likewise.
	Proof(ctx context.Context, at voucher.Position) ([]byte, error)
}

// Job is a pack to be written.
type Job struct {
	Ledger     voucher.Hash
	Scope      Scope
	Checkpoint []byte    // of the log, signed
	Tree       tlog.Tree // of the checkpoint
	Proofs     Proofs    // of the ledger itself: its blocks and proofs go in
	// Progress is called after every bundle with the number of leaves passed. May be nil.
	Progress func(leaves int64)
}

// Proofs says what a ledger's own proofs are of.
type Proofs uint8

// The kinds of a ledger's own proofs.
const (
	NoProofs       Proofs = iota // it has none
	OfTransactions               // an embedded chain's
	OfCommands                   // a journal's
)

// ProofsOf is what the proofs of the pinned ledger are of.
func ProofsOf(p pins.Pins) Proofs {
	switch {
	case p.EVM != nil:
		return OfTransactions
	case p.Journal != nil:
		return OfCommands
	default:
		return NoProofs
	}
}

// File is what a pack is written to: an *os.File.
type File interface {
	io.ReadWriteSeeker
	Truncate(size int64) error
}

// Write writes a pack to an empty file, or goes on with one that was cut off.
// The file must be one that Write began with the same job, or ErrOtherPack.
func Write(ctx context.Context, file File, source Source, job Job) error {
	w := &writer{job: job, source: source, chunks: chunks{out: file}, selected: newSelection(job.Scope)}
	w.reader = tlog.TileHashReader(job.Tree, &tiles{ctx, source})
	if err := w.resume(file); err != nil {
		return err
	}
	if w.ended {
		return nil
	}
	if err := w.bundles(ctx); err != nil {
		return err
	}
	if err := w.skipTo(job.Tree.N); err != nil {
		return err
	}
	if root := w.tree.root(); root != job.Tree.Hash {
		return fmt.Errorf("%w: what the source gave does not lead to the checkpoint", ErrDamaged)
	}
	return errors.Join(w.put(end{kindEnd, w.items}), w.flush())
}

type writer struct {
	chunks
	job      Job
	source   Source
	reader   tlog.HashReader
	selected *selection
	tree     compact
	items    uint64
	ended    bool

	block uint64           // the last block that is in the pack
	proof voucher.Position // the transaction whose proof came last
}

func (w *writer) put(item any) error {
	raw, err := rlp.EncodeToBytes(item)
	if err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	w.items++
	return w.chunks.put(raw)
}

// bundles walks the log, which must be read as a whole to choose from it, from
// the bundle of the first leaf that is not in the pack yet.
func (w *writer) bundles(ctx context.Context) error {
	const width = 1 << translog.TileHeight
	for n := w.start(); n*width < w.job.Tree.N; n++ {
		t := tlog.Tile{H: translog.TileHeight, L: -1, N: n, W: int(min(width, w.job.Tree.N-n*width))}
		data, err := w.source.Tile(ctx, t)
		if err != nil {
			return fmt.Errorf("entries %s: %w", translog.Path(t), err)
		}
		for index := n * width; index < n*width+int64(t.W); index++ {
			var raw []byte
			if raw, data, err = cut(data); err != nil {
				return err
			}
			if err := w.leaf(ctx, index, raw); err != nil {
				return err
			}
		}
		if w.job.Progress != nil {
			w.job.Progress(n*width + int64(t.W))
		}
	}
	return nil
}

// start is the first bundle to read. For the scope of a merchant that is the log's
// first bundle: only the log says which campaigns are the merchant's.
func (w *writer) start() int64 {
	if w.job.Scope.kind == scopeMerchant {
		return 0
	}
	return w.tree.size >> translog.TileHeight
}

// cut takes the first entry off a bundle.
func cut(data []byte) (entry, rest []byte, err error) {
	const length = 2
	if len(data) < length || len(data)-length < int(binary.BigEndian.Uint16(data)) {
		return nil, nil, fmt.Errorf("%w: a bundle of entries ends early", ErrDamaged)
	}
	end := length + int(binary.BigEndian.Uint16(data))
	return data[length:end], data[end:], nil
}

// leaf puts a leaf of the scope into the pack, with what the ledger says of it.
func (w *writer) leaf(ctx context.Context, index int64, raw []byte) error {
	entry, err := audit.DecodeLeaf(raw)
	if err != nil {
		return fmt.Errorf("leaf %d: %w", index, err)
	}
	if !w.selected.has(index, entry) || index < w.tree.size {
		return nil
	}
	if err := w.skipTo(index); err != nil {
		return err
	}
	if err := w.evidence(ctx, entry); err != nil {
		return err
	}
	if err := w.tree.append(0, tlog.RecordHash(raw)); err != nil {
		return err
	}
	return w.put(leaf{kindLeaf, raw})
}

// skipTo puts hashes in the place of the leaves before an index.
func (w *writer) skipTo(index int64) error {
	for w.tree.size < index {
		level := nextSubtree(w.tree.size, index)
		hashes, err := w.reader.ReadHashes([]int64{tlog.StoredHashIndex(int(level), w.tree.size>>level)})
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if err := w.tree.append(level, hashes[0]); err != nil {
			return err
		}
		if err := w.put(subtree{kindSubtree, level, voucher.Hash(hashes[0])}); err != nil {
			return err
		}
	}
	return nil
}

// evidence puts in what comes before a leaf: the blocks up to its own, or the
// proof of its transaction.
func (w *writer) evidence(ctx context.Context, e ledger.Entry) error {
	at := e.Outcome.Position
	switch {
	case w.job.Proofs == NoProofs:
		return nil
	case w.job.Scope.whole():
		for ; w.block < at.Block; w.block++ {
			header, receipts, err := w.source.Block(ctx, w.block+1)
			if err != nil {
				return fmt.Errorf("block %d: %w", w.block+1, err)
			}
			if err := w.put(block{kindBlock, header, receipts}); err != nil {
				return err
			}
		}
		return nil
	case w.proof == w.provenBy(at):
		return nil
	}
	raw, err := w.source.Proof(ctx, at)
	if err != nil {
		return fmt.Errorf("proof of %s: %w", at, err)
	}
	w.proof = w.provenBy(at)
	return w.put(proof{kindProof, raw})
}

// provenBy names what one proof is of: the transaction of a position, or its command.
// It is never all zero.
func (w *writer) provenBy(at voucher.Position) voucher.Position {
	if w.job.Proofs == OfCommands {
		return voucher.Position{Block: at.Block, Tx: at.Tx, Item: at.Item + 1}
	}
	return voucher.Position{Block: at.Block, Tx: at.Tx, Item: 1}
}

// tiles makes a tlog.TileReader of a source.
type tiles struct {
	ctx    context.Context //nolint:containedctx // the library's interface has none
	source Source
}

// Height implements tlog.TileReader.
func (t *tiles) Height() int { return translog.TileHeight }

// ReadTiles implements tlog.TileReader.
func (t *tiles) ReadTiles(wanted []tlog.Tile) (all [][]byte, err error) {
	all = make([][]byte, len(wanted))
	for i, tile := range wanted {
		if all[i], err = t.source.Tile(t.ctx, tile); err != nil {
			return nil, err
		}
		if len(all[i]) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%w: tile %s has %d bytes", ErrDamaged, translog.Path(tile), len(all[i]))
		}
	}
	return all, nil
}

// SaveTiles implements tlog.TileReader: nothing is kept.
func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}
