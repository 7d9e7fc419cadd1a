package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/money"
	"tally/internal/terms"
	"tally/internal/voucher"
)

// published is a campaign of the story, and what the demo itself counts of it.
type published struct {
	id       voucher.CampaignID
	created  voucher.Hash // the command
	terms    voucher.CreateCampaign
	held     map[string]voucher.Ref // by the owner's name
	appeared uint64                 // vouchers that somebody owns
	spent    uint64                 // vouchers with nothing left
	expired  uint64                 // vouchers whose time was over before anything was taken
	redeemed uint64                 // units, less what was given back
	discount uint64                 // minor units of money, what was given back included
}

func (s *story) startServer(ctx context.Context) (string, error) {
	if err := s.server.Start(ctx, s.who("operator")); err != nil {
		return "", err
	}
	server := client.Connect(s.server.URL(), s.app.Timeout)
	if err := eventually(ctx, readyAfter, server.Ready); err != nil {
		return "", err
	}
	info, err := server.Ledger(ctx)
	if err != nil {
		return "", err
	}
	s.session = &client.Session{Client: server, Domain: intent.NewDomain(info.ID), Now: s.app.Now}
	return "its id is in every signature from now on: " + info.ID.String()[:18] + "…", nil
}

// eventually asks again until it works or the time is over.
func eventually(ctx context.Context, most time.Duration, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for {
		err := ask(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(lookEvery):
		}
	}
}

func (s *story) admitMerchant(ctx context.Context) (string, error) {
	in := voucher.AdmitMerchant{
		Operator: s.who("operator"), Merchant: s.who("root"), Name: "Jasmine & Co", Deadline: s.session.Deadline(),
	}
	proof, err := s.signer("root").Sign(in)
	if err != nil {
		return "", err
	}
	out, err := s.session.Operator(s.people["operator"]).Admit(ctx, in, proof)
	return "the operator cannot do more for it than that; on the ledger at " + out.Position.String(), err
}

func (s *story) openStores(ctx context.Context) (string, error) {
	var clocks []string
	for i, of := range chain() {
		number := uint32(i + 1)
		if err := s.openStore(ctx, number, of.name); err != nil {
			return "", err
		}
		clock, err := of.clock(s.app.Now())
		if err != nil {
			return "", err
		}
		clocks = append(clocks, fmt.Sprintf("%s %s", of.name, clock))
	}
	merchant, err := s.session.Client.Merchant(ctx, s.who("root"))
	if err != nil {
		return "", err
	}
	return "on their walls: " + strings.Join(clocks, ", "),
		expect("stores and tills", [2]int{len(chain()), len(chain())}, [2]int{len(merchant.Stores), len(merchant.Keys)})
}

func (s *story) openStore(ctx context.Context, number uint32, name string) error {
	merchant, err := s.session.Client.Merchant(ctx, s.who("root"))
	if err != nil {
		return err
	}
	root := s.session.Merchant(s.people["root"])
	_, err = root.PutStore(ctx, voucher.PutStore{Merchant: merchant.ID, Version: merchant.Version, Store: number, Name: name})
	if err != nil {
		return err
	}
	_, err = root.PutKey(ctx, voucher.PutKey{
		Merchant: merchant.ID, Version: merchant.Version + 1, Key: s.who(tillOf(number)), Scopes: voucher.ScopeRedeem, Store: number,
	})
	return err
}

// publish creates the four campaigns. The partners sign the pass's tickets.
func (s *story) publish(ctx context.Context) (_ string, err error) {
	partners := []string{s.who("harbour-pay").String(), s.who("lotus-pay").String()}
	for _, one := range []struct {
		as        **published
		name      string
		attestors []string
	}{{&s.drink, "buy-one-get-one", nil}, {&s.pass, "ten-cup-pass", partners}, {&s.card, "stored-value-card", nil}, {&s.second, "second-cup-half-price", nil}} {
		if *one.as, err = s.publishFile(ctx, one.name, one.attestors); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%d free drinks, up to %s off, in Hong Kong\n%d passes of %d cups, up to %s off a cup, everywhere\n"+
			"%d cards of %d yen, in Tokyo\n%d coupons for the second cup at half price: minted in one small transaction each",
			s.drink.terms.Supply, money.Text(s.drink.terms.MaxDiscount, s.drink.terms.Currency),
			s.pass.terms.Supply, s.pass.terms.Units, money.Text(s.pass.terms.MaxDiscount, s.pass.terms.Currency),
			s.card.terms.Supply, s.card.terms.Units, s.second.terms.Supply),
		nil
}

func (s *story) publishFile(ctx context.Context, name string, attestors []string) (*published, error) {
	text, err := terms.Example(name)
	if err != nil {
		return nil, err
	}
	file, err := terms.Parse(text)
	if err != nil {
		return nil, err
	}
	file.Attestors = append(file.Attestors, attestors...)
	in, err := file.Campaign(s.app.Now())
	if err != nil {
		return nil, err
	}
	return s.publishTerms(ctx, in)
}

func (s *story) publishTerms(ctx context.Context, in voucher.CreateCampaign) (*published, error) {
	in.Merchant = s.who("root")
	out, err := s.session.Merchant(s.people["root"]).CreateCampaign(ctx, in)
	if err != nil {
		return nil, err
	}
	return &published{id: voucher.CampaignOf(out.ID), created: out.ID, terms: in, held: map[string]voucher.Ref{}}, nil
}

func (s *story) stopServer(ctx context.Context) (string, error) { return "", s.server.Stop(ctx) }
