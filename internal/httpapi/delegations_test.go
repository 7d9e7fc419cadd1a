package httpapi_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/delegation"
	"tally/internal/httpapi/apitest"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

func unmarshal(body string, into any) error { return json.Unmarshal([]byte(body), into) }

// delegate is the text of a delegation by a key for the merchant.
func (s *shop) delegate(by ledgertest.Actor, edit func(*delegation.Delegation)) (string, voucher.Address) {
	s.t.Helper()
	d := delegation.Delegation{
		ID: delegation.NewID(), Issuer: s.Merchant.Address, Subject: "Jasmine POS",
		Scopes: []delegation.Scope{delegation.ReadCampaigns, delegation.ReadRedemptions, delegation.ReadVouchers, delegation.Relay},
		Issued: s.now(), Expires: s.now().Add(delegation.Life),
	}
	edit(&d)
	text, err := delegation.Sign(by.Key, s.Domain.Ledger(), d)
	require.NoError(s.t, err)
	return text, d.ID
}

func whole(*delegation.Delegation) {}

func scoped(store uint32, scopes ...delegation.Scope) func(*delegation.Delegation) {
	return func(d *delegation.Delegation) { d.Scopes, d.Store = scopes, store }
}

// auditorsToken has the operators name an auditor, and is a token of the auditor's own.
func (s *shop) auditorsToken() string {
	s.t.Helper()
	list, err := s.client.Auditors(s.ctx())
	require.NoError(s.t, err)
	if len(list.Auditors) == 0 {
		s.setAuditor(0, s.Unix()+voucher.AuditorLife/2)
	}
	return s.token(auditorActor())
}

// sold is a shop with one sale at store 1.
func sold(t *testing.T) (s *shop, id voucher.CampaignID, ref voucher.Ref, sale voucher.Outcome) {
	t.Helper()
	s = newShop(t)
	id = s.create(0, anything)
	ref = s.claim(s.Alice, id, 0)
	sale, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, s.sale(s.Alice, s.Offer(s.Alice, ref), s.Till, 1, "sale"), "sale"))
	require.NoError(t, err)
	return s, id, ref, sale
}

// reach tells what a token reaches: figures, redemption, list of redemptions, voucher.
func (s *shop) reach(token string, id voucher.CampaignID, ref voucher.Ref, sale voucher.Hash) [4]bool {
	s.t.Helper()
	c := s.client.As(token)
	campaign, err := c.Campaign(s.ctx(), id)
	require.NoError(s.t, err)
	_, err1 := c.Redemption(s.ctx(), sale)
	_, err2 := c.Redemptions(s.ctx(), s.Merchant.Address, 0, "")
	_, err3 := c.Voucher(s.ctx(), ref)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			requireProblem(s.t, http.StatusNotFound, "not_found", err)
		}
	}
	return [4]bool{campaign.Figures != nil, err1 == nil, err2 == nil, err3 == nil}
}

func TestDelegation_ReadsWhatItNames(t *testing.T) {
	s, id, ref, sale := sold(t)
	text := func(edit func(*delegation.Delegation)) string {
		text, _ := s.delegate(s.Merchant, edit)
		return text
	}
	for name, c := range map[string]struct {
		token string
		want  [4]bool // figures, redemption, redemptions, voucher
	}{
		"everything":       {text(whole), [4]bool{true, true, true, true}},
		"campaigns":        {text(scoped(0, delegation.ReadCampaigns)), [4]bool{true, false, false, false}},
		"redemptions":      {text(scoped(0, delegation.ReadRedemptions)), [4]bool{false, true, true, false}},
		"of the store":     {text(scoped(1, delegation.ReadRedemptions)), [4]bool{false, true, true, false}},
		"of another store": {text(scoped(2, delegation.ReadRedemptions)), [4]bool{false, false, true, false}}, // the list is empty
		"vouchers":         {text(scoped(0, delegation.ReadVouchers)), [4]bool{false, false, false, true}},
		"relay":            {text(scoped(0, delegation.Relay)), [4]bool{false, false, false, false}},
		"the auditor":      {s.auditorsToken(), [4]bool{true, true, true, true}},
		"the operator":     {s.token(s.Operator), [4]bool{true, false, false, false}},
		"the root":         {s.token(s.Merchant), [4]bool{true, true, true, true}},
		"the till":         {s.token(s.Till), [4]bool{false, true, false, false}},
		"another till":     {s.token(s.Other), [4]bool{false, false, false, false}},
		"the holder":       {s.token(s.Alice), [4]bool{false, true, false, true}},
		"a stranger":       {s.token(s.Bob), [4]bool{false, false, false, false}},
	} {
		require.Equal(t, c.want, s.reach(c.token, id, ref, sale.ID), name)
	}
	page, err := s.client.As(text(scoped(2, delegation.ReadRedemptions))).Redemptions(s.ctx(), s.Merchant.Address, 0, "")
	require.NoError(t, err)
	require.Empty(t, page.Data)
	_, err = s.client.As(text(whole)).Redemptions(s.ctx(), s.Bob.Address, 0, "")
	requireProblem(t, http.StatusNotFound, "not_found", err)
	_, err = s.client.As(text(scoped(2, delegation.ReadRedemptions))).Redemptions(s.ctx(), s.Merchant.Address, 1, "")
	requireProblem(t, http.StatusNotFound, "not_found", err)
	// A delegation relays, and does nothing else: it holds no vouchers.
	_, err = s.client.As(text(whole)).Wallet(s.ctx(), s.Alice.Address, "")
	requireProblem(t, http.StatusNotFound, "not_found", err)
}

