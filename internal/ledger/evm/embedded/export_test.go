package embedded

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/contract"
	"tally/internal/ledger/evm/contract/bind"
)

// View calls a view of the contract by its name, for tests that look behind
// ledger.Reader. known is false where the contract has no such view.
func (l *Ledger) View(ctx context.Context, name string, args ...any) (answer []byte, known bool, err error) {
	parsed, err := bind.TallyMetaData.ParseABI()
	if err != nil {
		return nil, false, fmt.Errorf("contract's interface: %w", err)
	}
	if _, known = parsed.Methods[name]; !known {
		return nil, false, nil
	}
	call, err := parsed.Pack(name, args...)
	if err != nil {
		return nil, true, fmt.Errorf("pack %s: %w", name, err)
	}
	to := contract.Address()
	answer, err = l.chain.Call(ctx, ethereum.CallMsg{To: &to, Data: call, Gas: transactionGas})
	return answer, true, err
}

// Stored reads a block's entries from the chain.
func (l *Ledger) Stored(number uint64) ([]ledger.Entry, error) { return l.readBlock(number) }

// Recent is a block's entries as they are kept in memory.
func (l *Ledger) Recent(number uint64) ([]ledger.Entry, bool) { return l.recent.of(number) }
