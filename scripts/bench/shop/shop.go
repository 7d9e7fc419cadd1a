// Package shop is what is played with: an operator, a merchant with a store and
// two tills, campaigns, and wallets. It signs what they sign and makes requests
// of it, before the clock starts.
package shop

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
	"tally/scripts/bench/load"
)

// life is how long before its deadline an intent is signed, in seconds.
const life = 3600

// Shop is the merchant's, on one ledger.
type Shop struct {
	Domain   *intent.Domain
	Operator ledgertest.Actor
	Merchant ledgertest.Actor
	Tills    [2]ledgertest.Actor // both at store 1
}

// Operator founds the ledgers that shops are on.
func Operator() ledgertest.Actor { return ledgertest.NewActor("bench operator") }

// New is the shop on a ledger.
func New(id voucher.Hash) *Shop {
	return &Shop{
		Domain: intent.NewDomain(id), Operator: Operator(), Merchant: ledgertest.NewActor("bench merchant"),
		Tills: [2]ledgertest.Actor{ledgertest.NewActor("bench till 1"), ledgertest.NewActor("bench till 2")},
	}
}

// Wallet is one of the customers.
func Wallet(i int) ledgertest.Actor { return ledgertest.NewActor(fmt.Sprint("bench wallet ", i)) }

// unix is this machine's clock, which is the ledger's.
func unix() uint64 { return voucher.Unix(time.Now()) }

func signed[T voucher.SingleIntent](s *Shop, by ledgertest.Actor, in T) (voucher.Signed[T], error) {
	signature, err := s.Domain.Sign(by.Key, in)
	return voucher.Signed[T]{Intent: in, Signature: signature}, err
}

// Found is the commands that open the shop on a new ledger.
func (s *Shop) Found() (commands []voucher.Command, err error) {
	m, deadline := s.Merchant.Address, unix()+life
	in := voucher.AdmitMerchant{Operator: s.Operator.Address, Merchant: m, Name: "Bench", Deadline: deadline}
	signature, err1 := s.Domain.Sign(s.Operator.Key, in)
	possession, err2 := s.Domain.Sign(s.Merchant.Key, in)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	admit := voucher.Proven[voucher.AdmitMerchant]{Intent: in, Signature: signature, Possession: possession}
	store, err := signed(s, s.Merchant, voucher.PutStore{Author: m, Merchant: m, Version: 1, Store: 1, Name: "Central", Deadline: deadline})
	if err != nil {
		return nil, err
	}
	commands = []voucher.Command{admit, store}
	for i, till := range s.Tills {
		key, err := signed(s, s.Merchant, voucher.PutKey{
			Author: m, Merchant: m, Version: uint32(2 + i), Key: till.Address, Scopes: voucher.ScopeRedeem, Store: 1, Deadline: deadline,
		})
		if err != nil {
			return nil, err
		}
		commands = append(commands, key)
	}
	return commands, nil
}

// Campaign is the command that mints a campaign's supply of single-use coupons. It
// leaves open of them to claims, and the rest to issues by list.
func (s *Shop) Campaign(name string, supply, open uint32) (voucher.Signed[voucher.CreateCampaign], voucher.CampaignID, error) {
	create, err := signed(s, s.Merchant, s.terms(name, supply, open))
	return create, voucher.CampaignOf(s.Domain.ID(create)), err
}

func (s *Shop) terms(name string, supply, open uint32) voucher.CreateCampaign {
	const day = 96 * voucher.Quarter
	now := unix()
	return voucher.CreateCampaign{
		Author: s.Merchant.Address, Merchant: s.Merchant.Address, Terms: fmt.Sprintf(`{"name":%q}`, name),
		Currency: hkd(), Units: 1, MaxDiscount: 3200, Supply: supply, Open: open, Cap: supply,
		ClaimFrom: now - day, ClaimUntil: now + day, ValidFrom: now - day, ValidUntil: (now/voucher.Quarter + 30*96) * voucher.Quarter,
		Rollback: voucher.RollbackRestore, Deadline: now + life,
	}
}

func hkd() voucher.Currency { return voucher.Currency{'H', 'K', 'D'} }

// Claim is a wallet's claim of its first voucher of a campaign. The serials are
// for the ledger itself; a server finds others.
func (s *Shop) Claim(by ledgertest.Actor, c voucher.CampaignID, serials ...uint32) (voucher.ClaimCommand, error) {
	in := voucher.Claim{Wallet: by.Address, Campaign: c, Deadline: unix() + life}
	signature, err := s.Domain.Sign(by.Key, in)
	return voucher.ClaimCommand{Claim: in, Signature: signature, Candidates: serials}, err
}

// ClaimRequest is a claim as it is sent to a server.
func (s *Shop) ClaimRequest(by ledgertest.Actor, c voucher.CampaignID) (load.Request, error) {
	claim, err := s.SignClaim(by, c)
	if err != nil {
		return load.Request{}, err
	}
	return request(claim)
}

// request is a signed command as it is sent.
func request(command client.Command) (load.Request, error) {
	raw, err := json.Marshal(command.Request)
	return load.Request{Method: http.MethodPost, Path: command.Request.Endpoint(), Body: raw, Key: command.Key}, err
}

func (s *Shop) signer(who ledgertest.Actor) client.Signer {
	return client.Signer{Domain: s.Domain, Key: who.Key}
}

// Each makes n parts by all processors. The first error is returned.
func Each(n int, part func(i int) error) error {
	var all errgroup.Group
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		all.Go(func() error {
			for i := w; i < n; i += workers {
				if err := part(i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return all.Wait()
}
