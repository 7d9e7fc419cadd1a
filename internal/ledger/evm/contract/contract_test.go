package contract

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/state"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/core/vm/runtime"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/params"
	"github.com/holiman/uint256"

	"tally/internal/ledger/evm/contract/bind"
	"tally/internal/voucher"
)

// contract is the two compiled contracts, predeployed on a state of their own.
type contract struct {
	t        testing.TB
	state    *state.StateDB
	abi      abi.ABI
	address  common.Address // of Tally
	genesis  common.Hash
	block    uint64
	now      uint64
	sizes    []int
	foundGas uint64
	txs      int
}

func newContract(t testing.TB, now uint64) *contract {
	t.Helper()
	parsed, err := bind.TallyMetaData.ParseABI()
	if err != nil {
		t.Fatal(err)
	}
	s, err := state.New(types.EmptyRootHash, state.NewDatabaseForTesting())
	if err != nil {
		t.Fatal(err)
	}
	c := &contract{t: t, state: s, abi: *parsed, address: common.HexToAddress("0x7a11"), genesis: common.Hash{1, 2, 3}, block: 10, now: now}
	c.deploy(c.address, runtimeHex)
	c.deploy(Administration(), administrationHex)
	return c
}

func (c *contract) deploy(at common.Address, runtime string) {
	c.t.Helper()
	code, err := hex.DecodeString(strings.TrimSpace(runtime))
	if err != nil {
		c.t.Fatal(err)
	}
	c.state.CreateAccount(at)
	c.state.SetCode(at, code, 0)
	c.state.Finalise(c.rules())
	c.sizes = append(c.sizes, len(code))
}

func chainConfig() *params.ChainConfig {
	zero := new(uint64)
	return &params.ChainConfig{
		ChainID: big.NewInt(1), HomesteadBlock: new(big.Int), EIP150Block: new(big.Int), EIP155Block: new(big.Int),
		EIP158Block: new(big.Int), ByzantiumBlock: new(big.Int), ConstantinopleBlock: new(big.Int), PetersburgBlock: new(big.Int),
		IstanbulBlock: new(big.Int), MuirGlacierBlock: new(big.Int), BerlinBlock: new(big.Int), LondonBlock: new(big.Int),
		TerminalTotalDifficulty: new(big.Int), ShanghaiTime: zero, CancunTime: zero,
	}
}

func (c *contract) rules() params.Rules {
	return chainConfig().Rules(new(big.Int).SetUint64(c.block), true, c.now)
}

func (c *contract) config() *runtime.Config {
	return &runtime.Config{
		ChainConfig: chainConfig(), State: c.state, Time: c.now, BlockNumber: new(big.Int).SetUint64(c.block),
		GasLimit: 1_000_000_000, Random: &common.Hash{}, BaseFee: new(big.Int), BlobBaseFee: new(big.Int),
		GetHashFn: func(n uint64) common.Hash {
			if n == 0 {
				return c.genesis
			}
			return common.Hash{}
		},
	}
}

// send executes a call as one transaction; gas includes the intrinsic gas.
func (c *contract) send(name string, args ...any) (logs []*types.Log, gas uint64, err error) {
	c.t.Helper()
	input, err := c.abi.Pack(name, args...)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.sendTo(c.address, input)
}

// sendTo executes a call of any contract.
func (c *contract) sendTo(to common.Address, input []byte) (logs []*types.Log, gas uint64, err error) {
	c.t.Helper()
	c.txs++
	tx := common.BigToHash(big.NewInt(int64(c.txs)))
	c.state.SetTxContext(tx, c.txs, 0)
	out, left, err := runtime.Call(to, input, c.config())
	if err != nil {
		return nil, 0, fmt.Errorf("%w %x", err, out)
	}
	gas = 1_000_000_000 - left
	intrinsic, ierr := core.IntrinsicGas(input, nil, nil, common.Address{}, &to, new(uint256.Int), c.rules())
	if ierr != nil {
		c.t.Fatal(ierr)
	}
	logs = c.state.GetLogs(tx, c.block, common.Hash{}, c.now)
	gas -= min(gas/5, c.state.GetRefund())
	c.state.Finalise(c.rules())
	return logs, gas + intrinsic, nil
}

// view returns the raw answer of a call.
func (c *contract) view(name string, args ...any) []byte {
	c.t.Helper()
	input, err := c.abi.Pack(name, args...)
	if err != nil {
		c.t.Fatal(err)
	}
	snap := c.state.Snapshot()
	out, _, err := runtime.Call(c.address, input, c.config())
	c.state.RevertToSnapshot(snap)
	if err != nil {
		c.t.Fatal(name, err)
	}
	return out
}

// outcomes reads what submit logged.
func outcomes(t testing.TB, logs []*types.Log) (out []voucher.Outcome) {
	t.Helper()
	accepted, refused := crypto.Keccak256Hash([]byte("Accepted(bytes32,bytes32)")), crypto.Keccak256Hash([]byte("Refused(bytes32,uint8)"))
	likes := map[common.Hash]voucher.Event{}
	for _, e := range voucher.EventTypes() {
		likes[crypto.Keccak256Hash([]byte(voucher.EventSignature(e)))] = e
	}
	for _, l := range logs {
		switch l.Topics[0] {
		case accepted:
			out = append(out, voucher.Outcome{ID: voucher.Hash(l.Topics[1]), Status: voucher.StatusAccepted, CommandHash: voucher.Hash(l.Data)})
		case refused:
			out = append(out, voucher.Outcome{ID: voucher.Hash(l.Topics[1]), Status: voucher.StatusRefused, Kind: voucher.Kind(l.Data[31])})
		default:
			like, ok := likes[l.Topics[0]]
			if !ok || len(l.Topics) != 1 {
				t.Fatalf("unknown log %v", l.Topics)
			}
			e, err := voucher.DecodeEvent(l.Data, like)
			if err != nil {
				t.Fatalf("%T: %v\n%x", like, err, l.Data)
			}
			last := &out[len(out)-1]
			last.Events = append(last.Events, e)
		}
	}
	return out
}
