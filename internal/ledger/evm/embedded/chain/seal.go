package chain

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/core/state"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/core/vm"

	"tally/internal/ledger/evm/seal"
)

// Sealed is a durable block.
type Sealed struct {
	Block *types.Block
	// Receipts has one entry per transaction. Status 0 means that the
	// transaction was reverted: it is in the block, without effect.
	Receipts types.Receipts
}

// FailedError is returned by every Seal after a write to the database failed.
// The block of the first one that returned it may or may not be found after
// the directory is opened again; all earlier blocks will be.
type FailedError struct{ Cause error }

func (e *FailedError) Error() string { return "chain has failed: " + e.Cause.Error() }

func (e *FailedError) Unwrap() error { return e.Cause }

// TxError says which transaction cannot be included in a block, and why (one
// of go-ethereum's errors, such as core.ErrNonceTooLow).
type TxError struct {
	Index int
	Hash  common.Hash
	Err   error
}

func (e *TxError) Error() string {
	return fmt.Sprintf("transaction %d (%s): %v", e.Index, e.Hash, e.Err)
}

func (e *TxError) Unwrap() error { return e.Err }

// draft is a block executed but not written.
type draft struct {
	Sealed
	parent *types.Header
	state  *state.StateDB
}

// Seal puts the transactions into one block, in their order, and returns when
// the block is durable. Only then is it published: reads, Head and Changed do
// not show it before. Without transactions it seals an empty block.
//
// If a transaction cannot be included the error is a *TxError and nothing is
// written. Clock errors (ErrClockBehind, ErrClockAhead), ErrNotSealer,
// ErrClosed and the context's error mean the same. After a *FailedError the
// outcome is unknown until the directory is opened again.
// Once writing has begun the context is not looked at any more.
func (c *Chain) Seal(ctx context.Context, txs []*types.Transaction) (*Sealed, error) {
	return c.SealProposal(ctx, Proposal{Transactions: txs})
}

// SealProposal is Seal for transactions that are looked at before they are
// sealed. The block is nil where nothing was left to seal: then nothing was
// written. The error is ErrTrials where the choice comes to no end.
func (c *Chain) SealProposal(ctx context.Context, p Proposal) (*Sealed, error) {
	release, err := c.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if failure := c.failure.Load(); failure != nil {
		return nil, failure
	}
	if c.opts.Key == nil {
		return nil, ErrNotSealer
	}
	d, err := c.draft(ctx, p)
	if err != nil || d == nil {
		return nil, err
	}
	return c.write(ctx, d)
}

