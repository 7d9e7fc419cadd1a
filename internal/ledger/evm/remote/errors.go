package remote

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/ethereum/go-ethereum/rpc"
)

// What can be wrong with a node, a contract or a key.
var (
	ErrUnreachable = errors.New("the node does not answer")
	ErrOtherChain  = errors.New("the node is on another chain")
	ErrNoContract  = errors.New("there is no contract at this address")
	ErrNotFounded  = errors.New("the contract is not founded")
	ErrKey         = errors.New("not a relayer's key: 64 hex digits wanted")
	ErrNoRelayer   = errors.New("no relayer's key was given: this ledger can only be read")
	ErrNoFunds     = errors.New("the relayer's account cannot pay for gas")
	ErrRefused     = errors.New("the node refused the transaction")
)

// translate makes a closed set of what the JSON-RPC client returns: an answer
// of the node that says no (rpc.Error), or ErrUnreachable. An address with its
// credentials never gets into a text.
func translate(method string, err error) error {
	var answer rpc.Error
	if err == nil || errors.As(err, &answer) {
		if err != nil {
			err = fmt.Errorf("%s: %w", method, err)
		}
		return err
	}
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	return fmt.Errorf("%w: %s: %w", ErrUnreachable, method, err)
}

// reverted reports whether the node's answer is that a call would revert. The
// error's data is what the contract reverted with; some nodes have none and say
// it in words.
func reverted(err error) bool {
	var answer rpc.Error
	if !errors.As(err, &answer) {
		return false
	}
	var with rpc.DataError
	text := ""
	if errors.As(err, &with) {
		text, _ = with.ErrorData().(string)
	}
	return saysReverted(answer.Error(), text)
}

func saysReverted(message, data string) bool {
	return strings.HasPrefix(data, "0x") || strings.Contains(strings.ToLower(message), "revert")
}

// verdict is what a node says to a transaction.
type verdict int

const (
	taken    verdict = iota // it is in the node's pool
	tooCheap                // it must pay more
	spent                   // its nonce is used up
	later                   // not now; it may be in the pool nevertheless
	notSent                 // it never reached the node
	refused                 // never, as it is
)

// phrases are what geth, anvil, Besu and Nethermind say, in lower case. JSON-RPC
// has no codes for this.
func phrases() map[verdict][]string {
	return map[verdict][]string{
		taken:    {"already known", "already imported", "known transaction", "alreadyknown"},
		spent:    {"nonce too low", "oldnonce", "nonce is too low"},
		tooCheap: {"underpriced", "replacement", "less than block base fee", "feetoolow", "gas price too low", "gas price below", "below configured minimum"},
		later:    {"pool is full", "too many", "rate limit", "limit exceeded", "timeout", "timed out", "syncing", "indexing", "nonce too high", "nonce too distant"},
	}
}

// judge reads a node's answer to eth_sendRawTransaction.
func judge(err error) verdict {
	var answer rpc.Error
	var operation *net.OpError
	switch {
	case err == nil:
		return taken
	case errors.As(err, &answer):
	case errors.As(err, &operation) && operation.Op == "dial":
		return notSent
	default:
		return later
	}
	text := strings.ToLower(answer.Error())
	for _, v := range []verdict{taken, spent, tooCheap, later} {
		for _, phrase := range phrases()[v] {
			if strings.Contains(text, phrase) {
				return v
			}
		}
	}
	return refused
}

// refusal is the error for a transaction that the node will not take.
func refusal(err error) error {
	if strings.Contains(strings.ToLower(err.Error()), "insufficient funds") {
		return fmt.Errorf("%w: %w", ErrNoFunds, err)
	}
	return fmt.Errorf("%w: %w", ErrRefused, err)
}
