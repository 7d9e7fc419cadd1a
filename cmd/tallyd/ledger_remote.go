package main

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"path/filepath"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"tally/internal/disk"
	"tally/internal/ledger"
	"tally/internal/ledger/evm/remote"
	"tally/internal/metrics"
	"tally/internal/voucher"
)

// batchesPerRelayer is how many batches of commands an account has under way at
// once, on a network where a block takes its time.
const batchesPerRelayer = 4

// Network is how to reach an EVM network that somebody else runs.
type Network struct {
	RPC           string          `name:"rpc" help:"JSON-RPC of a node: http, https, ws or wss. Over ws it pushes its blocks." env:"TALLYD_RPC"`
	RelayerKey    []string        `help:"File with the key of an account that pays for gas, in hex. Repeat it for more accounts." type:"existingfile" env:"TALLYD_RELAYER_KEY"`
	RelayerFloor  remote.Wei      `help:"Balance below which a relayer's is warned of, such as 0.1ether; 0 for none." default:"0" env:"TALLYD_RELAYER_FLOOR"`
	RelayerBudget remote.Wei      `help:"What all relayers of this server may spend in a UTC day, such as 0.5ether; then nothing is sent until the next. 0 for no bound." default:"0" env:"TALLYD_RELAYER_BUDGET"`
	Finality      remote.Finality `help:"When a block counts: instant, a number of confirmations, or finalized." default:"instant" env:"TALLYD_FINALITY"`
}

// options reads the keys.
func (n *Network) options(log *slog.Logger) (remote.Options, error) {
	opts := remote.Options{URL: n.RPC, Finality: n.Finality, Log: log}
	for _, path := range n.RelayerKey {
		key, err := readKey(path)
		if err != nil {
			return opts, err
		}
		opts.Keys = append(opts.Keys, key)
	}
	return opts, nil
}

