package main

import (
	"context"
	"crypto/ecdsa"
	"fmt"
	"log/slog"
	"math/big"
	"path/filepath"

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

// open opens the ledger of a contract on the network. What the relayers spend is
// kept in the data directory.
func (n *Network) open(ctx context.Context, contract voucher.Address, data string, log *slog.Logger) (ledger.Ledger, error) {
	opts, err := n.options(log)
	if err != nil {
		return nil, err
	}
	if len(opts.Keys) == 0 {
		return nil, remote.ErrNoRelayer
	}
	opts.Contract, opts.Floor = common.Address(contract), n.RelayerFloor
	opts.Budget = remote.Budget{Daily: n.RelayerBudget, File: filepath.Join(data, spendingFile)}
	return remote.Open(ctx, opts)
}

// purseOf is how the relayers of a ledger do, if it has any.
func purseOf(l ledger.Ledger) func() metrics.Purse {
	on, ok := l.(*remote.Ledger)
	if !ok {
		return func() metrics.Purse { return metrics.Purse{} }
	}
	return func() metrics.Purse {
		now := on.Purse()
		p := metrics.Purse{Balances: map[string]*big.Int{}, Spent: now.Spent, Left: now.Left}
		for of, wei := range now.Balances {
			p.Balances[of.Hex()] = wei
		}
		return p
	}
}

// openToRead is open without relayers: nothing is sent, and a server that uses
// their accounts may go on.
func (n *Network) openToRead(ctx context.Context, contract voucher.Address, log *slog.Logger) (ledger.Ledger, error) {
	return remote.Open(ctx, remote.Options{URL: n.RPC, Finality: n.Finality, Log: log, Contract: common.Address(contract)})
}
