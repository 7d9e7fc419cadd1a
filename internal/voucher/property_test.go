package voucher_test

import (
	"cmp"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/books"
	"tally/internal/voucher"
)

// history is a world in which anything happens, with what must hold beside it.
type history struct {
	*world
	campaigns []voucher.CampaignID
	vouchers  []voucher.Ref
	taken     map[voucher.Ref]uint64 // units redeemed and not restored, by the events
	claimed   map[voucher.CampaignID]map[voucher.Address]uint32
	open      []reserved // holds that were accepted
	sales     []sale
	issued    []issued
	signed    map[voucher.Ref]uint64 // the latest signedAt seen
	offers    []voucher.Redeem
	redeemed  map[voucher.Hash]bool
	accepted  []voucher.Outcome
	cancelled map[voucher.Hash]bool
}

// reserved is an accepted hold.
type reserved struct {
	id    voucher.Hash
	lines []voucher.Line
}

// sale is what a redemption or capture took of one voucher, and what came back.
type sale struct {
	id              voucher.Hash
	ref             voucher.Ref
	taken, returned uint64
}

// issued is a list that vouchers were issued by.
type issued struct {
	id       voucher.Hash
	campaign voucher.CampaignID
	first    uint32
	owners   []voucher.Address
}

func newHistory(t *rapid.T) *history {
	h := &history{
		world: newWorld(t), taken: map[voucher.Ref]uint64{}, signed: map[voucher.Ref]uint64{},
		redeemed: map[voucher.Hash]bool{}, cancelled: map[voucher.Hash]bool{},
		claimed: map[voucher.CampaignID]map[voucher.Address]uint32{},
	}
	h.campaigns = []voucher.CampaignID{
		h.campaign(anything),
		h.campaign(func(in *voucher.CreateCampaign) {
			in.Units, in.Supply, in.Open, in.Cap, in.ValidDays, in.Stores = 2, 5, 3, 9, 1, nil
			in.Transfer, in.Void, in.Rollback = true, true, voucher.RollbackForfeit
		}),
	}
	for n := range byte(2) {
		h.try(h.claims(h.campaigns[n], wallet(1), 0), wallet(1))
		h.try(h.claims(h.campaigns[0], wallet(2), 1+uint32(n)), wallet(2))
	}
	return h
}

func (h *history) anyWallet(t *rapid.T) voucher.Address {
	return wallet(rapid.ByteRange(1, 3).Draw(t, "wallet"))
}

func (h *history) Claim(t *rapid.T) {
	owner := h.anyWallet(t)
	campaign := rapid.SampledFrom(h.campaigns).Draw(t, "campaign")
	c := h.claims(campaign, owner, rapid.SliceOfN(rapid.Uint32Range(0, 10), 1, 4).Draw(t, "candidates")...)
	h.try(c, owner)
}

// try sends a command and, if it is accepted, sends it again: apply checks that
// the second changes nothing.
func (h *history) try(c voucher.Command, by ...voucher.Address) voucher.Outcome {
	out := h.apply(c, by...)
	if out.Status == voucher.StatusAccepted {
		h.accepted = append(h.accepted, out)
		for _, e := range out.Events {
			h.tell(out.ID, e)
		}
		require.Equal(h.t, voucher.StatusRefused, h.apply(c, by...).Status)
	}
	return out
}

// tell counts what an event says.
func (h *history) tell(of voucher.Hash, e voucher.Event) {
	switch e := e.(type) {
	case voucher.VoucherClaimed:
		by := h.claimed[e.Campaign]
		if by == nil {
			by = map[voucher.Address]uint32{}
			h.claimed[e.Campaign] = by
		}
		by[e.Voucher.Unpack().Owner]++
	case voucher.VoucherRedeemed:
		ref := voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}
		h.taken[ref] += e.Units
		h.sales = append(h.sales, sale{id: of, ref: ref, taken: e.Units})
	case voucher.VoucherReturned:
		if !e.Forfeit {
			h.taken[voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}] -= e.Units
		}
	}
}

func (h *history) anyVoucher(t *rapid.T) voucher.Ref {
	if len(h.vouchers) == 0 {
		t.Skip("no voucher")
	}
	return rapid.SampledFrom(h.vouchers).Draw(t, "voucher")
}

