package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"tally/internal/ledger/evm/remote"
)

// Limits of a look at a network.
const (
	nodeTimeout = 15 * time.Second
	fewPayments = 20 // largest transactions: a relayer that pays for fewer is said to run dry
)

// checkNode looks at the network of a remote ledger as serve would, and sends
// nothing.
func (c *CheckConfig) checkNode(ctx context.Context) []check {
	s := &c.Settings
	if s.Ledger != "remote" {
		return nil
	}
	opts, err := s.options(slog.New(slog.DiscardHandler))
	if err != nil {
		return []check{failed("relayer-key", "%v", err)}
	}
	opts.Contract = common.Address(s.Contract)
	ctx, cancel := context.WithTimeout(ctx, nodeTimeout)
	defer cancel()
	found, err := remote.Inspect(ctx, opts)
	if err != nil {
		return []check{failed("rpc", "%v", explain(err))}
	}
	return append([]check{
		passed("rpc", "chain id %s, block %d of %s", found.ChainID, found.Head, found.HeadTime.UTC().Format(time.RFC3339)),
		checkContract(found), checkFinality(found, s.Finality),
	}, append(checkRelayers(found), checkBudget(found, s.Network))...)
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
