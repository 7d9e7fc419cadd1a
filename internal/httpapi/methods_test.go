package httpapi_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/httpapi/apitest"
)

// plainRequest is a request as a test's recorder takes it.
func plainRequest(t testing.TB, method, target string, header http.Header, body []byte) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, bytes.NewReader(body))
	r.Header = header.Clone()
	return r
}

// allowed is what the document has of each path: its methods, and those that every
// path has.
func allowed(operations []operation) map[string][]string {
	lists := map[string][]string{}
	for _, o := range operations {
		lists[o.path] = append(lists[o.path], o.method, http.MethodOptions)
		if o.method == http.MethodGet {
			lists[o.path] = append(lists[o.path], http.MethodHead)
		}
	}
	for path, list := range lists {
		slices.Sort(list)
		lists[path] = slices.Compact(list)
	}
	return lists
}

// TestMethods_HeadIsGetWithoutABody asks for every address that can be got twice: by
// its reader, by a stranger and by nobody.
func TestMethods_HeadIsGetWithoutABody(t *testing.T) {
	p := newPast(t, shopOver(t, embedded(t.TempDir())))
	for _, o := range p.operations {
		if o.method != http.MethodGet {
			continue
		}
		like := p.trial(t, o)
		for _, token := range []string{like.header.Get("Authorization"), "Bearer " + p.token(p.Bob), "Bearer x", ""} {
			header := map[string]string{"Authorization": token}
			got := p.answer(http.MethodGet, like.target, "", header)
			body, err := io.ReadAll(got.Body)
			require.NoError(t, err)
			require.NoError(t, got.Body.Close())
			head := p.answer(http.MethodHead, like.target, "", header)
			nothing, err := io.ReadAll(head.Body)
			require.NoError(t, err)
			require.NoError(t, head.Body.Close())
			require.Empty(t, nothing, o.id)
			require.Equal(t, got.StatusCode, head.StatusCode, o.id)
			require.EqualValues(t, len(body), got.ContentLength, o.id)
			if o.id != "getLedger" { // its time and head move on
				require.Equal(t, got.ContentLength, head.ContentLength, o.id)
			}
			require.Equal(t, steady(got.Header), steady(head.Header), o.id)
		}
	}
}

// steady is a header without what differs between any two answers.
func steady(h http.Header) http.Header {
	h = h.Clone()
	for _, name := range []string{"Date", "X-Request-Id", "Content-Length"} {
		h.Del(name)
	}
	return h
}

// TestMethods_OptionsAndAllow asks every address for its methods, and by every other
// method. Nobody needs a token for that.
func TestMethods_OptionsAndAllow(t *testing.T) {
	s := newShop(t)
	for path, list := range allowed(readContract(t).operations) {
		address := strings.NewReplacer("{", "", "}", "").Replace(path)
		want := strings.Join(list, ", ")
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "OPTIONS"} {
			if method != http.MethodOptions && slices.Contains(list, method) {
				continue
			}
			res := s.answer(method, address, "", nil)
			require.NoError(t, res.Body.Close())
			require.Equal(t, want, res.Header.Get("Allow"), "%s %s", method, address)
			if method == http.MethodOptions {
				require.Equal(t, http.StatusNoContent, res.StatusCode, address)
				continue
			}
			require.Equal(t, http.StatusMethodNotAllowed, res.StatusCode, "%s %s", method, address)
			require.Equal(t, "application/problem+json", res.Header.Get("Content-Type"))
		}
	}
	for _, path := range []string{"/nothing", "/v1", "/v1/", "/v1/merchants//stores", "/v1/ledger/", "/V1/ledger"} {
		for _, method := range []string{"GET", "HEAD", "POST", "DELETE", "OPTIONS"} {
			res := s.answer(method, path, "", nil)
			require.NoError(t, res.Body.Close())
			require.Equal(t, http.StatusNotFound, res.StatusCode, "%s %s", method, path)
			require.Empty(t, res.Header.Values("Allow"), "%s %s", method, path)
		}
	}
}

// TestQuery_EachParameterIsKnown sends every operation a parameter that it does not
// know, one twice, and one without a value.
func TestQuery_EachParameterIsKnown(t *testing.T) {
	p := newPast(t, shopOver(t, embedded(t.TempDir())))
	for _, o := range p.operations {
		like := p.trial(t, o)
		address, query, _ := strings.Cut(like.target, "?")
		refused := map[string]string{
			"foo=1": "The query parameter foo is unknown here.",
			"foo":   "The query parameter foo is unknown here.",
			"%zz":   "name=value", "a;b": "name=value",
			"%3Cb%3E=1": "A query parameter is unknown here.", "=1": "A query parameter is unknown here.",
			strings.Repeat("n", 5000) + "=1": "A query parameter is unknown here.",
		}
		for _, other := range []string{"limit", "cursor", "store", "from", "position", "merchant", "reference", "receipt", "LIMIT"} {
			at := slices.IndexFunc(o.parameters, func(d documented) bool { return d.in == "query" && d.name == other })
			if at < 0 {
				refused[other+"=1"] = "The query parameter " + other + " is unknown here."
				continue
			}
			refused[other+"=1&"+other+"=1"] = "The query parameter " + other + " is there more than once."
			if other != "cursor" {
				refused[other+"="] = "The query parameter " + other + " has no value."
			}
		}
		for more, says := range refused {
			rest := query
			if name, _, _ := strings.Cut(more, "="); strings.Contains("&"+query, "&"+name+"=") {
				rest = "" // else the parameter would be there twice
			}
			whole := address + "?" + strings.Trim(rest+"&"+more, "&")
			res := p.ask(plainRequest(t, o.method, whole, like.header, like.raw))
			require.Equal(t, http.StatusBadRequest, res.Code, "%s %.200s: %s", o.method, whole, res.Body)
			require.Contains(t, res.Body.String(), says, "%s %.200s", o.method, whole)
			require.Contains(t, res.Body.String(), `"code":"invalid_request"`)
		}
		if o.method == http.MethodGet {
			res := p.ask(plainRequest(t, o.method, like.target+map[bool]string{true: "&", false: "?"}[query != ""], like.header, nil))
			require.NotEqual(t, http.StatusBadRequest, res.Code, "%s: an empty query is none: %s", o.id, res.Body)
		}
	}
}

