package main

import (
	"context"
	"crypto/ecdsa"

	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/voucher"
)

type claimCmd struct {
	As       string             `required:"" help:"The wallet's key." placeholder:"KEY"`
	Ticket   string             `help:"The ticket of an attestor, where the campaign asks for one: a file, or - for stdin." placeholder:"FILE"`
	Campaign voucher.CampaignID `arg:"" help:"The campaign's id, cmp_…"`
}

// Help shows an example.
func (claimCmd) Help() string {
	return `A campaign that names attestors wants a ticket, which vouches that the wallet is one person's: "tally ticket sign".

Examples:

    tally claim --as alice cmp_000102030405060708090a0b0c0d0e0f
    tally claim --as alice --ticket alice.ticket cmp_000102030405060708090a0b0c0d0e0f`
}

// Run claims a voucher.
func (c *claimCmd) Run(ctx context.Context, a *app) error {
	s, key, err := a.connectAs(ctx, c.As)
	if err != nil {
		return err
	}
	ticket, err := c.ticket(a, s, intent.Address(key))
	if err != nil {
		return err
	}
	ordinal, err := s.ordinal(ctx, key, c.Campaign)
	if err != nil {
		return err
	}
	out, err := s.claim(ctx, key, claiming{c.Campaign, ordinal, ticket})
	if err != nil {
		return err
	}
	return a.accepted(out, claimFields(out)...)
}

// ticket reads the ticket, if there is one, and sees that it is this claim's:
// the ledger would say no more than that it is not.
func (c *claimCmd) ticket(a *app, s *session, wallet voucher.Address) (*signedTicket, error) {
	if c.Ticket == "" {
		return nil, nil //nolint:nilnil // most campaigns ask for none
	}
	t, err := a.readTicket(c.Ticket)
	if err != nil {
		return nil, err
	}
	switch {
	case t.Ledger != s.domain.Ledger():
		return nil, misused("the ticket is for another ledger, %s", t.Ledger)
	case t.Ticket.Campaign != c.Campaign:
		return nil, misused("the ticket is for another campaign, %s", t.Ticket.Campaign)
	case t.Ticket.Wallet != wallet:
		return nil, misused("the ticket is for another wallet, %s", t.Ticket.Wallet)
	case t.Ticket.Deadline < unix(s.now()):
		return nil, misused("the ticket was good until %s: ask its attestor for a new one", clock(t.Ticket.Deadline, nil))
	default:
		return &t, nil
	}
}

func claimFields(out voucher.Outcome) []field {
	for _, e := range out.Events {
		if e, ok := e.(voucher.VoucherClaimed); ok {
			v := e.Voucher.Unpack()
			return []field{
				{"voucher", voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}}, {"owner", v.Owner},
				{"units", v.Units}, {"expires", clock(v.Expiry, nil)},
			}
		}
	}
	return nil
}

// ordinal is how many claims the wallet made in the campaign: what its next one
// must say.
func (s *session) ordinal(ctx context.Context, wallet *ecdsa.PrivateKey, campaign voucher.CampaignID) (uint32, error) {
	token, err := s.token(wallet)
	if err != nil {
		return 0, err
	}
	holder, err := s.client.Holder(ctx, token, intent.Address(wallet), campaign)
	return holder.Ordinal, err
}

// claiming is what a wallet claims: its how-manieth voucher of a campaign, with a
// ticket where the campaign asks for one.
type claiming struct {
	campaign voucher.CampaignID
	ordinal  uint32
	ticket   *signedTicket
}

func (s *session) claim(ctx context.Context, wallet *ecdsa.PrivateKey, of claiming) (voucher.Outcome, error) {
	request, id, err := s.claimRequest(wallet, of)
	if err != nil {
		return voucher.Outcome{}, err
	}
	out, err := s.client.Claim(ctx, request)
	return out, uncertain(err, id, "look at `tally wallet` before you claim again")
}

func (s *session) claimRequest(wallet *ecdsa.PrivateKey, of claiming) (r api.ClaimRequest, id voucher.Hash, err error) {
	r.Intent = voucher.Claim{Wallet: intent.Address(wallet), Campaign: of.campaign, Ordinal: of.ordinal, Deadline: s.deadline()}
	if of.ticket != nil {
		r.Ticket, r.TicketSignature = &of.ticket.Ticket, of.ticket.Signature
	}
	r.Signature, id, err = s.sign(wallet, r.Intent)
	return r, id, err
}
