package httpapi_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// tree is a part of the document.
type tree = map[string]any

func openAPI(t testing.TB) tree {
	t.Helper()
	var d tree
	require.NoError(t, yaml.Unmarshal(api.OpenAPI().YAML, &d))
	return d
}

func at(t testing.TB, d tree, path ...string) tree {
	t.Helper()
	for _, name := range path {
		next, ok := d[name].(tree)
		require.True(t, ok, "%s of %v", name, path)
		d = next
	}
	return d
}

// TestOpenAPI_HasTheRoutes compares the document with the router, both ways.
func TestOpenAPI_HasTheRoutes(t *testing.T) {
	s := newShop(t)
	var documented, routed []string
	for path, methods := range at(t, openAPI(t), "paths") {
		for method := range methods.(tree) {
			documented = append(documented, strings.ToUpper(method)+" "+path)
		}
	}
	engine, ok := s.handle.(*gin.Engine)
	require.True(t, ok)
	for _, r := range engine.Routes() {
		if r.Method == http.MethodHead || r.Method == http.MethodOptions {
			continue // wherever GET is, and everywhere: see TestMethods
		}
		routed = append(routed, r.Method+" "+regexp.MustCompile(`[:*](\w+)`).ReplaceAllString(r.Path, "{$1}"))
	}
	slices.Sort(documented)
	slices.Sort(routed)
	require.Equal(t, routed, documented)
}

// TestRequests_EndpointsAreRoutes posts a request of every kind, with nothing in it, to
// where the request says that it belongs.
func TestRequests_EndpointsAreRoutes(t *testing.T) {
	s := newShop(t)
	for _, r := range []api.Request{
		api.OperatorsRequest{}, api.ApprovedRequest[voucher.SetAuditor]{}, api.ApprovedRequest[voucher.RecoverRoot]{},
		api.SignedRequest[voucher.AdmitMerchant]{}, api.SignedRequest[voucher.SuspendMerchant]{}, api.SignedRequest[voucher.ReinstateMerchant]{},
		api.SignedRequest[voucher.RotateRoot]{}, api.SignedRequest[voucher.PutStore]{}, api.SignedRequest[voucher.PutKey]{},
		api.SignedRequest[voucher.CreateCampaign]{}, api.SignedRequest[voucher.ChangeCampaign]{}, api.SignedRequest[voucher.PutAttestor]{},
		api.SignedRequest[voucher.Issue]{}, api.DeliveryRequest{}, api.ClaimRequest{}, api.PlacedRequest[voucher.Transfer]{},
		api.RedemptionRequest{}, api.HoldRequest{}, api.SignedRequest[voucher.Capture]{}, api.SignedRequest[voucher.Release]{},
		api.CancelRequest{}, api.SignedRequest[voucher.Rollback]{}, api.PlacedRequest[voucher.Void]{},
	} {
		require.NotEmpty(t, r.Endpoint(), "%T", r)
		_, code, _ := s.raw(http.MethodPost, r.Endpoint(), "", nil)
		require.NotContains(t, []string{"", "not_found", "method_not_allowed"}, code, "%T", r)
	}
}

// TestOpenAPI_HasTheTypes compares the schemas of what is signed and of events
// with the Go types, member by member.
func TestOpenAPI_HasTheTypes(t *testing.T) {
	schemas := at(t, openAPI(t), "components", "schemas")
	members := func(like any) (names []string) {
		for i := range reflect.TypeOf(like).NumField() {
			names = append(names, reflect.TypeOf(like).Field(i).Tag.Get("json"))
		}
		slices.Sort(names)
		return names
	}
	properties := func(path ...string) (names []string) {
		for name := range at(t, schemas, append(path, "properties")...) {
			names = append(names, name)
		}
		slices.Sort(names)
		return names
	}
	for _, like := range append(intent.Types(), voucher.Place{}, voucher.Line{}, voucher.Part{}) {
		if _, ok := like.(intent.ReadToken); ok {
			continue // a token, not a body
		}
		require.Equal(t, members(like), properties(reflect.TypeOf(like).Name()))
	}
	for _, like := range voucher.EventTypes() {
		require.Equal(t, members(like), properties(voucher.EventName(like)+"Event", "properties", "fields"))
	}
	require.Equal(t, members(voucher.Voucher{}), properties("Slot"))
}

