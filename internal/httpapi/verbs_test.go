package httpapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/httpapi/apitest"
	"tally/internal/index"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

func TestAPI_HoldCaptureRollback(t *testing.T) {
	s := newShop(t)
	ref := s.claim(s.Alice, s.create(0, anything), 0)
	request1 := s.holdRequest(s.Alice, ref, 6, time.Hour, "hold 1")
	_, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, request1, "hold 1"))
	requireProblem(t, http.StatusBadRequest, "invalid_request", err)
	held, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, api.HoldRequest(request1), "hold 1"))
	require.NoError(t, err)
	info, err := s.as(s.Alice).Voucher(s.ctx(), ref)
	require.NoError(t, err)
	require.Equal(t, "held", info.State)
	require.Equal(t, &api.HeldInfo{Hold: held.ID, Units: 6, Until: s.Unix() + 3600}, info.Held)
	hold, err := s.as(s.Till).Hold(s.ctx(), held.ID)
	require.NoError(t, err)
	require.Equal(t, "open", hold.State)
	require.Equal(t, string(held.Canonical()), string(hold.Outcome.Canonical()))
	_, err = s.as(s.Till).Redemption(s.ctx(), held.ID)
	requireProblem(t, http.StatusNotFound, "not_found", err)

	capture := s.captureRequest(held.ID, "capture 1", ledgertest.Take(ref, 4, 4*3200))
	_, err = s.client.Send(s.ctx(), apitest.Keyed(s.Domain, capture, "another"))
	requireProblem(t, http.StatusUnprocessableEntity, "idempotency_key_mismatch", err)
	out, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, capture, "capture 1"))
	require.NoError(t, err)
	hold, err = s.as(s.Alice).Hold(s.ctx(), held.ID)
	require.NoError(t, err)
	require.Equal(t, "captured", hold.State)
	require.Equal(t, &out.ID, hold.Ended)
	again, err := s.as(s.Alice).Redemption(s.ctx(), out.ID)
	require.NoError(t, err)
	require.Equal(t, string(out.Canonical()), string(again.Canonical()))

	var undone voucher.Outcome
	back := func(units, taken, returned uint64) (err error) {
		undone, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, apitest.Request[voucher.Rollback](t, s.World.Rollback(
			s.Merchant, out.ID, ledgertest.Return(ref, units, taken, returned)))))
		return err
	}
	requireProblem(t, http.StatusUnprocessableEntity, "rollback_exceeds", back(5, 5, 0))
	require.NoError(t, back(3, 4, 0))
	first := undone
	requireProblem(t, http.StatusConflict, "wrong_returned", back(1, 4, 0))
	returned, err := s.as(s.Merchant).Returned(s.ctx(), out.ID, "")
	require.NoError(t, err)
	require.Equal(t, api.ReturnedInfo{
		Redemption: out.ID, Time: out.Time, Currency: voucher.Currency{'H', 'K', 'D'},
		Lines: []api.ReturnedLine{{Voucher: ref.String(), Taken: 4, Returned: 3, Discount: 12800, GivenBack: 9600}},
		Rollbacks: []api.RollbackInfo{{
			Command: first.ID, Time: first.Time, Lines: []api.RollbackLine{{Voucher: ref.String(), Units: 3, GivenBack: 9600}},
		}},
	}, returned)
	list, err := s.as(s.Merchant).Redemptions(s.ctx(), s.World.Merchant.Address, 0, "")
	require.NoError(t, err)
	require.Equal(t, first.ID, list.Data[0].ID, "the rollback is a line of the merchant's list")
	_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, apitest.Request[voucher.Rollback](t, s.World.Rollback(
		s.Merchant, voucher.Hash{1}, ledgertest.Return(ref, 1, 4, 3)))))
	requireProblem(t, http.StatusUnprocessableEntity, "rollback_exceeds", err)
	_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, apitest.Request[voucher.Rollback](t, s.World.Rollback(
		s.Bob, voucher.Hash{1}, ledgertest.Return(ref, 1, 4, 3)))))
	requireProblem(t, http.StatusForbidden, "not_authorised", err)

	s.advance(2 * time.Second)
	lapsing, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, api.HoldRequest(s.holdRequest(s.Alice, ref, 1, time.Minute, "hold 2")), "hold 2"))
	require.NoError(t, err)
	s.advance(2 * time.Minute)
	hold, err = s.as(s.Alice).Hold(s.ctx(), lapsing.ID)
	require.NoError(t, err)
	require.Equal(t, "lapsed", hold.State)
	third, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, api.HoldRequest(s.holdRequest(s.Alice, ref, 1, time.Minute, "hold 3")), "hold 3"))
	require.NoError(t, err)
	_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, apitest.Request[voucher.Release](t, s.World.Release(third.ID, ref))))
	require.NoError(t, err)
	hold, err = s.as(s.Till).Hold(s.ctx(), third.ID)
	require.NoError(t, err)
	require.Equal(t, "released", hold.State)
	hold, err = s.as(s.Alice).Hold(s.ctx(), lapsing.ID)
	require.NoError(t, err)
	require.Equal(t, "lapsed", hold.State, "what ended the next hold is no end of this one")

	found, err := s.as(s.Merchant).RedemptionOf(s.ctx(), s.Merchant.Address, "capture 1")
	require.NoError(t, err)
	require.Equal(t, out.ID, found.ID)
}

