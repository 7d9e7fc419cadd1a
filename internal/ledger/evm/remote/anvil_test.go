package remote_test

import (
	"crypto/ecdsa"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/remote"
	"tally/internal/ledger/ledgertest"
	"tally/internal/processtest"
)

// ether is more than any test spends: 10,000 of them, in wei.
const ether = "0x21e19e0c9bab2400000"

// anvil is a running anvil whose clock tests move.
type anvil struct {
	t       testing.TB
	process *process
	http    string
	ws      string
	rpc     *rpc.Client
	mu      sync.Mutex
	now     time.Time
}

func startAnvil(t *testing.T, args ...string) *anvil {
	t.Helper()
	port := processtest.Port(t)
	a := &anvil{t: t, now: ledgertest.Start(), http: "http://127.0.0.1:" + port, ws: "ws://127.0.0.1:" + port}
	if !slices.Contains(args, "--hardfork") {
		args = append(args, "--hardfork", "cancun")
	}
	a.process = startProcess(t, anvilProgram(t), append([]string{
		"--port", port, "--timestamp", "1795420800", "--accounts", "1",
	}, args...)...)
	a.rpc = client(t, a.http)
	a.call("anvil_setBlockTimestampInterval", 0)
	return a
}

func (a *anvil) call(method string, args ...any) {
	a.t.Helper()
	require.NoError(a.t, a.rpc.CallContext(a.t.Context(), nil, method, args...), method)
}

func (a *anvil) clock() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now
}

func (a *anvil) advance(d time.Duration) {
	a.mu.Lock()
	a.now = a.now.Add(d)
	a.mu.Unlock()
	a.call("evm_setNextBlockTimestamp", a.clock().Unix())
	a.call("evm_mine")
}

// tomorrow moves the clock to the next time that it is as late as at Start.
func (a *anvil) tomorrow() {
	now := a.clock()
	a.advance(nextStart(now).Sub(now))
}

func nextStart(now time.Time) time.Time {
	start := ledgertest.Start()
	next := time.Date(now.Year(), now.Month(), now.Day(), start.Hour(), start.Minute(), start.Second(), 0, time.UTC)
	if !next.After(now) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}

// fund gives a relayer something to pay with.
func (a *anvil) fund(keys ...*ecdsa.PrivateKey) {
	a.t.Helper()
	for _, key := range keys {
		a.call("anvil_setBalance", crypto.PubkeyToAddress(key.PublicKey), ether)
	}
}

// relayer is the key of a name.
func relayer(name string) *ecdsa.PrivateKey { return ledgertest.NewActor("relayer " + name).Key }

// options are those of a ledger on a node.
func options(url string, keys ...*ecdsa.PrivateKey) remote.Options {
	return remote.Options{
		URL: url, Keys: keys, Poll: 20 * time.Millisecond, Log: slog.New(slog.DiscardHandler),
	}
}

// deploy founds a new ledger and returns the options that open it.
func deploy(t testing.TB, opts remote.Options) remote.Options {
	t.Helper()
	d, err := remote.Deploy(t.Context(), remote.DeployOptions{
		Options: opts, Operators: ledgertest.Operators(), Threshold: 1,
	})
	require.NoError(t, err)
	opts.Contract = common.Address(d.Contract)
	return opts
}

func open(t testing.TB, opts remote.Options) *remote.Ledger {
	t.Helper()
	l, err := remote.Open(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return l
}

// garbage is how many unsigned commands of each verb the suite sends.
func garbage() int {
	if os.Getenv("TALLY_LONG") != "" {
		return ledgertest.GarbageEach
	}
	return 20
}

// spent says what a relayer has sent and what it has left.
func spent(t testing.TB, opts remote.Options) func() string {
	t.Helper()
	node, from := client(t, opts.URL), crypto.PubkeyToAddress(opts.Keys[0].PublicKey)
	return func() string {
		var nonce, balance hexutil.Big
		require.NoError(t, node.CallContext(t.Context(), &nonce, "eth_getTransactionCount", from, "latest"))
		require.NoError(t, node.CallContext(t.Context(), &balance, "eth_getBalance", from, "latest"))
		return fmt.Sprintf("%s transactions, %s wei left", nonce.ToInt(), balance.ToInt())
	}
}

// fixture is a new ledger for one case of the suite.
func fixture(t testing.TB, opts remote.Options, now func() time.Time, advance func(time.Duration)) ledgertest.Fixture {
	t.Helper()
	opts.Now = now
	opts = deploy(t, opts)
	l := open(t, opts)
	return ledgertest.Fixture{
		Ledger: l, Now: now, Advance: advance, Garbage: garbage(), Footprint: spent(t, opts),
		Reopen: func() ledger.Ledger {
			require.NoError(t, l.Close())
			return open(t, opts)
		},
	}
}

func TestLedger_OnAnvil(t *testing.T) {
	t.Parallel()
	a := startAnvil(t)
	key := relayer("suite")
	a.fund(key)
	ledgertest.Run(t, func(t *testing.T) ledgertest.Fixture {
		t.Helper()
		a.t = t
		a.tomorrow()
		return fixture(t, options(a.ws, key), a.clock, a.advance)
	})
}
