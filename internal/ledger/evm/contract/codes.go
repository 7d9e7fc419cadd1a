package contract

import (
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/common"
)

//go:embed bind/runtime.hex
var runtimeHex string

//go:embed bind/administration.hex
var administrationHex string

// Address is where the genesis of an embedded chain has the contract Tally. On a
// chain of others it is wherever it was deployed.
func Address() common.Address {
	return common.HexToAddress("0x7A11700000000000000000000000000000000001")
}

// Administration is where that genesis has the contract Administration, whose code
// Tally runs for its rarer verbs and its views.
func Administration() common.Address {
	return common.HexToAddress("0x7A11700000000000000000000000000000000002")
}

// ErrOtherContract says that a chain was founded with another version of the
// contract than this program speaks to. There is no upgrade in place: the
// version that founded the ledger goes on serving it.
var ErrOtherContract = errors.New("the ledger was founded with another version of the contract")

// Codes is the code of the two contracts as a chain has it after they are deployed.
func Codes() (contract, administration []byte, err error) {
	contract, err = hex.DecodeString(strings.TrimSpace(runtimeHex))
	if err == nil {
		administration, err = hex.DecodeString(strings.TrimSpace(administrationHex))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("contract's code: %w", err)
	}
	return contract, administration, nil
}