// TestCatalogue_IsComplete finds every code in the document and on a page of
// its own, and no other.
func TestCatalogue_IsComplete(t *testing.T) {
	s := newShop(t)
	var codes, documented []string
	_, _, index := s.raw(http.MethodGet, "/problems", "", nil)
	for _, r := range api.Catalogue() {
		require.NotEmpty(t, r.Code)
		require.NotEmpty(t, r.Sentence, r.Code)
		require.NotEmpty(t, r.Remedy, r.Code)
		require.NotEmpty(t, http.StatusText(r.Status), r.Code)
		codes = append(codes, r.Code)
		status, _, page := s.raw(http.MethodGet, "/problems/"+r.Code, "", nil)
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, page, "<code>"+r.Code+"</code>")
		require.Contains(t, index, `href="/problems/`+r.Code+`"`)
	}
	require.Len(t, slices.Compact(slices.Clone(codes)), len(codes), "no code twice")
	for kind := voucher.KindMalformed; ; kind++ {
		r, ok := kind.Refusal()
		if !ok {
			break
		}
		require.Contains(t, codes, r.Code)
	}
	for _, code := range at(t, openAPI(t), "components", "schemas", "Problem", "properties", "code")["enum"].([]any) {
		documented = append(documented, code.(string))
	}
	require.Equal(t, codes, documented)
	status, code, _ := s.raw(http.MethodGet, "/problems/none", "", nil)
	require.Equal(t, http.StatusNotFound, status)
	require.Equal(t, "not_found", code)
}

// TestRequests_NonsenseIsRefusedEverywhere sends every route what it cannot mean, with a
// token and without one: each time a problem of the catalogue, and never the
// server's fault.
func TestRequests_NonsenseIsRefusedEverywhere(t *testing.T) {
	s := newShop(t)
	head, err := s.Ledger.Head(s.ctx())
	require.NoError(t, err)
	token := map[string]string{"Authorization": "Bearer " + s.token(s.Alice), "Idempotency-Key": "key"}
	parameter := regexp.MustCompile(`{\w+}`)
	for _, o := range readContract(t).operations {
		if !strings.HasPrefix(o.path, "/v1/") || strings.HasPrefix(o.path, "/v1/openapi") {
			continue
		}
		for _, value := range []string{"x", "%00", "0x" + strings.Repeat("0", 40), "0x" + strings.Repeat("f", 64), "vch_" + strings.Repeat("f", 40)} {
			for _, body := range []string{"", "null", "{}", "[]", `{"intent":null}`, `{"intent":{"deadline":-1}}`, `{"intent":{},"signature":"0x"}`, `{"code":"TALLY1-AAAA"}`} {
				for _, query := range nonsenseQueries(o) {
					address := parameter.ReplaceAllString(o.path, value) + query
					status, code, answer := s.raw(o.method, address, body, token)
					require.Less(t, status, http.StatusInternalServerError, "%s %s: %s", o.method, address, answer)
					require.True(t, status == http.StatusOK || code != "", "%s %s: %s", o.method, address, answer)
				}
				if o.method == http.MethodGet {
					break
				}
			}
		}
	}
	after, err := s.Ledger.Head(s.ctx())
	require.NoError(t, err)
	for entry, err := range s.Ledger.Events(s.ctx(), head, after) {
		require.NoError(t, err)
		require.Fail(t, "nonsense had an effect", "%s", entry.Outcome.Canonical())
	}
}

// nonsenseQueries are queries of parameters that an operation knows, with values that
// cannot be.
func nonsenseQueries(o operation) (list []string) {
	nonsense := map[string]string{
		"limit": "x", "cursor": "%ff", "store": "-1", "merchant": "x", "reference": "0x", "from": "-1", "position": "1.x.0", "receipt": "2",
		"usable": "2", "locale": strings.Repeat("x", 36),
	}
	all := ""
	for _, p := range o.parameters {
		if p.in == "query" {
			list = append(list, "?"+p.name+"="+nonsense[p.name])
			all += "&" + p.name + "=" + nonsense[p.name]
		}
	}
	return append(list, strings.Replace(all, "&", "?", 1))
}