func (h *history) End(t *rapid.T) {
	if len(h.open) == 0 {
		t.Skip("no hold")
	}
	hold := rapid.SampledFrom(h.open[max(0, len(h.open)-3):]).Draw(t, "hold")
	if rapid.Bool().Draw(t, "release") {
		c := releaseCommand{Intent: voucher.Release{Hold: hold.id, Merchant: merchant(), Till: till(1), Store: 1, Deadline: h.now}}
		for _, l := range hold.lines {
			c.Intent.Vouchers = append(c.Intent.Vouchers, l.Ref())
		}
		h.try(c, till(1))
		return
	}
	c := h.captures(hold.id)
	for _, l := range hold.lines {
		c.Intent.Takes = append(c.Intent.Takes, take(l.Ref(), rapid.Uint64Range(0, l.Units).Draw(t, "taken"), 0))
	}
	h.try(c, till(1))
}

func (h *history) Transfer(t *rapid.T) {
	ref := h.anyVoucher(t)
	owner := h.voucher(ref).Owner
	h.try(transferCommand{Transfer: voucher.Transfer{
		Owner: owner, Campaign: ref.Campaign, Serial: ref.Serial, To: h.anyWallet(t), SignedAt: h.now, Deadline: h.now + 60,
	}}, owner)
}

func (h *history) Issue(t *rapid.T) {
	campaign := rapid.SampledFrom(h.campaigns).Draw(t, "campaign")
	list := make([]voucher.Address, rapid.IntRange(1, 3).Draw(t, "count"))
	for i := range list {
		list[i] = h.anyWallet(t)
	}
	c := h.issues(campaign, list)
	if h.try(c, merchant()).Status == voucher.StatusAccepted {
		h.issued = append(h.issued, issued{id(c.Intent), campaign, c.Intent.First, list})
	}
}

// Deliver lets an issued voucher appear, by itself or with its first use.
func (h *history) Deliver(t *rapid.T) {
	if len(h.issued) == 0 {
		t.Skip("no issue")
	}
	of := rapid.SampledFrom(h.issued).Draw(t, "issue")
	at := uint32(rapid.IntRange(0, len(of.owners)-1).Draw(t, "index"))
	p, owner := place(of.id, of.owners, at), of.owners[at]
	ref := voucher.Ref{Campaign: of.campaign, Serial: h.readCampaign(of.campaign).Cap - 1 - of.first - at}
	switch rapid.IntRange(0, 2).Draw(t, "how") {
	case 0:
		h.try(deliverCommand{Deliver: voucher.Deliver{Issue: of.id, Index: at, Owner: owner}, Path: p.Path})
	case 1:
		c := h.accepts(h.world.offers(owner, line(ref, 1)))
		c.Places = []voucher.Place{p}
		h.try(c, owner, till(1))
	default:
		h.try(transferCommand{Transfer: voucher.Transfer{
			Owner: owner, Campaign: ref.Campaign, Serial: ref.Serial, To: stranger(), SignedAt: h.now, Deadline: h.now,
		}, Place: p}, owner)
	}
}

func (h *history) Rollback(t *rapid.T) {
	if len(h.sales) == 0 {
		t.Skip("no sale")
	}
	of := &h.sales[rapid.IntRange(0, len(h.sales)-1).Draw(t, "sale")]
	units := rapid.Uint64Range(1, of.taken).Draw(t, "units")
	out := h.try(h.rollbacks(of.id, back(of.ref, units, of.taken, of.returned)), merchant())
	if out.Status == voucher.StatusAccepted {
		of.returned += units
		require.LessOrEqual(t, of.returned, of.taken, "more came back than was taken")
	}
}

func (h *history) Void(t *rapid.T) {
	h.try(voidCommand{Void: voucher.Void{
		Author: merchant(), Merchant: merchant(), Campaign: rapid.SampledFrom(h.campaigns).Draw(t, "campaign"),
		Serial: rapid.Uint32Range(0, 11).Draw(t, "serial"), Reason: "Lost", Deadline: h.now,
	}}, merchant())
}

func (h *history) Suspend(t *rapid.T) {
	m := h.merchant(merchant())
	if m.SuspendedFrom != 0 {
		h.try(reinstateMerchant{Intent: voucher.ReinstateMerchant{
			Operator: operator(1), Merchant: merchant(), Version: m.Version, Deadline: h.now,
		}}, operator(1))
		return
	}
	if rapid.IntRange(0, 3).Draw(t, "suspend") == 0 {
		h.suspend(merchant())
	}
}

