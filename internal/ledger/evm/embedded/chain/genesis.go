package chain

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethdb"
	"github.com/ethereum/go-ethereum/params"
)

// gasLimit is the gas of every block. Gas is free here, so it only bounds how
// long one block may execute.
const gasLimit = 1_000_000_000

// ErrGenesisMismatch says that the directory holds another chain than the one
// asked for.
var ErrGenesisMismatch = errors.New("directory holds a chain with another genesis")

// ErrNoGenesis says that the directory is empty and no genesis was given.
var ErrNoGenesis = errors.New("directory holds no chain and no genesis was given")

// Genesis is what makes a chain this chain: every field goes into the hash of
// block 0.
type Genesis struct {
	ChainID uint64
	// Time is the time of block 0, in Unix seconds. The clock rules count
	// from it (see Options.MaxAhead).
	Time uint64
	// Sealer is the only account whose signature makes a header valid.
	Sealer common.Address
	// Salt is 32 random bytes, so that two deployments never share a hash.
	Salt [32]byte
	// Alloc holds the predeployed contracts.
	Alloc types.GenesisAlloc
}

// Hash is the hash of block 0, which Chain.GenesisHash returns after Open.
func (g Genesis) Hash() common.Hash { return g.core().ToBlock().Hash() }

func (g Genesis) check() error {
	switch {
	case g.ChainID == 0:
		return errors.New("genesis: chain id is zero")
	case g.Sealer == common.Address{}:
		return errors.New("genesis: sealer is missing")
	case g.Salt == [32]byte{}:
		return errors.New("genesis: salt is missing")
	}
	return nil
}

func (g Genesis) core() *core.Genesis {
	return &core.Genesis{
		Config:     chainConfig(g.ChainID),
		Timestamp:  g.Time,
		ExtraData:  g.extra(),
		GasLimit:   gasLimit,
		Difficulty: new(big.Int),
		BaseFee:    new(big.Int),
		Coinbase:   g.Sealer,
		Alloc:      g.Alloc,
	}
}

// extra is salt, sealer and chain id. go-ethereum keeps the chain id in the
// configuration only, outside the hash; putting it here binds it.
func (g Genesis) extra() []byte {
	extra := append(g.Salt[:], g.Sealer[:]...)
	return binary.BigEndian.AppendUint64(extra, g.ChainID)
}

func parseExtra(extra []byte) (sealer common.Address, chainID uint64, err error) {
	if len(extra) != 32+common.AddressLength+8 {
		return sealer, 0, fmt.Errorf("genesis: extra data has %d bytes", len(extra))
	}
	return common.BytesToAddress(extra[32:52]), binary.BigEndian.Uint64(extra[52:]), nil
}

// chainConfig is Cancun and nothing later: Prague wants system contracts in
// the genesis, Osaka caps a transaction at 16.7M gas and a block at 10 MB.
func chainConfig(chainID uint64) *params.ChainConfig {
	var start uint64
	return &params.ChainConfig{
		ChainID:                 new(big.Int).SetUint64(chainID),
		HomesteadBlock:          new(big.Int),
		EIP150Block:             new(big.Int),
		EIP155Block:             new(big.Int),
		EIP158Block:             new(big.Int),
		ByzantiumBlock:          new(big.Int),
		ConstantinopleBlock:     new(big.Int),
		PetersburgBlock:         new(big.Int),
		IstanbulBlock:           new(big.Int),
		MuirGlacierBlock:        new(big.Int),
		BerlinBlock:             new(big.Int),
		LondonBlock:             new(big.Int),
		ArrowGlacierBlock:       new(big.Int),
		GrayGlacierBlock:        new(big.Int),
		MergeNetsplitBlock:      new(big.Int),
		TerminalTotalDifficulty: new(big.Int),
		ShanghaiTime:            &start,
		CancunTime:              &start,
		BlobScheduleConfig:      &params.BlobScheduleConfig{Cancun: params.DefaultCancunBlobConfig},
	}
}

// chooseGenesis decides which genesis the database runs with. The result is
// nil when the stored one is to be used, which go-ethereum then loads itself.
func chooseGenesis(db ethdb.Database, given *Genesis) (*core.Genesis, common.Address, error) {
	if given != nil {
		if err := given.check(); err != nil {
			return nil, common.Address{}, err
		}
	}
	stored := rawdb.ReadCanonicalHash(db, 0)
	if stored == (common.Hash{}) {
		if given == nil {
			return nil, common.Address{}, ErrNoGenesis
		}
		return given.core(), given.Sealer, nil
	}
	if given != nil && given.Hash() != stored {
		return nil, common.Address{}, fmt.Errorf("%w: stored %s, given %s", ErrGenesisMismatch, stored, given.Hash())
	}
	sealer, err := storedSealer(db, stored)
	return nil, sealer, err
}

func storedSealer(db ethdb.Database, genesis common.Hash) (common.Address, error) {
	header := rawdb.ReadHeader(db, genesis, 0)
	config := rawdb.ReadChainConfig(db, genesis)
	if header == nil || config == nil {
		return common.Address{}, errors.New("genesis: stored block 0 is incomplete")
	}
	sealer, chainID, err := parseExtra(header.Extra)
	if err != nil {
		return common.Address{}, err
	}
	if !config.ChainID.IsUint64() || config.ChainID.Uint64() != chainID {
		return common.Address{}, fmt.Errorf("genesis: stored chain id is %s, block 0 says %d", config.ChainID, chainID)
	}
	return sealer, nil
}
