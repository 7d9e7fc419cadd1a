package auditor

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit/evidence"
	"tally/internal/audit/pack"
	"tally/internal/audit/translog"
	"tally/internal/client"
	"tally/internal/voucher"
)

var _ pack.Source = (*logReader)(nil)

// logReader reads a server's log and its ledger's proofs: a pack.Source. It is
// not for concurrent use.
type logReader struct {
	client *client.Client
	first  uint64           // the number of the first block of run
	run    []evidence.Block // the blocks that came last
}

// Tile implements pack.Source.
func (r *logReader) Tile(ctx context.Context, t tlog.Tile) ([]byte, error) {
	return r.client.Tile(ctx, t)
}

// Block implements pack.Source. Blocks are asked for in runs.
func (r *logReader) Block(ctx context.Context, number uint64) (header []byte, receipts [][]byte, err error) {
	if number < r.first || number-r.first >= uint64(len(r.run)) {
		raw, err := r.client.Blocks(ctx, number)
		if err != nil {
			return nil, nil, err
		}
		if r.run, err = evidence.ReadBlocks(raw); err != nil {
			return nil, nil, forged("blocks", err)
		}
		r.first = number
	}
	b := r.run[number-r.first]
	return b.Header, b.Receipts, nil
}

// Proof implements pack.Source.
func (r *logReader) Proof(ctx context.Context, at voucher.Position) ([]byte, error) {
	return r.client.Proof(ctx, at)
}

// tiles reads the hashes of a tree, each checked against its root.
func (r *logReader) tiles(ctx context.Context, t tlog.Tree) tlog.HashReader {
	return tlog.TileHashReader(t, &tileReader{ctx, r})
}

// tileReader makes a tlog.TileReader of a logReader.
type tileReader struct {
	ctx context.Context //nolint:containedctx // the library's interface has none
	log *logReader
}

// Height implements tlog.TileReader.
func (t *tileReader) Height() int { return translog.TileHeight }

// ReadTiles implements tlog.TileReader.
func (t *tileReader) ReadTiles(wanted []tlog.Tile) (all [][]byte, err error) {
	all = make([][]byte, len(wanted))
	for i, tile := range wanted {
		if all[i], err = t.log.Tile(t.ctx, tile); err != nil {
			return nil, fmt.Errorf("tile %s: %w", translog.Path(tile), err)
		}
	}
	return all, nil
}

// SaveTiles implements tlog.TileReader: nothing is kept.
func (t *tileReader) SaveTiles([]tlog.Tile, [][]byte) {}