func (h *history) Offer(t *rapid.T) {
	if len(h.vouchers) == 0 {
		t.Skip("nothing to offer")
	}
	owner := h.voucher(rapid.SampledFrom(h.vouchers).Draw(t, "voucher")).Owner
	mine := slices.DeleteFunc(slices.Clone(h.vouchers), func(r voucher.Ref) bool { return h.voucher(r).Owner != owner })
	if rapid.IntRange(0, 7).Draw(t, "honest") == 0 {
		mine = h.vouchers
	}
	refs := rapid.SliceOfNDistinct(rapid.SampledFrom(mine), 1, min(3, len(mine)), rapid.ID[voucher.Ref]).Draw(t, "vouchers")
	slices.SortFunc(refs, func(a, b voucher.Ref) int {
		return cmp.Or(slices.Compare(a.Campaign[:], b.Campaign[:]), cmp.Compare(a.Serial, b.Serial))
	})
	o := voucher.Redeem{Owner: owner, SignedAt: h.now - 20 + rapid.Uint64Range(0, 85).Draw(t, "signed")}
	o.Deadline = o.SignedAt + rapid.Uint64Range(0, 605).Draw(t, "life")
	if rapid.IntRange(0, 2).Draw(t, "to hold") == 0 {
		o.HoldUntil = h.now + rapid.Uint64Range(0, 500).Draw(t, "until")
	}
	for _, r := range refs {
		o.Lines = append(o.Lines, line(r, rapid.Uint64Range(1, min(6, max(1, h.voucher(r).Units+1))).Draw(t, "units")))
	}
	h.offers = append(h.offers, o)
}

func (h *history) anyOffer(t *rapid.T) voucher.Redeem {
	if len(h.offers) == 0 {
		t.Skip("no offer")
	}
	latest := h.offers[max(0, len(h.offers)-5):]
	return rapid.SampledFrom(latest).Draw(t, "offer")
}

func (h *history) Redeem(t *rapid.T) {
	o := h.anyOffer(t)
	c := h.accepts(o)
	for i := range c.Accept.Parts {
		c.Accept.Parts[i].Units = rapid.Uint64Range(1, o.Lines[i].Units).Draw(t, "taken")
	}
	number := rapid.ByteRange(1, 2).Draw(t, "store")
	c.Accept.Store, c.Accept.Till = uint32(number), till(number)
	out := h.try(c, o.Owner, till(number))
	if out.Status != voucher.StatusAccepted {
		return
	}
	require.False(t, h.cancelled[out.ID], "redeemed after its cancel")
	require.False(t, h.redeemed[out.ID], "redeemed twice")
	h.redeemed[out.ID] = true
	if o.HoldUntil != 0 && number == 1 {
		h.open = append(h.open, reserved{out.ID, o.Lines})
	}
}

func (h *history) Cancel(t *rapid.T) {
	c := h.cancels(h.anyOffer(t))
	if rapid.Bool().Draw(t, "by the till") {
		c.Cancel.Author, c.Cancel.Merchant = till(1), merchant()
	}
	out := h.try(c, c.Cancel.Author, c.Offer.Owner)
	if out.Status != voucher.StatusAccepted {
		return
	}
	require.False(t, h.redeemed[c.Cancel.Offer], "cancelled after it was redeemed")
	h.cancelled[c.Cancel.Offer] = true
}

func (h *history) Change(t *rapid.T) {
	campaign := rapid.SampledFrom(h.campaigns).Draw(t, "campaign")
	now := h.readCampaign(campaign)
	c := changeCampaign{Intent: voucher.ChangeCampaign{
		Author: merchant(), Merchant: merchant(), Campaign: campaign, Version: now.Version,
		Status: rapid.SampledFrom([]uint8{1, 1, 1, 2}).Draw(t, "status"),
		Supply: rapid.Uint32Range(now.Supply, 11).Draw(t, "supply"), Open: rapid.Uint32Range(0, 11).Draw(t, "open"),
		Deadline: h.now,
	}}
	h.try(c, merchant())
}

func (h *history) Time(t *rapid.T) {
	h.now += rapid.SampledFrom([]uint64{0, 1, 30, 90, 400}).Draw(t, "forward")
	h.now -= rapid.SampledFrom([]uint64{0, 0, 1, 20}).Draw(t, "back")
}

