package lincheck

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// Shop is where clients race: a merchant with two stores, a till at each,
// wallets, and campaigns. One driver of the servers plays them all.
type Shop struct {
	Campaigns []Campaign

	domain   *intent.Domain
	merchant ledgertest.Actor
	tills    []ledgertest.Actor // at store 1 and 2
	wallets  []ledgertest.Actor
}

const (
	walletsInAShop = 3
	commandLife    = 3600 // seconds to the deadline of whatever may be so far ahead
)

func hkd() voucher.Currency { return voucher.Currency{'H', 'K', 'D'} }

// OpenShop has the operator admit a merchant of its own for a seed, and creates
// the given number of campaigns, of several kinds: a single coupon, a few of them,
// and vouchers of several units.
func OpenShop(ctx context.Context, c *client.Client, operator ledgertest.Actor, seed uint64, campaigns int) (*Shop, error) {
	info, err := c.Ledger(ctx)
	if err != nil {
		return nil, fmt.Errorf("open shop: %w", err)
	}
	s := &Shop{domain: intent.NewDomain(info.ID), merchant: actor(seed, "merchant")}
	for i := range walletsInAShop {
		s.wallets = append(s.wallets, actor(seed, fmt.Sprintf("wallet %d", i)))
	}
	if err := s.found(ctx, c, operator, seed); err != nil {
		return nil, fmt.Errorf("open shop: %w", err)
	}
	kinds := []Campaign{{Supply: 2, Units: 1}, {Supply: 3, Units: 10}, {Supply: 1, Units: 5}, {Supply: 4, Units: 3}}
	for i := range campaigns {
		campaign, err := s.create(ctx, c, kinds[i%len(kinds)], fmt.Sprintf("Drill %d", i))
		if err != nil {
			return nil, fmt.Errorf("open shop: %w", err)
		}
		s.Campaigns = append(s.Campaigns, campaign)
	}
	return s, nil
}

func actor(seed uint64, name string) ledgertest.Actor {
	return ledgertest.NewActor(fmt.Sprintf("drill %d %s", seed, name))
}

// found admits the merchant and opens its stores.
func (s *Shop) found(ctx context.Context, c *client.Client, operator ledgertest.Actor, seed uint64) error {
	admit := voucher.AdmitMerchant{
		Operator: operator.Address, Merchant: s.merchant.Address, Name: fmt.Sprintf("Drill %d", seed), Deadline: unix() + commandLife,
	}
	here := &client.Session{Client: c, Domain: s.domain, Now: time.Now}
	proof, err := s.signer(s.merchant).Sign(admit)
	if err == nil {
		_, err = here.Operator(operator.Key).Admit(ctx, admit, proof)
	}
	for store := uint32(1); store <= 2 && err == nil; store++ {
		s.tills = append(s.tills, actor(seed, fmt.Sprintf("till %d", store)))
		err = s.openStore(ctx, here.Merchant(s.merchant.Key), store, s.tills[store-1].Address)
	}
	return err
}

// openStore opens a store and gives it its till.
func (s *Shop) openStore(ctx context.Context, root client.Merchant, store uint32, till voucher.Address) error {
	_, err := root.PutStore(ctx, voucher.PutStore{
		Merchant: s.merchant.Address, Version: 2*store - 1, Store: store, Name: fmt.Sprintf("Store %d", store),
	})
	if err != nil {
		return err
	}
	_, err = root.PutKey(ctx, voucher.PutKey{
		Merchant: s.merchant.Address, Version: 2 * store, Key: till, Scopes: voucher.ScopeRedeem, Store: store,
	})
	return err
}

// create publishes a campaign that lasts long, whose vouchers may be given away
// and given back.
func (s *Shop) create(ctx context.Context, c *client.Client, kind Campaign, name string) (Campaign, error) {
	const days = 96 * voucher.Quarter
	now := unix()
	in := voucher.CreateCampaign{
		Merchant: s.merchant.Address, Terms: fmt.Sprintf(`{"name":%q}`, name),
		Currency: hkd(), Units: kind.Units, MaxDiscount: 100, Supply: kind.Supply, Open: kind.Supply, Cap: kind.Supply,
		ClaimFrom: now - days, ClaimUntil: now + days,
		ValidFrom: now - days, ValidUntil: (now/voucher.Quarter + 30*96) * voucher.Quarter,
		Transfer: true, Rollback: voucher.RollbackRestore,
	}
	here := &client.Session{Client: c, Domain: s.domain, Now: time.Now}
	out, err := here.Merchant(s.merchant.Key).CreateCampaign(ctx, in)
	kind.ID = voucher.CampaignOf(out.ID)
	return kind, err
}

// AsMerchant is a client as the merchant, who may read all of the shop's.
func (s *Shop) AsMerchant(c *client.Client) (*client.Client, error) {
	return s.as(c, voucher.Address{})
}

// as is a client as a reader; the zero address is the merchant. A token is good at
// one server only, and a request does not know to which it will be sent.
func (s *Shop) as(c *client.Client, reader voucher.Address) (*client.Client, error) {
	key := s.merchant.Key
	for _, who := range slices.Concat(s.wallets, s.tills) {
		if who.Address == reader {
			key = who.Key
		}
	}
	token, err := c.Token(s.domain, key, time.Now().Add(tokenLife))
	if err != nil {
		return nil, fmt.Errorf("sign token: %w", err)
	}
	return c.As(token), nil
}

// tokenLife is that of a token that is signed once and shown all along: a server takes
// no longer one, and a history on a machine that has other work takes minutes.
const tokenLife = 55 * time.Minute

// owner is the wallet of an address.
func (s *Shop) owner(address voucher.Address) (ledgertest.Actor, bool) {
	for _, w := range s.wallets {
		if w.Address == address {
			return w, true
		}
	}
	return ledgertest.Actor{}, false
}

// signer signs for one of the shop's people.
func (s *Shop) signer(who ledgertest.Actor) client.Signer {
	return client.Signer{Domain: s.domain, Key: who.Key}
}

// unix is this machine's clock, which is near the ledger's.
func unix() uint64 { return voucher.Unix(time.Now()) }
