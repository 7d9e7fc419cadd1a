package demo

import (
	"context"
	"crypto/ecdsa"
	"net/http"

	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/voucher"
)

// story is the demo under way.
type story struct {
	app    *cli.App
	dir    string
	crowd  int
	expiry bool // is waited for
	server *Server
	index  *demoRedis // nil: the server's own memory
	teller *storyteller
	http   *http.Client // for what must be compared byte by byte

	session *client.Session
	people  map[string]*ecdsa.PrivateKey // by the names of their key files
	drink   *published                   // the free drink: one unit, no tickets
	pass    *published                   // the ten-cup pass: with tickets
	card    *published                   // the card of 1,000 yen: by a list
	second  *published                   // the second cup at half price: its terms make the price
	priced  []pricedSale                 // the sales whose price the terms made
	sold    redemption                   // carol's free drink
	abroad  pricedSale                   // dan's cup in Bangkok
	hold    voucher.Hash                 // bob's reservation, which nobody takes
	load    *crowd
}

// chapter is a part of the story.
type chapter struct {
	title, why string
	steps      []step
}

// step is one thing that happens and what has to come of it. What it returns is
// more to say about it.
type step struct {
	name string
	play func(context.Context) (string, error)
}

func (s *story) chapters() []chapter {
	return []chapter{
		{"A tea chain comes aboard", "Everything is signed by the party that decides it; the server holds no key that could mint or spend.", []step{
			{"Everybody makes a key", s.makeKeys},
			{"The server founds a ledger", s.startServer},
			{"The operator admits the merchant Jasmine & Co", s.admitMerchant},
			{"It opens six stores in five cities, with a till each", s.openStores},
			{"It publishes four campaigns in three currencies", s.publish},
		}},
		{"Vouchers reach wallets", "By a list, or first come, first served; and not twice to one person who makes many keys.", []step{
			{"A list gives three wallets a card of 1,000 yen: one command", s.issueCards},
			{"Two partner wallets vouch for five customers, who claim a pass each", s.claimPasses},
			{"No ticket, no pass; and a second phone is not a second person", s.cheatAtClaims},
			{"Alice, Bob and Carol claim a free drink", s.claimDrinks},
		}},
		{"At the till", "A code works once: at one till, once, no matter who copied it; and a lost answer can be asked for again.", []step{
			{"Bob shows one code at two tills at once: one accepts", s.spendTwice},
			{"Carol buys two teas at Mong Kok, and one is free", s.redeemOnce},
			{"The same sale sent again: the same bytes, nothing happens twice", s.replay},
			{"Dan drinks a cup of his Malaysian pass in Bangkok", s.crossBorder},
			{"Erin buys two cups and a topping: the terms make the price", s.sellCart},
			{"Somebody shows a screenshot of Erin's last code", s.screenshot},
			{"A stranger asks for Alice's voucher, and learns nothing", s.stranger},
		}},
		{"Second thoughts", "Reserve now and take later, give away, take back: by the campaign's terms, which never change.", []step{
			{"Shibuya holds 700 of Erin's 1,000 yen, and takes 480", s.holdAndCapture},
			{"Makati reserves two cups of Bob's pass, for a few seconds", s.reserve},
			{"Alice gives her card to Carol; the code she had signed is dead", s.giveAway},
			{"Bangkok spilt Dan's cup: the merchant takes that item back", s.takeBack},
		}},
		s.badDay(),
		{"The books", "Recounted from the ledger's first entry on, and held against what the demo counted itself.", []step{
			{"The free drink", s.auditOf(&s.drink)},
			{"The ten-cup pass", s.auditOf(&s.pass)},
			{"The card of 1,000 yen", s.auditOf(&s.card)},
			{"The second cup at half price", s.auditOf(&s.second)},
			{"Four prices, computed anew as tally-verify order does it", s.replayPrices},
			{"The server stops when it is asked to", s.stopServer},
		}},
	}
}

// badDay is the chapter of the crash, and of what only time brings.
func (s *story) badDay() chapter {
	steps := []step{
		{s.crowdTitle(), s.crowdComes},
		{"What was answered before and after the crash still stands", s.answersStand},
		{"What was left unanswered is settled, by sending it again", s.settle},
		{"Nobody redeemed twice: every voucher of the crowd is spent once", s.onceEach},
		{"Nobody took what Makati reserved: it lapsed by itself", s.lapsed},
	}
	if s.expiry {
		steps = append(steps, step{"Happy hour ends: a voucher that nobody spent expires", s.expire})
	}
	return chapter{"A bad day", "What was answered is on the disk; everything else can be made again from it.", steps}
}

// play tells the story up to its end, or to the first step that came out wrong.
func (s *story) play(ctx context.Context) error {
	s.teller.say("Tally: vouchers from issue to audit, with a crash in the middle")
	for _, c := range s.chapters() {
		s.teller.open(c.title, c.why)
		for _, next := range c.steps {
			if err := s.teller.step(ctx, next.name, next.play); err != nil {
				return err
			}
		}
	}
	s.teller.say("\nDone in %.1f s.", s.app.Now().Sub(s.teller.began).Seconds())
	return nil
}
