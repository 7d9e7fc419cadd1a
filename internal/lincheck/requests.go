package lincheck

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// request is a call that can be made, as often as one likes.
type request struct {
	call   Call
	signer voucher.Address // who may ask what became of it; zero is the merchant
	send   func(context.Context, *client.Client) Answer
}

// offer is a code that an owner signed.
type offer struct {
	intent.Code
	owner ledgertest.Actor
}

// sends sends a signed command, the same every time.
func sends(command client.Command) func(context.Context, *client.Client) Answer {
	return func(ctx context.Context, c *client.Client) Answer { return answerOf(c.Send(ctx, command)) }
}

// answerOf is what a client was told of a command.
func answerOf(out voucher.Outcome, err error) Answer {
	if err == nil {
		return Answer{Code: Accepted, Outcome: &out}
	}
	return Answer{Code: codeOf(err)}
}

func codeOf(err error) string {
	var p *api.Problem
	if errors.As(err, &p) && p.Code != "outcome_unknown" {
		return p.Code
	}
	return Unknown
}

// claim is a wallet's.
func (s *Shop) claim(r *rand.Rand, b *board) (request, error) {
	wallet := s.wallets[r.IntN(len(s.wallets))]
	in := voucher.Claim{
		Wallet: wallet.Address, Campaign: b.ID, Ordinal: b.ordinal(r, wallet.Address), Deadline: unix() + commandLife + r.Uint64N(commandLife),
	}
	command, err := s.signer(wallet).SignClaim(in, nil)
	return request{
		signer: in.Wallet,
		call:   Call{Verb: Claim, Campaign: b.ID, ID: command.ID, By: in.Wallet, Ordinal: in.Ordinal},
		send:   sends(command),
	}, err
}

// transfer gives a voucher to any wallet of the shop.
func (s *Shop) transfer(r *rand.Rand, b *board, owner ledgertest.Actor, serial uint32) (request, error) {
	to := s.wallets[r.IntN(len(s.wallets))].Address
	for to == owner.Address {
		to = s.wallets[r.IntN(len(s.wallets))].Address
	}
	at := b.instant(r)
	in := voucher.Transfer{
		Owner: owner.Address, Campaign: b.ID, Serial: serial, To: to, SignedAt: at, Deadline: at + voucher.RedeemLife,
	}
	command, err := s.signer(owner).SignTransfer(in)
	return request{
		signer: in.Owner,
		call: Call{
			Verb: Transfer, Campaign: b.ID, ID: command.ID, By: in.Owner, To: to, SignedAt: at, Lines: []Line{{Serial: serial}},
		},
		send: sends(command),
	}, err
}

// offer is of one or several vouchers of an owner, to spend or to hold.
func (s *Shop) offer(r *rand.Rand, b *board, owner ledgertest.Actor, serials []uint32, hold bool) (offer, error) {
	serials = slices.Clone(serials)
	r.Shuffle(len(serials), func(i, j int) { serials[i], serials[j] = serials[j], serials[i] })
	serials = serials[:1+r.IntN(len(serials))]
	slices.Sort(serials)
	at := b.instant(r)
	in := voucher.Redeem{SignedAt: at, Deadline: at + voucher.RedeemLife}
	if hold {
		in.HoldUntil = unix() + commandLife
	}
	for _, serial := range serials {
		in.Lines = append(in.Lines, voucher.Line{Campaign: b.ID, Serial: serial, Units: 1 + r.Uint64N(min(b.Units, 4))})
	}
	code, err := s.signer(owner).SignOffer(in)
	return offer{Code: code, owner: owner}, err
}

// accept is a till's half of an offer, which takes all that is offered or less.
// Holds are taken at store 1 alone.
func (s *Shop) accept(r *rand.Rand, b *board, o offer) (request, error) {
	verb, store, key := Redeem, r.IntN(len(s.tills)), newKey(r)
	if o.Offer.HoldUntil != 0 {
		verb, store = Hold, 0
	}
	till := s.tills[store]
	half := voucher.Accept{Merchant: s.merchant.Address, Store: uint32(store) + 1, Currency: hkd(), Amount: 6400}
	call := Call{Verb: verb, Campaign: b.ID, By: o.owner.Address, SignedAt: o.Offer.SignedAt}
	for _, line := range o.Offer.Lines {
		units := 1 + r.Uint64N(line.Units)
		half.Parts = append(half.Parts, voucher.Part{Units: units})
		call.Lines = append(call.Lines, Line{Serial: line.Serial, Units: units})
	}
	both, err := s.signer(till).SignAccept(o.Code, half, key)
	call.ID, call.Part = both.Accept.Offer, s.domain.Digest(both.Accept)
	command := client.Redemption(both, key)
	if verb == Hold {
		command = client.Hold(both, key)
	}
	return request{signer: call.By, call: call, send: sends(command)}, err
}

// newKey is an Idempotency-Key that nobody used.
func newKey(r *rand.Rand) string { return fmt.Sprintf("drill-%016x%016x", r.Uint64(), r.Uint64()) }