func TestAPI_IssueDeliverTransferVoid(t *testing.T) {
	s := newShop(t)
	id := s.create(0, anything)
	owners := []voucher.Address{s.Alice.Address, s.Bob.Address}
	issue, err := s.client.Send(s.ctx(), apitest.Command(s.Domain, apitest.Request[voucher.Issue](t, s.World.Issue(s.Merchant, id, 0, owners...))))
	require.NoError(t, err)
	info, err := s.as(s.Merchant).Issue(s.ctx(), issue.ID)
	require.NoError(t, err)
	require.Equal(t, voucher.IssueRoot(owners), info.Root)
	require.Equal(t, uint32(2), info.Count)
	_, err = s.as(s.Alice).Issue(s.ctx(), issue.ID)
	requireProblem(t, http.StatusNotFound, "not_found", err)

	delivery := func(index uint32, owner voucher.Address) api.DeliveryRequest {
		return api.DeliveryRequest{
			Intent: voucher.Deliver{Issue: issue.ID, Index: index, Owner: owner}, Path: voucher.IssueProof(owners, index),
		}
	}
	_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, delivery(0, s.Alice.Address)))
	requireProblem(t, http.StatusUnauthorized, "unauthorised", err)
	_, err = s.as(s.Bob).Send(s.ctx(), apitest.Command(s.Domain, delivery(0, s.Alice.Address)))
	requireProblem(t, http.StatusNotFound, "not_found", err)
	_, err = s.as(s.Alice).Send(s.ctx(), apitest.Command(s.Domain, delivery(0, s.Alice.Address)))
	require.NoError(t, err)
	_, err = s.as(s.Bob).Send(s.ctx(), apitest.Command(s.Domain, delivery(0, s.Bob.Address)))
	requireProblem(t, http.StatusUnprocessableEntity, "bad_place", err)
	_, err = s.as(s.Merchant).Send(s.ctx(), apitest.Command(s.Domain, delivery(0, s.Bob.Address)))
	requireProblem(t, http.StatusConflict, "exists", err)

	ref := voucher.Ref{Campaign: id, Serial: 6} // Bob's, who never had it delivered
	give := s.World.Transfer(s.Bob, s.Alice.Address, ref)
	place := ledgertest.Place(issue.ID, owners, 1)
	_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, api.PlacedRequest[voucher.Transfer]{
		Intent: give.Transfer, Signature: intent.FormatSignature(give.Signature), Place: &place,
	}))
	require.NoError(t, err)
	wallet, err := s.as(s.Alice).Wallet(s.ctx(), s.Alice.Address, "")
	require.NoError(t, err)
	require.Len(t, wallet.Data, 2)
	s.advance(2 * time.Second)
	end := s.World.Void(s.Merchant, ref)
	_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, api.PlacedRequest[voucher.Void]{
		Intent: end.Void, Signature: intent.FormatSignature(end.Signature),
	}))
	require.NoError(t, err)
	shown, err := s.as(s.Alice).Voucher(s.ctx(), ref)
	require.NoError(t, err)
	require.Equal(t, "void", shown.State)
}

