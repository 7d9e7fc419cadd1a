package chain

import (
	"errors"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/core/vm"
	"github.com/ethereum/go-ethereum/params"
)

// MaxTrials is how often the transactions of one block are run until they are
// chosen.
const MaxTrials = 16

// ErrTrials says that MaxTrials were not enough. Nothing was written.
var ErrTrials = errors.New("the block's transactions were run too often: nothing is sealed")

// Proposal is what a block may be made of.
type Proposal struct {
	Transactions []*types.Transaction
	// Signers are signatures that the proposer has recovered. The chain does not
	// recover them again.
	Signers Signers
	// Choose looks at what the transactions would do. chosen seals them as they
	// were run. Else again is run in their place, on the same state and at the
	// same time; with nothing in it, nothing is sealed. Where Choose is nil, the
	// first trial is sealed.
	Choose func(Trial) (again []*types.Transaction, chosen bool, err error)
}

// Trial is a block that was run and not sealed.
type Trial struct {
	Number   uint64
	Time     uint64 // Unix seconds
	Receipts types.Receipts
}

// Signature is the input of the precompile ecrecover: hash, v (27 or 28), r and
// s, each 32 bytes.
type Signature [128]byte

// NewSignature is the input for a hash and a signature in the form of EIP-2098.
func NewSignature(hash, r, vs [32]byte) (s Signature) {
	copy(s[:32], hash[:])
	s[63] = 27 + vs[0]>>7
	copy(s[64:96], r[:])
	vs[0] &= 0x7f
	copy(s[96:], vs[:])
	return s
}

// Signers are the addresses that signatures recover to. What is in it has to be
// right: a block that was made by a wrong one is refused when the directory is
// opened again.
type Signers map[Signature]common.Address

// precompiles are those of the rules, with an ecrecover that knows the signers.
func (s Signers) precompiles(rules params.Rules) vm.PrecompiledContracts {
	all := vm.ActivePrecompiledContracts(rules)
	at := common.BytesToAddress([]byte{1})
	all[at] = recovered{all[at], s}
	return all
}

// recovered is the precompile ecrecover, whose answers are known to a part. It
// costs the same gas.
type recovered struct {
	vm.PrecompiledContract
	signers Signers
}

// Run implements vm.PrecompiledContract.
func (r recovered) Run(input []byte) ([]byte, error) {
	if len(input) == len(Signature{}) {
		if signer, ok := r.signers[Signature(input)]; ok {
			return common.LeftPadBytes(signer[:], common.HashLength), nil
		}
	}
	return r.PrecompiledContract.Run(input)
}
