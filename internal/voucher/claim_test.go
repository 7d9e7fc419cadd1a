package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

func claimScene() scene[voucher.ClaimCommand] {
	return scene[voucher.ClaimCommand]{unsealedBuild(func(w *world) (voucher.ClaimCommand, []voucher.Address) {
		return w.claims(w.campaign(), wallet(1), 4, 3, 2, 1), []voucher.Address{wallet(1)}
	}), unsealed[voucher.ClaimCommand]}
}

func claimRefusals() []refusal[voucher.ClaimCommand] {
	type claim = voucher.ClaimCommand
	change := func(w *world, c *claim, edit func(in *voucher.ChangeCampaign)) {
		now := w.readCampaign(c.Claim.Campaign)
		in := voucher.ChangeCampaign{
			Author: merchant(), Merchant: merchant(), Campaign: c.Claim.Campaign, Version: now.Version,
			Status: now.Status, Supply: now.Supply, Open: now.Open, Deadline: w.now + 60,
		}
		edit(&in)
		w.accept(changeCampaign{Intent: in}, merchant())
	}
	return []refusal[claim]{
		{"no candidates", voucher.KindMalformed, func(_ *world, c *claim, _ []voucher.Address) { c.Candidates = nil }},
		{"five candidates", voucher.KindMalformed, func(_ *world, c *claim, _ []voucher.Address) { c.Candidates = []uint32{0, 1, 2, 3, 4} }},
		{"a signature of no ticket", voucher.KindMalformed, func(_ *world, c *claim, _ []voucher.Address) {
			c.TicketSignature = voucher.Signature{R: voucher.Hash{1}}
		}},
		{"by another", voucher.KindBadSignature, func(_ *world, _ *claim, by []voucher.Address) { by[0] = wallet(2) }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *claim, _ []voucher.Address) { w.now += 61 }},
		{"early", voucher.KindDeadlineTooFar, func(w *world, c *claim, _ []voucher.Address) {
			c.Claim.Deadline = w.now + voucher.IntentLife + 1
		}},
		{"no such campaign", voucher.KindUnknownCampaign, func(_ *world, c *claim, _ []voucher.Address) { c.Claim.Campaign[0]++ }},
		{"suspended", voucher.KindMerchantSuspended, func(w *world, _ *claim, _ []voucher.Address) { w.suspend(merchant()) }},
		{"paused", voucher.KindCampaignInactive, func(w *world, c *claim, _ []voucher.Address) {
			change(w, c, func(in *voucher.ChangeCampaign) { in.Status = voucher.CampaignPaused })
		}},
		{"closed", voucher.KindCampaignInactive, func(w *world, c *claim, _ []voucher.Address) {
			change(w, c, func(in *voucher.ChangeCampaign) { in.Status = voucher.CampaignClosed })
		}},
		{"before the window", voucher.KindOutsideWindow, func(w *world, c *claim, _ []voucher.Address) {
			w.now -= 1001
			c.Claim.Deadline = w.now
		}},
		{"at the end of the window", voucher.KindOutsideWindow, func(w *world, c *claim, _ []voucher.Address) {
			w.now += 30 * 86400
			c.Claim.Deadline = w.now
		}},
		{"an ordinal ahead", voucher.KindWrongOrdinal, func(_ *world, c *claim, _ []voucher.Address) { c.Claim.Ordinal = 1 }},
		{"an ordinal behind", voucher.KindWrongOrdinal, func(w *world, c *claim, _ []voucher.Address) { w.claim(c.Claim.Campaign, wallet(1), 0) }},
		{"the fourth", voucher.KindLimitReached, func(w *world, c *claim, _ []voucher.Address) {
			w.claim(c.Claim.Campaign, wallet(1), 0)
			w.claim(c.Claim.Campaign, wallet(1), 1)
			w.now += 86400
			w.claim(c.Claim.Campaign, wallet(1), 2)
			c.Claim.Ordinal, c.Claim.Deadline = 3, w.now
		}},
		{"the third of a day", voucher.KindDayLimitReached, func(w *world, c *claim, _ []voucher.Address) {
			w.claim(c.Claim.Campaign, wallet(1), 0)
			w.claim(c.Claim.Campaign, wallet(1), 1)
			c.Claim.Ordinal = 2
		}},
		{"every candidate gone", voucher.KindSerialsTaken, func(w *world, c *claim, _ []voucher.Address) {
			for n := range byte(4) {
				w.claim(c.Claim.Campaign, wallet(2+n), uint32(n)+1)
			}
		}},
		{"candidates that are not open", voucher.KindSerialsTaken, func(_ *world, c *claim, _ []voucher.Address) {
			c.Candidates = []uint32{5, 7, 10, 1<<32 - 1}
		}},
		{"a day that the offsets turned back over", voucher.KindExpired, func(w *world, c *claim, _ []voucher.Address) {
			// Local time goes from 02:00 of day 20719 to 22:00 of day 20717: the end of day 20718 was before.
			const change = 20718*86400 + 12*3600
			c.Claim.Campaign = w.campaign(func(in *voucher.CreateCampaign) {
				in.ValidDays, in.Offsets = 1, []voucher.Offset{{Minutes: 840}, {From: change, Minutes: -840}}
			})
			w.now, c.Claim.Deadline = change, change
		}},
	}
}

