package httpapi_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/httpapi/apitest"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// recorder keeps the first accepted request of each operation, and its answer.
type recorder struct {
	t    testing.TB
	next http.RoundTripper
	kept map[string]api.Example
	sent map[string]accepted
	name string // of the operation under way
}

// accepted is a request that was accepted, as it was sent.
type accepted struct {
	target string
	header http.Header
	body   []byte
}

// RoundTrip implements http.RoundTripper.
func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	require.NoError(r.t, err)
	req.Body = io.NopCloser(bytes.NewReader(body))
	res, err := r.next.RoundTrip(req)
	require.NoError(r.t, err)
	answer, err := io.ReadAll(res.Body)
	require.NoError(r.t, err)
	require.NoError(r.t, res.Body.Close())
	res.Body = io.NopCloser(bytes.NewReader(answer))
	if _, ok := r.kept[r.name]; !ok && res.StatusCode < http.StatusBadRequest && r.name != "" {
		e := api.Example{Answer: exampleAnswer(r.t, res.Header.Get("Content-Type"), answer)}
		if len(body) > 0 {
			e.Request = body
		}
		r.kept[r.name] = e
		r.sent[r.name] = accepted{req.URL.RequestURI(), req.Header.Clone(), body}
	}
	return res, nil
}

// exampleAnswer is an answer as the examples keep it.
func exampleAnswer(t testing.TB, media string, answer []byte) json.RawMessage {
	t.Helper()
	var value any
	switch {
	case strings.HasPrefix(media, "application/json"):
		return answer
	case strings.HasPrefix(media, "text/plain"):
		value = string(answer)
	default:
		value = answer // in base64
	}
	raw, err := json.Marshal(value)
	require.NoError(t, err)
	return raw
}

