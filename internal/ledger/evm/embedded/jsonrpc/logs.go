package jsonrpc

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"

	"tally/internal/ledger/evm/embedded/chain"
)

// filter is what eth_getLogs looks for: the blocks, and what a log must have.
type filter struct {
	BlockHash *common.Hash            `json:"blockHash"`
	FromBlock *rpc.BlockNumber        `json:"fromBlock"`
	ToBlock   *rpc.BlockNumber        `json:"toBlock"`
	Address   choices[common.Address] `json:"address"`
	Topics    []choices[common.Hash]  `json:"topics"`
}

// choices is one value or a list of values; none stands for any.
type choices[T any] []T

// UnmarshalJSON accepts null, a value, or a list.
func (c *choices[T]) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	if bytes.HasPrefix(b, []byte("[")) {
		return json.Unmarshal(b, (*[]T)(c))
	}
	*c = make([]T, 1)
	return json.Unmarshal(b, &(*c)[0])
}

func (f filter) check() error {
	if len(f.Topics) > MaxTopics {
		return fail(codeInvalidParams, "%d places of topics, at most %d", len(f.Topics), MaxTopics)
	}
	most := len(f.Address)
	for _, t := range f.Topics {
		most = max(most, len(t))
	}
	if most > MaxChoices {
		return fail(codeInvalidParams, "%d choices, at most %d", most, MaxChoices)
	}
	if f.BlockHash != nil && (f.FromBlock != nil || f.ToBlock != nil) {
		return fail(codeInvalidParams, "blockHash excludes fromBlock and toBlock")
	}
	return nil
}

// GetLogs is eth_getLogs.
func (e *eth) GetLogs(ctx context.Context, f filter) ([]*types.Log, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	from, to, err := e.span(f)
	if err != nil {
		return nil, translate(ctx, e.log, err)
	}
	if to >= from && to-from >= e.maxLogBlocks {
		return nil, fail(codeLimit, "%d blocks, at most %d at once", to-from+1, e.maxLogBlocks)
	}
	logs := []*types.Log{}
	for n := from; n <= to; n++ {
		if err := ctx.Err(); err != nil {
			return nil, translate(ctx, e.log, err)
		}
		if logs, err = e.collect(logs, n, f); err != nil {
			return nil, translate(ctx, e.log, err)
		}
	}
	return logs, nil
}

// span is the first and last block to look at. What is beyond the head has no
// logs yet.
func (e *eth) span(f filter) (from, to uint64, err error) {
	if f.BlockHash != nil {
		b, err := e.chain.BlockByHash(*f.BlockHash)
		if errors.Is(err, chain.ErrNotFound) {
			return 0, 0, fail(codeFailed, "unknown block")
		}
		if err != nil {
			return 0, 0, err
		}
		return b.NumberU64(), b.NumberU64(), nil
	}
	head := e.chain.Head().Number.Uint64()
	from, to = head, head
	if f.FromBlock != nil {
		from = e.number(*f.FromBlock)
	}
	if f.ToBlock != nil {
		to = e.number(*f.ToBlock)
	}
	if from > to {
		return 0, 0, fail(codeInvalidParams, "fromBlock is after toBlock")
	}
	return from, min(to, head), nil
}

// collect adds the matching logs of one block.
func (e *eth) collect(logs []*types.Log, number uint64, f filter) ([]*types.Log, error) {
	header, err := e.chain.Header(number)
	if err != nil || !f.mayMatch(header.Bloom) {
		return logs, err
	}
	receipts, err := e.chain.Receipts(number)
	if err != nil {
		return nil, err
	}
	for _, receipt := range receipts {
		for _, log := range receipt.Logs {
			if !f.matches(log) {
				continue
			}
			if len(logs) == e.maxLogs {
				return nil, fail(codeLimit, "more than %d logs: ask for fewer blocks", e.maxLogs)
			}
			logs = append(logs, log)
		}
	}
	return logs, nil
}

// mayMatch is false for blocks whose bloom filter excludes a match.
func (f filter) mayMatch(bloom types.Bloom) bool {
	if len(f.Address) > 0 && !slices.ContainsFunc(f.Address, func(a common.Address) bool { return types.BloomLookup(bloom, a) }) {
		return false
	}
	for _, t := range f.Topics {
		if len(t) > 0 && !slices.ContainsFunc(t, func(h common.Hash) bool { return types.BloomLookup(bloom, h) }) {
			return false
		}
	}
	return true
}

func (f filter) matches(log *types.Log) bool {
	if len(f.Address) > 0 && !slices.Contains(f.Address, log.Address) || len(f.Topics) > len(log.Topics) {
		return false
	}
	for i, t := range f.Topics {
		if len(t) > 0 && !slices.Contains(t, log.Topics[i]) {
			return false
		}
	}
	return true
}
