package embedded

import (
	"bytes"
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"tally/internal/ledger/evm/contract"
)

// contractCodes is what the genesis has at the contracts' addresses.
func contractCodes() (map[common.Address][]byte, error) {
	tally, administration, err := contract.Codes()
	return map[common.Address][]byte{contract.Address(): tally, contract.Administration(): administration}, err
}

// checkContracts compares the chain's contracts with this program's.
func (l *Ledger) checkContracts(ctx context.Context) error {
	codes, err := contractCodes()
	if err != nil {
		return err
	}
	for at, want := range codes {
		got, err := l.chain.Code(ctx, at)
		if err != nil {
			return fmt.Errorf("read contract's code: %w", err)
		}
		if !bytes.Equal(got, want) {
			return contract.ErrOtherContract
		}
	}
	return nil
}