// TestRedeem_IssuedVoucherByItsPlace redeems at once what nobody delivered.
func TestRedeem_IssuedVoucherByItsPlace(t *testing.T) {
	s := newShop(t)
	id := s.create(0, anything)
	owners := []voucher.Address{s.Alice.Address, s.Bob.Address}
	issue := s.Must(s.World.Issue(s.Merchant, id, 0, owners...))
	sale := s.sale(s.Alice, s.Offer(s.Alice, voucher.Ref{Campaign: id, Serial: 7}), s.Till, 1, "k")
	_, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, sale, "k"))
	requireProblem(t, http.StatusNotFound, "unknown_voucher", err)
	sale.Places = []voucher.Place{ledgertest.Place(issue.ID, owners, 1)}
	_, err = s.client.Send(s.ctx(), apitest.Keyed(s.Domain, sale, "k"))
	requireProblem(t, http.StatusNotFound, "unknown_voucher", err)
	sale.Places = []voucher.Place{ledgertest.Place(issue.ID, owners, 0)}
	_, err = s.client.Send(s.ctx(), apitest.Keyed(s.Domain, sale, "k"))
	require.NoError(t, err)
}

// TestSuspension_PutsTheExpiryOff reads an expiry before and after.
func TestSuspension_PutsTheExpiryOff(t *testing.T) {
	s := newShop(t)
	ref := s.claim(s.Alice, s.create(3, nil), 0)
	before, err := s.as(s.Alice).Voucher(s.ctx(), ref)
	require.NoError(t, err)
	_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, apitest.Request[voucher.SuspendMerchant](t, s.World.Suspend())))
	require.NoError(t, err)
	m, err := s.client.Merchant(s.ctx(), s.Merchant.Address)
	require.NoError(t, err)
	require.Equal(t, s.Unix(), m.SuspendedFrom)
	s.advance(100 * time.Minute)
	_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, apitest.Request[voucher.ReinstateMerchant](t, s.World.Reinstate())))
	require.NoError(t, err)
	after, err := s.as(s.Alice).Voucher(s.ctx(), ref)
	require.NoError(t, err)
	require.Equal(t, 100*time.Minute, parse(t, after.Expires).Sub(parse(t, before.Expires)))
	page, err := s.as(s.Alice).Wallet(s.ctx(), s.Alice.Address, "")
	require.NoError(t, err)
	require.Equal(t, after, page.Data[0])
	s.advance(parse(t, before.Expires).Sub(s.now()))
	still, err := s.as(s.Alice).Voucher(s.ctx(), ref)
	require.NoError(t, err)
	require.Equal(t, "claimed", still.State)
	s.advance(105 * time.Minute)
	over, err := s.as(s.Alice).Voucher(s.ctx(), ref)
	require.NoError(t, err)
	require.Equal(t, "expired", over.State)
}

func parse(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return at
}

func TestMerchant_RootChanges(t *testing.T) {
	s := newShop(t)
	next, found := ledgertest.NewActor("next root"), ledgertest.NewActor("recovered root")
	sale := s.Must(s.World.Redeem(s.Alice, s.Claimed(s.Alice, s.Campaign(3, nil), 0, 0)))
	_, err := s.client.Send(s.ctx(), apitest.Command(s.Domain, apitest.Request[voucher.RotateRoot](t, s.World.RotateRoot(s.Merchant, next))))
	require.NoError(t, err)
	s.settle(sale.ID)
	_, err = s.as(next).Redemption(s.ctx(), sale.ID)
	require.NoError(t, err)
	_, err = s.as(s.Merchant).Redemption(s.ctx(), sale.ID)
	requireProblem(t, http.StatusNotFound, "not_found", err)
	recover1 := apitest.JointRequest[voucher.RecoverRoot](t, s.World.RecoverRoot(found))
	_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, recover1))
	require.NoError(t, err)
	m, err := s.client.Merchant(s.ctx(), s.Merchant.Address)
	require.NoError(t, err)
	require.Equal(t, &found.Address, m.NextRoot)
	require.Equal(t, next.Address, m.Root)
	s.advance(voucher.RecoverDelay * time.Second)
	m, err = s.client.Merchant(s.ctx(), s.Merchant.Address)
	require.NoError(t, err)
	require.Equal(t, found.Address, m.Root)
	require.Nil(t, m.NextRoot)
}

