package chain

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	ethereum "github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/state"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/core/vm"
	"github.com/holiman/uint256"
)

const (
	// callGas bounds a Call that names no gas, and caps one that does.
	callGas = 100_000_000
	// freeReads is how often a read is tried beside the sealer before it
	// makes the sealer wait.
	freeReads = 3
)

// ErrNotFound says that there is no such block, or that it is not durable yet.
var ErrNotFound = errors.New("no such block")

// RevertError is a Call that the contract refused.
type RevertError struct {
	// Data is what the contract returned: usually an encoded custom error.
	Data []byte
}

func (e *RevertError) Error() string { return fmt.Sprintf("call reverted: %#x", e.Data) }

// hold keeps the database open until release.
func (c *Chain) hold() (release func(), err error) {
	c.life.RLock()
	if c.closed.Load() {
		c.life.RUnlock()
		return nil, ErrClosed
	}
	return c.life.RUnlock, nil
}

// Block returns a durable block.
func (c *Chain) Block(number uint64) (*types.Block, error) {
	release, err := c.hold()
	if err != nil {
		return nil, err
	}
	defer release()
	return c.block(number)
}

func (c *Chain) block(number uint64) (*types.Block, error) {
	if number > c.head.Load().header.Number.Uint64() {
		return nil, fmt.Errorf("%w: %d", ErrNotFound, number)
	}
	b := c.bc.GetBlockByNumber(number)
	if b == nil {
		return nil, fmt.Errorf("block %d cannot be read", number)
	}
	return b, nil
}

// Receipts returns the receipts of a durable block, with their logs. They are
// shared: the caller must not change them.
func (c *Chain) Receipts(number uint64) (types.Receipts, error) {
	release, err := c.hold()
	if err != nil {
		return nil, err
	}
	defer release()
	b, err := c.block(number)
	if err != nil {
		return nil, err
	}
	if len(b.Transactions()) == 0 {
		return types.Receipts{}, nil
	}
	receipts := c.bc.GetReceiptsByHash(b.Hash())
	if len(receipts) != len(b.Transactions()) {
		return nil, fmt.Errorf("receipts of block %d cannot be read", number)
	}
	return receipts, nil
}

// StorageAt returns a contract's storage slot at the durable head.
func (c *Chain) StorageAt(ctx context.Context, addr common.Address, slot common.Hash) (value common.Hash, err error) {
	err = c.read(ctx, func(st *state.StateDB, _ *types.Header) error {
		value = st.GetState(addr, slot)
		return nil
	})
	return value, err
}

// Nonce returns the number of transactions that an account has sent, at the
// durable head.
func (c *Chain) Nonce(ctx context.Context, addr common.Address) (nonce uint64, err error) {
	err = c.read(ctx, func(st *state.StateDB, _ *types.Header) error {
		nonce = st.GetNonce(addr)
		return nil
	})
	return nonce, err
}

// Code returns a contract's code at the durable head.
func (c *Chain) Code(ctx context.Context, addr common.Address) (code []byte, err error) {
	err = c.read(ctx, func(st *state.StateDB, _ *types.Header) error {
		code = st.GetCode(addr)
		return nil
	})
	return code, err
}

// Call executes a message on the durable head, inside that block (its number
// and time), and forgets its effects. A refusal by the contract is a
// *RevertError. Gas is capped at 100 million.
func (c *Chain) Call(ctx context.Context, msg ethereum.CallMsg) (ret []byte, err error) {
	err = c.read(ctx, func(st *state.StateDB, h *types.Header) error {
		ret, err = c.call(ctx, st, h, msg)
		return err
	})
	return ret, err
}

func (c *Chain) call(ctx context.Context, st *state.StateDB, h *types.Header, msg ethereum.CallMsg) ([]byte, error) {
	m, err := callMessage(msg)
	if err != nil {
		return nil, err
	}
	evm := vm.NewEVM(core.NewEVMBlockContext(h, c.bc, &h.Coinbase), st, c.bc.Config(), vm.Config{NoBaseFee: true})
	evm.SetJumpDestCache(c.bc.JumpDestCache())
	defer evm.Release()
	stop := context.AfterFunc(ctx, evm.Cancel)
	defer stop()
	res, err := core.ApplyMessage(evm, m, core.NewGasPool(m.GasLimit))
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("call: %w", err)
	}
	if errors.Is(res.Err, vm.ErrExecutionReverted) {
		return nil, &RevertError{Data: res.Revert()}
	}
	if res.Err != nil {
		return nil, fmt.Errorf("call: %w", res.Err)
	}
	return res.Return(), nil
}

func callMessage(msg ethereum.CallMsg) (*core.Message, error) {
	value, overflow := uint256.FromBig(orZero(msg.Value))
	if overflow {
		return nil, errors.New("call: value exceeds 256 bits")
	}
	gas := msg.Gas
	if gas == 0 || gas > callGas {
		gas = callGas
	}
	m := &core.Message{
		From: msg.From, To: msg.To, Value: value, GasLimit: gas, Data: msg.Data, AccessList: msg.AccessList,
		GasPrice: new(uint256.Int), GasFeeCap: new(uint256.Int), GasTipCap: new(uint256.Int),
	}
	return m.SkipNonceCheck().SkipEOACheck(), nil
}

func orZero(n *big.Int) *big.Int {
	if n == nil {
		return new(big.Int)
	}
	return n
}

// read runs f on the state of the durable head.
//
// A state stays readable while readableStates more blocks are sealed, and until the
// next flush. A read that was overtaken starts again on the new head; one that is
// overtaken again and again makes the sealer wait, so it always ends.
func (c *Chain) read(ctx context.Context, f func(*state.StateDB, *types.Header) error) error {
	return c.retry(ctx, func() (broken, err error) { return c.readOnce(f) })
}

// retry is the part of read that starts again: once returns its own error, and
// apart from it whether the state could not be read.
func (c *Chain) retry(ctx context.Context, once func() (broken, err error)) error {
	release, err := c.hold()
	if err != nil {
		return err
	}
	defer release()
	for range freeReads {
		if broken, err := once(); broken == nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	// Close cannot have begun: it waits for hold.
	select {
	case c.sealing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-c.sealing }()
	broken, err := once()
	if broken != nil {
		return fmt.Errorf("read state: %w", broken)
	}
	return err
}

// readOnce returns f's error, and apart from it whether the state could not be
// read, in which case f's results mean nothing.
func (c *Chain) readOnce(f func(*state.StateDB, *types.Header) error) (broken, err error) {
	h := c.head.Load().header
	st, err := c.states.at(h.Root)
	if err != nil {
		return err, nil
	}
	err = f(st, h)
	return st.Error(), err
}
