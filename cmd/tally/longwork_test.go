package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/cli"
	"tally/internal/cli/merchant"
	"tally/internal/voucher"
)

// meter has a tiny quota: each third request is one too many.
func (f *front) meter() (refused *atomic.Int64) {
	inner, asked := f.forward, new(atomic.Int64)
	refused = new(atomic.Int64)
	f.forward = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1)%3 != 0 {
			inner.ServeHTTP(w, r)
			return
		}
		refused.Add(1)
		w.Header().Set("Content-Type", "application/problem+json")
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"type":"/problems/rate_limited","title":"Too many requests.","status":429,"code":"rate_limited"}`)
	})
	return refused
}

// issued is a list of vouchers for Bob, and one for Alice between them.
func (f *front) issued(n int) (id, list string) {
	f.t.Helper()
	campaign := f.plenty(strings.Replace(plenty, "supply: 1000", "supply: 1000\nopen: 0", 1))
	lines := strings.Repeat(fmt.Sprintln(f.address("bob")), n) + fmt.Sprintln(f.address("alice"))
	list = f.file("list.csv", lines)
	sent := decode[voucher.Outcome](f.t, f.honestly("issue", "send", "--as", "root", "--merchant", "root", campaign, list, "--json"))
	return sent.ID.String(), list
}

func TestWork_WaitsAsTheServerAsks(t *testing.T) {
	f := newFront(t)
	f.found()
	id, list := f.issued(4)
	refused := f.meter()
	r := f.run("issue", "deliver", "--as", "bob", id, list)
	require.Equal(t, cli.ExitOK, r.code, r.errors)
	require.Positive(t, refused.Load())
	require.Contains(t, r.errors, "the server asks to wait 1s")
	require.Equal(t, 5, strings.Count(r.out, "\n"), r.out)
	r = f.run("--quiet", "wallet", "--as", "bob")
	require.Equal(t, cli.ExitOK, r.code, r.errors)
	require.Empty(t, r.errors)
	require.Equal(t, 5, strings.Count(r.out, "\n"), r.out)
}

// TestWork_GoesOnWhereItStopped breaks the third of five deliveries.
func TestWork_GoesOnWhereItStopped(t *testing.T) {
	f := newFront(t)
	f.found()
	id, list := f.issued(5)
	posts := 0
	f.goWrong(trial{way: func(f *front, w http.ResponseWriter, r *http.Request, _ *httptest.ResponseRecorder) {
		if posts++; posts == 3 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		f.forward.ServeHTTP(w, r)
	}})
	r := f.run("issue", "deliver", "--as", "bob", id, list)
	require.Equal(t, cli.ExitUnknown, r.code, r.errors)
	require.Contains(t, r.errors, "2 appeared, 0 were there already, 0 were refused, 3 were not tried.")
	require.Equal(t, 3, strings.Count(r.out, "\n"), r.out)

	r = f.run("issue", "deliver", "--as", "bob", id, list)
	require.Equal(t, cli.ExitOK, r.code, r.errors)
	require.Contains(t, r.errors, "going on after 2 of 5 vouchers")
	require.Equal(t, 6, posts)
	all := decode[merchant.DeliveredInfos](t, f.must("issue", "deliver", "--as", "bob", id, list, "--json"))
	require.Len(t, all, 5, "a work that is done begins at the front")
}