// TestDocs_ReadOffline looks for what a browser would have to fetch or run.
func TestDocs_ReadOffline(t *testing.T) {
	s := newShop(t)
	for _, path := range []string{"/", "/docs", "/problems", "/problems/held"} {
		res := s.answer(http.MethodGet, path, "", nil)
		policy := res.Header.Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'none'")
		require.NotContains(t, policy, "unsafe")
		page := bare(t, res)
		for tag, source := range map[string]string{"style": "style-src", "script": "script-src"} {
			_, rest, there := strings.Cut(page, "<"+tag+">")
			if !there {
				continue
			}
			inner, _, _ := strings.Cut(rest, "</"+tag+">")
			sum := sha256.Sum256([]byte(inner))
			require.Contains(t, policy, source+" 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'", "%s: a browser refuses it", path)
		}
		require.NotRegexp(t, `<script [^>]|<link|<img|<iframe|src=|style="| on[a-z]+="|https?://[^ "]*\.(js|css)|&lt;no value|ZgotmplZ`, page)
	}
	_, _, page := s.raw(http.MethodGet, "/docs", "", nil)
	for path := range at(t, openAPI(t), "paths") {
		require.Contains(t, page, "<code>"+path+"</code>")
	}
	var fromJSON, fromYAML any
	_, _, text := s.raw(http.MethodGet, "/v1/openapi.json", "", nil)
	require.NoError(t, json.Unmarshal([]byte(text), &fromJSON))
	_, _, text = s.raw(http.MethodGet, "/v1/openapi.yaml", "", nil)
	require.NoError(t, yaml.Unmarshal([]byte(text), &fromYAML))
	raw, err := json.Marshal(fromYAML)
	require.NoError(t, err)
	again, err := json.Marshal(fromJSON)
	require.NoError(t, err)
	require.JSONEq(t, string(again), string(raw))
}

var update = flag.Bool("update", false, "write internal/api/examples.json anew")

// TestOpenAPI_ExamplesAreVectors plays a day and finds the examples of the document in
// what was sent and answered: keys, clock and ledger id are fixed, and so are
// signatures (RFC 6979).
func TestOpenAPI_ExamplesAreVectors(t *testing.T) {
	got := play(t, newShop(t)).kept
	if *update {
		raw, err := json.MarshalIndent(got, "", "  ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join("..", "api", "examples.json"), append(raw, '\n'), 0o600))
	}
	raw, err := os.ReadFile(filepath.Join("..", "api", "examples.json"))
	require.NoError(t, err)
	played, err := json.Marshal(got)
	require.NoError(t, err)
	require.JSONEq(t, string(raw), string(played))
	for path, methods := range at(t, openAPI(t), "paths") {
		for method, operation := range methods.(tree) {
			if method != "post" {
				continue
			}
			require.Contains(t, got, operation.(tree)["operationId"], path)
		}
	}
}

// TestOpenAPI_EverythingHasALimit finds no text, list, number or object in the document
// whose limit a reader would have to guess.
func TestOpenAPI_EverythingHasALimit(t *testing.T) {
	components := at(t, openAPI(t), "components")
	endless := regexp.MustCompile(`[*+]|,}`)
	var look func(part any, path string)
	look = func(part any, path string) {
		schema, ok := part.(tree)
		if !ok {
			list, _ := part.([]any)
			for _, one := range list {
				look(one, path)
			}
			return
		}
		types, _ := schema["type"].([]any)
		types = append(types, schema["type"])
		_, enum := schema["enum"]
		_, fixed := schema["const"]
		pattern, _ := schema["pattern"].(string)
		for _, kind := range types {
			var missing []string
			switch kind {
			case "string":
				if pattern == "" || endless.MatchString(pattern) {
					missing = []string{"maxLength"}
				}
			case "array":
				missing = []string{"maxItems"}
			case "integer":
				missing = []string{"minimum", "maximum"}
			case "object":
				missing = []string{"additionalProperties"}
			}
			for _, name := range missing {
				_, there := schema[name]
				require.True(t, there || enum || fixed, "%s has no %s", path, name)
			}
		}
		for name, one := range schema {
			if name != "example" {
				look(one, path+"/"+name)
			}
		}
	}
	for _, of := range []string{"schemas", "parameters", "headers"} {
		look(components[of], of)
	}
}