// play carries out every command once, and asks for what came of it.
func play(t testing.TB, s *shop) *recorder {
	t.Helper()
	r := &recorder{t: t, next: s.http.Transport, kept: map[string]api.Example{}, sent: map[string]accepted{}}
	s.http.Transport = r
	s.client = client.New(s.url, s.http)
	defer func() {
		s.http.Transport = r.next
		s.client = client.New(s.url, s.http)
	}()
	do := func(name string, send func() (voucher.Outcome, error)) voucher.Outcome {
		t.Helper()
		r.name = name
		out, err := send()
		require.NoError(t, err, name)
		r.name = ""
		s.advance(2 * time.Second)
		return out
	}
	read := func(name, path, token string) {
		t.Helper()
		r.name = name
		status, _, answer := s.raw(http.MethodGet, path, "", map[string]string{"Authorization": "Bearer " + token})
		require.Equal(t, http.StatusOK, status, "%s: %s", name, answer)
		r.name = ""
	}
	get := func(name string, path string, by ledgertest.Actor) {
		t.Helper()
		read(name, path, s.token(by))
	}
	ctx, c := s.ctx(), s.client

	playMerchants(s, do)
	terms := s.Terms(0, anything)
	created := do("createCampaign", func() (voucher.Outcome, error) {
		return c.Send(ctx, apitest.Command(s.Domain, apitest.Request[voucher.CreateCampaign](t, s.Create(terms))))
	})
	id := voucher.CampaignOf(created.ID)
	do("changeCampaign", func() (voucher.Outcome, error) {
		return c.Send(ctx, apitest.Command(s.Domain, apitest.Request[voucher.ChangeCampaign](t, s.Change(voucher.ChangeCampaign{
			Campaign: id, Version: 1, Status: voucher.CampaignActive, Supply: 8, Open: 4,
		}))))
	})
	ticketed := voucher.CampaignOf(do("", func() (voucher.Outcome, error) {
		in := s.Terms(3, func(in *voucher.CreateCampaign) { in.Attestors = []voucher.Address{s.Other.Address} })
		return c.Send(ctx, apitest.Command(s.Domain, apitest.Request[voucher.CreateCampaign](t, s.Create(in))))
	}).ID)
	do("putAttestor", func() (voucher.Outcome, error) {
		return c.Send(ctx, apitest.Command(s.Domain, apitest.Request[voucher.PutAttestor](t, s.World.PutAttestor(ticketed, s.Bob.Address, 0, true))))
	})
	do("setAuditor", func() (voucher.Outcome, error) {
		set, ok := s.World.SetAuditor(auditorActor().Address, 0, s.Unix()+30*86400).(voucher.Approved[voucher.SetAuditor])
		require.True(t, ok)
		return c.Send(ctx, apitest.Command(s.Domain, api.ApprovedRequest[voucher.SetAuditor]{
			Intent: set.Intent, Approvals: []string{intent.FormatSignature(set.Approvals[0])},
		}))
	})
	ref := voucher.Ref{Campaign: id}
	for i, e := range do("claim", func() (voucher.Outcome, error) {
		return c.Send(ctx, apitest.Command(s.Domain, s.claimRequest(s.Alice, id, 0)))
	}).Events {
		if i == 0 {
			ref, _, _ = voucher.VoucherOf(e)
		}
	}
	sale := do("redeem", func() (voucher.Outcome, error) {
		return c.Send(ctx, apitest.Keyed(s.Domain, s.sale(s.Alice, s.Offer(s.Alice, ref), s.Till, 1, "sale 1"), "sale 1"))
	})
	do("rollback", func() (voucher.Outcome, error) {
		return c.Send(ctx, apitest.Command(s.Domain, apitest.Request[voucher.Rollback](t, s.World.Rollback(s.Merchant, sale.ID, ledgertest.Return(ref, 1, 1, 0)))))
	})
	hold := do("hold", func() (voucher.Outcome, error) {
		return c.Send(ctx, apitest.Keyed(s.Domain, api.HoldRequest(s.holdRequest(s.Alice, ref, 6, time.Hour, "hold 1")), "hold 1"))
	})
	do("capture", func() (voucher.Outcome, error) {
		return c.Send(ctx, apitest.Keyed(s.Domain, s.captureRequest(hold.ID, "capture 1", ledgertest.Take(ref, 4, 4*3200)), "capture 1"))
	})
	second := do("", func() (voucher.Outcome, error) {
		return c.Send(ctx, apitest.Keyed(s.Domain, api.HoldRequest(s.holdRequest(s.Alice, ref, 1, time.Hour, "hold 2")), "hold 2"))
	})
	do("release", func() (voucher.Outcome, error) {
		return c.Send(ctx, apitest.Command(s.Domain, apitest.Request[voucher.Release](t, s.World.Release(second.ID, ref))))
	})
	offer := s.Offer(s.Alice, ref)
	do("cancel", func() (voucher.Outcome, error) {
		cancel := s.World.Cancel(s.Alice, offer)
		return c.Send(ctx, apitest.Command(s.Domain, api.CancelRequest{
			Intent: cancel.Cancel, Signature: intent.FormatSignature(cancel.Signature), Code: s.code(s.Alice, offer),
		}))
	})
	do("transfer", func() (voucher.Outcome, error) {
		give := s.World.Transfer(s.Alice, s.Bob.Address, ref)
		return c.Send(ctx, apitest.Command(s.Domain, api.PlacedRequest[voucher.Transfer]{
			Intent: give.Transfer, Signature: intent.FormatSignature(give.Signature),
		}))
	})
	owners := []voucher.Address{s.Alice.Address, s.Bob.Address}
	issue := do("issue", func() (voucher.Outcome, error) {
		return c.Send(ctx, apitest.Command(s.Domain, apitest.Request[voucher.Issue](t, s.World.Issue(s.Merchant, id, 0, owners...))))
	})
	do("deliver", func() (voucher.Outcome, error) {
		d := s.World.Deliver(issue.ID, owners, 0)
		return s.as(s.Alice).Send(ctx, apitest.Command(s.Domain, api.DeliveryRequest{Intent: d.Deliver, Path: d.Path}))
	})
	last := do("void", func() (voucher.Outcome, error) {
		end := s.World.Void(s.Merchant, ref)
		return c.Send(ctx, apitest.Command(s.Domain, api.PlacedRequest[voucher.Void]{Intent: end.Void, Signature: intent.FormatSignature(end.Signature)}))
	})
	for name, path := range map[string]string{
		"getMerchant": "/v1/merchants/" + s.Merchant.Address.String(), "getCampaign": "/v1/campaigns/" + id.String(),
		"auditCampaign": "/v1/campaigns/" + id.String() + "/audit", "getIssue": "/v1/issues/" + issue.ID.String(),
		"getRedemption": "/v1/redemptions/" + sale.ID.String(), "getHold": "/v1/holds/" + hold.ID.String(),
		"getReturned": "/v1/redemptions/" + sale.ID.String() + "/rollbacks", "getVoucher": "/v1/vouchers/" + ref.String(),
		"getHistory": "/v1/vouchers/" + ref.String() + "/history?limit=2", "getCommand": "/v1/commands/" + sale.ID.String(),
		"listRedemptions": "/v1/merchants/" + s.Merchant.Address.String() + "/redemptions?limit=1", "getOperators": "/v1/operators",
		"listAuditors": "/v1/operators/auditors", "listAttestors": "/v1/campaigns/" + ticketed.String() + "/attestors",
		"getByReference": "/v1/redemptions?merchant=" + s.Merchant.Address.String() + "&reference=" + api.Reference("sale 1").String(),
	} {
		get(name, path, s.Merchant)
	}
	get("listWallet", "/v1/wallets/"+s.Alice.Address.String()+"/vouchers?usable=1&store=1", s.Alice)
	get("getHolder", "/v1/wallets/"+s.Alice.Address.String()+"/campaigns/"+id.String(), s.Alice)

	playQuote(s, r)

	get("getReceipt", "/v1/commands/"+last.ID.String()+"/receipt", s.Merchant) // the log has all then
	auditor := s.auditorsToken()
	read("getCheckpoint", "/v1/log/checkpoint", auditor)
	read("getTile", "/v1/log/tile/0/000.p/2", auditor)
	if info, err := c.Ledger(ctx); err == nil && info.Chain != nil {
		read("getBlocks", "/v1/log/blocks?from=1", auditor)
		read("getProof", "/v1/log/proofs/"+last.Position.String(), auditor)
	}
	playRecords(s, r)
	return r
}

