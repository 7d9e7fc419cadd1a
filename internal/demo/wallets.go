package demo

import (
	"context"
	"crypto/ecdsa"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/cli"
	"tally/internal/cli/merchant"
	"tally/internal/client"
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
	out, err := s.session.Merchant(s.people["root"]).Issue(ctx, voucher.Issue{
		Merchant: s.who("root"), Campaign: s.card.id,
		Root: voucher.IssueRoot(owners), Count: uint32(len(owners)), //nolint:gosec // three
	})
	if err != nil {
		return "", err
	}
	for i, name := range names {
		reader, err := s.as(name)
		if err != nil {
			return "", err
		}
		card, err := merchant.Deliver(ctx, s.session, reader, out.ID, owners, uint32(i))
		if err != nil {
			return "", err
		}
		if s.card.held[name], err = cli.ParseRef(card.Voucher); err != nil {
			return "", err
		}
		s.card.appeared++
	}
	return "Alice, Dan, Erin: the ledger keeps the list's hash, and a million would be as small", nil
}

// as is a client that shows the server who asks.
func (s *story) as(name string) (*client.Client, error) {
	return s.session.As(s.people[name])
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
func (s *story) vouch(c customer, wallet voucher.Address) (client.Ticket, error) {
	partner := s.signer(c.partner)
	return partner.SignTicket(voucher.Ticket{
		Campaign: s.pass.id, Wallet: wallet, Subject: partner.Pseudonym(s.pass.id, c.name), Deadline: s.session.Deadline(),
	})
}

// claimFor claims a first voucher of a campaign and keeps who has it.
func (s *story) claimFor(ctx context.Context, name string, of *published, ticket *client.Ticket) error {
	out, err := s.session.Wallet(s.people[name]).Claim(ctx, of.id, 0, ticket)
	if err != nil {
		return err
	}
	ref, ok := client.Claimed(out)
	if !ok {
		return &wrong{"an outcome with a VoucherClaimed", string(out.Canonical())}
	}
	of.held[name] = ref
	of.appeared++
	return nil
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

func (s *story) claimInVain(ctx context.Context, wallet *ecdsa.PrivateKey, ticket *client.Ticket, refusal string) error {
	_, err := s.session.Wallet(wallet).Claim(ctx, s.pass.id, 0, ticket)
	return expectRefusal(refusal, err)
}

// claimDrinks claims without tickets: the limit is a key's.
func (s *story) claimDrinks(ctx context.Context) (string, error) {
	for _, name := range []string{"alice", "bob", "carol"} {
		if err := s.claimFor(ctx, name, s.drink, nil); err != nil {
			return "", err
		}
	}
	_, err := s.session.Wallet(s.people["alice"]).Claim(ctx, s.drink.id, 1, nil)
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
	return expect("refusal", code, cli.AsExitError(err).Code)
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