func readKey(path string) (*ecdsa.PrivateKey, error) {
	text, err := disk.ReadSecret(path)
	if err != nil {
		return nil, fmt.Errorf("read relayer's key: %w", err)
	}
	key, err := remote.ParseKey(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

// spendingFile is where the data directory has what the relayers spent today.
const spendingFile = "relayers.json"

// remoteLedger is the ledger of a contract on a network that somebody else runs.
type remoteLedger struct {
	Contract voucher.Address `help:"Contract of a remote ledger, as tallyd deploy prints it." env:"TALLYD_CONTRACT"`
	Network  `embed:""`
	nothingBeside
}

func (*remoteLedger) kind() kind {
	return kind{name: "remote", about: "is a contract on a network (--rpc, --contract, --relayer-key)"}
}

// open implements driver. What the relayers spend is kept in the data directory.
func (r *remoteLedger) open(ctx context.Context, b basics, log *slog.Logger) (opened, error) {
	opts, err := r.options(log)
	if err != nil {
		return opened{}, err
	}
	if len(opts.Keys) == 0 {
		return opened{}, remote.ErrNoRelayer
	}
	opts.Contract, opts.Floor = common.Address(r.Contract), r.RelayerFloor
	opts.Budget = remote.Budget{Daily: r.RelayerBudget, File: filepath.Join(b.data, spendingFile)}
	l, err := remote.Open(ctx, opts)
	if err != nil {
		return opened{}, err
	}
	return opened{ledger: l, batches: batchesPerRelayer * len(opts.Keys), purse: purseOf(l)}, nil
}

// purseOf is how the relayers of a ledger do.
func purseOf(on *remote.Ledger) func() metrics.Purse {
	return func() metrics.Purse {
		now := on.Purse()
		p := metrics.Purse{Balances: map[string]*big.Int{}, Spent: now.Spent, Left: now.Left}
		for of, wei := range now.Balances {
			p.Balances[of.Hex()] = wei
		}
		return p
	}
}

// openToRead implements driver. It needs no relayers, so that a server which uses
// their accounts may go on.
func (r *remoteLedger) openToRead(ctx context.Context, _ basics, log *slog.Logger) (ledger.Ledger, error) {
	return remote.Open(ctx, remote.Options{URL: r.RPC, Finality: r.Finality, Log: log, Contract: common.Address(r.Contract)})
}

// explain implements driver.
func (*remoteLedger) explain(err error) (told error, ok bool) {
	switch {
	case errors.Is(err, remote.ErrUnreachable):
		return fmt.Errorf("%w: is a node at --rpc?", err), true
	case errors.Is(err, remote.ErrNoContract), errors.Is(err, remote.ErrNotFounded), errors.Is(err, remote.ErrOtherChain):
		return fmt.Errorf("%w: check --rpc and --contract; tallyd deploy founds a ledger", err), true
	case errors.Is(err, remote.ErrPurse):
		return fmt.Errorf("%w: see --data and --relayer-budget", err), true
	case errors.Is(err, remote.ErrNoFunds):
		return fmt.Errorf("%w: send it some, or name another with --relayer-key", err), true
	case errors.Is(err, remote.ErrNoRelayer):
		return fmt.Errorf("%w: name a file with --relayer-key", err), true
	default:
		return nil, false
	}
}

// Limits of a look at a network.
const (
	nodeTimeout = 15 * time.Second
	fewPayments = 20 // largest transactions: a relayer that pays for fewer is said to run dry
)

// check implements driver. It looks at the network as serve would, and sends nothing.
func (r *remoteLedger) check(ctx context.Context, b basics, offline bool) checks {
	found := checks{data: []check{checkLogRoom(b), checkFree(b.data, 0)}}
	if !offline {
		found.others = r.checkNode(ctx)
	}
	return found
}

func (r *remoteLedger) checkNode(ctx context.Context) []check {
	opts, err := r.options(slog.New(slog.DiscardHandler))
	if err != nil {
		return []check{failed("relayer-key", "%v", err)}
	}
	opts.Contract = common.Address(r.Contract)
	ctx, cancel := context.WithTimeout(ctx, nodeTimeout)
	defer cancel()
	found, err := remote.Inspect(ctx, opts)
	if err != nil {
		return []check{failed("rpc", "%v", explain(err))}
	}
	return append([]check{
		passed("rpc", "chain id %s, block %d of %s", found.ChainID, found.Head, found.HeadTime.UTC().Format(time.RFC3339)),
		checkContract(found), checkFinality(found, r.Finality),
	}, append(checkRelayers(found), checkBudget(found, r.Network))...)
}

func checkContract(found remote.Inspection) check {
	if found.Contract != nil {
		return failed("contract", "%v", explain(found.Contract))
	}
	return passed("contract", "ledger %s", found.LedgerID)
}

func checkFinality(found remote.Inspection, asked remote.Finality) check {
	switch {
	case errors.Is(found.Finality, remote.ErrNoFinality):
		return failed("finality", "%v: take --finality instant or a number of confirmations, or another node", found.Finality)
	case found.Finality != nil:
		return failed("finality", "%v", explain(found.Finality))
	default:
		return passed("finality", "%s", asked)
	}
}

// checkBudget says what strangers and errors may cost in a day.
func checkBudget(found remote.Inspection, n Network) check {
	const name = "relayer-budget"
	switch {
	case len(found.Relayers) > 0 && found.Relayers[0].Affords == nil:
		return passed(name, "gas is free here")
	case n.RelayerBudget.Int().Sign() == 0:
		return warned(name, "there is none: the relayers may spend in a day what they have")
	default:
		return passed(name, "%s a UTC day", n.RelayerBudget)
	}
}

func checkRelayers(found remote.Inspection) (done []check) {
	const name = "relayer-key"
	if len(found.Relayers) == 0 {
		return []check{failed(name, "%v", explain(remote.ErrNoRelayer))}
	}
	for _, r := range found.Relayers {
		switch {
		case r.Affords == nil:
			done = append(done, passed(name, "%s: gas is free here", r.Address))
		case r.Balance.Sign() == 0:
			done = append(done, failed(name, "%s: %v", r.Address, explain(remote.ErrNoFunds)))
		case r.Affords.IsInt64() && r.Affords.Int64() < fewPayments:
			done = append(done, warned(name, "%s pays for %s of the largest transactions: send it some", r.Address, r.Affords))
		default:
			done = append(done, passed(name, "%s pays for %s of the largest transactions", r.Address, r.Affords))
		}
	}
	return done
}
