package jsonrpc

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"math/big"
	"strconv"
	"strings"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"

	"tally/internal/ledger/evm/embedded/chain"
)

// eth is the namespace eth. Package rpc finds its methods by reflection; only
// those of Methods can be reached.
type eth struct {
	chain *chain.Chain
	log   *slog.Logger
	// The limits of eth_getLogs; tests have smaller ones.
	maxLogBlocks uint64
	maxLogs      int
}

func newEth(c *chain.Chain, log *slog.Logger) *eth {
	return &eth{chain: c, log: log, maxLogBlocks: MaxLogBlocks, maxLogs: MaxLogs}
}

// ChainId is eth_chainId.
func (e *eth) ChainId() *hexutil.Big { return (*hexutil.Big)(e.chain.ChainID()) }

// BlockNumber is eth_blockNumber.
func (e *eth) BlockNumber() hexutil.Uint64 { return hexutil.Uint64(e.chain.Head().Number.Uint64()) }

// GetBlockByNumber is eth_getBlockByNumber.
func (e *eth) GetBlockByNumber(ctx context.Context, number rpc.BlockNumber, full bool) (map[string]any, error) {
	b, err := e.chain.Block(e.number(number))
	return e.block(ctx, b, full, err)
}

// GetBlockByHash is eth_getBlockByHash.
func (e *eth) GetBlockByHash(ctx context.Context, hash common.Hash, full bool) (map[string]any, error) {
	b, err := e.chain.BlockByHash(hash)
	return e.block(ctx, b, full, err)
}

func (e *eth) block(ctx context.Context, b *types.Block, full bool, err error) (map[string]any, error) {
	if errors.Is(err, chain.ErrNotFound) {
		return nil, nil // null is the answer
	}
	if err != nil {
		return nil, translate(ctx, e.log, err)
	}
	fields, err := blockFields(b, e.signer(), full)
	return fields, translate(ctx, e.log, err)
}

// number is the block that a number or tag names: all tags but "earliest"
// name the durable head.
func (e *eth) number(n rpc.BlockNumber) uint64 {
	switch {
	case n == rpc.EarliestBlockNumber:
		return 0
	case n < 0:
		return e.chain.Head().Number.Uint64()
	default:
		return uint64(n)
	}
}

func (e *eth) signer() types.Signer { return types.LatestSignerForChainID(e.chain.ChainID()) }

// GetTransactionByHash is eth_getTransactionByHash.
func (e *eth) GetTransactionByHash(ctx context.Context, hash common.Hash) (map[string]any, error) {
	b, i, err := e.chain.TransactionBlock(hash)
	if errors.Is(err, chain.ErrNotFound) {
		return nil, nil // null is the answer
	}
	if err != nil {
		return nil, translate(ctx, e.log, err)
	}
	fields, err := transactionFields(b, i, e.signer())
	return fields, translate(ctx, e.log, err)
}

// GetTransactionReceipt is eth_getTransactionReceipt.
func (e *eth) GetTransactionReceipt(ctx context.Context, hash common.Hash) (map[string]any, error) {
	b, i, err := e.chain.TransactionBlock(hash)
	if errors.Is(err, chain.ErrNotFound) {
		return nil, nil // null is the answer
	}
	if err != nil {
		return nil, translate(ctx, e.log, err)
	}
	receipts, err := e.receipts(b)
	if err != nil {
		return nil, translate(ctx, e.log, err)
	}
	return receipts[i], nil
}

// GetBlockReceipts is eth_getBlockReceipts.
func (e *eth) GetBlockReceipts(ctx context.Context, at rpc.BlockNumberOrHash) ([]map[string]any, error) {
	b, err := e.find(at)
	if errors.Is(err, chain.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, translate(ctx, e.log, err)
	}
	receipts, err := e.receipts(b)
	return receipts, translate(ctx, e.log, err)
}

func (e *eth) find(at rpc.BlockNumberOrHash) (*types.Block, error) {
	if hash, ok := at.Hash(); ok {
		return e.chain.BlockByHash(hash)
	}
	number, _ := at.Number()
	return e.chain.Block(e.number(number))
}