func TestClaim_EveryRule(t *testing.T) {
	claimScene().run(t, claimRefusals())

	w, c, by := claimScene().build(t)
	v := voucher.Voucher{Owner: wallet(1), Units: 10, Expiry: validUntil, State: voucher.StateClaimed}
	require.Equal(t, voucher.Events{voucher.VoucherClaimed{
		Campaign: c.Claim.Campaign, Serial: 4, Voucher: v.Pack(),
	}}, w.accept(c, by...))
	require.Equal(t, v, w.voucher(voucher.Ref{Campaign: c.Claim.Campaign, Serial: 4}))
	h, err := voucher.ReadHolder(w.state, c.Claim.Campaign, wallet(1))
	require.NoError(t, err)
	require.Equal(t, voucher.Holder{Claims: 1, Day: 20717, Today: 1}, h)
}

// TestClaim_FirstFreeCandidate: a claim takes the first free candidate.
func TestClaim_FirstFreeCandidate(t *testing.T) {
	w := newWorld(t)
	campaign := w.campaign()
	w.claim(campaign, wallet(1), 3)
	for _, c := range []struct {
		candidates []uint32
		got        uint32
	}{
		{[]uint32{3, 9, 1, 0}, 1},
		{[]uint32{1, 1, 0, 1}, 0},
		{[]uint32{4}, 4},
		{[]uint32{5, 6, 7, 2}, 2},
	} {
		owner := wallet(byte(10 + c.got))
		events := w.accept(w.claims(campaign, owner, c.candidates...), owner)
		require.Equal(t, c.got, events[0].(voucher.VoucherClaimed).Serial)
	}
	owner := wallet(99)
	w.refuse(voucher.KindSerialsTaken, w.claims(campaign, owner, 0, 1, 2, 3), owner)
}

// TestClaim_FirstAndLastInstant: claims are open from the first to the last instant.
func TestClaim_FirstAndLastInstant(t *testing.T) {
	w := newWorld(t)
	campaign := w.campaign(func(in *voucher.CreateCampaign) { in.ClaimFrom, in.ClaimUntil = start+10, start+20 })
	for _, c := range []struct {
		now  uint64
		kind voucher.Kind
	}{
		{start + 9, voucher.KindOutsideWindow},
		{start + 10, voucher.KindAccepted},
		{start + 19, voucher.KindAccepted},
		{start + 20, voucher.KindOutsideWindow},
	} {
		w.now = c.now
		owner := wallet(byte(c.now))
		require.Equal(t, c.kind, w.apply(w.claims(campaign, owner, 0, 1, 2, 3), owner).Kind, "at %d", c.now)
	}
}

// TestClaim_WithoutLimits: no limit is no limit.
func TestClaim_WithoutLimits(t *testing.T) {
	w := newWorld(t)
	campaign := w.campaign(func(in *voucher.CreateCampaign) { in.PerHolder, in.PerDay = 0, 0 })
	for n := range uint32(5) {
		w.claim(campaign, wallet(1), n)
	}
}

// Limits are reached, and not passed, whatever they are.
func TestClaim_LimitsCountEveryClaim(t *testing.T) {
	for limit := uint32(1); limit <= 4; limit++ {
		for _, terms := range []struct {
			perHolder, perDay uint32
			kind              voucher.Kind
		}{
			{limit, 0, voucher.KindLimitReached},
			{0, limit, voucher.KindDayLimitReached},
		} {
			w := newWorld(t)
			campaign := w.campaign(func(in *voucher.CreateCampaign) { in.PerHolder, in.PerDay = terms.perHolder, terms.perDay })
			for n := range limit {
				w.claim(campaign, wallet(1), n)
			}
			w.refuse(terms.kind, w.claims(campaign, wallet(1), 4), wallet(1))
			w.claim(campaign, wallet(2), 4)
		}
	}
}

