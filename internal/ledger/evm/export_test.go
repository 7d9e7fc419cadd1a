package evm

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum"
)

// View calls a view of the contract by its name, for tests that look behind
// ledger.Reader. known is false where the contract has no such view.
func (l *Ledger) View(ctx context.Context, name string, args ...any) (answer []byte, known bool, err error) {
	if _, known = l.calls.abi.Methods[name]; !known {
		return nil, false, nil
	}
	call, err := l.calls.abi.Pack(name, args...)
	if err != nil {
		return nil, true, fmt.Errorf("pack %s: %w", name, err)
	}
	to := Contract()
	answer, err = l.chain.Call(ctx, ethereum.CallMsg{To: &to, Data: call, Gas: transactionGas})
	return answer, true, err
}