// settle waits until the index has a command that did not come over HTTP.
func (s *shop) settle(id voucher.Hash) {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		page, err := s.client.As(s.auditorsToken()).Redemptions(s.ctx(), s.Merchant.Address, 0, "")
		if err != nil {
			return false
		}
		for _, o := range page.Data {
			if o.ID == id {
				return true
			}
		}
		return false
	}, time.Minute, time.Millisecond)
}

// TestHistory_IsTheHoldersOwn gives a voucher on: the next holder does not see
// what the first one did, the merchant and the auditor see all.
func TestHistory_IsTheHoldersOwn(t *testing.T) {
	s := newShop(t)
	ref := s.claim(s.Alice, s.create(0, anything), 0)
	_, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, s.sale(s.Alice, s.Offer(s.Alice, ref), s.Till, 1, "1"), "1"))
	require.NoError(t, err)
	s.advance(2 * time.Second)
	give := s.World.Transfer(s.Alice, s.Bob.Address, ref)
	_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, api.PlacedRequest[voucher.Transfer]{
		Intent: give.Transfer, Signature: intent.FormatSignature(give.Signature),
	}))
	require.NoError(t, err)
	s.advance(2 * time.Second)
	_, err = s.client.Send(s.ctx(), apitest.Keyed(s.Domain, s.sale(s.Bob, s.Offer(s.Bob, ref), s.Till, 1, "2"), "2"))
	require.NoError(t, err)
	verbs := func(c *client.Client) (verbs []string) {
		page, err := c.History(s.ctx(), ref, "")
		require.NoError(t, err)
		for _, item := range page.Data {
			verbs = append(verbs, item.Verb)
		}
		return verbs
	}
	all := []string{"redeem", "transfer", "redeem", "claim"}
	require.Equal(t, []string{"redeem", "transfer"}, verbs(s.as(s.Bob)))
	require.Equal(t, all, verbs(s.as(s.Merchant)))
	require.Equal(t, all, verbs(s.client.As(s.auditorsToken())))
	_, err = s.as(s.Alice).History(s.ctx(), ref, "")
	requireProblem(t, http.StatusNotFound, "not_found", err)
	page, err := s.as(s.Bob).History(s.ctx(), ref, "")
	require.NoError(t, err)
	require.Equal(t, []voucher.Address{s.Bob.Address, s.Till.Address}, page.Data[0].Signers)
	require.False(t, page.HasMore)
	// Of what others did, pages and cursors tell Bob nothing: his end where his part does.
	pages := func(by ledgertest.Actor) (items []api.HistoryItem, cursors []string) {
		for cursor := ""; ; {
			status, _, text := s.raw(http.MethodGet, "/v1/vouchers/"+ref.String()+"/history?limit=1&cursor="+cursor, "",
				map[string]string{"Authorization": "Bearer " + s.token(by)})
			require.Equal(t, http.StatusOK, status)
			var page api.Page[api.HistoryItem]
			require.NoError(t, unmarshal(text, &page))
			require.Len(t, page.Data, 1)
			items = append(items, page.Data...)
			if cursor = page.NextCursor; cursor == "" {
				return items, cursors
			}
			cursors = append(cursors, cursor)
		}
	}
	items, cursors := pages(s.Bob)
	require.Len(t, items, 2)
	require.Equal(t, []string{index.Touch{Position: items[0].Position}.Cursor()}, cursors)
	items, _ = pages(s.Merchant)
	require.Len(t, items, 4)
}