// acquire waits for the right to change the chain.
func (c *Chain) acquire(ctx context.Context) (release func(), err error) {
	select {
	case c.sealing <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	release = func() { <-c.sealing }
	if c.closed.Load() {
		release()
		return nil, ErrClosed
	}
	if err := ctx.Err(); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// nextHeader is the header of the next block before execution.
func (c *Chain) nextHeader(parent *types.Header) (*types.Header, error) {
	now, err := c.blockTime(parent.Time)
	if err != nil {
		return nil, err
	}
	return &types.Header{
		ParentHash:       parent.Hash(),
		Number:           new(big.Int).Add(parent.Number, common.Big1),
		Time:             now,
		Coinbase:         c.engine.sealer,
		GasLimit:         gasLimit,
		Difficulty:       new(big.Int),
		BaseFee:          new(big.Int),
		Extra:            make([]byte, seal.Vanity),
		BlobGasUsed:      new(uint64),
		ExcessBlobGas:    new(uint64),
		ParentBeaconRoot: new(common.Hash),
	}, nil
}

// draft runs a proposal until its choice is made, all on the same parent and at
// the same time, and signs the block. It writes nothing. The draft is nil where
// nothing is left.
func (c *Chain) draft(ctx context.Context, p Proposal) (*draft, error) {
	parent := c.head.Load().header
	first, err := c.nextHeader(parent)
	if err != nil {
		return nil, err
	}
	for range MaxTrials {
		header := types.CopyHeader(first)
		st, receipts, err := c.run(ctx, parent, header, p)
		if err != nil {
			return nil, err
		}
		if p.Choose == nil {
			return c.sign(parent, header, st, receipts, p.Transactions)
		}
		again, chosen, err := p.Choose(Trial{Number: header.Number.Uint64(), Time: header.Time, Receipts: receipts})
		switch {
		case err != nil:
			return nil, err
		case chosen:
			return c.sign(parent, header, st, receipts, p.Transactions)
		case len(again) == 0:
			return nil, nil
		}
		p.Transactions = again
	}
	return nil, ErrTrials
}

// run executes the transactions on the parent's state.
func (c *Chain) run(ctx context.Context, parent, header *types.Header, p Proposal) (*state.StateDB, types.Receipts, error) {
	st, err := c.states.at(parent.Root)
	if err != nil {
		return nil, nil, fmt.Errorf("state of block %d: %w", parent.Number, err)
	}
	// go-ethereum's prefetcher reads trie nodes on other cores while transactions run.
	// Here it costs more than it gives: blocks are small, signatures were recovered
	// before, and the other cores have requests to serve.
	receipts, err := c.runAll(ctx, st, parent, header, p)
	return st, receipts, err
}

// sign makes the block of what was run.
func (c *Chain) sign(parent, header *types.Header, st *state.StateDB, receipts types.Receipts, txs []*types.Transaction) (*draft, error) {
	body := &types.Body{Transactions: txs, Withdrawals: []*types.Withdrawal{}}
	unsigned := core.AssembleBlock(c.bc, header, st, body, receipts, nil)
	sealed := unsigned.Header()
	if err := seal.Sign(sealed, c.opts.Key); err != nil {
		return nil, err
	}
	b := unsigned.WithSeal(sealed)
	// The receipts were made before the block had its hash. This sets all that
	// is not consensus data, as a read from the database would.
	if err := receipts.DeriveFields(c.bc.Config(), b.Hash(), b.NumberU64(), b.Time(), b.BaseFee(), common.Big1, txs); err != nil {
		return nil, fmt.Errorf("receipts: %w", err)
	}
	return &draft{Sealed: Sealed{Block: b, Receipts: receipts}, parent: parent, state: st}, nil
}

// runAll applies the transactions to st and sets the header's gas.
func (c *Chain) runAll(ctx context.Context, st *state.StateDB, parent, header *types.Header, p Proposal) (types.Receipts, error) {
	txs := p.Transactions
	cfg := c.bc.Config()
	evm := vm.NewEVM(core.NewEVMBlockContext(header, c.bc, &header.Coinbase), st, cfg, vm.Config{})
	defer evm.Release()
	evm.SetJumpDestCache(c.bc.JumpDestCache())
	evm.SetPrecompileCache(c.bc.PrecompileCache())
	if len(p.Signers) > 0 {
		evm.SetPrecompiles(p.Signers.precompiles(cfg.Rules(header.Number, true, header.Time)))
	}
	core.PreExecution(ctx, header.ParentBeaconRoot, parent, cfg, evm, header.Number, header.Time)

	pool := core.NewGasPool(header.GasLimit)
	signer := types.MakeSigner(cfg, header.Number, header.Time)
	receipts := make(types.Receipts, 0, len(txs))
	for i, tx := range txs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		st.SetTxContext(tx.Hash(), i, uint32(i+1))
		receipt, err := runOne(ctx, evm, pool, st, signer, header, tx)
		if err != nil {
			return nil, &TxError{Index: i, Hash: tx.Hash(), Err: err}
		}
		receipts = append(receipts, receipt)
	}
	if _, _, err := core.PostExecution(ctx, cfg, header.Number, header.Time, nil, nil, evm, uint32(len(txs)+1)); err != nil { //nolint:gosec // of one block, which gas bounds
		return nil, fmt.Errorf("end of block: %w", err)
	}
	header.GasUsed = pool.Used()
	return receipts, nil
}

func runOne(ctx context.Context, evm *vm.EVM, pool *core.GasPool, st *state.StateDB, signer types.Signer, header *types.Header, tx *types.Transaction) (*types.Receipt, error) {
	if tx.Type() == types.BlobTxType {
		return nil, core.ErrTxTypeNotSupported // verifyFields refuses blobs
	}
	msg, err := core.TransactionToMessage(tx, signer, header.BaseFee)
	if err != nil {
		return nil, err
	}
	receipt, _, err := core.ApplyTransactionWithEVM(ctx, msg, pool, st, header.Number, common.Hash{}, header.Time, tx, evm)
	if err == nil && receipt.Logs == nil {
		receipt.Logs = []*types.Log{} // as a receipt read from the database has it
	}
	return receipt, err
}

// write makes a draft durable, then publishes it. The state is committed, in memory,
// while the disk takes the block. A block that is durable and has no state ends the
// chain: the next Open executes it again.
func (c *Chain) write(ctx context.Context, d *draft) (*Sealed, error) {
	c.publishing.Lock()
	defer c.publishing.Unlock()
	committed := make(chan error, 1)
	go func() { committed <- c.commit(d) }()
	err := c.persist(d.Block, d.Receipts)
	if err := errors.Join(err, <-committed); err != nil {
		return nil, c.fail(ctx, err)
	}
	marked := c.mark.set(acknowledged{d.Block.NumberU64(), d.Block.Hash()})
	c.publish(d.Block.Header())
	c.acceptJump = false
	c.unflushed.count(d.parent.Root, d.Block.Root(), d.Block.GasUsed())
	if err := errors.Join(marked, c.flushIfDue()); err != nil {
		_ = c.fail(ctx, err) // this block is durable; the next one is refused
	}
	return &d.Sealed, nil
}

// commit puts a draft's state beside those that can be read.
func (c *Chain) commit(d *draft) error {
	root, err := d.state.Commit(c.bc.Config().Rules(d.Block.Number(), true, d.Block.Time()), d.Block.NumberU64())
	if err != nil {
		return fmt.Errorf("commit state: %w", err)
	}
	if root != d.Block.Root() {
		return fmt.Errorf("commit state: root is %s, header says %s", root, d.Block.Root())
	}
	return nil
}

// persist writes a block and syncs it. One batch has all that belongs to it: after a
// crash the block is there, with what leads to it, or nothing of it. Recovery
// finds the block by its canonical hash.
func (c *Chain) persist(b *types.Block, receipts types.Receipts) error {
	batch := c.db.NewBatch()
	defer batch.Close()
	rawdb.WriteBlock(batch, b)
	rawdb.WriteReceipts(batch, b.Hash(), b.NumberU64(), receipts)
	rawdb.WriteCanonicalHash(batch, b.Hash(), b.NumberU64())
	rawdb.WriteTxLookupEntriesByBlock(batch, b)
	rawdb.WriteHeadHeaderHash(batch, b.Hash())
	rawdb.WriteHeadFastBlockHash(batch, b.Hash())
	rawdb.WriteHeadBlockHash(batch, b.Hash())
	if err := c.putIndex(batch, b, receipts); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	if err := batch.Write(); err != nil {
		return fmt.Errorf("write block: %w", err)
	}
	if err := c.sync(); err != nil {
		return fmt.Errorf("sync block: %w", err)
	}
	return nil
}

// fail ends sealing for good.
func (c *Chain) fail(ctx context.Context, cause error) error {
	failure := &FailedError{Cause: cause}
	if !c.failure.CompareAndSwap(nil, failure) {
		return errors.Join(c.failure.Load(), cause)
	}
	c.log.ErrorContext(ctx, "chain has failed, no more blocks are sealed", slog.Any("error", cause))
	return failure
}
