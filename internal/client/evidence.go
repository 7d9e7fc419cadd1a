package client

import (
	"context"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit/translog"
	"tally/internal/voucher"
)

// What a client takes away as evidence. None of it is checked here: packages
// receipt, translog and pack do that.

// Receipt is the receipt of a command, for all who may read the command. Where the log
// has not reached it the error is a Problem of the code "receipt_pending".
func (c *Client) Receipt(ctx context.Context, id voucher.Hash) ([]byte, error) {
	return c.bytes(ctx, "/v1/commands/"+id.String()+"/receipt")
}

// Checkpoint is the log's latest checkpoint, for an auditor.
func (c *Client) Checkpoint(ctx context.Context) ([]byte, error) {
	return c.bytes(ctx, "/v1/log/checkpoint")
}

// Tile is a tile of the log or a bundle of entries, for an auditor.
func (c *Client) Tile(ctx context.Context, t tlog.Tile) ([]byte, error) {
	return c.bytes(ctx, "/v1/log/tile/"+translog.Path(t))
}

// Blocks is a run of an embedded chain's blocks from a number on, for an
// auditor: see evidence.ReadBlocks.
func (c *Client) Blocks(ctx context.Context, from uint64) ([]byte, error) {
	return c.bytes(ctx, "/v1/log/blocks?from="+strconv.FormatUint(from, 10))
}

// Proof is an embedded chain's proof of a command at a position, for an auditor.
func (c *Client) Proof(ctx context.Context, at voucher.Position) ([]byte, error) {
	return c.bytes(ctx, "/v1/log/proofs/"+at.String())
}
