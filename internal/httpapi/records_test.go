package httpapi_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/delegation"
	"tally/internal/disk/disktest"
	"tally/internal/httpapi/apitest"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// kept is what a till keeps of a sale, or of what gave it back.
type kept struct {
	id     voucher.Hash
	ref    voucher.Ref
	record string
	salt   voucher.Hash
}

// priced sells the cart of teas to Alice, at the price that the terms of a new campaign make.
func (s *shop) priced(key string) kept {
	s.t.Helper()
	ref := s.claim(s.Alice, s.offering(tenOff, nil), 0)
	status, _, q := s.quote(s.token(s.Alice), map[string]any{"wallet": s.Alice.Address, "vouchers": []string{ref.String()}})
	require.Equal(s.t, http.StatusOK, status)
	record, err := pricing.ReadRecord([]byte(q.Record))
	require.NoError(s.t, err)
	refs, parts := record.Parts()
	require.Equal(s.t, []voucher.Ref{ref}, refs)
	salt := api.Reference(key)
	request := s.sale(s.Alice, s.Offer(s.Alice, refs...), s.Till, 1, key)
	request.Accept.Parts, request.Accept.Amount, request.Accept.Details = parts, q.Totals.Amount, record.Details(salt)
	request.Accept.Currency = record.Cart.Currency
	request.Signature = intent.FormatSignature(s.Sign(s.Till, request.Accept))
	sold, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, request, key))
	require.NoError(s.t, err)
	s.advance(2 * time.Second)
	return kept{sold.ID, ref, q.Record, salt}
}

// gaveBack takes all items of a sale back, as tally return does.
func (s *shop) gaveBack(of kept) kept {
	s.t.Helper()
	order, err := pricing.ReadRecord([]byte(of.record))
	require.NoError(s.t, err)
	back := pricing.Return{Order: order.Hash(), Items: []pricing.Item{{Line: "1", Quantity: 2}, {Line: "2", Quantity: 1}}, Refund: 5000, Units: []pricing.Back{{Ref: of.ref, Units: 1}}}
	salt := voucher.Hash{9}
	in := apitest.Request[voucher.Rollback](s.t, s.World.Rollback(s.Merchant, of.id, ledgertest.Return(of.ref, 1, 1, 0))).Intent
	in.Details = back.Details(salt)
	out, err := s.client.Send(s.ctx(), apitest.Command(s.Domain, api.SignedRequest[voucher.Rollback]{Intent: in, Signature: intent.FormatSignature(s.Sign(s.Merchant, in))}))
	require.NoError(s.t, err)
	return kept{out.ID, of.ref, back.Canonical(), salt}
}

// put deposits a record with a token, and returns the answer's status and code.
func (s *shop) put(token string, id voucher.Hash, record string, salt voucher.Hash) (status int, code string) {
	s.t.Helper()
	body, err := json.Marshal(api.RecordRequest{Record: record, Salt: salt})
	require.NoError(s.t, err)
	status, code, _ = s.raw(http.MethodPut, "/v1/commands/"+id.String()+"/record", string(body), map[string]string{"Authorization": "Bearer " + token})
	return status, code
}

// TestReport_WhichRecordsAreThere: each line of a report says whether the server has the record of its
// command; a server that keeps none says nothing.
func TestReport_WhichRecordsAreThere(t *testing.T) {
	s := newShop(t)
	first, second := s.priced("first"), s.priced("second")
	back := s.gaveBack(first)
	till, root := s.token(s.Till), s.token(s.Merchant)
	deposited := func() map[voucher.Hash]*bool {
		page, err := s.as(s.Merchant).Report(s.ctx(), s.Merchant.Address, 0, voucher.MaxInstant, 0, "")
		require.NoError(t, err)
		told := map[voucher.Hash]*bool{}
		for _, l := range page.Lines {
			told[l.Command] = l.Deposited
		}
		return told
	}
	require.Equal(t, map[voucher.Hash]*bool{first.id: new(false), second.id: new(false), back.id: new(false)}, deposited())
	for token, of := range map[string]kept{till: first, root: back} {
		status, code := s.put(token, of.id, of.record, of.salt)
		require.Equal(t, http.StatusCreated, status, code)
	}
	require.Equal(t, map[voucher.Hash]*bool{first.id: new(true), second.id: new(false), back.id: new(true)}, deposited())
	require.NoError(t, s.as(s.Merchant).EraseRecord(s.ctx(), first.id))
	require.Equal(t, new(false), deposited()[first.id], "it was erased")
	s.api.Records(nil)
	require.Equal(t, map[voucher.Hash]*bool{first.id: nil, second.id: nil, back.id: nil}, deposited())
}

