package httpapi_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/httpapi"
	"tally/internal/httpapi/apitest"
	"tally/internal/index"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// closed is a ledger that answers nothing but its id: any other call
// panics, and the request ends in 500.
type closed struct {
	ledger.Ledger
	id voucher.Hash
}

func (c closed) ID() voucher.Hash { return c.id }

// closedIndex is an index that answers nothing.
type closedIndex struct{ index.Index }

// TestAttack_Door_NothingIsLookedUp sends what nobody signed to every route that
// takes a command: a thousand of each verb, in short form fifty. Neither the
// ledger nor the index is asked anything for them.
func TestAttack_Door_NothingIsLookedUp(t *testing.T) {
	each := 50
	if os.Getenv("TALLY_LONG") != "" {
		each = ledgertest.GarbageEach
	}
	l := closed{id: ledgertest.LedgerID(1)}
	gin.SetMode(gin.TestMode)
	p := ledger.NewPipeline(l, 1)
	t.Cleanup(p.Close)
	log := slog.New(slog.DiscardHandler)
	api := httpapi.New(teller.New(l, p, closedIndex{}, log), log, time.Now, func() bool { return true }).Handler()
	elsewhere, err := memory.New(l.id, ledgertest.Operators(), 1, ledgertest.Start)
	require.NoError(t, err)
	w := ledgertest.NewWorld(t, elsewhere, ledgertest.Start)
	w.Found()
	g := ledgertest.NewGarbage(3)
	send := func(c voucher.Command) {
		r := doorRequest(t, w.Domain, c)
		answer := httptest.NewRecorder()
		api.ServeHTTP(answer, r)
		require.GreaterOrEqual(t, answer.Code, 400, "%+v", c)
		require.Less(t, answer.Code, 500, "%T: %s", c, answer.Body)
		require.Empty(t, answer.Header().Get("Location"))
		require.Empty(t, answer.Header().Get("Idempotency-Replayed"))
	}
	wellFormed := w.WellFormed()
	for _, v := range ledgertest.Verbs() {
		for range each {
			send(g.Command(v))
		}
	}
	for range each {
		for _, c := range wellFormed {
			send(g.Unsigned(c))
		}
	}
}

// doorRequest is the request that carries a command.
func doorRequest(t *testing.T, d *intent.Domain, c voucher.Command) *http.Request {
	t.Helper()
	path, key, body := doorBody(t, d, c)
	raw, err := json.Marshal(body)
	require.NoError(t, err)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, bytes.NewReader(raw))
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	return r
}

// doorBody is where a command is sent, under which key, and its body.
func doorBody(t *testing.T, d *intent.Domain, c voucher.Command) (path, key string, body any) {
	t.Helper()
	const merchants = "/v1/merchants/"
	switch c := c.(type) {
	case voucher.Approved[voucher.SetOperators]:
		return "/v1/operators", "", approvedBody(c.Intent, c.Approvals)
	case voucher.Approved[voucher.RecoverRoot]:
		return merchants + c.Intent.Merchant.String() + "/recoveries", "", approvedBody(c.Intent, c.Approvals)
	case voucher.JointlyProven[voucher.SetOperators]:
		return "/v1/operators", "", apitest.JointRequest[voucher.SetOperators](t, c)
	case voucher.JointlyProven[voucher.RecoverRoot]:
		return merchants + c.Intent.Merchant.String() + "/recoveries", "", apitest.JointRequest[voucher.RecoverRoot](t, c)
	case voucher.Approved[voucher.SetAuditor]:
		return "/v1/operators/auditors", "", approvedBody(c.Intent, c.Approvals)
	case voucher.Proven[voucher.AdmitMerchant]:
		return "/v1/merchants", "", apitest.Request[voucher.AdmitMerchant](t, c)
	case voucher.Proven[voucher.RotateRoot]:
		return merchants + c.Intent.Merchant.String() + "/roots", "", apitest.Request[voucher.RotateRoot](t, c)
	case voucher.Signed[voucher.PutAttestor]:
		return "/v1/campaigns/" + c.Intent.Campaign.String() + "/attestors", "", signedBody(c)
	case voucher.Signed[voucher.AdmitMerchant]:
		return "/v1/merchants", "", signedBody(c)
	case voucher.Signed[voucher.SuspendMerchant]:
		return merchants + c.Intent.Merchant.String() + "/suspensions", "", signedBody(c)
	case voucher.Signed[voucher.ReinstateMerchant]:
		return merchants + c.Intent.Merchant.String() + "/reinstatements", "", signedBody(c)
	case voucher.Signed[voucher.PutStore]:
		return merchants + c.Intent.Merchant.String() + "/stores", "", signedBody(c)
	case voucher.Signed[voucher.PutKey]:
		return merchants + c.Intent.Merchant.String() + "/keys", "", signedBody(c)
	case voucher.Signed[voucher.RotateRoot]:
		return merchants + c.Intent.Merchant.String() + "/roots", "", signedBody(c)
	case voucher.Signed[voucher.CreateCampaign]:
		return "/v1/campaigns", "", signedBody(c)
	case voucher.Signed[voucher.ChangeCampaign]:
		return "/v1/campaigns/" + c.Intent.Campaign.String() + "/changes", "", signedBody(c)
	case voucher.Signed[voucher.Issue]:
		return "/v1/issues", "", signedBody(c)
	case voucher.Signed[voucher.Release]:
		return "/v1/holds/" + c.Intent.Hold.String() + "/releases", "", signedBody(c)
	case voucher.Signed[voucher.Rollback]:
		return "/v1/redemptions/" + c.Intent.Redemption.String() + "/rollbacks", "", signedBody(c)
	default:
		return doorCustomerBody(t, d, c)
	}
}

