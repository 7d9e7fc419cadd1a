package remote

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"

	"tally/internal/httpclient"
)

// Limits of one exchange with a node.
const (
	callTimeout = 10 * time.Second // for one call or batch
	maxBatch    = 100              // calls in a batch; geth takes 1,000, others fewer
	headBuffer  = 128              // heads that a subscription may be ahead of its reader
)

// node asks one node. Its errors are those of translate.
type node struct {
	rpc  *rpc.Client
	live bool // it can push: the connection is a WebSocket
}

// block is a header as far as it is needed. Its hash is what the node says: on
// Besu a hash over the header's fields would be another (its seals are left out).
type block struct {
	Number   hexutil.Uint64 `json:"number"`
	Hash     common.Hash    `json:"hash"`
	Parent   common.Hash    `json:"parentHash"`
	Time     hexutil.Uint64 `json:"timestamp"`
	BaseFee  *hexutil.Big   `json:"baseFeePerGas"`
	GasLimit hexutil.Uint64 `json:"gasLimit"`
}

// number is the block's height.
func (b block) number() uint64 { return uint64(b.Number) }

// baseFee is in wei, 0 where the network has none.
func (b block) baseFee() *big.Int {
	if b.BaseFee == nil {
		return new(big.Int)
	}
	return b.BaseFee.ToInt()
}

var errNoBlock = errors.New("the node has no such block")

