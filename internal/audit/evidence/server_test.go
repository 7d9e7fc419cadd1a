package evidence_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/audit/audittest"
	"tally/internal/audit/evidence"
	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/audit/translog"
	evmproof "tally/internal/ledger/evm/proof"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/voucher"
)

// TestDesk_ReceiptsHold: every receipt that is handed out holds.
func TestDesk_ReceiptsHold(t *testing.T) {
	a := audittest.Open(t)
	server := evidence.NewServer(a.Ledger, a.Log)
	for _, out := range audittest.Play(a.World) {
		raw, err := server.Receipt(t.Context(), out.Position)
		require.NoError(t, err)
		entry, _, err := receipt.Verify(raw, a.Pins())
		require.NoError(t, err)
		require.Equal(t, out.Canonical(), entry.Outcome.Canonical())
		proof, err := server.Proof(t.Context(), out.Position)
		require.NoError(t, err)
		require.NotEmpty(t, proof)
	}
}

// TestDesk_BlocksAreTheWholeChain: runs of blocks are the whole chain.
func TestDesk_BlocksAreTheWholeChain(t *testing.T) {
	a := audittest.Open(t)
	server := evidence.NewServer(a.Ledger, a.Log)
	audittest.Play(a.World)
	for i := range evidence.MaxBlocks {
		a.World.Must(a.World.Admit(ledgertest.NewActor(fmt.Sprint("merchant ", i)), "a block each"))
	}
	head, err := a.Ledger.Head(t.Context())
	require.NoError(t, err)
	verifier, parent := evmproof.NewVerifier(*a.Pins().EVM), a.Pins().EVM.Genesis
	next, runs := uint64(1), 0
	for ; next < head.Block; runs++ {
		raw, err := server.Blocks(t.Context(), next)
		require.NoError(t, err)
		blocks, err := evidence.ReadBlocks(raw)
		require.NoError(t, err)
		for _, b := range blocks {
			block, err := verifier.Block(b.Header, b.Receipts, parent)
			require.NoError(t, err, "block %d", next)
			parent = block.Hash
			next++
		}
	}
	require.Greater(t, runs, 1)
	require.Equal(t, head.Block, next)
}

// TestDesk_NotThere: what is not there is not handed out.
func TestDesk_NotThere(t *testing.T) {
	a := audittest.Open(t)
	server := evidence.NewServer(a.Ledger, a.Log)
	out := audittest.Play(a.World)[0]
	head, err := a.Ledger.Head(t.Context())
	require.NoError(t, err)
	at := out.Position
	for _, nothing := range []voucher.Position{
		{}, head, {Block: head.Block + 7}, {Block: at.Block, Tx: at.Tx, Item: at.Item + 500}, {Block: at.Block, Tx: at.Tx + 500},
	} {
		_, err := server.Receipt(t.Context(), nothing)
		require.ErrorIs(t, err, translog.ErrNotThere, nothing)
		_, err = server.Proof(t.Context(), nothing)
		require.ErrorIs(t, err, translog.ErrNotThere, nothing)
	}
	for _, number := range []uint64{0, head.Block, head.Block + 1, 1<<64 - 1} {
		_, err := server.Blocks(t.Context(), number)
		require.ErrorIs(t, err, translog.ErrNotThere, number)
	}
}

// TestDesk_LedgerWithoutBlocks: a ledger without blocks has receipts without its
// own proof: the log's word is all there is.
func TestDesk_LedgerWithoutBlocks(t *testing.T) {
	l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, ledgertest.Start)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	log := audittest.Follow(t, l)
	w := ledgertest.NewWorld(t, l, ledgertest.Start)
	out := w.Must(w.Admit(w.Merchant, "Jasmine & Co"))
	server := evidence.NewServer(l, log)
	raw, err := server.Receipt(t.Context(), out.Position)
	require.NoError(t, err)
	_, r, err := receipt.Verify(raw, pins.Pins{Ledger: l.ID(), Log: log.Key()})
	require.NoError(t, err)
	require.Empty(t, r.Proof)
	_, err = server.Proof(t.Context(), out.Position)
	require.ErrorIs(t, err, translog.ErrNotThere)
	_, err = server.Blocks(t.Context(), 1)
	require.ErrorIs(t, err, translog.ErrNotThere)
}

// TestDesk_LogBehind: nobody waits for the log forever.
func TestDesk_LogBehind(t *testing.T) {
	a := audittest.Open(t)
	out := a.World.Must(a.World.Admit(a.World.Merchant, "Jasmine & Co"))
	key, err := translog.MakeKey(t.TempDir()+"/log.key", a.Ledger.ID())
	require.NoError(t, err)
	still, err := translog.Open(a.Ledger, t.TempDir(), key, nil) // nobody runs it
	require.NoError(t, err)
	defer func() { require.NoError(t, still.Close()) }()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err = evidence.NewServer(a.Ledger, still).Receipt(ctx, out.Position)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

// TestReadBlocks_Malformed: bytes that are no run of blocks are refused.
func TestReadBlocks_Malformed(t *testing.T) {
	for _, raw := range []string{"", "\x01", "\xc0", "\xc2\x80\x80", "\xff\xff", "\xc3\x80\xc0"} {
		_, err := evidence.ReadBlocks([]byte(raw))
		require.ErrorIs(t, err, evidence.ErrBlocks, "%x", raw)
	}
}
