package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/voucher"
)

// outcome is the accepted outcome of an id.
func outcome(id byte) voucher.Outcome {
	return voucher.Outcome{
		ID: voucher.Hash{id}, Status: voucher.StatusAccepted, CommandHash: voucher.Hash{9}, Time: 7,
		Events: voucher.Events{voucher.VoucherCancelled{Serial: 1}},
	}
}

// says is a server that answers everything alike.
func says(t *testing.T, status int, media, body string, header ...string) *client.Client {
	t.Helper()
	return serves(t, func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		if media != "" {
			w.Header().Set("Content-Type", media)
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})
}

func serves(t *testing.T, handle http.HandlerFunc) *client.Client {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	c := client.Connect(server.URL, time.Minute)
	return c
}

// cancel is a command of the id 0x01….
func cancel() client.Command {
	return client.Command{ID: voucher.Hash{1}, Request: api.CancelRequest{}}
}

const (
	plainJSON = "application/json"
	problem   = "application/problem+json"
)

func problemText(code string, status int) string {
	return fmt.Sprintf(`{"type":"/problems/%s","title":"T.","status":%d,"code":%q}`, code, status, code)
}

func TestSend_AcceptsAnOutcomeThatProvesItself(t *testing.T) {
	want := outcome(1)
	for _, media := range []string{plainJSON, "application/json; charset=utf-8", "APPLICATION/JSON"} {
		got, err := says(t, http.StatusCreated, media, string(want.Canonical())).Send(t.Context(), cancel())
		require.NoError(t, err)
		require.Equal(t, want.Canonical(), got.Canonical())
	}
	answer, err := says(t, http.StatusCreated, plainJSON, `{"outcome":`+string(want.Canonical())+`,"receipt":"r"}`).
		SendForReceipt(t.Context(), cancel())
	require.NoError(t, err)
	require.Equal(t, want.Canonical(), answer.Outcome.Canonical())
	require.Equal(t, "r", answer.Receipt)
}

