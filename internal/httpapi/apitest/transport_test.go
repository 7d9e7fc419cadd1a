package apitest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/httpapi/apitest"
)

// spy is a test that keeps what it is told.
type spy struct {
	testing.TB
	complaints []string
}

func (s *spy) Helper() {}

func (s *spy) Errorf(format string, args ...any) {
	s.complaints = append(s.complaints, fmt.Sprintf(format, args...))
}

// says is a server that always answers the same.
type says struct {
	status int
	kind   string
	body   string
}

// header is what every answer has that is documented.
func (a says) header(path string) http.Header {
	h := http.Header{"Content-Type": {a.kind}, "X-Request-Id": {strings.Repeat("0", 32)}}
	if strings.HasPrefix(path, "/v1/log/tile/") && a.status == http.StatusOK {
		h.Set("Cache-Control", "no-store")
	}
	return h
}

func (a says) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: a.status, Header: a.header(r.URL.Path),
		Body: io.NopCloser(strings.NewReader(a.body)), Request: r,
	}, nil
}

func TestTransport_FailsATestForWhatIsNotDocumented(t *testing.T) {
	const (
		wallet    = "0x00112233445566778899aabbccddeeff00112233"
		address   = "/v1/wallets/" + wallet + "/campaigns/cmp_000102030405060708090a0b0c0d0e0f"
		good      = `{"wallet":"` + wallet + `","ordinal":0}`
		asJSON    = "application/json"
		asProblem = "application/problem+json"
		missing   = `{"type":"/problems/not_found","title":"x","status":404,"code":"not_found"}`
		bad       = `{"type":"/problems/invalid_request","title":"x","status":400,"code":"invalid_request"}`
		claim     = `{"intent":{"wallet":"` + wallet + `"},"signature":"0x00"}`
	)
	for name, c := range map[string]struct {
		method, path, body string
		answer             says
		complains          string
	}{
		"as documented":                {http.MethodGet, address, "", says{200, asJSON, good}, ""},
		"a member too many":            {http.MethodGet, address, "", says{200, asJSON, good[:len(good)-1] + `,"x":1}`}, "answer"},
		"a member too few":             {http.MethodGet, address, "", says{200, asJSON, `{"ordinal":0}`}, "answer"},
		"of another type":              {http.MethodGet, address, "", says{200, asJSON, strings.Replace(good, "0}", `"0"}`, 1)}, "answer"},
		"another content type":         {http.MethodGet, address, "", says{200, "text/plain", good}, "answer"},
		"a code of nobody":             {http.MethodGet, address, "", says{404, asProblem, strings.Replace(missing, `"not_found"`, `"lost"`, 1)}, "answer"},
		"a code of another route":      {http.MethodGet, address, "", says{404, asProblem, strings.Replace(missing, `"not_found"`, `"unknown_voucher"`, 1)}, "answer"},
		"a code with another's status": {http.MethodGet, address, "", says{400, asProblem, missing}, "answer"},
		"a status of no problem":       {http.MethodGet, address, "", says{409, asProblem, missing}, "answer"},
		"a problem":                    {http.MethodGet, address, "", says{404, asProblem, missing}, ""},
		"no such route":                {http.MethodGet, "/v1/nothing", "", says{404, asProblem, missing}, ""},
		"a route of nobody":            {http.MethodGet, "/v1/nothing", "", says{200, asJSON, "{}"}, "not in the document"},
		"a tile's number":              {http.MethodGet, "/v1/log/tile/0/x001/067.p/8", "", says{200, "application/octet-stream", "x"}, ""},
		"a tile as text":               {http.MethodGet, "/v1/log/tile/0/000.p/8", "", says{200, "text/plain", "x"}, "answer"},
		"nonsense taken":               {http.MethodPost, "/v1/claims", claim, says{201, asJSON, "{}"}, "request"},
		"nonsense refused":             {http.MethodPost, "/v1/claims", claim, says{400, asProblem, bad}, ""},
		"without a token, taken":       {http.MethodGet, address, "no token", says{200, asJSON, good}, "request"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &spy{TB: t}
			r, err := http.NewRequestWithContext(t.Context(), c.method, "http://tally.test"+c.path, strings.NewReader(c.body))
			require.NoError(t, err)
			r.Header.Set("Content-Type", "application/json")
			if c.body != "no token" {
				r.Header.Set("Authorization", "Bearer x")
			}
			res, err := apitest.Transport(s, c.answer).RoundTrip(r)
			require.NoError(t, err)
			body, err := io.ReadAll(res.Body)
			require.NoError(t, err)
			require.Equal(t, c.answer.body, string(body))
			if c.complains == "" {
				require.Empty(t, s.complaints)
				return
			}
			require.NotEmpty(t, s.complaints)
			require.Contains(t, s.complaints[0], c.complains)
		})
	}
}