func doorCustomerBody(t *testing.T, d *intent.Domain, c voucher.Command) (path, key string, body any) {
	t.Helper()
	code := func(offer voucher.Redeem, s voucher.Signature) string {
		text, err := d.Text(intent.Code{Offer: offer, Signature: s})
		if err != nil { // it is beyond what a code can say
			return "none"
		}
		return text
	}
	const order = "order 1001" // a reference that somebody may have used
	switch c := c.(type) {
	case voucher.DeliverCommand:
		return "/v1/deliveries", "", api.DeliveryRequest{Intent: c.Deliver, Path: c.Path}
	case voucher.ClaimCommand:
		r := api.ClaimRequest{Intent: c.Claim, Signature: intent.FormatSignature(c.Signature)}
		if c.Ticket != (voucher.Ticket{}) {
			r.Ticket, r.TicketSignature = &c.Ticket, intent.FormatSignature(c.TicketSignature)
		}
		return "/v1/claims", "", r
	case voucher.TransferCommand:
		return "/v1/transfers", "", api.PlacedRequest[voucher.Transfer]{Intent: c.Transfer, Signature: intent.FormatSignature(c.Signature), Place: &c.Place}
	case voucher.VoidCommand:
		return "/v1/voids", "", api.PlacedRequest[voucher.Void]{Intent: c.Void, Signature: intent.FormatSignature(c.Signature), Place: &c.Place}
	case voucher.RedeemCommand:
		c.Accept.Reference = api.Reference(order)
		path := "/v1/redemptions"
		if c.Offer.HoldUntil != 0 {
			path = "/v1/holds"
		}
		return path, order, api.RedemptionRequest{
			Code: code(c.Offer, c.OfferSignature), Accept: c.Accept, Signature: intent.FormatSignature(c.AcceptSignature), Places: c.Places,
		}
	case voucher.Signed[voucher.Capture]:
		c.Intent.Reference = api.Reference(order)
		return "/v1/holds/" + c.Intent.Hold.String() + "/captures", order, signedBody(c)
	case voucher.CancelCommand:
		return "/v1/cancels", "", api.CancelRequest{
			Intent: c.Cancel, Signature: intent.FormatSignature(c.Signature), Code: code(c.Offer, c.OfferSignature), Places: c.Places,
		}
	}
	require.Fail(t, "no route is known here", "%T", c)
	return "", "", nil
}

func signedBody[T voucher.SingleIntent](c voucher.Signed[T]) api.SignedRequest[T] {
	return api.SignedRequest[T]{Intent: c.Intent, Signature: intent.FormatSignature(c.Signature)}
}

func approvedBody[T any](in T, approvals []voucher.Signature) api.ApprovedRequest[T] {
	r := api.ApprovedRequest[T]{Intent: in, Approvals: []string{}}
	for _, s := range approvals {
		r.Approvals = append(r.Approvals, intent.FormatSignature(s))
	}
	return r
}

// TestAttack_Door_AReplayIsForItsAuthors sends a claim and a sale again with
// signatures that nobody made: the answer is a refusal, and not what was done.
func TestAttack_Door_AReplayIsForItsAuthors(t *testing.T) {
	s := newShop(t)
	claim := s.claimRequest(s.Alice, s.create(10, nil), 0)
	claimed, err := s.client.Send(s.ctx(), apitest.Command(s.Domain, claim))
	require.NoError(t, err)
	ref, _, _ := voucher.VoucherOf(claimed.Events[0])
	sale := s.sale(s.Alice, s.Offer(s.Alice, ref), s.Till, 1, "sale")
	first, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, sale, "sale"))
	require.NoError(t, err)
	again, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, sale, "sale"))
	require.NoError(t, err)
	require.Equal(t, string(first.Canonical()), string(again.Canonical()))

	made := intent.FormatSignature(s.Sign(s.Bob, claim.Intent))
	claim.Signature = made
	_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, claim))
	requireProblem(t, http.StatusForbidden, "bad_signature", err)
	sale.Signature = made
	_, err = s.client.Send(s.ctx(), apitest.Keyed(s.Domain, sale, "sale"))
	requireProblem(t, http.StatusForbidden, "bad_signature", err)
}

// TestAttack_Door_AReferenceIsTheMerchants has somebody with a key of his own
// sign acceptances for a merchant's order numbers: used or not, the answer is the
// same, and the merchant's till is not kept waiting.
func TestAttack_Door_AReferenceIsTheMerchants(t *testing.T) {
	s, id, _, _ := sold(t)
	ref := s.claim(s.Alice, id, 1)
	for _, key := range []string{"sale", "unused"} {
		_, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, s.sale(s.Bob, s.Offer(s.Bob, ref), s.Bob, 1, key), key))
		requireProblem(t, http.StatusForbidden, "not_authorised", err)
	}
	s.advance(time.Second)
	_, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, s.sale(s.Alice, s.Offer(s.Alice, ref), s.Till, 1, "unused"), "unused"))
	require.NoError(t, err)
}