// cancel is the owner's or a till's, of an offer that may be under way.
func (s *Shop) cancel(r *rand.Rand, b *board, o offer) (request, error) {
	author := o.owner
	in := voucher.Cancel{Offer: s.domain.Digest(o.Offer), Deadline: unix() + commandLife + r.Uint64N(commandLife)}
	if r.IntN(2) == 0 {
		author, in.Merchant = s.tills[r.IntN(len(s.tills))], s.merchant.Address
	}
	text, err1 := s.domain.Text(o.Code)
	command, err2 := s.signer(author).SignCancel(in, text)
	call := Call{
		Verb: Cancel, Campaign: b.ID, ID: command.ID, By: o.owner.Address, SignedAt: o.Offer.SignedAt, Of: in.Offer,
	}
	for _, line := range o.Offer.Lines {
		call.Lines = append(call.Lines, Line{Serial: line.Serial})
	}
	return request{signer: author.Address, call: call, send: sends(command)}, errors.Join(err1, err2)
}

// capture takes what a hold reserved, or a part of it.
func (s *Shop) capture(r *rand.Rand, b *board, hold request) (request, error) {
	key := newKey(r)
	in := voucher.Capture{
		Hold: hold.call.ID, Merchant: s.merchant.Address, Store: 1,
		Currency: hkd(), Amount: 6400, Deadline: unix() + commandLife,
	}
	call := Call{Verb: Capture, Campaign: b.ID, Of: in.Hold}
	for _, line := range hold.call.Lines {
		units := 1 + r.Uint64N(line.Units)
		in.Takes = append(in.Takes, voucher.Take{Campaign: b.ID, Serial: line.Serial, Units: units})
		call.Lines = append(call.Lines, Line{Serial: line.Serial, Units: units})
	}
	command, err := s.signer(s.tills[0]).SignCapture(in, key)
	call.ID = command.ID
	return request{signer: s.tills[0].Address, call: call, send: sends(command)}, err
}

// release frees what a hold reserved.
func (s *Shop) release(r *rand.Rand, b *board, hold request) (request, error) {
	in := voucher.Release{
		Hold: hold.call.ID, Merchant: s.merchant.Address, Till: s.tills[0].Address, Store: 1,
		Deadline: unix() + commandLife + r.Uint64N(commandLife),
	}
	call := Call{Verb: Release, Campaign: b.ID, Of: in.Hold}
	for _, line := range hold.call.Lines {
		in.Vouchers = append(in.Vouchers, voucher.Ref{Campaign: b.ID, Serial: line.Serial})
		call.Lines = append(call.Lines, Line{Serial: line.Serial})
	}
	command, err := client.SignAlone(s.signer(s.tills[0]), in)
	call.ID = command.ID
	return request{signer: in.Till, call: call, send: sends(command)}, err
}

// rollback gives a redemption back, whole or in part.
func (s *Shop) rollback(r *rand.Rand, b *board, sale request) (request, error) {
	in := voucher.Rollback{
		Author: s.merchant.Address, Merchant: s.merchant.Address, Redemption: sale.call.ID,
		Deadline: unix() + commandLife + r.Uint64N(commandLife),
	}
	call := Call{Verb: Rollback, Campaign: b.ID, Of: in.Redemption}
	returned := b.returnedOf(in.Redemption)
	for _, line := range sale.call.Lines {
		back := Line{Serial: line.Serial, Taken: line.Units, Returned: returned[line.Serial]}
		back.Units = 1 + r.Uint64N(max(back.Taken-back.Returned, 1))
		in.Returns = append(in.Returns, voucher.Return{
			Campaign: b.ID, Serial: back.Serial, Units: back.Units, Taken: back.Taken, Returned: back.Returned,
		})
		call.Lines = append(call.Lines, back)
	}
	command, err := client.SignAlone(s.signer(s.merchant), in)
	call.ID = command.ID
	return request{call: call, send: sends(command)}, err
}

// readVoucher is by the merchant, who sees every one, or by a wallet.
func (s *Shop) readVoucher(b *board, by voucher.Address, serial uint32) request {
	ref := voucher.Ref{Campaign: b.ID, Serial: serial}
	return request{
		call: Call{Verb: ReadVoucher, Campaign: b.ID, By: by, Lines: []Line{{Serial: serial}}},
		send: func(ctx context.Context, c *client.Client) Answer {
			c, err := s.as(c, by)
			if err != nil {
				return Answer{Code: codeOf(err)}
			}
			info, err := c.Voucher(ctx, ref)
			if err != nil {
				return Answer{Code: codeOf(err)}
			}
			seen := Seen{Owner: info.Owner, State: info.State, Units: info.Units, SignedAt: info.SignedAt}
			if info.Held != nil {
				seen.Hold, seen.Held = info.Held.Hold, info.Held.Units
			}
			return Answer{Code: Shown, Voucher: &seen}
		},
	}
}

// readCommand settles a command, for the merchant or for the command's signer.
func (s *Shop) readCommand(of Call, by voucher.Address, asRedemption bool) request {
	call := Call{Verb: ReadCommand, Campaign: of.Campaign, ID: of.ID, By: by}
	return request{call: call, send: func(ctx context.Context, c *client.Client) Answer {
		c, err := s.as(c, by)
		if err != nil {
			return Answer{Code: codeOf(err)}
		}
		ask := c.Command
		if asRedemption {
			ask = c.Redemption
		}
		out, err := ask(ctx, of.ID)
		if err != nil {
			return Answer{Code: codeOf(err)}
		}
		return Answer{Code: Shown, Outcome: &out}
	}}
}
