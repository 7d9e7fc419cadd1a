// Package audittest has a history for the tests of all that reads a ledger:
// one of everything that an auditor will meet.
package audittest

import (
	"context"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// Play plays a history on a new ledger and returns all outcomes that were
// accepted, in the ledger's order. There are blocks of one command and of
// several transactions, refusals before, between and after acceptances of one
// transaction, a command sent twice, names that are not UTF-8, and every verb
// that all ledgers know.
func Play(w *ledgertest.World) []voucher.Outcome {
	w.T.Helper()
	p := player{World: w}
	p.found()
	plain, ticketed := p.campaigns()
	p.claims(plain, ticketed)
	p.redemptions(plain)
	p.changes(plain)
	return p.accepted
}

type player struct {
	*ledgertest.World
	accepted []voucher.Outcome
}

// send submits commands as one batch, and requires that accepted of them are accepted.
func (p *player) send(accepted int, commands ...voucher.Command) []voucher.Outcome {
	p.T.Helper()
	outcomes, err := p.Ledger.Submit(context.Background(), p.Domain.AuthorAll(commands...))
	require.NoError(p.T, err)
	n := 0
	for _, o := range outcomes {
		if o.Status == voucher.StatusAccepted {
			n++
			p.accepted = append(p.accepted, o)
		}
	}
	require.Equal(p.T, accepted, n)
	return outcomes
}

func (p *player) found() {
	p.send(1, p.Admit(p.Merchant, "Jasmine & Co"))
	p.send(4,
		p.PutStore(1, 1, "Central"), p.PutStore(2, 2, "\xff not UTF-8"),
		p.PutStore(1, 3, "refused between: wrong version"),
		p.PutKey(3, p.Till.Address, voucher.ScopeRedeem, 1), p.PutKey(4, p.Other.Address, voucher.ScopeRedeem, 2))
}

func (p *player) campaigns() (plain, ticketed voucher.CampaignID) {
	limitless := p.Create(p.Terms(1000, func(in *voucher.CreateCampaign) { in.PerHolder, in.Units = 0, 10 }))
	guarded := p.Create(p.Terms(50, func(in *voucher.CreateCampaign) {
		in.Attestors = []voucher.Address{ledgertest.NewActor("attestor").Address}
		in.Offsets = []voucher.Offset{{From: 0, Minutes: 480}}
		in.PerDay, in.ValidDays, in.Stores = 1, 7, []uint32{1, 2}
	}))
	out := p.send(2, limitless, guarded)
	return voucher.CampaignOf(out[0].ID), voucher.CampaignOf(out[1].ID)
}

// claims has a batch of several transactions. The ledger refuses the first item of
// the batch, and the last item of its first transaction.
func (p *player) claims(plain, ticketed voucher.CampaignID) {
	batch := []voucher.Command{p.Claim(p.Alice, plain, 90, 1)} // wrong ordinal
	for i := range uint32(8) {
		batch = append(batch, p.Claim(p.Alice, plain, i, i))
	}
	batch = append(batch, p.Claim(p.Bob, plain, 90, 2)) // wrong ordinal
	for i := range uint32(24) {
		batch = append(batch, p.Claim(p.Bob, plain, i, 100+i, 200+i))
	}
	p.send(32, batch...)
	p.send(1, p.WithTicket(p.Claim(p.Alice, ticketed, 0, 3), ledgertest.NewActor("attestor"), "alice"), p.Claim(p.Bob, ticketed, 0, 4))
}

func (p *player) redemptions(plain voucher.CampaignID) {
	ref := func(serial uint32) voucher.Ref { return voucher.Ref{Campaign: plain, Serial: serial} }
	one := p.Redeem(p.Alice, ref(0))
	many := p.Redeem(p.Alice, ref(1), ref(2), ref(3), ref(4))
	cancelled := p.Offer(p.Alice, ref(5))
	p.send(1, one)
	p.send(2, many, p.TillCancel(p.Till, p.Alice, cancelled), p.Join(p.Alice, cancelled, p.Till, p.Accept(cancelled)))
	again, err := p.Ledger.Submit(context.Background(), p.Domain.AuthorAll(one)) // gets its first outcome
	require.NoError(p.T, err)
	require.Equal(p.T, voucher.StatusAccepted, again[0].Status)

	batch := make([]voucher.Command, 0, 24)
	for i := range uint32(24) {
		batch = append(batch, p.Redeem(p.Bob, ref(100+i)))
	}
	p.send(24, batch...)
}

func (p *player) changes(plain voucher.CampaignID) {
	p.send(1, p.Change(voucher.ChangeCampaign{Campaign: plain, Version: 1, Status: voucher.CampaignPaused, Supply: 1000, Open: 1000}))
	p.send(0, p.Claim(p.Alice, plain, 8, 500))
	p.send(1, p.Change(voucher.ChangeCampaign{Campaign: plain, Version: 2, Status: voucher.CampaignClosed, Supply: 1000, Open: 1000}))
}