// Check is what holds after every step.
func (h *history) Check(t *rapid.T) {
	h.vouchers = nil
	for _, campaign := range h.campaigns {
		terms := h.readCampaign(campaign)
		require.LessOrEqual(t, terms.Open, terms.Supply)
		require.LessOrEqual(t, terms.Supply, terms.Cap)
		for serial := range uint32(12) {
			ref := voucher.Ref{Campaign: campaign, Serial: serial}
			v, ok, err := voucher.ReadVoucher(h.state, ref)
			require.NoError(t, err)
			if !ok {
				continue
			}
			require.True(t, serial < terms.Open || serial >= terms.Cap-(terms.Supply-terms.Open), "there beyond the supply")
			if v.Owner.IsZero() {
				require.Equal(t, voucher.Voucher{State: voucher.StateVoid}, v)
				continue
			}
			h.checkVoucher(t, ref, v, terms)
			h.vouchers = append(h.vouchers, ref)
		}
		h.checkBooks(t, campaign, terms)
		for owner, n := range h.claimed[campaign] {
			holder, err := voucher.ReadHolder(h.state, campaign, owner)
			require.NoError(t, err)
			require.Equal(t, n, holder.Claims)
			if terms.PerHolder > 0 {
				require.LessOrEqual(t, n, terms.PerHolder)
			}
		}
	}
}

// checkBooks counts the campaign from the events alone, and again by the state.
func (h *history) checkBooks(t *rapid.T, campaign voucher.CampaignID, terms voucher.Campaign) {
	created := voucher.Outcome{Events: voucher.Events{voucher.CampaignCreated{
		Campaign: campaign, Create: voucher.CreateCampaign{Merchant: merchant(), Units: terms.Units, Supply: terms.Supply},
	}}}
	counted, replayed := books.NewCampaign(campaign), books.New(nil)
	for _, o := range append([]voucher.Outcome{created}, h.accepted...) {
		counted.Count(o)
		require.NoError(t, replayed.Count(o))
	}
	report := counted.Report(h.now)
	require.Empty(t, report.Broken)
	require.True(t, report.Holds)

	again, err := replayed.Report(listed{h.state}, campaign, h.now)
	require.NoError(t, err)
	require.Equal(t, report, again)
}

// listed is a state that can list its vouchers.
type listed struct{ store }

// Vouchers implements books.State.
func (l listed) Vouchers(c voucher.CampaignID) iter.Seq2[voucher.Ref, error] {
	return func(yield func(voucher.Ref, error) bool) {
		for key := range l.store {
			ref, err := voucher.ParseVoucherKey(key)
			if err == nil && ref.Campaign == c && !yield(ref, nil) {
				return
			}
		}
	}
}

func (h *history) checkVoucher(t *rapid.T, ref voucher.Ref, v voucher.Voucher, terms voucher.Campaign) {
	require.Equal(t, terms.Units, v.Units+h.taken[ref], "units of %s are neither there nor redeemed", ref)
	require.LessOrEqual(t, v.Units, terms.Units)
	require.GreaterOrEqual(t, v.SignedAt, h.signed[ref], "signedAt went back")
	h.signed[ref] = v.SignedAt
	require.Equal(t, v.Units == 0, v.State == voucher.StateSpent)
	require.LessOrEqual(t, v.Expiry, terms.ValidUntil+uint64(terms.Grace))
	hold, err := voucher.ReadHold(h.state, ref)
	require.NoError(t, err)
	if !hold.ID.IsZero() { // lapsed or not: the clock may go back
		require.LessOrEqual(t, hold.Units, v.Units, "more is held than there is")
		require.Equal(t, voucher.StateClaimed, v.State)
	}
}

// Whatever happens in whatever order: no voucher appears beyond the supply, units
// are conserved voucher by voucher, what is held is there, no time of signing
// goes back, nothing takes effect twice, no more comes back than was taken, and
// of an offer and its cancel at most one is accepted.
func TestRules_AnyHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(t)
		h.Check(t)
		t.Repeat(map[string]func(*rapid.T){
			"claim": h.Claim, "offer": h.Offer, "offer again": h.Offer, "redeem": h.Redeem, "redeem again": h.Redeem, "and again": h.Redeem,
			"cancel": h.Cancel, "change": h.Change, "time": h.Time, "": h.Check,
			"end": h.End, "end again": h.End, "transfer": h.Transfer, "issue": h.Issue, "deliver": h.Deliver,
			"rollback": h.Rollback, "void": h.Void, "suspend": h.Suspend,
		})
	})
}
