package remote_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger/ledgertest"
	"tally/internal/processtest"
)

// geth is an ordinary geth on a network of its own, whose consensus client is
// this test.
type geth struct {
	*consensus
	process *process
	data    string // its directory
	http    string
	ws      string
}

// genesis is a network that is past the merge, with the Cancun rules and these
// accounts.
func genesis(baseFee uint64, names ...string) map[string]any {
	alloc := map[string]any{}
	for _, name := range names {
		alloc[crypto.PubkeyToAddress(relayer(name).PublicKey).Hex()] = map[string]any{"balance": ether}
	}
	zero := 0
	return map[string]any{
		"config": map[string]any{
			"chainId": 7412, "homesteadBlock": zero, "eip150Block": zero, "eip155Block": zero, "eip158Block": zero,
			"byzantiumBlock": zero, "constantinopleBlock": zero, "petersburgBlock": zero, "istanbulBlock": zero,
			"berlinBlock": zero, "londonBlock": zero, "shanghaiTime": zero, "cancunTime": zero,
			"terminalTotalDifficulty": zero,
			"blobSchedule":            map[string]any{"cancun": map[string]any{"target": 3, "max": 6, "baseFeeUpdateFraction": 3338477}},
		},
		"timestamp": hex(uint64(ledgertest.Start().Unix()) - 1), "gasLimit": hex(30_000_000), "difficulty": "0x0",
		"baseFeePerGas": hex(baseFee), "alloc": alloc,
	}
}

// startGeth runs geth on a new network. The names are of relayers with money.
func startGeth(t testing.TB, baseFee uint64, names ...string) *geth {
	t.Helper()
	program := gethProgram(t)
	dir := t.TempDir()
	data, spec, secret := filepath.Join(dir, "data"), filepath.Join(dir, "genesis.json"), filepath.Join(dir, "jwt.hex")
	text, err := json.Marshal(genesis(baseFee, names...))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(spec, text, 0o600))
	jwt := crypto.Keccak256Hash([]byte(dir))
	require.NoError(t, os.WriteFile(secret, []byte(jwt.Hex()), 0o600))
	initialise := startProcess(t, program, "init", "--state.scheme", "hash", "--datadir", data, spec)
	require.NoError(t, initialise.cmd.Wait(), "%s", &initialise.out)

	port, wsPort, authPort := processtest.Port(t), processtest.Port(t), processtest.Port(t)
	g := &geth{data: data, http: "http://127.0.0.1:" + port, ws: "ws://127.0.0.1:" + wsPort}
	g.process = startProcess(t, program,
		"--datadir", data, "--networkid", "7412", "--syncmode", "full", "--ipcdisable", "--nodiscover", "--maxpeers", "0",
		"--port", "0", "--state.scheme", "hash", "--gcmode", "archive", // so that a kill costs a block at most, and not all of them
		"--cache", "128", "--verbosity", "3", "--txpool.nolocals", "--txpool.journal", "",
		"--rpc.rangelimit", "100", // as providers have one
		"--http", "--http.port", port, "--http.api", "eth,net,web3,txpool",
		"--ws", "--ws.port", wsPort, "--ws.api", "eth,net,web3",
		"--authrpc.port", authPort, "--authrpc.jwtsecret", secret)
	eth := client(t, g.http)
	engine := client(t, "http://127.0.0.1:"+authPort, rpc.WithHTTPAuth(bearer(jwt)))
	g.consensus = newConsensus(t, eth, engine)
	return g
}

// restart runs geth again after it was killed, and brings it to the head again.
func (g *geth) restart() {
	g.process.start()
	await(g.process.t, g.eth)
	g.replay()
}

func TestLedger_OnGeth(t *testing.T) {
	t.Parallel()
	g := startGeth(t, 1_000_000_000, "suite")
	g.produce()
	ledgertest.Run(t, func(t *testing.T) ledgertest.Fixture {
		t.Helper()
		g.tomorrow()
		return fixture(t, options(g.ws, relayer("suite")), g.clock, g.advance)
	})
}

// BenchmarkFreeCommands reports what a free command leaves on the disk of a geth that
// keeps every state.
func BenchmarkFreeCommands(b *testing.B) {
	g := startGeth(b, 1_000_000_000, "free")
	g.produce()
	ledgertest.BenchmarkFree(b, fixture(b, options(g.ws, relayer("free")), g.clock, g.advance), g.data, 300)
}

func (g *geth) tomorrow() {
	now := g.clock()
	g.advance(nextStart(now).Sub(now))
}

// beaconRoot is what blocks say of the consensus layer, which there is none of.
func beaconRoot() common.Hash { return common.Hash{} }

func quantity(t time.Time) hexutil.Uint64 { return hexutil.Uint64(t.Unix()) }