// TestBearer_AnyCase shows a good token under the scheme's name in other cases.
func TestBearer_AnyCase(t *testing.T) {
	s := newShop(t)
	path := "/v1/wallets/" + s.Alice.Address.String() + "/vouchers"
	for scheme, status := range map[string]int{
		"Bearer ": 200, "bearer ": 200, "BEARER ": 200, "bEaReR    ": 200, "Bearer": 401, "Basic ": 401, "": 401, "Token ": 401, "Bearer\t": 401, "Bearer, Bearer ": 401,
	} {
		got, _, body := s.raw(http.MethodGet, path, "", map[string]string{"Authorization": scheme + s.token(s.Alice)})
		require.Equal(t, status, got, "%q: %s", scheme, body)
	}
	r := plainRequest(t, http.MethodGet, path, http.Header{"Authorization": {"Bearer " + s.token(s.Alice), "Bearer " + s.token(s.Bob)}}, nil)
	require.Equal(t, http.StatusUnauthorized, s.ask(r).Code, "two tokens are none")
}

// TestMedia_OnlyPlainJSON sends every route with a body what says that it is
// something else, with a body that would be accepted.
func TestMedia_OnlyPlainJSON(t *testing.T) {
	p := newPast(t, newShop(t))
	for _, o := range p.operations {
		if o.body == nil {
			continue
		}
		like := p.trial(t, o)
		taken := http.StatusCreated
		if o.id == "quote" || o.id == "putRecord" { // one changes nothing, the other no more
			taken = http.StatusOK
		}
		ask := func(name string, values ...string) (int, string, http.Header) {
			header := like.header.Clone()
			header.Del(name)
			for _, v := range values {
				header.Add(name, v)
			}
			r := plainRequest(t, o.method, like.target, header, like.raw)
			got := p.ask(r)
			complaint, err := apitest.Complaint(r, got.Result())
			require.NoError(t, err)
			require.Empty(t, complaint, "%s: %s: %q", o.id, name, values)
			return got.Code, got.Body.String(), got.Header()
		}
		for _, values := range [][]string{
			nil, {""}, {" "}, {"text/plain"}, {"application/x-www-form-urlencoded"}, {"multipart/form-data; boundary=x"}, {"application/xml"}, {"json"},
			{"application/jsonx"}, {"application/json-patch+json"}, {"application/ld+json"}, {"application/*"}, {"*/*"}, {"application/json; charset=utf-16"},
			{"application/json; charset=iso-8859-1"}, {"application/json; charset="}, {"application/json; version=2"}, {"application/json; charset=utf-8; version=2"},
			{"application/json, text/plain"}, {"application/json", "application/json"}, {"application/json;;"}, {"application/json; charset=utf-8; charset=utf-16"},
		} {
			status, body, header := ask("Content-Type", values...)
			require.Equal(t, http.StatusUnsupportedMediaType, status, "%s: %q: %s", o.id, values, body)
			require.Contains(t, body, `"code":"unsupported_media_type"`)
			require.Equal(t, "application/json", header.Get("Accept"), "%s: %q", o.id, values)
		}
		for _, values := range [][]string{
			{"gzip"}, {"GZIP"}, {"br"}, {"zstd"}, {"deflate"}, {"identity, gzip"}, {"identity", "gzip"}, {"x"}, {"*"},
		} {
			status, body, header := ask("Content-Encoding", values...)
			require.Equal(t, http.StatusUnsupportedMediaType, status, "%s: %q: %s", o.id, values, body)
			require.Equal(t, "identity", header.Get("Accept-Encoding"), "%s: %q", o.id, values)
		}
		for _, values := range [][]string{
			{"application/json"}, {"Application/JSON"}, {"application/json; charset=utf-8"}, {"application/json;charset=UTF-8"}, {`APPLICATION/JSON ; Charset="utf-8"`},
		} {
			status, body, _ := ask("Content-Type", values...)
			require.Equal(t, taken, status, "%s: %q: %s", o.id, values, body)
		}
		for _, values := range [][]string{{"identity"}, {"Identity"}, {""}, nil} {
			status, body, _ := ask("Content-Encoding", values...)
			require.Equal(t, taken, status, "%s: %q: %s", o.id, values, body)
		}
	}
}