func (e *eth) receipts(b *types.Block) ([]map[string]any, error) {
	receipts, err := e.chain.Receipts(b.NumberU64())
	if err != nil {
		return nil, err
	}
	fields := make([]map[string]any, len(receipts))
	for i, r := range receipts {
		if fields[i], err = receiptFields(r, b.Transactions()[i], e.signer()); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

// GetBalance is eth_getBalance.
func (e *eth) GetBalance(ctx context.Context, addr common.Address, at *rpc.BlockNumberOrHash) (*hexutil.Big, error) {
	balance, err := atHead(e, at, func() (*big.Int, error) { return e.chain.Balance(ctx, addr) })
	return (*hexutil.Big)(balance), translate(ctx, e.log, err)
}

// GetTransactionCount is eth_getTransactionCount.
func (e *eth) GetTransactionCount(ctx context.Context, addr common.Address, at *rpc.BlockNumberOrHash) (hexutil.Uint64, error) {
	nonce, err := atHead(e, at, func() (uint64, error) { return e.chain.Nonce(ctx, addr) })
	return hexutil.Uint64(nonce), translate(ctx, e.log, err)
}

// GetCode is eth_getCode.
func (e *eth) GetCode(ctx context.Context, addr common.Address, at *rpc.BlockNumberOrHash) (hexutil.Bytes, error) {
	code, err := atHead(e, at, func() ([]byte, error) { return e.chain.Code(ctx, addr) })
	return code, translate(ctx, e.log, err)
}

// GetStorageAt is eth_getStorageAt.
func (e *eth) GetStorageAt(ctx context.Context, addr common.Address, slot string, at *rpc.BlockNumberOrHash) (hexutil.Bytes, error) {
	key, err := parseSlot(slot)
	if err != nil {
		return nil, err
	}
	value, err := atHead(e, at, func() (common.Hash, error) { return e.chain.StorageAt(ctx, addr, key) })
	return value[:], translate(ctx, e.log, err)
}

// callArgs is what of eth_call's transaction the chain looks at.
type callArgs struct {
	From  common.Address  `json:"from"`
	To    *common.Address `json:"to"`
	Gas   hexutil.Uint64  `json:"gas"`
	Value *hexutil.Big    `json:"value"`
	Data  hexutil.Bytes   `json:"data"`
	Input hexutil.Bytes   `json:"input"` // the newer name of data
}

// Call is eth_call. Gas is free and capped by CallGas.
func (e *eth) Call(ctx context.Context, args callArgs, at *rpc.BlockNumberOrHash) (hexutil.Bytes, error) {
	msg := ethereum.CallMsg{
		From: args.From, To: args.To, Gas: CallGas, Value: (*big.Int)(args.Value), Data: args.Data,
	}
	if args.Input != nil {
		msg.Data = args.Input
	}
	if args.Gas > 0 {
		msg.Gas = min(uint64(args.Gas), CallGas)
	}
	ctx, cancel := context.WithTimeout(ctx, CallTime)
	defer cancel()
	ret, err := atHead(e, at, func() ([]byte, error) { return e.call(ctx, msg) })
	return ret, translate(ctx, e.log, err)
}

// call tells what the caller did wrong from what went wrong here.
func (e *eth) call(ctx context.Context, msg ethereum.CallMsg) ([]byte, error) {
	ret, err := e.chain.Call(ctx, msg)
	var reverted *chain.RevertError
	if err == nil || ctx.Err() != nil || errors.As(err, &reverted) || errors.Is(err, chain.ErrClosed) {
		return ret, err
	}
	return nil, fail(codeFailed, "%s", err)
}

// proofResult is eth_getProof's answer (EIP-1186).
type proofResult struct {
	Address      common.Address  `json:"address"`
	AccountProof []hexutil.Bytes `json:"accountProof"`
	Balance      *hexutil.Big    `json:"balance"`
	CodeHash     common.Hash     `json:"codeHash"`
	Nonce        hexutil.Uint64  `json:"nonce"`
	StorageHash  common.Hash     `json:"storageHash"`
	StorageProof []slotResult    `json:"storageProof"`
}

type slotResult struct {
	Key   string          `json:"key"`
	Value *hexutil.Big    `json:"value"`
	Proof []hexutil.Bytes `json:"proof"`
}

// GetProof is eth_getProof. Every slot's key is answered as it was asked for.
func (e *eth) GetProof(ctx context.Context, addr common.Address, slots []string, at *rpc.BlockNumberOrHash) (*proofResult, error) {
	if len(slots) > MaxSlots {
		return nil, fail(codeInvalidParams, "%d slots, at most %d", len(slots), MaxSlots)
	}
	keys := make([]common.Hash, len(slots))
	for i, slot := range slots {
		var err error
		if keys[i], err = parseSlot(slot); err != nil {
			return nil, err
		}
	}
	p, err := atHead(e, at, func() (*chain.AccountProof, error) { return e.chain.Proof(ctx, addr, keys) })
	if err != nil {
		return nil, translate(ctx, e.log, err)
	}
	result := &proofResult{
		Address: addr, AccountProof: pathFields(p.Path), Balance: (*hexutil.Big)(p.Balance), CodeHash: p.CodeHash,
		Nonce: hexutil.Uint64(p.Nonce), StorageHash: p.StorageRoot, StorageProof: make([]slotResult, len(slots)),
	}
	for i, s := range p.Slots {
		result.StorageProof[i] = slotResult{slots[i], (*hexutil.Big)(s.Value.Big()), pathFields(s.Path)}
	}
	return result, nil
}

// atHead reads the state that at names, which has to be the head's, and is sure
// that it was: a head that moved meanwhile makes it an error, unless at is a
// tag, which any head is right for.
func atHead[T any](e *eth, at *rpc.BlockNumberOrHash, read func() (T, error)) (T, error) {
	var none T
	head := e.chain.Head()
	exact, ok := isHead(at, head)
	if !ok {
		return none, noState()
	}
	value, err := read()
	if err != nil {
		return none, err
	}
	if exact && e.chain.Head().Hash() != head.Hash() {
		return none, noState()
	}
	return value, nil
}

func noState() error {
	return fail(codeFailed, "state is kept of the latest block only")
}

// isHead reports whether at names this head, and whether it names no other.
func isHead(at *rpc.BlockNumberOrHash, head *types.Header) (exact, ok bool) {
	if at == nil {
		return false, true
	}
	if hash, named := at.Hash(); named {
		return true, hash == head.Hash()
	}
	number, _ := at.Number()
	switch {
	case number == rpc.EarliestBlockNumber:
		return true, head.Number.Sign() == 0
	case number < 0:
		return false, true
	default:
		return true, head.Number.Uint64() == uint64(number)
	}
}

// parseSlot reads a slot's key: 0x and up to 64 hex digits, as clients write it
// in more than one way.
func parseSlot(s string) (common.Hash, error) {
	digits, ok := strings.CutPrefix(s, "0x")
	if len(digits)%2 == 1 {
		digits = "0" + digits
	}
	b, err := hex.DecodeString(digits)
	if !ok || err != nil || len(b) > common.HashLength {
		return common.Hash{}, fail(codeInvalidParams, "a slot is 0x and at most 64 hex digits")
	}
	return common.BytesToHash(b), nil
}

// net is the namespace net.
type net struct{ chain *chain.Chain }

// Version is net_version.
func (n *net) Version() string { return n.chain.ChainID().String() }

// web3 is the namespace web3.
type web3 struct{}

// ClientVersion is web3_clientVersion.
func (web3) ClientVersion() string { return "Tally/" + strconv.Itoa(version) }

// version is of this interface, for programs that have to tell.
const version = 1

// refuser answers for all methods that are not served: see gate.
type refuser struct{}

// Refused names the method that was asked for.
func (refuser) Refused(method string) error {
	return fail(codeNoMethod, "the method %s does not exist/is not available", clip(method))
}

// clip keeps error texts short whatever was sent.
func clip(s string) string {
	const most = 80
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}
