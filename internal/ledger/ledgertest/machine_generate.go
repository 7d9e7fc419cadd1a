package ledgertest

import (
	"math/rand/v2"

	"github.com/stretchr/testify/require"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// Generator makes commands that fit a state more often than not. What it makes
// depends on the state, on what it has learnt and on a seed, and on nothing else.
type Generator struct {
	cast   *cast
	domain *intent.Domain
	state  voucher.State
	now    uint64
	rnd    *rand.Rand

	stores    map[voucher.Address][]uint32
	campaigns []voucher.CampaignID
	ids       []voucher.Hash // of accepted commands
	vouchers  []voucher.Ref
	lists     []list
	holds     []held
	sales     []sale
	offers    []voucher.Redeem
	past      []Draft
	owners    map[voucher.Hash][]voucher.Address // lists by their root, accepted or not
	read      records                            // what the batch read
	busy      map[voucher.Ref]bool               // in the batch under way
	drawn     map[uint64]uint64                  // how often a seed came
}

// records are read once in a batch, during which the state stays as it is.
type records struct {
	merchants map[voucher.Address]voucher.Merchant
	campaigns map[voucher.CampaignID]voucher.Campaign
}

func newRecords() records {
	return records{map[voucher.Address]voucher.Merchant{}, map[voucher.CampaignID]voucher.Campaign{}}
}

// list is an accepted issue and what nobody but its author knows: the owners.
type list struct {
	id       voucher.Hash
	campaign voucher.CampaignID
	first    uint32
	owners   []voucher.Address
}

// held is a hold that was accepted.
type held struct {
	id       voucher.Hash
	merchant voucher.Address
	till     voucher.Address
	store    uint32
	parts    []voucher.Take
}

// sale is what a redemption or capture took of one voucher.
type sale struct {
	id    voucher.Hash
	ref   voucher.Ref
	units uint64
}

// NewGenerator makes commands for the ledger of this domain, whose state it reads.
func NewGenerator(domain *intent.Domain, state voucher.State) *Generator {
	return newGenerator(newCast(), domain, state)
}

func newGenerator(c *cast, domain *intent.Domain, state voucher.State) *Generator {
	return &Generator{
		cast: c, domain: domain, state: state, stores: map[voucher.Address][]uint32{}, busy: map[voucher.Ref]bool{},
		owners: map[voucher.Hash][]voucher.Address{}, drawn: map[uint64]uint64{},
	}
}

// Next is the command of a seed at an instant, signed.
func (g *Generator) Next(t require.TestingT, seed, now uint64) voucher.Command {
	g.now = now
	c, err := g.cast.seal(g.batch([]uint64{seed}, 0)[0], g.domain)
	require.NoError(t, err)
	return c
}

// batch makes one draft of each seed. Commands of a batch avoid each other's
// vouchers mostly: none of them knows what the others will have changed.
func (g *Generator) batch(seeds []uint64, salt uint64) []Draft {
	clear(g.busy)
	g.read = newRecords()
	drafts := make([]Draft, len(seeds))
	for i, seed := range seeds {
		// rapid draws small numbers often; they are not to mean the same each time.
		g.rnd = rand.New(rand.NewPCG(seed, salt+g.drawn[seed]))
		g.drawn[seed]++
		drafts[i] = g.any()
	}
	return drafts
}

// any is an old command again, what the ledger lacks most, or anything.
func (g *Generator) any() Draft {
	if len(g.past) > 0 && g.chance(12) {
		d := g.recentPast()
		return d
	}
	make := pick(g, g.wheel())
	if lacking := g.lacking(); lacking != nil && !g.chance(4) {
		make = lacking
	}
	d := make()
	for i := range d.Signers {
		g.missign(&d.Signers[i])
	}
	g.past = append(g.past, d)
	return d
}

// recentPast is one of the latest commands; with another acceptance or
// another relayer's part now and then.
func (g *Generator) recentPast() Draft {
	from := max(0, len(g.past)-30)
	d := pick(g, g.past[from:])
	if c, ok := d.Command.(voucher.RedeemCommand); ok && g.chance(4) {
		return g.accept(c.Offer, c.Places)
	}
	if c, ok := d.Command.(voucher.ClaimCommand); ok && g.chance(4) {
		c.Candidates = g.candidates()
		return Draft{c, d.Signers}
	}
	return d
}

// wheel has every maker as often as its share.
func (g *Generator) wheel() (wheel []func() Draft) {
	reinstates, thieves := 1, 1
	if g.suspended() {
		reinstates, thieves = 9, 5
	}
	for _, slot := range []struct {
		share int
		make  func() Draft
	}{
		{2, g.setOperators}, {2, g.admit}, {1, g.suspend}, {reinstates, g.reinstate}, {3, g.putStore}, {5, g.putKey},
		{1, g.rotateRoot}, {1, g.recoverRoot}, {7, g.create}, {5, g.change}, {7, g.issue}, {5, g.deliver},
		{16, g.claim}, {6, g.transfer}, {16, g.redeem}, {10, g.hold}, {9, g.capture}, {4, g.release},
		{6, g.cancel}, {9, g.rollback}, {6, g.void}, {2, g.setAuditor}, {3, g.putAttestor}, {thieves, g.thief}, {1, g.unproven},
	} {
		for range slot.share {
			wheel = append(wheel, slot.make)
		}
	}
	return wheel
}

// lacking is what a history needs before anything else can happen, or nil.
func (g *Generator) lacking() func() Draft {
	m := g.merchant(g.cast.merchants[0])
	switch {
	case m.Version == 0:
		return g.admit
	case m.SuspendedFrom != 0:
		return nil
	case len(g.stores[g.cast.merchants[0]]) < 2:
		return g.putStore
	case len(g.tillsOf(g.cast.merchants[0])) < 2:
		return g.putKey
	case len(g.campaigns) < 2:
		return g.create
	case len(g.vouchers) < 4 && g.chance(2):
		return g.claim
	default:
		return nil
	}
}

// missign breaks a signature now and then.
func (g *Generator) missign(s *Signer) {
	switch g.rnd.IntN(250) {
	case 0, 1, 2:
		s.By = g.cast.names[pick(g, g.cast.wallets)]
	case 3:
		s.Wrong = pick(g, []string{wrongR, wrongParity, wrongHigh, wrongNone, wrongElsewhere})
	}
}

// by is who signs as an address.
func (g *Generator) by(a voucher.Address) Signer {
	if name, ok := g.cast.names[a]; ok {
		return Signer{By: name}
	}
	return Signer{By: "nobody"}
}

// signedBy is a command of one intent and its author's signature.
func signedBy[T voucher.SingleIntent](g *Generator, author voucher.Address, in T) Draft {
	return Draft{voucher.Signed[T]{Intent: in}, []Signer{g.by(author)}}
}

func pick[T any](g *Generator, list []T) T { return list[g.rnd.IntN(len(list))] }

// recent is one of the latest of a list that is not empty.
func recent[T any](g *Generator, list []T, most int) T { return pick(g, list[max(0, len(list)-most):]) }

// chance is true once in odds times.
func (g *Generator) chance(odds int) bool { return g.rnd.IntN(odds) == 0 }

// number is 0 to most.
func (g *Generator) number(most int) uint64 { return uint64(g.rnd.IntN(most + 1)) }

func (g *Generator) small(most int) uint32 { return uint32(g.number(most)) }

// deadline is mostly within what an intent may have.
func (g *Generator) deadline(life uint64) uint64 {
	switch g.rnd.IntN(40) {
	case 0:
		return g.now
	case 1:
		return g.now - 1
	case 2:
		return g.now + life
	case 3:
		return g.now + life + 1
	default:
		return g.now + 60 + g.number(36000)
	}
}

// forward is by how much the clock moves before a step: mostly little, now and
// then to the edge of something.
func (g *Generator) forward(seed, salt uint64) uint64 {
	g.rnd = rand.New(rand.NewPCG(seed, salt))
	g.read = newRecords()
	switch n := g.rnd.IntN(100); {
	case n < 35:
		return 0
	case n < 70:
		return 1 + g.number(4)
	case n < 82:
		return g.number(900)
	case n < 88:
		return g.number(20_000)
	case n < 90:
		return g.number(100_000)
	case n < 91:
		return voucher.RecoverDelay + g.number(2) - 1
	default:
		return g.toAnEdge()
	}
}

// toAnEdge is how far it is to an instant at which something changes, or to
// the second before or after.
func (g *Generator) toAnEdge() uint64 {
	var edges []uint64
	if len(g.vouchers) > 0 {
		ref := recent(g, g.vouchers, 10)
		v, _, _ := voucher.ReadVoucher(g.state, ref)
		h, _ := voucher.ReadHold(g.state, ref)
		c := g.campaign(ref.Campaign)
		extension, _ := voucher.ReadExtension(g.state, c.Merchant, ref.Campaign)
		day := g.now - g.now%86400 + 86400
		if n := len(c.Offsets); n > 0 {
			day -= uint64(int64(c.Offsets[n-1].Minutes) * 60)
		}
		edges = append(edges, v.Expiry+extension, h.Until, c.ValidFrom, day, day)
	}
	if len(g.offers) > 0 {
		deadline := recent(g, g.offers, 5).Deadline
		edges = append(edges, deadline, deadline+voucher.CancelLife, deadline+voucher.TillCancel)
	}
	for _, a := range g.cast.merchants {
		edges = append(edges, g.merchant(a).NextFrom)
	}
	edge := pick(g, edges) + g.number(2) - 1
	const most = 12 * 86400
	if edge <= g.now || edge > g.now+most {
		return 0
	}
	return edge - g.now
}
