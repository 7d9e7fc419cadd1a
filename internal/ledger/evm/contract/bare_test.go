package contract

import (
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"

	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// bare is the contract without a chain, founded, beside the rules. It shows what
// a ledger hides: reverts, raw bytes and gas.
type bare struct {
	t      testing.TB
	c      *contract
	state  ledgertest.State
	domain *intent.Domain
	cast   *ledgertest.World
}

func newBare(t testing.TB) *bare {
	t.Helper()
	c := newContract(t, voucher.Unix(ledgertest.Start()))
	operators := ledgertest.Operators()
	_, gas, err := c.send("found", c.genesis, []common.Address{common.Address(operators[0])}, uint32(1), Administration())
	require.NoError(t, err)
	c.foundGas = gas
	b := &bare{t: t, c: c, state: ledgertest.State{}}
	require.NoError(t, voucher.Found(b.state, operators, 1))
	b.domain = intent.NewDomain(intent.LedgerID(voucher.Hash(c.genesis), c.address[:]))
	b.cast = ledgertest.Cast(t, b.domain, func() time.Time { return time.Unix(int64(c.now), 0) })
	return b
}

// judge is what the rules make of a command.
func (b *bare) judge(c voucher.Command) voucher.Outcome {
	b.t.Helper()
	o, err := voucher.Apply(b.state, c, b.domain.Recover(c), b.c.now)
	require.NoError(b.t, err)
	o.Time = 0 // a log has none
	if o.Status == voucher.StatusAccepted {
		o.CommandHash = intent.CommandHash(c)
	}
	return o
}
