package httpapi_test

import (
	"bytes"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/api"
	"tally/internal/httpapi/apitest"
	"tally/internal/voucher"
)

// reached counts the answers to each operation's requests.
type reached map[string]*[6]int // by the status's first digit

func (c reached) count(id string, status int) {
	if c[id] == nil {
		c[id] = new([6]int)
	}
	c[id][status/100]++
}

// TestRoutes_EachTakesItsExample sends what the document has as examples,
// after they were accepted once, and wants them answered as before.
func TestRoutes_EachTakesItsExample(t *testing.T) {
	p := newPast(t, shopOver(t, embedded(t.TempDir()))) // which has all that there is to ask for
	for _, o := range p.operations {
		got := p.ask(p.trial(t, o).plain(t))
		require.Less(t, got.Code, 300, "%s: %s", o.id, got.Body)
	}
}

func (r *trial) plain(t *testing.T) *http.Request {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), r.method, r.target, bytes.NewReader(r.raw))
	req.Header = r.header
	return req
}

// TestRoutes_NoRequestIsTheServersFault sends every operation what the document
// suggests, and what it forbids.
func TestRoutes_NoRequestIsTheServersFault(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		p, seen := newPast(t, newShop(t)), reached{}
		rapid.Check(t, func(t *rapid.T) {
			for _, o := range p.operations {
				p.try(t, o, seen)
			}
		})
		for _, o := range p.operations {
			require.NotNil(t, seen[o.id], o.id)
			require.Positive(t, seen[o.id][4], "%s: nothing was refused", o.id)
		}
	})
	t.Run("embedded", func(t *testing.T) {
		p, seen := newPast(t, shopOver(t, embedded(t.TempDir()))), reached{}
		rapid.Check(t, func(t *rapid.T) {
			p.try(t, p.operation(t), seen)
		})
	})
}

// FuzzRoutes is TestRoutes_NoRequestIsTheServersFault, led by what the server's code
// has not seen yet.
func FuzzRoutes(f *testing.F) {
	p := newPast(f, newShop(f))
	random := rand.NewChaCha8([32]byte{})
	for range 64 {
		seed := make([]byte, 2048)
		_, _ = random.Read(seed) // it never fails
		f.Add(seed)
	}
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		p.try(t, p.operation(t), reached{})
	}))
}

// operation is any of the document's.
func (p *past) operation(t *rapid.T) operation {
	return p.operations[rapid.IntRange(0, len(p.operations)-1).Draw(t, "operation")]
}

// try sends one request to an operation and holds the answer to the document.
func (p *past) try(t *rapid.T, o operation, seen reached) {
	r := p.trial(t, o)
	for range rapid.IntRange(0, 3).Draw(t, "changes") {
		p.vary(t, r)
	}
	req, ok := r.request(t)
	if !ok {
		return
	}
	before, err := p.Ledger.Head(t.Context())
	require.NoError(t, err)
	got := p.ask(req)
	seen.count(o.id, got.Code)
	if r.method == http.MethodHead {
		require.Less(t, got.Code, http.StatusInternalServerError, "%s", r)
		require.Empty(t, got.Body.Bytes(), "%s", r)
	} else {
		requireAnswer(t, got)
		p.requireDocumented(t, r, got)
	}
	if got.Code >= http.StatusMultipleChoices || r.method != http.MethodPost {
		p.requireNothingSince(t, before, r)
	}
}

func (p *past) requireDocumented(t *rapid.T, r *trial, got *httptest.ResponseRecorder) {
	asked, ok := r.request(t)
	require.True(t, ok)
	complaint, err := apitest.Complaint(asked, got.Result())
	require.NoError(t, err)
	require.Empty(t, complaint, "%s\n%d %s", r, got.Code, got.Body)
	require.Less(t, got.Code, http.StatusInternalServerError, "%s\n%s", r, got.Body)
	if got.Code < http.StatusBadRequest {
		return
	}
	require.NotContains(t, got.Body.String(), "TALLY1-", "codes are secrets")
	requireCatalogued(t, r, got)
}

// requireCatalogued wants a problem with the status that the catalogue has for its code.
func requireCatalogued(t *rapid.T, r *trial, got *httptest.ResponseRecorder) {
	for _, entry := range api.Catalogue() {
		if bytes.Contains(got.Body.Bytes(), []byte(`"code":"`+entry.Code+`"`)) {
			require.Equal(t, entry.Status, got.Code, "%s\n%s", r, got.Body)
			return
		}
	}
	require.Fail(t, "no code of the catalogue", "%s\n%s", r, got.Body)
}

// requireNothingSince wants no command accepted since a position.
func (p *past) requireNothingSince(t *rapid.T, before voucher.Position, r *trial) {
	after, err := p.Ledger.Head(t.Context())
	require.NoError(t, err)
	for entry, err := range p.Ledger.Events(t.Context(), before, after) {
		require.NoError(t, err)
		require.Fail(t, "it was refused and had an effect", "%s\n%s", r, entry.Outcome.Canonical())
	}
}