// TestLists_OfAMerchant pages through a merchant's sales while others come in.
func TestLists_OfAMerchant(t *testing.T) {
	s := newShop(t)
	id := s.create(0, anything)
	refs := []voucher.Ref{s.claim(s.Alice, id, 0), s.claim(s.Alice, id, 1), s.claim(s.Alice, id, 2)}
	sell := func(i int, till ledgertest.Actor, store uint32) voucher.Hash {
		key := refs[i].String()
		out, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, s.sale(s.Alice, s.Offer(s.Alice, refs[i]), till, store, key), key))
		require.NoError(t, err)
		return out.ID
	}
	first, second := sell(0, s.Till, 1), sell(1, s.Other, 2)
	list := func(c *client.Client, store uint32) []voucher.Hash {
		page, err := c.Redemptions(s.ctx(), s.Merchant.Address, store, "")
		require.NoError(t, err)
		ids := []voucher.Hash{}
		for _, o := range page.Data {
			ids = append(ids, o.ID)
		}
		return ids
	}
	require.Equal(t, []voucher.Hash{second, first}, list(s.as(s.Merchant), 0))
	require.Equal(t, []voucher.Hash{first}, list(s.as(s.Till), 1))
	_, err := s.as(s.Till).Redemptions(s.ctx(), s.Merchant.Address, 0, "")
	requireProblem(t, http.StatusNotFound, "not_found", err)
	_, err = s.as(s.Till).Redemption(s.ctx(), second)
	requireProblem(t, http.StatusNotFound, "not_found", err)
	bearer := map[string]string{"Authorization": "Bearer " + s.token(s.Merchant)}
	path := "/v1/merchants/" + s.Merchant.Address.String() + "/redemptions?limit=1"
	var page api.Page[voucher.Outcome]
	s.getJSON(path, bearer, &page)
	require.Equal(t, second, page.Data[0].ID)
	sell(2, s.Till, 1)
	s.getJSON(path+"&cursor="+page.NextCursor, bearer, &page)
	require.Equal(t, first, page.Data[0].ID, "what comes between two pages shifts nothing")

	campaigns, err := s.as(s.Merchant).MerchantCampaigns(s.ctx(), s.Merchant.Address, "")
	require.NoError(t, err)
	require.Equal(t, uint32(3), campaigns.Data[0].Figures.Claimed)
	campaigns, err = s.as(s.Till).MerchantCampaigns(s.ctx(), s.Merchant.Address, "")
	require.NoError(t, err)
	require.Nil(t, campaigns.Data[0].Figures, "figures are not a till's")
	campaigns, err = s.client.Campaigns(s.ctx(), "")
	require.NoError(t, err)
	require.Nil(t, campaigns.Data[0].Figures)
	campaigns, err = s.client.MerchantCampaigns(s.ctx(), s.Bob.Address, "")
	require.NoError(t, err)
	require.Empty(t, campaigns.Data)
	_, err = s.as(s.Till).Audit(s.ctx(), id)
	requireProblem(t, http.StatusNotFound, "not_found", err)
}

