package fabric_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/ledger/fabric"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// shop is a ledger with a campaign whose first vouchers are Alice's.
type shop struct {
	*ledgertest.World
	opts     fabric.Options
	campaign voucher.CampaignID
	vouchers []voucher.Ref
}

func (c *channel) shop(t testing.TB, vouchers int) *shop {
	t.Helper()
	opts := c.found(t, time.Now)
	s := &shop{World: ledgertest.NewWorld(t, open(t, opts), time.Now), opts: opts}
	s.Found()
	s.campaign = s.Campaign(1_000_000, func(in *voucher.CreateCampaign) { in.PerHolder = 0 })
	var claims []voucher.Command
	for i := range uint32(vouchers) {
		s.vouchers = append(s.vouchers, voucher.Ref{Campaign: s.campaign, Serial: i})
		claims = append(claims, s.Claim(s.Alice, s.campaign, i, i))
	}
	for batch := range slices.Chunk(claims, ledger.MaxBatch) {
		outcomes, err := s.Ledger.Submit(t.Context(), s.Domain.AuthorAll(batch...))
		require.NoError(t, err)
		require.Equal(t, len(batch), accepted(outcomes))
	}
	return s
}

// sale is one of many sales of a voucher: the owner showed one code.
func (s *shop) sale(offer voucher.Redeem, number int) voucher.RedeemCommand {
	accept := s.Accept(offer)
	accept.Reference[0], accept.Reference[1] = byte(number), byte(number>>8)
	return s.Join(s.Alice, offer, s.Till, accept)
}

// together submits commands at once, by pipelines in turn, and returns what
// became of them: all are final.
func together(t testing.TB, pipelines []*ledger.Pipeline, commands []voucher.Authored) []voucher.Outcome {
	t.Helper()
	outcomes, failed := make([]voucher.Outcome, len(commands)), make([]error, len(commands))
	var all sync.WaitGroup
	for i, c := range commands {
		all.Go(func() { outcomes[i], failed[i] = pipelines[i%len(pipelines)].Submit(context.Background(), c) })
	}
	all.Wait()
	require.NoError(t, errors.Join(failed...))
	return outcomes
}

// aCommandIsOneAtTwoServers: both servers give the same outcome, in whichever
// order the command reaches them.
func (c *channel) aCommandIsOneAtTwoServers(t *testing.T) {
	s := c.shop(t, 20)
	opts := s.opts
	opts.Witnesses = 2
	pipelines := []*ledger.Pipeline{ledger.NewPipeline(s.Ledger, 4), ledger.NewPipeline(open(t, opts), 4)}
	var commands []voucher.Command
	for _, ref := range s.vouchers {
		sale := s.Redeem(s.Alice, ref)
		commands = append(commands, sale, sale)
	}
	outcomes := together(t, pipelines, s.Domain.AuthorAll(commands...))
	for _, p := range pipelines {
		p.Close()
	}
	require.Equal(t, len(commands), accepted(outcomes))
	for i := 0; i < len(outcomes); i += 2 {
		require.Equal(t, string(outcomes[i].Canonical()), string(outcomes[i+1].Canonical()))
	}
}

func accepted(outcomes []voucher.Outcome) (n int) {
	for _, o := range outcomes {
		if o.Status == voucher.StatusAccepted {
			n++
		}
	}
	return n
}

// oneOfAThousandWins: one voucher, one code, a thousand tills.
func (c *channel) oneOfAThousandWins(t *testing.T) {
	s := c.shop(t, 1)
	offer := s.Offer(s.Alice, s.vouchers[0])
	commands := make([]voucher.Command, 1000)
	for i := range commands {
		commands[i] = s.sale(offer, i)
	}
	p := ledger.NewPipeline(s.Ledger, 4)
	defer p.Close()
	outcomes := together(t, []*ledger.Pipeline{p}, s.Domain.AuthorAll(commands...))
	require.Equal(t, 1, accepted(outcomes))
	for _, o := range outcomes {
		if o.Status != voucher.StatusAccepted {
			require.Equal(t, voucher.KindAlreadyUsed, o.Kind)
		}
	}
}

// twoServersSellEachVoucherOnce: their pipelines know nothing of each other, so
// their transactions void one another's. Which round they meet in is chance, so
// they sell ten vouchers a round until they have met, and sixty at least.
func (c *channel) twoServersSellEachVoucherOnce(t *testing.T) {
	const round, least = 10, 60
	s := c.shop(t, 5*least)
	first, ok := s.Ledger.(*fabric.Ledger)
	require.True(t, ok)
	second := open(t, s.opts)
	pipelines := []*ledger.Pipeline{ledger.NewPipeline(first, 4), ledger.NewPipeline(second, 4)}
	met := func() bool { return first.Voided()+second.Voided() > 0 }
	offered := 0
	for refs := range slices.Chunk(s.vouchers, round) {
		if offered >= least && met() {
			break
		}
		s.sellTogether(t, pipelines, refs)
		offered += len(refs)
	}
	for _, p := range pipelines {
		p.Close()
	}
	require.True(t, met(), "they did not meet in %d rounds", offered/round)
	require.Equal(t, offered, redeemed(t, second))
}

// sellTogether offers each voucher at four tills, two at each server; one sells it.
func (s *shop) sellTogether(t *testing.T, pipelines []*ledger.Pipeline, refs []voucher.Ref) {
	t.Helper()
	var commands []voucher.Command
	for i, ref := range refs {
		offer := s.Offer(s.Alice, ref)
		for till := range 4 {
			commands = append(commands, s.sale(offer, 10*i+till))
		}
	}
	outcomes := together(t, pipelines, s.Domain.AuthorAll(commands...))
	for i, ref := range refs {
		require.Equal(t, 1, accepted(outcomes[4*i:4*i+4]), "voucher %v", ref)
	}
}

// redeemed counts the redemptions on a ledger.
func redeemed(t *testing.T, l ledger.Ledger) (n int) {
	t.Helper()
	head, err := l.Head(t.Context())
	require.NoError(t, err)
	for entry, err := range l.Events(t.Context(), voucher.Position{}, head) {
		require.NoError(t, err)
		if _, ok := entry.Outcome.Events[0].(voucher.Redeemed); ok {
			n++
		}
	}
	return n
}

// BenchmarkRedemptions has vouchers of one campaign redeemed all at once, and
// then a few one after the other. 2,000 of them:
//
//	go test ./internal/ledger/fabric -run xxx -bench Redemptions -benchtime 2000x
func BenchmarkRedemptions(b *testing.B) {
	const alone = 20
	c := start(b, "small")
	s := c.shop(b, b.N+alone)
	var commands []voucher.Command
	for _, ref := range s.vouchers {
		commands = append(commands, s.Redeem(s.Alice, ref))
	}
	p := ledger.NewPipeline(s.Ledger, 8)
	defer p.Close()
	b.ResetTimer()
	require.Equal(b, b.N, accepted(together(b, []*ledger.Pipeline{p}, s.Domain.AuthorAll(commands[alone:]...))))
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "redemptions/s")
	began := time.Now()
	for _, command := range commands[:alone] {
		s.Must(command)
	}
	b.ReportMetric(float64(time.Since(began).Milliseconds())/alone, "ms/alone")
}