// TestClaim_LimitOfADayEndsAtLocalMidnight: the limit of a day ends at local midnight.
func TestClaim_LimitOfADayEndsAtLocalMidnight(t *testing.T) {
	const midnight = 20718*86400 - taipei*60 // after the evening at which the scene starts
	w := newWorld(t)
	campaign := w.campaign(func(in *voucher.CreateCampaign) { in.PerHolder = 0 })
	w.claim(campaign, wallet(1), 0)
	w.now = midnight - 1
	w.claim(campaign, wallet(1), 1)
	w.refuse(voucher.KindDayLimitReached, w.claims(campaign, wallet(1), 2), wallet(1))
	w.now = midnight
	w.claim(campaign, wallet(1), 2)
}

// Time is never assumed to run forward: a wallet that stands at midnight with a clock
// that wavers gets the limit of two days, not of one more for every turn.
func TestClaim_ClockGoesBackOverMidnight(t *testing.T) {
	const midnight = 20718*86400 - taipei*60
	w := newWorld(t)
	campaign := w.campaign(func(in *voucher.CreateCampaign) {
		in.PerHolder, in.PerDay, in.Supply, in.Open, in.Cap = 0, 1, 100, 100, 100
	})
	claimed := 0
	for turn := range uint32(20) {
		w.now = midnight - 1 + uint64(turn%2)
		if w.apply(w.claims(campaign, wallet(1), turn), wallet(1)).Status == voucher.StatusAccepted {
			claimed++
		}
	}
	require.Equal(t, 2, claimed)
}

// TestClaim_VoucherEndsWithItsLastLocalDay: a voucher ends with its last local day.
func TestClaim_VoucherEndsWithItsLastLocalDay(t *testing.T) {
	const evening = 20717 // the local day of the scene
	quarter := uint64(start / 900 * 900)
	midnight := func(day uint64, minutes int64) uint64 { return uint64(int64(day*86400) - minutes*60) }
	for _, c := range []struct {
		name    string
		days    uint32
		offsets []voucher.Offset
		want    uint64
	}{
		{"no days: to the end of the validity", 0, []voucher.Offset{{Minutes: taipei}}, validUntil},
		{"one day in Taipei", 1, []voucher.Offset{{Minutes: taipei}}, midnight(evening+2, taipei)},
		{"thirty days in Taipei", 30, []voucher.Offset{{Minutes: taipei}}, midnight(evening+31, taipei)},
		{"one day in UTC, without a table", 1, nil, midnight(evening+2, 0)},
		{"one day in New York", 1, []voucher.Offset{{Minutes: -240}}, midnight(evening+2, -240)},
		{"the clocks went forward before", 1, []voucher.Offset{{Minutes: 60}, {From: quarter, Minutes: 120}}, midnight(evening+2, 120)},
		{"the clocks go forward in between", 3, []voucher.Offset{{Minutes: 60}, {From: quarter + 86400, Minutes: 120}}, midnight(evening+4, 120)},
		{"the clocks go back in between", 3, []voucher.Offset{{Minutes: 120}, {From: quarter + 86400, Minutes: 60}}, midnight(evening+4, 60)},
		{
			"the clocks go forward at its very midnight, which there is not",
			1, []voucher.Offset{{Minutes: 60}, {From: midnight(evening+2, 60), Minutes: 120}}, midnight(evening+2, 60),
		},
		{
			"the clocks go back at its very midnight, which comes an hour later",
			1, []voucher.Offset{{Minutes: 120}, {From: midnight(evening+2, 120), Minutes: 60}}, midnight(evening+2, 60),
		},
		{
			"the clocks go back after midnight: its first midnight counts",
			1, []voucher.Offset{{Minutes: 120}, {From: midnight(evening+2, 120) + 1800, Minutes: 60}}, midnight(evening+2, 120),
		},
		{
			"a day is left out (Samoa, 2011): the change ends the day before",
			1, []voucher.Offset{{Minutes: -600}, {From: midnight(evening+1, -600), Minutes: 840}}, midnight(evening+1, -600),
		},
		{"never past the end of the validity", 3660, []voucher.Offset{{Minutes: taipei}}, validUntil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			campaign := w.campaign(func(in *voucher.CreateCampaign) { in.ValidDays, in.Offsets = c.days, c.offsets })
			require.Equal(t, c.want, w.voucher(w.claim(campaign, wallet(1), 0)).Expiry)
		})
	}
}

func ticketScene() scene[voucher.ClaimCommand] {
	return scene[voucher.ClaimCommand]{unsealedBuild(func(w *world) (voucher.ClaimCommand, []voucher.Address) {
		campaign := w.campaign(func(in *voucher.CreateCampaign) { in.Attestors = []voucher.Address{attestor()} })
		return w.ticketed(campaign, wallet(1), 1, 0), []voucher.Address{wallet(1), attestor()}
	}), unsealed[voucher.ClaimCommand]}
}