// TestCommands_AreTheirPartys asks for the outcome of every kind of command.
func TestCommands_AreTheirPartys(t *testing.T) {
	s := newShop(t)
	id := s.create(0, anything)
	ref := s.claim(s.Alice, id, 0)
	claim := s.Domain.Digest(voucher.Claim{Wallet: s.Alice.Address, Campaign: id, Deadline: s.Unix() + 600})
	create := s.Domain.Digest(s.Terms(0, anything))
	admit := s.Domain.ID(s.Admit(s.Merchant, "Jasmine & Co"))
	_ = ref
	for _, c := range []struct {
		id   voucher.Hash
		may  []ledgertest.Actor
		mayN []ledgertest.Actor
	}{
		{claim, []ledgertest.Actor{s.Alice, s.Merchant}, []ledgertest.Actor{s.Bob, s.Till, s.Operator}},
		{create, []ledgertest.Actor{s.Merchant, s.Operator}, []ledgertest.Actor{s.Bob, s.Alice, s.Till}},
		{admit, []ledgertest.Actor{s.Merchant, s.Operator}, []ledgertest.Actor{s.Bob, s.Alice, s.Till}},
		{voucher.Hash{1}, nil, []ledgertest.Actor{s.Bob, s.Alice, s.Merchant}},
	} {
		for _, who := range c.may {
			out, err := s.as(who).Command(s.ctx(), c.id)
			require.NoError(t, err)
			require.Equal(t, c.id, out.ID)
		}
		for _, who := range c.mayN {
			_, err := s.as(who).Command(s.ctx(), c.id)
			requireProblem(t, http.StatusNotFound, "not_found", err)
		}
		_, err := s.client.Command(s.ctx(), c.id)
		requireProblem(t, http.StatusUnauthorized, "unauthorised", err)
	}
}

func (s *shop) getJSON(path string, header map[string]string, into any) {
	s.t.Helper()
	status, _, body := s.raw(http.MethodGet, path, "", header)
	require.Equal(s.t, http.StatusOK, status, body)
	require.NoError(s.t, unmarshal(body, into))
}

// TestCommands_WhoSignedMaySettle asks for commands as those who sent them, also where the
// voucher is not theirs, or not any more.
func TestCommands_WhoSignedMaySettle(t *testing.T) {
	s := newShop(t)
	id := s.create(0, anything)
	given, held, shown := s.claim(s.Alice, id, 0), s.claim(s.Alice, id, 1), s.claim(s.Alice, id, 2)
	hold := s.Must(s.World.Hold(s.Alice, s.Unix()+600, held))
	sale := s.Must(s.World.Redeem(s.Alice, shown))
	s.advance(2 * time.Second)
	clerk := ledgertest.NewActor("clerk")
	s.putKey(clerk.Address, voucher.ScopeRollback, 0)
	for verb, sent := range map[string]struct {
		by      ledgertest.Actor
		command voucher.Command
	}{
		"transfer": {s.Alice, s.World.Transfer(s.Alice, s.Bob.Address, given)},
		"release":  {s.Till, s.World.Release(hold.ID, held)},
		"cancel":   {s.Till, s.TillCancel(s.Till, s.Alice, s.Offer(s.Alice, shown))},
		"rollback": {clerk, s.World.Rollback(clerk, sale.ID, ledgertest.Return(shown, 1, 1, 0))},
	} {
		out := s.Must(sent.command)
		got, err := s.as(sent.by).Command(s.ctx(), out.ID)
		require.NoError(t, err, verb)
		require.Equal(t, string(out.Canonical()), string(got.Canonical()), verb)
		_, err = s.as(ledgertest.NewActor("a stranger")).Command(s.ctx(), out.ID)
		requireProblem(t, http.StatusNotFound, "not_found", err)
	}
}

// TestAttack_Names_AreShownAsTheyAre has names and reasons that would forge a line,
// clear a screen or turn a text around refused before anything is relayed.
func TestAttack_Names_AreShownAsTheyAre(t *testing.T) {
	s := newShop(t)
	for _, text := range []string{"x\nroot 0x01", "\x1b[2J", "\u202egnp.exe", "\u0085", "a\u2028b", "\u2066x"} {
		_, err := s.client.Send(s.ctx(), apitest.Command(s.Domain, apitest.Request[voucher.PutStore](t, s.World.PutStore(5, 9, text))))
		requireProblem(t, http.StatusBadRequest, "invalid_request", err)
		_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, apitest.Request[voucher.AdmitMerchant](t, s.Admit(s.Bob, text))))
		requireProblem(t, http.StatusBadRequest, "invalid_request", err)
	}
	_, err := s.client.Send(s.ctx(), apitest.Command(s.Domain, apitest.Request[voucher.PutStore](t, s.World.PutStore(5, 9, "半糖 ☕"))))
	require.NoError(t, err)
}