// putKey is the root's word on a key, sent over HTTP.
func (s *shop) putKey(key voucher.Address, scopes, store uint32) {
	s.t.Helper()
	m, err := s.client.Merchant(s.ctx(), s.Merchant.Address)
	require.NoError(s.t, err)
	_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, apitest.Request[voucher.PutKey](s.t, s.World.PutKey(m.Version, key, scopes, store))))
	require.NoError(s.t, err)
}

// refused asserts that a token is no good.
func (s *shop) refused(token, why string) {
	s.t.Helper()
	_, err := s.client.As(token).Redemptions(s.ctx(), s.Merchant.Address, 0, "")
	var p *api.Problem
	require.ErrorAs(s.t, err, &p, why)
	require.Equal(s.t, "unauthorised", p.Code, why)
}

func (s *shop) good(token, why string) {
	s.t.Helper()
	_, err := s.client.As(token).Redemptions(s.ctx(), s.Merchant.Address, 0, "")
	require.NoError(s.t, err, why)
}

// TestDelegation_Revoked ends delegations in every way. The server that is
// asked last has never seen any of it but on the ledger.
func TestDelegation_Revoked(t *testing.T) {
	s, _, _, _ := sold(t)
	one, id := s.delegate(s.Merchant, whole)
	other, _ := s.delegate(s.Merchant, whole)
	s.good(one, "as signed")
	s.putKey(id, 0, 0)
	s.refused(one, "revoked by its id")
	s.good(other, "the id is one delegation's")

	s.advance(2 * time.Second)
	s.putKey(s.Merchant.Address, 0, 0)
	s.refused(other, "signed before the merchant raised the bar")
	ahead, _ := s.delegate(s.Merchant, func(d *delegation.Delegation) { d.Issued = d.Issued.Add(delegation.Skew) })
	s.refused(ahead, "signed by a clock that was ahead")
	afterSkew := delegation.Skew + 2*time.Second
	s.advance(afterSkew)
	later, _ := s.delegate(s.Merchant, whole)
	s.good(later, "signed since")

	clerk := ledgertest.NewActor("clerk")
	s.putKey(clerk.Address, voucher.ScopeRollback, 0)
	s.advance(afterSkew)
	byClerk, _ := s.delegate(clerk, scoped(0, delegation.ReadRedemptions))
	s.good(byClerk, "a key gives what it may do itself")
	beyond, _ := s.delegate(clerk, scoped(0, delegation.ReadRedemptions, delegation.ReadCampaigns))
	s.refused(beyond, "more than the key may do")
	byTill, _ := s.delegate(s.Till, scoped(1, delegation.ReadRedemptions))
	s.good(byTill, "a till's store")
	everywhere, _ := s.delegate(s.Till, scoped(0, delegation.ReadRedemptions))
	s.refused(everywhere, "a till has one store")
	byNobody, _ := s.delegate(s.Bob, scoped(0, delegation.ReadRedemptions))
	s.refused(byNobody, "no key of the merchant")
	s.advance(2 * time.Second)
	s.putKey(clerk.Address, voucher.ScopeRollback, 0)
	s.refused(byClerk, "signed before the clerk's key was put again")
	s.advance(afterSkew)
	fresh, _ := s.delegate(clerk, scoped(0, delegation.ReadRedemptions))
	s.good(fresh, "signed since")
	s.putKey(clerk.Address, 0, 0)
	s.refused(fresh, "the clerk left")

	s.serve(s.Ledger) // another server: an empty index, and the ledger
	s.refused(one, "revoked before this server was there")
	s.refused(other, "raised before this server was there")
	s.good(later, "as before")
	_, err := s.client.Send(s.ctx(), apitest.Command(s.Domain, apitest.Request[voucher.RotateRoot](t, s.World.RotateRoot(s.Merchant, s.Bob))))
	require.NoError(t, err)
	s.refused(later, "its signer is root no more")
	in := voucher.RotateRoot{Author: s.Bob.Address, Merchant: s.Merchant.Address, Root: s.Merchant.Address, Deadline: s.Unix() + 60}
	m, err := s.client.Merchant(s.ctx(), s.Merchant.Address)
	require.NoError(t, err)
	in.Version = m.Version
	_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, api.SignedRequest[voucher.RotateRoot]{
		Intent: in, Signature: intent.FormatSignature(s.Sign(s.Bob, in)), Possession: intent.FormatSignature(s.Sign(s.Merchant, in)),
	}))
	require.NoError(t, err)
	s.refused(later, "its signer is root again, and what it signed before has ended")
	s.advance(afterSkew)
	anew, _ := s.delegate(s.Merchant, whole)
	s.good(anew, "signed since")
}

