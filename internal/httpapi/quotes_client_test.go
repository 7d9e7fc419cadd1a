package httpapi_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/voucher"
)

// liar changes what a server answers: in an answer whose address ends with at, the first
// text becomes another.
type liar struct {
	next         http.RoundTripper
	at, from, to string
	lied         bool
}

// RoundTrip implements http.RoundTripper.
func (l *liar) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := l.next.RoundTrip(r)
	if err != nil || !strings.HasPrefix(r.URL.Path, l.at) {
		return res, err
	}
	text, err := io.ReadAll(res.Body)
	changed := bytes.ReplaceAll(text, []byte(l.from), []byte(l.to))
	l.lied = l.lied || !bytes.Equal(text, changed)
	res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(changed)), int64(len(changed))
	res.Header.Set("Content-Length", strconv.Itoa(len(changed)))
	return res, err
}

// TestQuote_LyingServer: a client computes a quote anew before anybody signs, so a server
// that changes a figure, the terms or the cart is found out.
func TestQuote_LyingServer(t *testing.T) {
	s := newShop(t)
	id := s.offering(tenOff, nil)
	s.claim(s.Alice, id, 0)
	price := func(l *liar) (client.Quoted, error) {
		l.next = s.http.Transport
		server := client.New(s.url, &http.Client{Transport: l})
		session := &client.Session{Client: server, Domain: s.Domain, Now: s.now}
		reader, err := session.As(s.Alice.Key)
		require.NoError(t, err)
		return session.Price(t.Context(), reader, api.QuoteRequest{
			Merchant: s.Merchant.Address, Store: 1, Wallet: &s.Alice.Address, Cart: json.RawMessage(teaCart),
		})
	}
	quoted, err := price(&liar{at: "/none"})
	require.NoError(t, err)
	require.Equal(t, uint64(5000), quoted.Order.Totals.Due)

	const quotes = "/v1/quotes"
	campaign := "/v1/campaigns/" + id.String()
	for _, l := range []*liar{
		{at: quotes, from: `\"discount\":1000`, to: `\"discount\":1001`},
		{at: quotes, from: `\"due\":5000`, to: `\"due\":5001`},
		{at: quotes, from: `"due":5000`, to: `"due":4000`},
		{at: quotes, from: `\"amount\":5700`, to: `\"amount\":5701`},
		{at: quotes, from: `MILK-TEA`, to: `COFFEE`},
		{at: quotes, from: `\"store\":1`, to: `\"store\":2`},
		{at: quotes, from: `\"offset\":0`, to: `\"offset\":60`},
		{at: quotes, from: s.Merchant.Address.String(), to: s.Bob.Address.String()},
		{at: quotes, from: s.Ledger.ID().String(), to: voucher.Hash{1}.String()},
		{at: quotes, from: `\"at\":17954`, to: `\"at\":17953`},
		{at: quotes, from: `tally-order/1`, to: `tally-order/2`},
		{at: campaign, from: `\"amount\":1000`, to: `\"amount\":900`},
		{at: campaign, from: `"maxDiscount":3200`, to: `"maxDiscount":9999`},
	} {
		_, err := price(l)
		require.True(t, l.lied, l.from)
		require.ErrorIs(t, err, client.ErrQuote, "%s: %s", l.at, l.from)
	}
}