// TestSend_TakesNothingElseForAnOutcome has what gateways, caches, login pages and
// other servers answer.
func TestSend_TakesNothingElseForAnOutcome(t *testing.T) {
	right, other := string(outcome(1).Canonical()), string(outcome(2).Canonical())
	refused, unknown := outcome(1), outcome(1)
	refused.Status, unknown.Status = voucher.StatusRefused, voucher.StatusUnknown
	const id = "0x0100000000000000000000000000000000000000000000000000000000000000"
	for name, c := range map[string]struct {
		status int
		media  string
		body   string
		words  string // of the error
	}{
		"a list":                       {200, plainJSON, `{"data":[],"has_more":false}`, "answered 200"},
		"an outcome with 200":          {200, plainJSON, right, "answered 200"},
		"an outcome with 202":          {202, plainJSON, right, "answered 202"},
		"an outcome with 404":          {404, plainJSON, right, "answered 404"},
		"a list with 201":              {201, plainJSON, `{"data":[],"has_more":false}`, "not the outcome"},
		"null":                         {201, plainJSON, "null", "not the outcome"},
		"an object":                    {201, plainJSON, "{}", "not the outcome"},
		"an array":                     {201, plainJSON, "[]", "not the outcome"},
		"nothing":                      {201, plainJSON, "", "not the outcome"},
		"nothing at all":               {204, "", "", "with nothing"},
		"a page":                       {200, "text/html", "<html>", "a page"},
		"a page that says JSON":        {200, plainJSON, "<!doctype html>", "a page"},
		"a page with 201":              {201, "text/html; charset=utf-8", "<html>", "a page"},
		"a page with 502":              {502, "text/html", "<html>", "answered 502 with a page"},
		"an outcome as text":           {201, "text/plain", right, "text/plain"},
		"an outcome without a type":    {201, "", right, "text/plain"}, // net/http looks at the body
		"an outcome of a broken type":  {201, "json;;", right, "without a media type"},
		"half of an outcome":           {201, plainJSON, right[:len(right)/2], "not the outcome"},
		"more than an outcome":         {201, plainJSON, right + "{}", "not the outcome"},
		"an outcome and a newline":     {201, plainJSON, right + "\n", "not the outcome"},
		"an outcome twice":             {201, plainJSON, right + right, "not the outcome"},
		"another command's":            {201, plainJSON, other, "another command"},
		"refused":                      {201, plainJSON, string(refused.Canonical()), "not accepted"},
		"unknown":                      {201, plainJSON, string(unknown.Canonical()), "not accepted"},
		"members in another case":      {201, plainJSON, strings.ReplaceAll(right, `"id"`, `"ID"`), "not the outcome"},
		"an id in another case":        {201, plainJSON, strings.Replace(string(outcome(0xab).Canonical()), "0xab", "0xAB", 1), "not the outcome"},
		"the id twice":                 {201, plainJSON, strings.Replace(other, `"id":`, `"id":"`+id+`","id":`, 1), "not the outcome"},
		"no status":                    {201, plainJSON, `{"id":"` + id + `"}`, "not the outcome"},
		"accepted without events":      {201, plainJSON, `{"id":"` + id + `","status":"accepted"}`, "not the outcome"},
		"accepted: false":              {201, plainJSON, `{"accepted":false,"id":"` + id + `"}`, "not the outcome"},
		"a status in another case":     {201, plainJSON, strings.Replace(right, "accepted", "Accepted", 1), "not the outcome"},
		"a member more":                {201, plainJSON, strings.Replace(right, "{", `{"a":1,`, 1), "not the outcome"},
		"a byte order mark":            {201, plainJSON, "\ufeff" + right, "not the outcome"},
		"a problem of nobody":          {409, problem, problemText("out_of_stock", 409), "none of Tally's"},
		"a problem without a code":     {400, problem, `{"title":"Bad Request","status":400}`, "none of Tally's"},
		"a code with a wrong status":   {403, problem, problemText("already_used", 409), "does not belong"},
		"a code of another status":     {403, problem, problemText("already_used", 403), "does not belong"},
		"a problem that is accepted":   {201, problem, problemText("accepted", 201), "none of Tally's"},
		"a problem that is no JSON":    {409, problem, "already_used", "cannot be read"},
		"a problem in plain JSON":      {409, plainJSON, problemText("already_used", 409), "answered 409"},
		"a null problem":               {409, problem, "null", "none of Tally's"},
		"a code in other letters":      {409, problem, strings.Replace(problemText("already_used", 409), `"code"`, `"Code"`, 1), "none of Tally's"},
		"a code twice":                 {409, problem, strings.Replace(problemText("already_used", 409), `"code":`, `"code":"expired","code":`, 1), "cannot be read"},
		"a status twice":               {409, problem, strings.Replace(problemText("already_used", 409), `"status":`, `"status":422,"status":`, 1), "cannot be read"},
		"a problem and more":           {409, problem, problemText("already_used", 409) + "{}", "cannot be read"},
		"a problem that is not UTF-8":  {409, problem, strings.Replace(problemText("already_used", 409), `"code"`, "\"x\":\"\xff\",\"code\"", 1), "cannot be read"},
		"a problem by the till's name": {422, problem, problemText("reference_reused", 422), "none of Tally's"},
		"an outcome as a problem":      {201, problem, right, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := says(t, c.status, c.media, c.body).Send(t.Context(), cancel())
			requireUnknown(t, err)
			var foreign *client.ForeignError
			require.ErrorAs(t, err, &foreign)
			require.ErrorContains(t, err, c.words)

			if strings.TrimSpace(c.body) == right && c.status == http.StatusCreated {
				return // a blank between two tokens of JSON says nothing
			}
			_, err = says(t, c.status, c.media, `{"outcome":`+c.body+`}`).SendForReceipt(t.Context(), cancel())
			requireUnknown(t, err)
		})
	}
}

