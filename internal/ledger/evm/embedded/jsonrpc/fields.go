package jsonrpc

import (
	"encoding/json"
	"maps"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
)

// fieldsOf is the JSON object of one of go-ethereum's types, to be completed.
// Members that are null are of later forks, and left out.
func fieldsOf(v any) (map[string]any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, err
	}
	fields := make(map[string]any, len(raw))
	for name, value := range raw {
		if string(value) != "null" {
			fields[name] = value
		}
	}
	return fields, nil
}

// blockFields is a block as eth_getBlockByNumber answers it.
func blockFields(b *types.Block, signer types.Signer, full bool) (map[string]any, error) {
	fields, err := fieldsOf(b.Header())
	if err != nil {
		return nil, err
	}
	transactions := make([]any, len(b.Transactions()))
	for i, tx := range b.Transactions() {
		if !full {
			transactions[i] = tx.Hash()
			continue
		}
		if transactions[i], err = transactionFields(b, i, signer); err != nil {
			return nil, err
		}
	}
	maps.Copy(fields, map[string]any{
		"size": hexutil.Uint64(b.Size()), "transactions": transactions, "uncles": []common.Hash{}, "withdrawals": []any{},
	})
	return fields, nil
}

// transactionFields is a transaction of a block.
func transactionFields(b *types.Block, i int, signer types.Signer) (map[string]any, error) {
	tx := b.Transactions()[i]
	fields, err := fieldsOf(tx)
	if err != nil {
		return nil, err
	}
	from, err := types.Sender(signer, tx)
	if err != nil {
		return nil, err
	}
	maps.Copy(fields, map[string]any{
		"blockHash": b.Hash(), "blockNumber": (*hexutil.Big)(b.Number()), "transactionIndex": hexutil.Uint64(i), "from": from, //nolint:gosec // an index
		"to": tx.To(), // null where a contract is made
	})
	return fields, nil
}

// receiptFields is the receipt of a transaction.
func receiptFields(r *types.Receipt, tx *types.Transaction, signer types.Signer) (map[string]any, error) {
	fields, err := fieldsOf(r)
	if err != nil {
		return nil, err
	}
	from, err := types.Sender(signer, tx)
	if err != nil {
		return nil, err
	}
	maps.Copy(fields, map[string]any{"type": hexutil.Uint64(r.Type), "from": from, "to": tx.To(), "contractAddress": nil})
	if tx.To() == nil {
		fields["contractAddress"] = r.ContractAddress
	}
	delete(fields, "root") // of receipts before Byzantium
	return fields, nil
}

func pathFields(path [][]byte) []hexutil.Bytes {
	nodes := make([]hexutil.Bytes, len(path))
	for i, node := range path {
		nodes[i] = node
	}
	return nodes
}
