// Package jsonrpc serves an embedded chain over Ethereum's JSON-RPC, to be read
// and nothing else: by an auditor, an explorer, or any client library.
//
// What it promises:
//
//   - Only what Methods lists is answered. Anything else is -32601, whatever
//     namespace it is of, alone or in a batch.
//   - Only durable blocks are shown. "latest", "safe", "finalized" and "pending"
//     are the same block: the durable head, which is final.
//   - State (eth_call, eth_getBalance, eth_getProof and so on) is that of the head. The
//     chain keeps no state of older blocks; asked for it, the answer is an error
//     and never another block's state.
//   - Every request is bounded, by the constants below.
//
// Readers of the ledger see pseudonyms and volumes, so it is closed unless
// asked for. On a loopback address it needs nothing else. On any other address
// it needs a token, sent as "Authorization: Bearer …", and there is no TLS: put
// a proxy before it. There is no CORS, and a Host header that names a host
// other than this one is refused, so that no web page can read through a
// visitor's browser by pointing its own name here (DNS rebinding).
package jsonrpc

import "time"

// The limits of the endpoint.
const (
	MaxBody     = 128 << 10        // bytes of a request
	MaxAnswer   = 16 << 20         // bytes of the answers to one batch
	MaxBatch    = 50               // calls of a batch
	MaxRequests = 8                // answered at once; one more is told 503
	RequestTime = 10 * time.Second // for a request, all of its batch
	CallTime    = 2 * time.Second  // for one eth_call
	CallGas     = 50_000_000       // the same
	MaxSlots    = 256              // slots of one eth_getProof

	MaxLogBlocks = 10_000 // blocks that one eth_getLogs goes through
	MaxLogs      = 10_000 // logs that it returns
	MaxChoices   = 256    // addresses, or topics at one place, that it takes
	MaxTopics    = 4      // places of topics that a log has
)

// Methods lists what is answered.
func Methods() []string {
	return []string{
		"eth_blockNumber", "eth_call", "eth_chainId", "eth_getBalance", "eth_getBlockByHash", "eth_getBlockByNumber",
		"eth_getBlockReceipts", "eth_getCode", "eth_getLogs", "eth_getProof", "eth_getStorageAt",
		"eth_getTransactionByHash", "eth_getTransactionCount", "eth_getTransactionReceipt",
		"net_version", "web3_clientVersion",
	}
}