// requireUnknown wants the error of a command that may have had an effect.
func requireUnknown(t *testing.T, err error) {
	t.Helper()
	var u *client.UnknownError
	require.ErrorAs(t, err, &u)
	require.Equal(t, voucher.Hash{1}, u.ID)
}

// TestSend_SaysWhereARedirectLeads wants the address that --server takes.
func TestSend_SaysWhereARedirectLeads(t *testing.T) {
	for location, server := range map[string]string{
		"https://tally.example/v1/cancels":             "https://tally.example",
		"https://tally.example/tally/v1/cancels":       "https://tally.example/tally",
		"https://tally.example/login?next=/v1":         "https://tally.example",
		"//tally.example:8443/v1/cancels":              "http://tally.example:8443",
		"https://user:secret@tally.example/v1/cancels": "https://tally.example",
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			_, err := says(t, status, "text/html", "<html>", "Location", location).Send(t.Context(), cancel())
			requireUnknown(t, err)
			require.ErrorContains(t, err, "redirects ("+fmt.Sprint(status)+") to "+server+": give that as --server")
			require.NotContains(t, err.Error(), "secret")
			_, err = says(t, status, "text/html", "<html>", "Location", location).Ledger(t.Context())
			require.ErrorIs(t, err, client.ErrNoAnswer)
			require.ErrorContains(t, err, "give that as --server")
		}
	}
	_, err := says(t, 304, "", "").Send(t.Context(), cancel())
	requireUnknown(t, err)
	require.ErrorContains(t, err, "answered 304 with nothing")
}

// TestSend_TellsRefusedFromUnknown goes through the whole catalogue.
func TestSend_TellsRefusedFromUnknown(t *testing.T) {
	unsettled := map[string]bool{
		"internal": true, "unavailable": true, "ledger_unavailable": true, "storage_full": true, "outcome_unknown": true,
		"idempotency_key_in_flight": true, "receipt_pending": true, "receipt_too_long": true,
	}
	for _, known := range api.Catalogue() {
		_, err := says(t, known.Status, problem, problemText(known.Code, known.Status)).Send(t.Context(), cancel())
		var p *api.Problem
		require.ErrorAs(t, err, &p)
		require.Equal(t, known.Code, p.Code)
		var u *client.UnknownError
		require.Equal(t, unsettled[known.Code], errors.As(err, &u), known.Code)
	}
}

// TestSend_ABrokenAnswerIsUnknown breaks the answer on the way.
func TestSend_ABrokenAnswerIsUnknown(t *testing.T) {
	right := string(outcome(1).Canonical())
	for name, play := range map[string]http.HandlerFunc{
		"reset": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"cut": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", plainJSON)
			w.Header().Set("Content-Length", fmt.Sprint(len(right)+1))
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(right))
		},
		"a chunk cut": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", plainJSON)
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(right))
			_ = http.NewResponseController(w).Flush() // a cut connection is what is wanted
			panic(http.ErrAbortHandler)
		},
		"gzip that is none": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", plainJSON)
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(right))
		},
		"too long": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", plainJSON)
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(right + strings.Repeat(" ", client.MaxAnswer)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := serves(t, play).Send(t.Context(), cancel())
			requireUnknown(t, err)
			require.ErrorIs(t, err, client.ErrNoAnswer)
		})
	}
}

