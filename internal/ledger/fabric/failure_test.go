package fabric_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/ledger/fabric"
	"tally/internal/voucher"
	network "tally/network/fabric"
)

// selling sells vouchers one after the other, several at a time, while something
// happens after the first few, and returns how many of the answers were final.
// What was not sent is sent again, as a till would.
func (s *shop) selling(t *testing.T, happens func()) {
	t.Helper()
	p := ledger.NewPipeline(s.Ledger, 4)
	defer p.Close()
	began, failed := make(chan struct{}), make(chan error, len(s.vouchers))
	var once sync.Once
	var all sync.WaitGroup
	const tills = 4
	for till := range tills {
		all.Go(func() {
			for i := till; i < len(s.vouchers); i += tills {
				if i > 2*tills {
					once.Do(func() { close(began) })
				}
				failed <- s.sell(t.Context(), p, s.vouchers[i])
			}
		})
	}
	<-began
	happens()
	all.Wait()
	close(failed)
	for err := range failed {
		require.NoError(t, err)
	}
}

var errRefused = errors.New("refused")

// sell has one voucher redeemed, and does not give up before it is.
func (s *shop) sell(ctx context.Context, p *ledger.Pipeline, ref voucher.Ref) error {
	sale := s.Redeem(s.Alice, ref)
	for {
		o, err := p.Submit(ctx, s.Domain.Author(sale))
		switch {
		case o.Status == voucher.StatusAccepted:
			return nil
		case o.Status == voucher.StatusRefused:
			return errors.Join(errRefused, errors.New(o.Kind.String()))
		case !errors.Is(err, ledger.ErrNotSent) && !errors.Is(err, ledger.ErrUnknown) || ctx.Err() != nil:
			return err
		}
	}
}

// requireAllSpent wants every voucher spent, as the ledger and its events say.
func (s *shop) requireAllSpent(t *testing.T) {
	t.Helper()
	for _, ref := range s.vouchers {
		v, ok, err := s.Ledger.Voucher(t.Context(), ref)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, voucher.StateSpent, v.State)
	}
}

// health is how the driver says that a peer does.
func (s *shop) health(t *testing.T, endpoint string) fabric.Health {
	t.Helper()
	l, ok := s.Ledger.(*fabric.Ledger)
	require.True(t, ok)
	for _, h := range l.Peers() {
		if h.Endpoint == endpoint {
			return h
		}
	}
	require.Fail(t, "no such peer", endpoint)
	return fabric.Health{}
}

const patience = 5 * time.Minute

// aKilledPeerStopsNothing kills the peer that the driver likes best.
func (c *channel) aKilledPeerStopsNothing(t *testing.T) {
	s := c.shop(t, 60)
	nearest := c.Endpoints()[0]
	s.selling(t, func() { require.NoError(t, c.Kill(t.Context(), nearest.Name)) })
	s.requireAllSpent(t)
	require.False(t, s.health(t, nearest.Address).Up)
	require.NotEmpty(t, s.health(t, nearest.Address).Error)
	require.NoError(t, c.Start(t.Context(), nearest.Name))
	require.Eventually(t, func() bool { return s.health(t, nearest.Address).Up }, patience, 50*time.Millisecond)
	require.NoError(t, endorsedThrough(t.Context(), c, nearest, s.opts.Chaincode))
}

// aKilledChaincodeStopsNothing kills the program beside that peer.
func (c *channel) aKilledChaincodeStopsNothing(t *testing.T) {
	s := c.shop(t, 60)
	nearest := c.Endpoints()[0]
	s.selling(t, func() { require.NoError(t, c.KillChaincode(t.Context(), nearest.Name)) })
	s.requireAllSpent(t)
	require.NoError(t, c.StartChaincode(nearest.Name))
	require.NoError(t, endorsedThrough(t.Context(), c, nearest, s.opts.Chaincode))
}

// withoutOrderersNothingIsKnown: a sale that could not be ordered in time is
// unknown, and sent again it is made.
func (c *channel) withoutOrderersNothingIsKnown(t *testing.T) {
	s := c.shop(t, 1)
	sale := s.Redeem(s.Alice, s.vouchers[0])
	c.eachOrderer(t, c.Stop)
	outcomes, err := submitFor(t, s.Ledger, s.Domain.AuthorAll(sale))
	require.ErrorIs(t, err, ledger.ErrUnknown)
	require.Equal(t, voucher.StatusUnknown, outcomes[0].Status)
	v, _, err := s.Ledger.Voucher(t.Context(), s.vouchers[0])
	require.NoError(t, err, "what is there can be read")
	require.Equal(t, voucher.StateClaimed, v.State)
	c.eachOrderer(t, c.Start)
	s.Must(sale)
	s.requireAllSpent(t)
}

// submitFor submits for a few seconds, or for as long as a slow machine needs until
// something was sent.
func submitFor(t *testing.T, l ledger.Ledger, commands []voucher.Authored) (outcomes []voucher.Outcome, err error) {
	t.Helper()
	for life := 3 * time.Second; life < patience; life *= 3 {
		ctx, cancel := context.WithTimeout(t.Context(), life)
		outcomes, err = l.Submit(ctx, commands)
		cancel()
		if !errors.Is(err, ledger.ErrNotSent) {
			break
		}
	}
	return outcomes, err
}

func (c *channel) eachOrderer(t *testing.T, do func(context.Context, string) error) {
	t.Helper()
	for _, node := range c.Description().Nodes() {
		if node.Kind == network.Orderer {
			require.NoError(t, do(t.Context(), node.Name))
		}
	}
}

// anotherProcessReadsOn: what is read from a position on does not depend on who
// reads, nor on what it has in memory.
func (c *channel) anotherProcessReadsOn(t *testing.T) {
	s := c.shop(t, 3)
	before, err := s.Ledger.Head(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.Ledger.Close())
	other := *s
	other.Ledger = open(t, s.opts)
	var want []string
	for _, ref := range s.vouchers {
		want = append(want, string(other.Must(other.Redeem(other.Alice, ref)).Canonical()))
	}
	third := open(t, s.opts)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for entry, err := range ledger.Follow(ctx, third, before) {
		require.NoError(t, err)
		require.Equal(t, want[0], string(entry.Outcome.Canonical()))
		if want = want[1:]; len(want) == 0 {
			return
		}
	}
}
