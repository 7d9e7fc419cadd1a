package main

import (
	"context"
	"crypto/ecdsa"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/httpapi"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// issueCards gives cards to the wallets of a list. The ledger keeps the list's
// hash; each card appears when its owner sends its place in the list.
func (s *story) issueCards(ctx context.Context) (string, error) {
	names := []string{"alice", "dan", "erin"}
	var owners []voucher.Address
	for _, name := range names {
		owners = append(owners, s.who(name))
	}
	in := voucher.Issue{
		Author: s.who("root"), Merchant: s.who("root"), Campaign: s.card.id,
		Root: voucher.IssueRoot(owners), Count: uint32(len(owners)), Deadline: s.session.deadline(), //nolint:gosec // three
	}
	out, err := send(ctx, s.session, s.people["root"], in, s.session.client.SendIssue)
	if err != nil {
		return "", err
	}
	for i, name := range names {
		client, err := s.as(name)
		if err != nil {
			return "", err
		}
		card, err := deliver(ctx, client, out.ID, owners, uint32(i))
		if err != nil {
			return "", err
		}
		if s.card.held[name], err = parseRef(card.Voucher); err != nil {
			return "", err
		}
		s.card.appeared++
	}
	return "Alice, Dan, Erin: the ledger keeps the list's hash, and a million would be as small", nil
}

// as is a client that shows the server who asks.
func (s *story) as(name string) (*httpapi.Client, error) {
	token, err := s.session.token(s.people[name])
	return s.session.client.As(token), err
}

// claimPasses has each partner sign tickets for its own customers.
func (s *story) claimPasses(ctx context.Context) (string, error) {
	for _, c := range customers() {
		ticket, err := s.vouch(c, s.who(c.name))
		if err != nil {
			return "", err
		}
		if err := s.claimFor(ctx, c.name, s.pass, &ticket); err != nil {
			return "", err
		}
	}
	return "Harbour Pay for Alice, Bob, Carol; Lotus Pay for Dan, Erin\n" +
		"the ledger sees pseudonyms of them: other ones in every campaign", nil
}

// vouch is a ticket of a customer's partner for a wallet.
func (s *story) vouch(c customer, wallet voucher.Address) (signedTicket, error) {
	partner := s.people[c.partner]
	return signTicket(s.session.domain, partner, voucher.Ticket{
		Campaign: s.pass.id, Wallet: wallet, Subject: pseudonym(partner, s.pass.id, c.name), Deadline: s.session.deadline(),
	})
}

// claimFor claims a first voucher of a campaign and keeps who has it.
func (s *story) claimFor(ctx context.Context, name string, of *published, ticket *signedTicket) error {
	out, err := s.session.claim(ctx, s.people[name], claiming{of.id, 0, ticket})
	if err != nil {
		return err
	}
	ref, ok := claimedRef(out)
	if !ok {
		return &wrong{"an outcome with a VoucherClaimed", string(out.Canonical())}
	}
	of.held[name] = ref
	of.appeared++
	return nil
}

func claimedRef(out voucher.Outcome) (voucher.Ref, bool) {
	for _, e := range out.Events {
		if e, ok := e.(voucher.VoucherClaimed); ok {
			return voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}, true
		}
	}
	return voucher.Ref{}, false
}

// cheatAtClaims claims without a ticket, and for a person who has a pass already.
func (s *story) cheatAtClaims(ctx context.Context) (string, error) {
	second, err := crypto.GenerateKey()
	if err != nil {
		return "", fmt.Errorf("make key: %w", err)
	}
	if err := s.claimInVain(ctx, second, nil, "ticket_invalid"); err != nil {
		return "", err
	}
	ticket, err := s.vouch(customers()[0], intent.Address(second))
	if err != nil {
		return "", err
	}
	return "ticket_invalid; and with a ticket, limit_reached: the partner says that it is Alice",
		s.claimInVain(ctx, second, &ticket, "limit_reached")
}

func (s *story) claimInVain(ctx context.Context, wallet *ecdsa.PrivateKey, ticket *signedTicket, refusal string) error {
	_, err := s.session.claim(ctx, wallet, claiming{s.pass.id, 0, ticket})
	return expectRefusal(refusal, err)
}

// claimDrinks claims without tickets: the limit is a key's.
func (s *story) claimDrinks(ctx context.Context) (string, error) {
	for _, name := range []string{"alice", "bob", "carol"} {
		if err := s.claimFor(ctx, name, s.drink, nil); err != nil {
			return "", err
		}
	}
	_, err := s.session.claim(ctx, s.people["alice"], claiming{s.drink.id, 1, nil})
	if err := expectRefusal("limit_reached", err); err != nil {
		return "", err
	}
	drink, err := s.see(ctx, "alice", s.drink.held["alice"])
	if err != nil {
		return "", err
	}
	until, err := lastDay(drink.Expires, chain()[central-1].zone)
	return fmt.Sprintf("good to the end of %s in Hong Kong; a second claim of Alice is refused: limit_reached", until), err
}

// expectRefusal is an error unless a command was refused for this reason.
func expectRefusal(code string, err error) error {
	if err == nil {
		return &wrong{code, "it was accepted"}
	}
	return expect("refusal", code, asFailure(err).Code)
}

// lastDay is the local day that a voucher's expiry ends.
func lastDay(expires, zone string) (string, error) {
	end, err := time.Parse(time.RFC3339, expires)
	if err != nil {
		return "", fmt.Errorf("the voucher's expiry: %w", err)
	}
	location, err := time.LoadLocation(zone)
	if err != nil {
		return "", err
	}
	return end.Add(-time.Second).In(location).Format("2 January"), nil
}