// TestRecords_DepositedReadErased: a till deposits, the merchant reads what was signed, and
// erases it. The records of an order and of its return go the same way.
func TestRecords_DepositedReadErased(t *testing.T) {
	s := newShop(t)
	sale := s.priced("sale")
	back := s.gaveBack(sale)
	till, merchant := s.as(s.Till), s.as(s.Merchant)
	for _, c := range []struct {
		kept
		kind string
	}{{sale, "order"}, {back, "return"}} {
		_, err := merchant.Record(s.ctx(), c.id)
		requireProblem(t, http.StatusNotFound, "no_record", err)
		for i := range 2 {
			told, added, err := till.Deposit(s.ctx(), c.id, c.record, c.salt)
			require.NoError(t, err)
			require.Equal(t, i == 0, added)
			require.Equal(t, api.RecordKept{Command: c.id, Kind: c.kind, Bytes: len(c.record)}, told)
		}
		got, err := merchant.Record(s.ctx(), c.id)
		require.NoError(t, err)
		require.Equal(t, api.RecordInfo{Command: c.id, Kind: c.kind, Record: c.record, Salt: c.salt}, got)
	}
	for range 2 {
		require.NoError(t, merchant.EraseRecord(s.ctx(), sale.id))
	}
	_, err := merchant.Record(s.ctx(), sale.id)
	requireProblem(t, http.StatusGone, "record_erased", err)
	_, _, err = till.Deposit(s.ctx(), sale.id, sale.record, sale.salt)
	requireProblem(t, http.StatusGone, "record_erased", err)
	_, err = merchant.Record(s.ctx(), back.id)
	require.NoError(t, err, "the other one stays")
	out, err := merchant.Redemption(s.ctx(), sale.id)
	require.NoError(t, err)
	raw, err := s.as(s.Merchant).Receipt(s.ctx(), out.ID)
	require.NoError(t, err)
	require.NotEmpty(t, raw, "the ledger's proof stays")
}

// TestRecords_WhoMay asks as everybody: with a key, or with a delegation of some scope and store.
func TestRecords_WhoMay(t *testing.T) {
	s := newShop(t)
	clerk, giver := ledgertest.NewActor("clerk"), ledgertest.NewActor("giver")
	s.Must(s.World.PutKey(5, clerk.Address, voucher.ScopeIssue|voucher.ScopeVoid, 0))
	s.Must(s.World.PutKey(6, giver.Address, voucher.ScopeRollback, 0))
	sale := s.priced("sale")
	back := s.gaveBack(sale)
	delegated := func(edit func(*delegation.Delegation)) string { text, _ := s.delegate(s.Merchant, edit); return text }
	expired, err := s.client.Token(s.Domain, s.Merchant.Key, s.now().Add(-time.Second))
	require.NoError(t, err)
	const may, no, who = http.StatusOK, http.StatusNotFound, http.StatusUnauthorized
	for name, c := range map[string]struct {
		token            string
		read, put, erase int
	}{
		"the root":                    {s.token(s.Merchant), may, may, may},
		"a key that may roll back":    {s.token(giver), may, may, may},
		"the store's till":            {s.token(s.Till), may, may, no},
		"another store's till":        {s.token(s.Other), no, no, no},
		"the wallet":                  {s.token(s.Alice), may, no, no},
		"another wallet":              {s.token(s.Bob), no, no, no},
		"a key of other scopes":       {s.token(clerk), no, no, no},
		"the operator":                {s.token(s.Operator), no, no, no},
		"an auditor":                  {s.auditorsToken(), no, no, no},
		"a delegation":                {delegated(scoped(0, delegation.ReadRedemptions)), may, no, no},
		"a delegation of the store":   {delegated(scoped(1, delegation.ReadRedemptions)), may, no, no},
		"a delegation of another":     {delegated(scoped(2, delegation.ReadRedemptions)), no, no, no},
		"a delegation of other scope": {delegated(scoped(0, delegation.ReadCampaigns, delegation.ReadVouchers, delegation.Relay)), no, no, no},
		"nobody":                      {"", who, who, who},
		"an expired token":            {expired, who, who, who},
	} {
		t.Run(name, func(t *testing.T) {
			for i, of := range []kept{sale, back} {
				added, _, err := s.as(s.Merchant).Deposit(s.ctx(), of.id, of.record, of.salt)
				require.NoError(t, err, added)
				path := "/v1/commands/" + of.id.String() + "/record"
				bearer := map[string]string{"Authorization": "Bearer " + c.token}
				status, code := s.put(c.token, of.id, of.record, of.salt)
				require.Equal(t, c.put, status, "put %d: %s", i, code)
				status, code, text := s.raw(http.MethodGet, path, "", bearer)
				require.Equal(t, c.read, status, "read %d: %s", i, code)
				require.Equal(t, c.read == may, strings.Contains(text, "tally-"), "read %d", i)
				if c.erase != may { // those who may have erased one in the test before
					status, code, _ = s.raw(http.MethodDelete, path, "", bearer)
					require.Equal(t, c.erase, status, "erase %d: %s", i, code)
				}
			}
		})
	}
	for i, by := range []ledgertest.Actor{giver, s.Merchant} {
		require.NoError(t, s.as(by).EraseRecord(s.ctx(), []kept{sale, back}[i].id))
	}
}