func dial(ctx context.Context, address string) (*node, error) {
	scheme, _, _ := strings.Cut(address, "://")
	if !slices.Contains([]string{"http", "https", "ws", "wss"}, scheme) {
		return nil, fmt.Errorf("%w: its address starts with http, https, ws or wss", ErrUnreachable)
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	client, err := rpc.DialOptions(ctx, address, rpc.WithHTTPClient(httpclient.New(nil, 0)))
	if err != nil {
		return nil, translate("connect", err)
	}
	return &node{rpc: client, live: strings.HasPrefix(address, "ws")}, nil
}

func (n *node) ask(ctx context.Context, into any, method string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return translate(method, n.rpc.CallContext(ctx, into, method, args...))
}

// askAll asks many things at once, and sets the error of each elem. The error that
// it returns says that nothing was answered.
func (n *node) askAll(ctx context.Context, batch []rpc.BatchElem) error {
	for start := 0; start < len(batch); start += maxBatch {
		part := batch[start:min(start+maxBatch, len(batch))]
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		err := n.rpc.BatchCallContext(ctx, part)
		cancel()
		if err != nil {
			return translate(part[0].Method, err)
		}
		for i := range part {
			part[i].Error = translate(part[i].Method, part[i].Error)
		}
	}
	return nil
}

// answers is askAll for what must all be answered.
func (n *node) answers(ctx context.Context, batch []rpc.BatchElem) error {
	err := n.askAll(ctx, batch)
	for _, elem := range batch {
		if err == nil {
			err = elem.Error
		}
	}
	return err
}

func (n *node) chainID(ctx context.Context) (*big.Int, error) {
	var id hexutil.Big
	err := n.ask(ctx, &id, "eth_chainId")
	return id.ToInt(), err
}

// block is the canonical block of a number, or of a tag.
func (n *node) block(ctx context.Context, at rpc.BlockNumber) (block, error) {
	return n.oneBlock(ctx, "eth_getBlockByNumber", at)
}

func (n *node) blockByHash(ctx context.Context, hash common.Hash) (block, error) {
	return n.oneBlock(ctx, "eth_getBlockByHash", hash)
}

func (n *node) oneBlock(ctx context.Context, method string, at any) (block, error) {
	var b *block
	if err := n.ask(ctx, &b, method, at, false); err != nil {
		return block{}, err
	}
	if b == nil {
		return block{}, fmt.Errorf("%v: %w", at, errNoBlock)
	}
	return *b, nil
}

// blocks are the blocks of these hashes, canonical or not.
func (n *node) blocks(ctx context.Context, hashes []common.Hash) ([]block, error) {
	got := make([]*block, len(hashes))
	batch := make([]rpc.BatchElem, len(hashes))
	for i, hash := range hashes {
		batch[i] = rpc.BatchElem{Method: "eth_getBlockByHash", Args: []any{hash, false}, Result: &got[i]}
	}
	if err := n.answers(ctx, batch); err != nil {
		return nil, err
	}
	out := make([]block, len(got))
	for i, b := range got {
		if b == nil {
			return nil, fmt.Errorf("%s: %w", hashes[i], errNoBlock)
		}
		out[i] = *b
	}
	return out, nil
}

// at names a block by its hash (EIP-1898), so that an answer is of that block
// or there is none.
func at(hash common.Hash) rpc.BlockNumberOrHash { return rpc.BlockNumberOrHashWithHash(hash, false) }

func (n *node) code(ctx context.Context, of common.Address, hash common.Hash) (code hexutil.Bytes, err error) {
	return code, n.ask(ctx, &code, "eth_getCode", of, at(hash))
}

func (n *node) nonce(ctx context.Context, of common.Address, hash common.Hash) (uint64, error) {
	var count hexutil.Uint64
	err := n.ask(ctx, &count, "eth_getTransactionCount", of, at(hash))
	return uint64(count), err
}

// pendingNonce counts what waits in the node's pool as well, up to the first gap.
func (n *node) pendingNonce(ctx context.Context, of common.Address) (uint64, error) {
	var count hexutil.Uint64
	err := n.ask(ctx, &count, "eth_getTransactionCount", of, "pending")
	return uint64(count), err
}

func (n *node) balance(ctx context.Context, of common.Address, hash common.Hash) (*big.Int, error) {
	var wei hexutil.Big
	err := n.ask(ctx, &wei, "eth_getBalance", of, at(hash))
	return wei.ToInt(), err
}

// message is a call that is not sent.
type message struct {
	From common.Address  `json:"from"`
	To   *common.Address `json:"to,omitempty"`
	Data hexutil.Bytes   `json:"input"`
}

func (n *node) call(ctx context.Context, m message, hash common.Hash) (ret hexutil.Bytes, err error) {
	return ret, n.ask(ctx, &ret, "eth_call", m, at(hash))
}

// estimate is the gas that each message would use now. Each has its own error.
func (n *node) estimate(ctx context.Context, messages []message) ([]uint64, []error, error) {
	gas := make([]hexutil.Uint64, len(messages))
	batch := make([]rpc.BatchElem, len(messages))
	for i, m := range messages {
		batch[i] = rpc.BatchElem{Method: "eth_estimateGas", Args: []any{m}, Result: &gas[i]}
	}
	if err := n.askAll(ctx, batch); err != nil {
		return nil, nil, err
	}
	out, errs := make([]uint64, len(messages)), make([]error, len(messages))
	for i := range batch {
		out[i], errs[i] = uint64(gas[i]), batch[i].Error
	}
	return out, errs, nil
}

// priority is the tip that the node finds usual, in wei.
func (n *node) priority(ctx context.Context) (*big.Int, error) {
	var tip hexutil.Big
	err := n.ask(ctx, &tip, "eth_maxPriorityFeePerGas")
	return tip.ToInt(), err
}

func (n *node) send(ctx context.Context, tx *types.Transaction) error {
	raw, err := tx.MarshalBinary()
	if err != nil {
		return fmt.Errorf("encode transaction: %w", err)
	}
	var hash common.Hash
	return n.ask(ctx, &hash, "eth_sendRawTransaction", hexutil.Bytes(raw))
}

// knows reports whether a transaction is in the node's pool or on its chain.
func (n *node) knows(ctx context.Context, hash common.Hash) (bool, error) {
	var tx *sentCall
	err := n.ask(ctx, &tx, "eth_getTransactionByHash", hash)
	return tx != nil, err
}

// receipts are those of transactions on the canonical chain, nil of others.
func (n *node) receipts(ctx context.Context, hashes []common.Hash) ([]*types.Receipt, error) {
	got := make([]*types.Receipt, len(hashes))
	batch := make([]rpc.BatchElem, len(hashes))
	for i, hash := range hashes {
		batch[i] = rpc.BatchElem{Method: "eth_getTransactionReceipt", Args: []any{hash}, Result: &got[i]}
	}
	return got, n.answers(ctx, batch)
}

// sentCall is a transaction as far as it is needed, of whatever type it is.
type sentCall struct {
	To   *common.Address `json:"to"`
	Data hexutil.Bytes   `json:"input"`
}

// sentCalls are the transactions that made these logs. They are asked for by
// their places: nodes forget the hashes of old ones.
func (n *node) sentCalls(ctx context.Context, of []*types.Log) ([]*sentCall, error) {
	got := make([]*sentCall, len(of))
	batch := make([]rpc.BatchElem, len(of))
	for i, log := range of {
		batch[i] = rpc.BatchElem{
			Method: "eth_getTransactionByBlockHashAndIndex",
			Args:   []any{log.BlockHash, hexutil.Uint64(log.TxIndex)}, Result: &got[i],
		}
	}
	if err := n.answers(ctx, batch); err != nil {
		return nil, err
	}
	for i, call := range got {
		if call == nil {
			return nil, fmt.Errorf("%s: %w", of[i].BlockHash, errNoBlock)
		}
	}
	return got, nil
}

// logs are the contract's logs in these blocks, in order, whose topics are each
// among those given for their place.
// Where a node refuses that many blocks at once, it is asked for each half.
func (n *node) logs(ctx context.Context, contract common.Address, from, to uint64, topics ...[]common.Hash) ([]*types.Log, error) {
	filter := map[string]any{
		"address": contract, "fromBlock": hexutil.Uint64(from), "toBlock": hexutil.Uint64(to), "topics": topics,
	}
	if topics == nil {
		delete(filter, "topics")
	}
	var logs []*types.Log
	err := n.ask(ctx, &logs, "eth_getLogs", filter)
	if err == nil || from >= to || errors.Is(err, ErrUnreachable) {
		return logs, err
	}
	middle := from + (to-from)/2
	logs, err = n.logs(ctx, contract, from, middle, topics...)
	if err != nil {
		return nil, err
	}
	rest, err := n.logs(ctx, contract, middle+1, to, topics...)
	return append(logs, rest...), err
}