func TestAuditor_NamedByOperators(t *testing.T) {
	s, id, ref, sale := sold(t)
	token := s.auditorsToken()
	require.Equal(t, [4]bool{true, true, true, true}, s.reach(token, id, ref, sale.ID))
	books, err := s.client.As(token).Audit(s.ctx(), id)
	require.NoError(t, err)
	require.True(t, books.Holds)
	_, err = s.client.As(token).Wallet(s.ctx(), s.Alice.Address, "")
	require.NoError(t, err)
	_, err = s.client.As(token).Send(s.ctx(), apitest.Command(s.Domain, api.DeliveryRequest{Path: []voucher.Hash{}}))
	requireProblem(t, http.StatusNotFound, "not_found", err)
	// One operator's token, which made an auditor before, says why it does not.
	text, _ := s.delegate(s.Operator, func(d *delegation.Delegation) {
		d.Issuer, d.Scopes, d.Version = s.Operator.Address, []delegation.Scope{delegation.Audit}, 1
	})
	_, err = s.client.As(text).Audit(s.ctx(), id)
	requireProblem(t, http.StatusUnauthorized, "auditor_not_named", err)

	auditor := auditorActor()
	list, err := s.client.Auditors(s.ctx())
	require.NoError(t, err)
	require.Len(t, list.Auditors, 1)
	require.Equal(t, auditor.Address, list.Auditors[0].Auditor)
	s.setAuditor(1, 0)
	require.Equal(t, [4]bool{}, s.reach(token, id, ref, sale.ID), "revoked")
	s.setAuditor(2, s.Unix()+30)
	require.Equal(t, [4]bool{true, true, true, true}, s.reach(token, id, ref, sale.ID))
	s.advance(31 * time.Second)
	require.Equal(t, [4]bool{}, s.reach(token, id, ref, sale.ID), "its time is over")
}

func auditorActor() ledgertest.Actor { return ledgertest.NewActor("auditor") }

// setAuditor is the operators' word on the auditor, sent over HTTP.
func (s *shop) setAuditor(version uint32, until uint64) {
	s.t.Helper()
	c, ok := s.World.SetAuditor(auditorActor().Address, version, until).(voucher.Approved[voucher.SetAuditor])
	require.True(s.t, ok)
	_, err := s.client.Send(s.ctx(), apitest.Command(s.Domain, api.ApprovedRequest[voucher.SetAuditor]{
		Intent: c.Intent, Approvals: []string{intent.FormatSignature(c.Approvals[0])},
	}))
	require.NoError(s.t, err)
}