// TestRecords_HostileDeposits: what a till did not sign is refused, changes nothing, and is told by its
// place and kind alone.
func TestRecords_HostileDeposits(t *testing.T) {
	s := newShop(t)
	sale, other := s.priced("sale"), s.priced("other")
	back := s.gaveBack(other)
	unsigned := s.claim(s.Alice, s.create(0, anything), 0)
	bare := s.sale(s.Alice, s.Offer(s.Alice, unsigned), s.Till, 1, "bare")
	bare.Accept.Details = voucher.Hash{}
	bare.Signature = intent.FormatSignature(s.Sign(s.Till, bare.Accept))
	sold, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, bare, "bare"))
	require.NoError(t, err)
	claimed, err := s.as(s.Alice).History(s.ctx(), sale.ref, "")
	require.NoError(t, err)
	token := s.token(s.Merchant)
	for name, c := range map[string]struct {
		id     voucher.Hash
		record string
		salt   voucher.Hash
		status int
		code   string
	}{
		"of another sale":       {sale.id, other.record, other.salt, 422, "record_mismatch"},
		"another salt":          {sale.id, sale.record, other.salt, 422, "record_mismatch"},
		"another figure":        {sale.id, strings.Replace(sale.record, `"due":5000`, `"due":4999`, 1), sale.salt, 422, "record_mismatch"},
		"of another ledger":     {sale.id, strings.Replace(sale.record, s.Ledger.ID().String(), ledgertest.LedgerID(99).String(), 1), sale.salt, 422, "record_mismatch"},
		"nothing was signed":    {sold.ID, sale.record, sale.salt, 422, "record_mismatch"},
		"a return of the order": {sale.id, back.record, back.salt, 400, "invalid_request"},
		"the order of a return": {back.id, other.record, other.salt, 400, "invalid_request"},
		"a line end":            {sale.id, sale.record + "\n", sale.salt, 400, "invalid_request"},
		"a member twice":        {sale.id, strings.Replace(sale.record, `"at":`, `"at":1,"at":`, 1), sale.salt, 400, "invalid_request"},
		"NUL":                   {sale.id, strings.Replace(sale.record, `"MILK-TEA"`, `"MILK\u0000TEA"`, 1), sale.salt, 400, "invalid_request"},
		"a control character":   {sale.id, strings.Replace(sale.record, `"MILK-TEA"`, `"\u001b[2J"`, 1), sale.salt, 400, "invalid_request"},
		"deep":                  {sale.id, strings.Repeat(`{"cart":`, 20_000), sale.salt, 400, "invalid_request"},
		"a code":                {sale.id, `{"v":"tally-order/1","engine":"tally-pricing/1","TALLY1-AGQ3FQ6UAAMTPHFXLENIM3XZ":1}`, sale.salt, 400, "invalid_request"},
		"long":                  {sale.id, strings.Repeat("x", pricing.MaxRecord+1), sale.salt, 400, "invalid_request"},
		"longer than a body":    {sale.id, strings.Repeat("x", api.MaxRecordBody), sale.salt, 413, "body_too_large"},
		"of a claim":            {claimed.Data[len(claimed.Data)-1].Command, sale.record, sale.salt, 404, "not_found"},
		"of nothing":            {voucher.Hash{7}, sale.record, sale.salt, 404, "not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			status, code := s.put(token, c.id, c.record, c.salt)
			require.Equal(t, c.status, status, code)
			require.Equal(t, c.code, code)
		})
	}
	path := "/v1/commands/" + sale.id.String() + "/record"
	for name, body := range map[string]string{
		"a member twice":      `{"record":"a","record":"b","salt":"` + sale.salt.String() + `"}`,
		"another member":      `{"record":"a","salt":"` + sale.salt.String() + `","id":1}`,
		"a member in capital": `{"Record":"a","salt":"` + sale.salt.String() + `"}`,
		"no salt":             `{"record":"a"}`,
		"a short salt":        `{"record":"a","salt":"0x00"}`,
		"an object":           `{"record":` + sale.record + `,"salt":"` + sale.salt.String() + `"}`,
		"deep":                strings.Repeat("[", 100_000),
		"no UTF-8":            "{\"record\":\"\xff\",\"salt\":\"" + sale.salt.String() + `"}`,
		"two":                 `{} {}`,
		"nothing":             "",
	} {
		status, code, _ := s.raw(http.MethodPut, path, body, map[string]string{"Authorization": "Bearer " + token})
		require.Equal(t, http.StatusBadRequest, status, "%s: %s", name, code)
	}
	require.Empty(t, disktest.Files(t, s.records), "nothing was kept")
	status, _ := s.put(token, sale.id, sale.record, sale.salt)
	require.Equal(t, http.StatusCreated, status)
}

