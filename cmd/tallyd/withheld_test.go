package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/httpapi/apitest"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// longestTry is when the last of the redemptions that are cut off is.
const longestTry = 400 * time.Millisecond

// withheld is a sale that was cut off before it was answered, perhaps in the
// hands of an orderer, and then cancelled at the other server.
type withheld struct {
	sale
	id       voucher.Hash
	answered bool   // before it was cut off
	cancel   string // the refusal of the cancel; "" is that it was accepted
}

// withhold has the owners of vouchers show their codes, cuts the sales off at
// some moment, and cancels each until that is answered for good.
func (c *cluster) withhold(held []holding) []withheld {
	all := make([]withheld, len(held))
	atOnce(len(held), func(i int) { all[i] = c.withholdOne(held[i], i) })
	return all
}

func (c *cluster) withholdOne(h holding, at int) withheld {
	offer := c.Offer(h.owner, h.Ref)
	w := withheld{sale: c.sell(h.owner, offer, at, fmt.Sprint("withheld ", h.Ref)), id: c.Domain.Digest(offer)}
	in := voucher.Cancel{Offer: w.id, Author: h.owner.Address, Deadline: c.Unix() + 600}
	cancel := api.CancelRequest{Intent: in, Signature: intent.FormatSignature(c.Sign(h.owner, in)), Code: w.request.Code}

	ctx, cut := context.WithTimeout(c.ctx, rand.N(longestTry))
	defer cut()
	_, err := c.client(at).Send(ctx, apitest.Keyed(c.Domain, w.request, w.key))
	w.answered = err == nil
	w.cancel = c.insist(at+1, func(api *client.Client) (voucher.Outcome, error) {
		return api.Send(c.ctx, apitest.Command(c.Domain, cancel))
	}).code
	return w
}

// decided checks that a cancel is the last word: where it was accepted the sale
// was not made, and is not made if it is sent again; where it was refused it was
// because the sale was made. It returns how many were cancelled.
func (c *cluster) decided(all []withheld, replayed map[voucher.Hash]voucher.Outcome) (cancelled int) {
	c.t.Helper()
	for _, w := range all {
		made, there := replayed[w.id]
		if w.cancel != "" {
			require.Equal(c.t, "already_used", w.cancel)
			require.True(c.t, there, "refused to cancel what was not sold")
			require.Equal(c.t, string(made.Canonical()), string(c.redeem(0, w.sale).outcome.Canonical()))
			continue
		}
		cancelled++
		require.False(c.t, w.answered, "cancelled after it was sold")
		require.False(c.t, there, "sold although cancelled")
		for at := range c.servers {
			token, err := c.client(at).Token(c.Domain, c.Merchant.Key, time.Now().Add(client.TokenLife))
			require.NoError(c.t, err)
			_, err = c.client(at).As(token).Redemption(c.ctx, w.id)
			require.ErrorContains(c.t, err, "not_found")
			require.Equal(c.t, "already_used", c.redeem(at, w.sale).code, "sent again after its cancel")
		}
	}
	return cancelled
}
