package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// story is the demo under way.
type story struct {
	app    *app
	dir    string
	crowd  int
	server *child
	index  *demoRedis // nil: the server's own memory
	teller *storyteller
	http   *http.Client // for what must be compared byte by byte

	session  *session
	people   map[string]*ecdsa.PrivateKey // by the names of their key files
	campaign voucher.CampaignID
	terms    voucher.CreateCampaign
	held     map[string]voucher.Ref // the vouchers of wallet-1 to wallet-3
	sold     redemption             // wallet-2's
	load     *crowd
	spent    int // vouchers that were redeemed so far
}

// The story's order: two drinks, the cheaper one free.
const (
	demoAmount   = 6400
	demoDiscount = 3200
	stores       = 2
)

func cast() []string {
	return []string{"operator", "root", "till-1", "till-2", "wallet-1", "wallet-2", "wallet-3", "stranger"}
}

// play tells the story up to its end, or to the first step that came out wrong.
func (s *story) play(ctx context.Context) error {
	s.teller.say("Tally: vouchers from issue to audit, with a crash in the middle\n")
	for _, step := range []struct {
		name string
		play func(context.Context) (string, error)
	}{
		{"Everybody makes a key", s.makeKeys},
		{"The server founds a ledger", s.startServer},
		{"The operator admits the merchant Jasmine & Co", s.admitMerchant},
		{"The merchant opens Central and Mong Kok, with a till each", s.openStores},
		{"The merchant publishes a campaign", s.publish},
		{"Three wallets claim a voucher each", s.claimThree},
		{"Wallet 1 shows one code at two tills at once: one accepts", s.spendTwice},
		{"Wallet 2 redeems at Mong Kok", s.redeemOnce},
		{"The same sale sent again: the same bytes, nothing happens twice", s.replay},
		{"A stranger learns nothing about wallet 3's voucher", s.stranger},
		{s.crowdTitle(), s.crowdComes},
		{"What was answered before and after the crash still stands", s.answersStand},
		{"What was left unanswered is settled, by sending it again", s.settle},
		{"Nobody redeemed twice: every voucher of the crowd is spent once", s.onceEach},
		{"The audit recounts the ledger: the books match the demo's count", s.audit},
		{"The server stops when it is asked to", s.stopServer},
	} {
		if err := s.teller.step(ctx, step.name, step.play); err != nil {
			return err
		}
	}
	s.teller.say("\nDone in %.1f s.", s.app.Now().Sub(s.teller.began).Seconds())
	return nil
}

// makeKeys writes a key file for everybody and opens it again, under one
// passphrase that lies beside them: a demo's keys guard nothing.
func (s *story) makeKeys(context.Context) (string, error) {
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails, by its documentation
	passphrase := hex.EncodeToString(random[:])
	if err := os.WriteFile(filepath.Join(s.dir, "passphrase"), []byte(passphrase+"\n"), keyMode); err != nil {
		return "", fmt.Errorf("write passphrase: %w", err)
	}
	keys := keyDir(filepath.Join(s.dir, "keys"))
	s.people = map[string]*ecdsa.PrivateKey{}
	for _, name := range cast() {
		if _, err := keys.create(name, passphrase, lightScrypt()); err != nil {
			return "", err
		}
		key, err := keys.open(name, passphrase)
		if err != nil {
			return "", err
		}
		s.people[name] = key
	}
	return fmt.Sprintf("%d encrypted files in %s", len(cast()), keys), nil
}

func (s *story) who(name string) voucher.Address { return intent.Address(s.people[name]) }

func (s *story) startServer(ctx context.Context) (string, error) {
	if err := s.server.start(ctx, s.who("operator")); err != nil {
		return "", err
	}
	client := newClient(s.server.url(), s.app.Timeout)
	if err := eventually(ctx, readyAfter, client.Ready); err != nil {
		return "", err
	}
	info, err := client.Ledger(ctx)
	if err != nil {
		return "", err
	}
	s.session = &session{client: client, domain: intent.NewDomain(info.ID), now: s.app.Now}
	return "ledger " + info.ID.String(), nil
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
	out, err := s.session.admit(ctx, s.people["operator"], s.who("root"), "Jasmine & Co")
	return "merchant " + s.who("root").String() + ", at " + out.Position.String(), err
}

func (s *story) openStores(ctx context.Context) (string, error) {
	for i, name := range []string{"Central", "Mong Kok"} {
		store := uint32(i + 1)
		merchant, err := s.session.client.Merchant(ctx, s.who("root"))
		if err != nil {
			return "", err
		}
		if _, err := s.session.putStore(ctx, s.people["root"], merchant, store, name); err != nil {
			return "", err
		}
		merchant.Version++
		till := s.who(fmt.Sprintf("till-%d", store))
		if _, err := s.session.putKey(ctx, s.people["root"], merchant, till, voucher.ScopeRedeem, store); err != nil {
			return "", err
		}
	}
	merchant, err := s.session.client.Merchant(ctx, s.who("root"))
	if err != nil {
		return "", err
	}
	return "", expect("stores and tills", [2]int{stores, stores}, [2]int{len(merchant.Stores), len(merchant.Keys)})
}

func (s *story) publish(ctx context.Context) (string, error) {
	out, err := s.session.create(ctx, s.people["root"], s.who("root"), s.terms)
	if err != nil {
		return "", err
	}
	s.campaign = voucher.CampaignOf(out.ID)
	return fmt.Sprintf("%s: %d vouchers, up to %s off each", s.campaign, s.terms.Supply, money(s.terms.MaxDiscount, s.terms.Currency)), nil
}

func (s *story) claimThree(ctx context.Context) (string, error) {
	s.held = map[string]voucher.Ref{}
	for _, name := range []string{"wallet-1", "wallet-2", "wallet-3"} {
		out, err := s.session.claim(ctx, s.people[name], s.campaign, 0)
		if err != nil {
			return "", err
		}
		ref, ok := claimedRef(out)
		if !ok {
			return "", &wrong{"an outcome with a VoucherClaimed", string(out.Canonical())}
		}
		s.held[name] = ref
	}
	_, err := s.session.claim(ctx, s.people["wallet-1"], s.campaign, 1)
	return "a second claim of wallet 1 is refused: limit_reached", expectRefusal("limit_reached", err)
}

func claimedRef(out voucher.Outcome) (voucher.Ref, bool) {
	for _, e := range out.Events {
		if e, ok := e.(voucher.VoucherClaimed); ok {
			return voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}, true
		}
	}
	return voucher.Ref{}, false
}

// expectRefusal is an error unless a command was refused for this reason.
func expectRefusal(code string, err error) error {
	if err == nil {
		return &wrong{code, "it was accepted"}
	}
	return expect("refusal", code, asFailure(err).Code)
}

func (s *story) stopServer(ctx context.Context) (string, error) { return "", s.server.stop(ctx) }