// TestRecords_LongestIsTaken: a record of nearly as many bytes as one may have is taken, with all of its
// quotation marks escaped.
func TestRecords_LongestIsTaken(t *testing.T) {
	s := newShop(t)
	body, err := json.Marshal(api.RecordRequest{Record: strings.Repeat(`"`, pricing.MaxRecord)})
	require.NoError(t, err)
	require.LessOrEqual(t, len(body), api.MaxRecordBody)
	status, code := s.put(s.token(s.Merchant), s.priced("sale").id, strings.Repeat(`"`, pricing.MaxRecord), voucher.Hash{})
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "invalid_request", code, "it was read, and is no record")
}

// TestRecords_DamageIsNeverServed turns a bit of what is on the disk: the server says so, and takes the
// record again.
func TestRecords_DamageIsNeverServed(t *testing.T) {
	s := newShop(t)
	sale := s.priced("sale")
	merchant := s.as(s.Merchant)
	_, _, err := merchant.Deposit(s.ctx(), sale.id, sale.record, sale.salt)
	require.NoError(t, err)
	file := filepath.Join(s.records, disktest.Files(t, s.records)[0])
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	raw[len(raw)-9] ^= 1
	require.NoError(t, os.WriteFile(file, raw, 0o600))
	_, err = merchant.Record(s.ctx(), sale.id)
	requireProblem(t, http.StatusInternalServerError, "record_damaged", err)
	_, added, err := merchant.Deposit(s.ctx(), sale.id, sale.record, sale.salt)
	require.NoError(t, err)
	require.True(t, added)
	_, err = merchant.Record(s.ctx(), sale.id)
	require.NoError(t, err)
}

// TestRecords_RoomAndNone: a merchant has so much room, and a server without a store says so to who may
// know that there is a sale.
func TestRecords_RoomAndNone(t *testing.T) {
	s := newShop(t)
	first, second := s.priced("first"), s.priced("second")
	s.openRecords(uint64(len(first.record)) + 10)
	s.api.Records(s.store)
	_, _, err := s.as(s.Till).Deposit(s.ctx(), first.id, first.record, first.salt)
	require.NoError(t, err)
	_, _, err = s.as(s.Till).Deposit(s.ctx(), second.id, second.record, second.salt)
	requireProblem(t, http.StatusConflict, "records_full", err)
	s.api.Records(nil)
	merchant := s.as(s.Merchant)
	_, err = merchant.Record(s.ctx(), first.id)
	requireProblem(t, http.StatusNotImplemented, "records_off", err)
	requireProblem(t, http.StatusNotImplemented, "records_off", merchant.EraseRecord(s.ctx(), first.id))
	_, err = s.as(s.Bob).Record(s.ctx(), first.id)
	requireProblem(t, http.StatusNotFound, "not_found", err)
}
