package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"tally/internal/api"
	"tally/internal/money"
	"tally/internal/voucher"
)

// spendTwice has two tills accept one code at the same time.
func (s *story) spendTwice(ctx context.Context) (string, error) {
	atCentral, err := s.prepare(s.freeDrink(s.people["bob"], s.drink.held["bob"], central, "demo-twice-1"))
	if err != nil {
		return "", err
	}
	atMongKok, err := s.atStore(atCentral, mongKok, "demo-twice-2")
	if err != nil {
		return "", err
	}
	var errs [2]error
	var both sync.WaitGroup
	for i, r := range []redemption{atCentral, atMongKok} {
		both.Go(func() { _, errs[i] = s.session.Send(ctx, r.Command) })
	}
	both.Wait()
	s.drink.took(1, DrinkDiscount)
	switch {
	case errs[0] == nil:
		return "accepted at Central, already_used at Mong Kok", expectRefusal("already_used", errs[1])
	case errs[1] == nil:
		return "accepted at Mong Kok, already_used at Central", expectRefusal("already_used", errs[0])
	default:
		return "", &wrong{"one of the two accepted", fmt.Sprintf("%v; %v", errs[0], errs[1])}
	}
}

func (s *story) redeemOnce(ctx context.Context) (string, error) {
	sale, record, err := s.sell(ctx, checkout{"Carol's two teas", "carol", s.drink, mongKok, twoTeas, "demo-carol"})
	s.sold = sale
	return fmt.Sprintf("%s off %s by the terms of her voucher, signed by her wallet and by the till",
			money.Text(record.Totals.Discount, record.Cart.Currency), money.Text(record.Totals.Amount, record.Cart.Currency)),
		firstOf(err, expect("discount", DrinkDiscount, record.Totals.Discount))
}

// replay compares bytes, so it goes past the client.
func (s *story) replay(ctx context.Context) (string, error) {
	body, err := json.Marshal(s.sold.Request)
	if err != nil {
		return "", fmt.Errorf("encode request: %w", err)
	}
	var answers [2]string
	for i := range answers {
		header := http.Header{"Idempotency-Key": {s.sold.Key}, "Content-Type": {"application/json"}}
		status, answer, err := s.raw(ctx, http.MethodPost, "/v1/redemptions", header, body)
		if err != nil {
			return "", err
		}
		if err := expect("status", http.StatusCreated, status); err != nil {
			return "", err
		}
		answers[i] = string(answer)
	}
	first, err := s.first(ctx, s.people["carol"], s.sold.ID)
	if err != nil {
		return "", err
	}
	for _, answer := range answers {
		if err := expect("answer", first, answer); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%d bytes, three times", len(first)), nil
}

// crossBorder redeems far from home. A campaign counts in one currency: the till
// prices the cart in that, and writes the local price on the customer's receipt.
func (s *story) crossBorder(ctx context.Context) (string, error) {
	cup := s.cups("dan", siam, 1, "demo-bangkok-baht")
	cup.currency = voucher.Currency{'T', 'H', 'B'}
	if err := s.buyInVain(ctx, cup, "wrong_currency"); err != nil {
		return "", err
	}
	if _, _, err := s.sell(ctx, checkout{"Dan's cup", "dan", s.pass, siam, cupOfDan, "demo-bangkok"}); err != nil {
		return "", err
	}
	s.abroad = s.priced[len(s.priced)-1]
	clock, err := chain()[siam-1].clock(s.app.Now())
	return fmt.Sprintf("85.00 THB on the receipt at %s; the ledger counts %s of the pass\nin THB the till is refused: wrong_currency",
		clock, money.Text(cupAmount, s.pass.terms.Currency)), err
}

// screenshot shows a code that was photographed, after its owner used a newer one.
func (s *story) screenshot(ctx context.Context) (string, error) {
	old := s.cups("erin", bukitBintang, 1, "demo-screenshot")
	old.ago = time.Minute
	stolen, err := s.prepare(old)
	if err != nil {
		return "", err
	}
	if _, err := s.buy(ctx, s.cups("erin", makati, 1, "demo-erin")); err != nil {
		return "", err
	}
	_, err = s.session.Send(ctx, stolen.Command)
	return "superseded: using the newer one killed it, and no server had to know of it", expectRefusal("superseded", err)
}

// stranger asks for a voucher of somebody else and for one that is not there.
func (s *story) stranger(ctx context.Context) (string, error) {
	token, err := s.session.Token(s.people["stranger"])
	if err != nil {
		return "", err
	}
	header := http.Header{"Authorization": {"Bearer " + token}}
	var answers [2]string
	nothing := voucher.Ref{Campaign: voucher.CampaignID{1}, Serial: 1}
	for i, ref := range []voucher.Ref{s.drink.held["alice"], nothing} {
		status, answer, err := s.raw(ctx, http.MethodGet, "/v1/vouchers/"+ref.String(), header, nil)
		if err != nil {
			return "", err
		}
		if err := expect("status", http.StatusNotFound, status); err != nil {
			return "", err
		}
		answers[i] = withoutRequestID(answer)
	}
	return "404, the same bytes as for a voucher that does not exist", expect("answer", answers[1], answers[0])
}

// withoutRequestID blanks the one member of a problem that differs from request
// to request.
func withoutRequestID(problem []byte) string {
	var p api.Problem
	if json.Unmarshal(problem, &p) != nil || p.RequestID == "" {
		return string(problem)
	}
	return string(bytes.ReplaceAll(problem, []byte(p.RequestID), nil))
}