// TestSend_WithoutAnID: an answer about any command would count.
func TestSend_WithoutAnID(t *testing.T) {
	c := serves(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	nameless := client.Command{Request: api.CancelRequest{}}
	_, err := c.Send(t.Context(), nameless)
	require.ErrorIs(t, err, client.ErrNotSent)
	_, err = c.SendForReceipt(t.Context(), nameless)
	require.ErrorIs(t, err, client.ErrNotSent)
}

func TestSend_WithoutAConnectionNothingWasSent(t *testing.T) {
	c := client.Connect("http://127.0.0.1:1", time.Second)
	_, err := c.Send(t.Context(), cancel())
	require.ErrorIs(t, err, client.ErrNotSent)
	var u *client.UnknownError
	require.NotErrorAs(t, err, &u)
}

// TestReads_WrongShapesAreErrors wants no empty list, and no campaign without a name,
// for what is not an answer.
func TestReads_WrongShapesAreErrors(t *testing.T) {
	id := voucher.CampaignID{1}
	reads := map[string]func(context.Context, *client.Client) error{
		"ledger":    func(ctx context.Context, c *client.Client) error { _, err := c.Ledger(ctx); return err },
		"operators": func(ctx context.Context, c *client.Client) error { _, err := c.Operators(ctx); return err },
		"campaigns": func(ctx context.Context, c *client.Client) error { _, err := c.Campaigns(ctx, ""); return err },
		"campaign":  func(ctx context.Context, c *client.Client) error { _, err := c.Campaign(ctx, id); return err },
		"merchant": func(ctx context.Context, c *client.Client) error {
			_, err := c.Merchant(ctx, voucher.Address{1})
			return err
		},
		"audit": func(ctx context.Context, c *client.Client) error { _, err := c.Audit(ctx, id); return err },
		"wallet": func(ctx context.Context, c *client.Client) error {
			_, err := c.Wallet(ctx, voucher.Address{1}, "")
			return err
		},
		"voucher": func(ctx context.Context, c *client.Client) error {
			_, err := c.Voucher(ctx, voucher.Ref{Campaign: id})
			return err
		},
		"history": func(ctx context.Context, c *client.Client) error {
			_, err := c.History(ctx, voucher.Ref{Campaign: id}, "")
			return err
		},
		"command": func(ctx context.Context, c *client.Client) error {
			_, err := c.Command(ctx, voucher.Hash{1})
			return err
		},
		"returned": func(ctx context.Context, c *client.Client) error {
			_, err := c.Returned(ctx, voucher.Hash{1}, "")
			return err
		},
		"receipt": func(ctx context.Context, c *client.Client) error {
			_, err := c.Receipt(ctx, voucher.Hash{1})
			return err
		},
		"ready": func(ctx context.Context, c *client.Client) error { return c.Ready(ctx) },
	}
	for what, read := range reads {
		for name, a := range map[string]struct {
			status      int
			media, body string
		}{
			"null": {200, plainJSON, "null"}, "an object": {200, plainJSON, "{}"}, "an array": {200, plainJSON, "[]"},
			"nothing": {200, plainJSON, ""}, "no data": {200, plainJSON, `{"data":null,"has_more":false}`},
			"no more": {200, plainJSON, `{"data":[]}`}, "another case": {200, plainJSON, `{"Data":[],"Has_More":false}`},
			"a bad item": {200, plainJSON, `{"data":[{}],"has_more":false}`}, "more": {200, plainJSON, `{"data":[],"has_more":false}]`},
			"a page": {200, "text/html", "<html>"}, "a problem with 200": {200, problem, problemText("not_found", 404)},
			"204": {204, "", ""}, "502": {502, "text/html", "<html>"}, "201": {201, plainJSON, `{"data":[],"has_more":false}`},
			"another's":       {200, plainJSON, `{"id":"cmp_ff000000000000000000000000000000"}`},
			"another outcome": {200, plainJSON, string(outcome(2).Canonical())},
			"a list twice":    {200, plainJSON, `{"data":[],"data":[],"has_more":false}`},
			"not UTF-8":       {200, plainJSON, "{\"data\":[],\"has_more\":false,\"x\":\"\xff\"}"},
		} {
			t.Run(what+"/"+name, func(t *testing.T) {
				err := read(t.Context(), says(t, a.status, a.media, a.body))
				require.ErrorIs(t, err, client.ErrNoAnswer)
			})
		}
	}
}