// ticketed builds a wallet's next claim with a ticket for a person.
func (w *world) ticketed(c voucher.CampaignID, owner voucher.Address, person byte, candidates ...uint32) voucher.ClaimCommand {
	claim := w.claims(c, owner, candidates...)
	claim.Ticket = voucher.Ticket{
		Campaign: c, Wallet: owner, Attestor: attestor(), Subject: voucher.Hash{person}, Deadline: w.now + 60,
	}
	claim.TicketSignature = voucher.Signature{R: voucher.Hash{1}}
	return claim
}

func ticketRefusals() []refusal[voucher.ClaimCommand] {
	type claim = voucher.ClaimCommand
	invalid := voucher.KindTicketInvalid
	return []refusal[claim]{
		{"another campaign's", invalid, func(_ *world, c *claim, _ []voucher.Address) { c.Ticket.Campaign[0]++ }},
		{"another wallet's", invalid, func(_ *world, c *claim, _ []voucher.Address) { c.Ticket.Wallet = wallet(2) }},
		{"nobody's", invalid, func(_ *world, c *claim, _ []voucher.Address) { c.Ticket.Subject = voucher.Hash{} }},
		{"too old", invalid, func(w *world, c *claim, _ []voucher.Address) { c.Ticket.Deadline = w.now - 1 }},
		{"of another attestor", invalid, func(_ *world, c *claim, by []voucher.Address) {
			by[1], c.Ticket.Attestor = stranger(), stranger()
		}},
		{"not signed by the attestor", invalid, func(_ *world, _ *claim, by []voucher.Address) { by[1] = wallet(1) }},
	}
}

func TestClaim_Tickets(t *testing.T) {
	s := ticketScene()
	for _, r := range ticketRefusals() {
		t.Run(r.name, func(t *testing.T) {
			w, c, by := s.build(t)
			r.edit(w, &c, by)
			w.refuse(r.kind, c, by...)
		})
	}
	t.Run("none", func(t *testing.T) {
		w, c, by := s.build(t)
		c.Ticket, c.TicketSignature = voucher.Ticket{}, voucher.Signature{}
		w.refuse(voucher.KindTicketInvalid, c, by[0])
	})
	t.Run("one where none is asked for", func(t *testing.T) {
		w := newWorld(t)
		c := w.ticketed(w.campaign(), wallet(1), 1, 0)
		w.refuse(voucher.KindTicketInvalid, c, wallet(1), attestor())
	})
	t.Run("good at its deadline", func(t *testing.T) {
		w, c, by := s.build(t)
		c.Ticket.Deadline = w.now
		event := w.accept(c, by...)[0].(voucher.VoucherClaimed)
		require.Equal(t, attestor(), event.Attestor)
		require.Equal(t, voucher.Hash{1}, event.Subject)
	})
}

// TestClaim_TicketsCountThePerson: with tickets the person is counted whatever the wallet.
func TestClaim_TicketsCountThePerson(t *testing.T) {
	w := newWorld(t)
	campaign := w.campaign(func(in *voucher.CreateCampaign) {
		in.Attestors, in.PerHolder, in.PerDay = []voucher.Address{attestor()}, 2, 0
	})
	w.accept(w.ticketed(campaign, wallet(1), 7, 0), wallet(1), attestor())
	w.accept(w.ticketed(campaign, wallet(2), 7, 1), wallet(2), attestor())
	w.refuse(voucher.KindLimitReached, w.ticketed(campaign, wallet(3), 7, 2), wallet(3), attestor())
	w.accept(w.ticketed(campaign, wallet(3), 8, 2), wallet(3), attestor())
	w.accept(w.ticketed(campaign, wallet(1), 9, 3), wallet(1), attestor())
}

// TestClaim_TicketsCountThePersonsDay: with tickets the person's day is counted,
// whatever the wallet.
func TestClaim_TicketsCountThePersonsDay(t *testing.T) {
	w := newWorld(t)
	campaign := w.campaign(func(in *voucher.CreateCampaign) {
		in.Attestors, in.PerHolder, in.PerDay = []voucher.Address{attestor()}, 0, 1
	})
	w.accept(w.ticketed(campaign, wallet(1), 7, 0), wallet(1), attestor())
	w.refuse(voucher.KindDayLimitReached, w.ticketed(campaign, wallet(2), 7, 1), wallet(2), attestor())
	w.now += 86400
	w.accept(w.ticketed(campaign, wallet(2), 7, 1), wallet(2), attestor())
}
