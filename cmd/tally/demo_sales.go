package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"tally/internal/httpapi"
	"tally/internal/voucher"
)

// redemption is a code with a store's half, signed and ready to be sent any
// number of times.
type redemption struct {
	id      voucher.Hash
	key     string // of idempotency
	request httpapi.RedemptionRequest
}

// prepare signs both halves of a redemption of one voucher at a store's till.
func (s *story) prepare(owner *ecdsa.PrivateKey, ref voucher.Ref, store uint32, key string) (redemption, error) {
	code, err := signCode(s.session.domain, owner, offer([]voucher.Ref{ref}, 1, s.app.Now(), voucher.RedeemLife*time.Second))
	if err != nil {
		return redemption{}, err
	}
	sale := sale{key: key, accept: voucher.Accept{
		Merchant: s.who("root"), Store: store, Parts: []voucher.Part{{Units: 1, Discount: demoDiscount}},
		Currency: s.terms.Currency, Amount: demoAmount,
	}}
	till := s.people[fmt.Sprintf("till-%d", store)]
	request, id, err := s.session.redemption(till, code, sale)
	return redemption{id, key, request}, err
}

// atStore is the same code accepted at another store.
func (s *story) atStore(r redemption, store uint32, key string) (redemption, error) {
	till := s.people[fmt.Sprintf("till-%d", store)]
	code, err := s.session.domain.ParseCode(r.request.Code)
	if err != nil {
		return r, err
	}
	accept := r.request.Accept
	accept.Store = store
	request, id, err := s.session.redemption(till, code, sale{key: key, accept: accept})
	return redemption{id, key, request}, err
}

// spendTwice has two tills accept one code at the same time.
func (s *story) spendTwice(ctx context.Context) (string, error) {
	central, err := s.prepare(s.people["wallet-1"], s.held["wallet-1"], 1, "demo-twice-1")
	if err != nil {
		return "", err
	}
	mongKok, err := s.atStore(central, 2, "demo-twice-2")
	if err != nil {
		return "", err
	}
	var errs [stores]error
	var both sync.WaitGroup
	for i, r := range []redemption{central, mongKok} {
		both.Go(func() { _, errs[i] = s.session.client.Redeem(ctx, r.request, r.key) })
	}
	both.Wait()
	s.spent++
	switch {
	case errs[0] == nil:
		return "accepted at Central, already_used at Mong Kok", expectRefusal("already_used", errs[1])
	case errs[1] == nil:
		return "accepted at Mong Kok, already_used at Central", expectRefusal("already_used", errs[0])
	default:
		return "", &wrong{"one of the two accepted", fmt.Sprintf("%v; %v", errs[0], errs[1])}
	}
}

func (s *story) redeemOnce(ctx context.Context) (_ string, err error) {
	if s.sold, err = s.prepare(s.people["wallet-2"], s.held["wallet-2"], 2, "demo-wallet-2"); err != nil {
		return "", err
	}
	out, err := s.session.client.Redeem(ctx, s.sold.request, s.sold.key)
	s.spent++
	return fmt.Sprintf("%s off %s, at %s", money(demoDiscount, s.terms.Currency), money(demoAmount, s.terms.Currency), out.Position), err
}

// replay compares bytes, so it goes past the client.
func (s *story) replay(ctx context.Context) (string, error) {
	body, err := json.Marshal(s.sold.request)
	if err != nil {
		return "", fmt.Errorf("encode request: %w", err)
	}
	var answers [2]string
	for i := range answers {
		header := http.Header{"Idempotency-Key": {s.sold.key}, "Content-Type": {"application/json"}}
		status, answer, err := s.raw(ctx, http.MethodPost, "/v1/redemptions", header, body)
		if err != nil {
			return "", err
		}
		if err := expect("status", http.StatusCreated, status); err != nil {
			return "", err
		}
		answers[i] = string(answer)
	}
	first, err := s.first(ctx, s.people["wallet-2"], s.sold.id)
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

// first is the redemption as the ledger keeps it, shown to its owner.
func (s *story) first(ctx context.Context, owner *ecdsa.PrivateKey, id voucher.Hash) (string, error) {
	token, err := s.session.token(owner)
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

// stranger asks for a voucher of somebody else and for one that is not there.
func (s *story) stranger(ctx context.Context) (string, error) {
	token, err := s.session.token(s.people["stranger"])
	if err != nil {
		return "", err
	}
	header := http.Header{"Authorization": {"Bearer " + token}}
	var answers [2]string
	nothing := voucher.Ref{Campaign: voucher.CampaignID{1}, Serial: 1}
	for i, ref := range []voucher.Ref{s.held["wallet-3"], nothing} {
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
	var p httpapi.Problem
	if json.Unmarshal(problem, &p) != nil || p.RequestID == "" {
		return string(problem)
	}
	return string(bytes.ReplaceAll(problem, []byte(p.RequestID), nil))
}

// raw sends a request and returns the answer as it came.
func (s *story) raw(ctx context.Context, method, path string, header http.Header, body []byte) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, s.server.url()+path, bytes.NewReader(body))
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