// playRecords deposits the records of two sales, reads one, and erases the other.
func playRecords(s *shop, r *recorder) {
	s.t.Helper()
	first, second := s.priced("priced 1"), s.priced("priced 2")
	ctx, merchant := s.ctx(), s.as(s.Merchant)
	for name, act := range map[string]func() error{
		"putRecord": func() error { _, _, err := merchant.Deposit(ctx, first.id, first.record, first.salt); return err },
		"":          func() error { _, _, err := merchant.Deposit(ctx, second.id, second.record, second.salt); return err },
	} {
		r.name = name
		require.NoError(s.t, act(), name)
	}
	r.name = "getRecord"
	_, err := merchant.Record(ctx, first.id)
	require.NoError(s.t, err)
	r.name = "eraseRecord"
	require.NoError(s.t, merchant.EraseRecord(ctx, second.id))
	r.name = ""
}

// playQuote asks what a new voucher takes off a cart.
func playQuote(s *shop, r *recorder) {
	s.t.Helper()
	s.claim(s.Alice, s.offering(tenOff, nil), 0)
	s.awaitIndex()
	r.name = "quote"
	status, _, _ := s.quote(s.token(s.Alice), map[string]any{"wallet": s.Alice.Address})
	require.Equal(s.t, http.StatusOK, status)
	r.name = ""
}

// playMerchants admits a merchant, and has its root changed, lost and found.
func playMerchants(s *shop, do func(string, func() (voucher.Outcome, error)) voucher.Outcome) {
	t, ctx, c := s.t, s.ctx(), s.client
	t.Helper()
	do("admitMerchant", func() (voucher.Outcome, error) {
		return c.Send(ctx, apitest.Command(s.Domain, apitest.Request[voucher.AdmitMerchant](t, s.Admit(s.Bob, "Bob's Bakery"))))
	})
	do("putStore", func() (voucher.Outcome, error) {
		return c.Send(ctx, apitest.Command(s.Domain, apitest.Request[voucher.PutStore](t, s.World.PutStore(5, 3, "Harbour"))))
	})
	do("putKey", func() (voucher.Outcome, error) {
		return c.Send(ctx, apitest.Command(s.Domain, apitest.Request[voucher.PutKey](t, s.World.PutKey(6, ledgertest.NewActor("clerk").Address, voucher.ScopeIssue, 0))))
	})
	do("suspendMerchant", func() (voucher.Outcome, error) {
		return c.Send(ctx, apitest.Command(s.Domain, apitest.Request[voucher.SuspendMerchant](t, s.World.Suspend())))
	})
	do("reinstateMerchant", func() (voucher.Outcome, error) {
		return c.Send(ctx, apitest.Command(s.Domain, apitest.Request[voucher.ReinstateMerchant](t, s.World.Reinstate())))
	})
	do("recoverRoot", func() (voucher.Outcome, error) {
		recovery := apitest.JointRequest[voucher.RecoverRoot](t, s.World.RecoverRoot(s.Bob))
		return c.Send(ctx, apitest.Command(s.Domain, recovery))
	})
	do("rotateRoot", func() (voucher.Outcome, error) {
		return c.Send(ctx, apitest.Command(s.Domain, apitest.Request[voucher.RotateRoot](t, s.World.RotateRoot(s.Merchant, s.Merchant))))
	})
	do("setOperators", func() (voucher.Outcome, error) {
		set := voucher.SetOperators{
			Approvers: []voucher.Address{s.Operator.Address}, Version: 1,
			Operators: []voucher.Address{s.Operator.Address}, Threshold: 1, Deadline: s.Unix() + 600,
		}
		return c.Send(ctx, apitest.Command(s.Domain, api.OperatorsRequest{
			Intent: set, Approvals: []string{intent.FormatSignature(s.Sign(s.Operator, set))},
		}))
	})
}
