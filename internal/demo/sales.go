package demo

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"fmt"
	"io"
	"net/http"
	"time"

	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// The orders of the story, in the minor units of the campaign's money.
const (
	drinkAmount   = 6400 // two drinks in Hong Kong dollars, the cheaper one free
	DrinkDiscount = 3200
	cupAmount     = 1150 // one cup in ringgit, free by the pass
)

// purchase is one voucher that is shown at a store's till, and what the till
// takes of it.
type purchase struct {
	owner            *ecdsa.PrivateKey
	of               *published
	ref              voucher.Ref
	store            uint32
	units            uint64
	amount, discount uint64
	currency         voucher.Currency // if not the campaign's
	key              string           // of idempotency
	ago              time.Duration    // that the code was signed
	hold             time.Duration    // that the till may reserve; 0: it takes at once
}

// redemption is a code with a store's half, signed and ready to be sent any
// number of times.
type redemption struct {
	client.Command
	code intent.Code
	half voucher.Accept // the store's
}

// freeDrink is an order of two drinks at a store, the cheaper one free.
func (s *story) freeDrink(owner *ecdsa.PrivateKey, ref voucher.Ref, store uint32, key string) purchase {
	return purchase{
		owner: owner, of: s.drink, ref: ref, store: store, units: 1, amount: drinkAmount, discount: DrinkDiscount, key: key,
	}
}

// cups is an order of cups that somebody's pass pays for.
func (s *story) cups(name string, store uint32, cups uint64, key string) purchase {
	return purchase{
		owner: s.people[name], of: s.pass, ref: s.pass.held[name], store: store, units: cups,
		amount: cups * cupAmount, discount: cups * cupAmount, key: key,
	}
}

// prepare signs both halves.
func (s *story) prepare(p purchase) (redemption, error) {
	in := client.Offer([]voucher.Ref{p.ref}, p.units, s.app.Now().Add(-p.ago), voucher.RedeemLife*time.Second)
	if p.hold != 0 {
		in.HoldUntil = in.SignedAt + uint64(p.hold/time.Second) //nolint:gosec // above zero
	}
	code, err := client.Signer{Domain: s.session.Domain, Key: p.owner}.SignOffer(in)
	if err != nil {
		return redemption{}, err
	}
	if p.currency == (voucher.Currency{}) {
		p.currency = p.of.terms.Currency
	}
	half := voucher.Accept{
		Merchant: s.who("root"), Store: p.store, Parts: []voucher.Part{{Units: p.units, Discount: p.discount}},
		Currency: p.currency, Amount: p.amount,
	}
	return s.join(code, half, p.key)
}

// join has a store's till accept a code.
func (s *story) join(code intent.Code, half voucher.Accept, key string) (redemption, error) {
	both, err := s.signer(tillOf(half.Store)).SignAccept(code, half, key)
	if code.Offer.HoldUntil != 0 {
		return redemption{client.Hold(both, key), code, both.Accept}, err
	}
	return redemption{client.Redemption(both, key), code, both.Accept}, err
}

// buy prepares a purchase and has the till take it.
func (s *story) buy(ctx context.Context, p purchase) (redemption, error) {
	r, err := s.prepare(p)
	if err != nil {
		return r, err
	}
	if _, err := s.session.Send(ctx, r.Command); err != nil {
		return r, err
	}
	p.of.took(p.units, p.discount)
	return r, nil
}

// buyInVain is a purchase that has to be refused.
func (s *story) buyInVain(ctx context.Context, p purchase, refusal string) error {
	r, err := s.prepare(p)
	if err != nil {
		return err
	}
	_, err = s.session.Send(ctx, r.Command)
	return expectRefusal(refusal, err)
}

// took counts what a till took of one voucher. One that has a single unit is
// spent by that; the story empties no other.
func (p *published) took(units, discount uint64) {
	p.redeemed += units
	p.discount += discount
	if p.terms.Units == 1 {
		p.spent++
	}
}

// atStore is the same code accepted at another store.
func (s *story) atStore(r redemption, store uint32, key string) (redemption, error) {
	half := r.half
	half.Store = store
	return s.join(r.code, half, key)
}

// first is the redemption as the ledger keeps it, shown to its owner.
func (s *story) first(ctx context.Context, owner *ecdsa.PrivateKey, id voucher.Hash) (string, error) {
	token, err := s.session.Token(owner)
	if err != nil {
		return "", err
	}
	header := http.Header{"Authorization": {"Bearer " + token}}
	status, answer, err := s.raw(ctx, http.MethodGet, "/v1/redemptions/"+id.String(), header, nil)
	if err != nil {
		return "", err
	}
	return string(answer), expect("status", http.StatusOK, status)
}

// raw sends a request and returns the answer as it came.
func (s *story) raw(ctx context.Context, method, path string, header http.Header, body []byte) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, s.server.URL()+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, fmt.Errorf("make request: %w", err)
	}
	request.Header = header
	res, err := s.http.Do(request)
	if err != nil {
		return 0, nil, fmt.Errorf("ask server: %w", err)
	}
	defer func() { _ = res.Body.Close() }() // it was read to its end
	answer, err := io.ReadAll(res.Body)
	return res.StatusCode, answer, err
}
