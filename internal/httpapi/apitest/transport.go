// Package apitest holds every request of a test, and every answer to it, to the
// OpenAPI document that the server serves.
package apitest

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi-validator/errors"
	"github.com/pb33f/libopenapi-validator/paths"
	"github.com/pb33f/libopenapi-validator/radix"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"

	"tally/internal/api"
)

// checker is the document, made ready once for all tests of a process.
type checker struct {
	model     *v3.Document
	validator validator.Validator
	tree      *config.ValidationOptions // finds paths; without, each question compiles each path
}

// load reads the document once; it never changes.
var load = sync.OnceValues(func() (*checker, error) {
	document, err := libopenapi.NewDocument(api.OpenAPI().YAML)
	if err != nil {
		return nil, fmt.Errorf("read document: %w", err)
	}
	v, errs := validator.NewValidator(document)
	if len(errs) > 0 {
		return nil, fmt.Errorf("read document: %w", errs[0])
	}
	model, err := document.BuildV3Model()
	if err != nil {
		return nil, fmt.Errorf("read document: %w", err)
	}
	tree := config.NewValidationOptions(config.WithPathTree(radix.BuildPathTree(&model.Model)), config.WithRegexCache(&sync.Map{}))
	return &checker{&model.Model, v, tree}, nil
})

// Transport is a transport that fails the test where a request or an answer is
// not as documented. What the document forbids may be sent, and must be refused.
func Transport(t testing.TB, next http.RoundTripper) http.RoundTripper {
	t.Helper()
	c, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return &checking{t, c, next}
}

type checking struct {
	t       testing.TB
	checker *checker
	next    http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (c *checking) RoundTrip(r *http.Request) (*http.Response, error) {
	sent, err := take(&r.Body)
	if err != nil {
		return nil, err
	}
	res, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer, err := take(&res.Body)
	if err != nil {
		return nil, err
	}
	asked := r.Clone(r.Context())
	asked.Body = io.NopCloser(bytes.NewReader(sent))
	told := *res
	told.Body = io.NopCloser(bytes.NewReader(answer))
	if complaint := c.checker.complain(asked, &told); complaint != "" {
		c.t.Errorf("%s %s is not as documented: %s\nsent: %.500s\nanswer: %d %.500s",
			r.Method, r.URL, complaint, sent, res.StatusCode, answer)
	}
	return res, nil
}

// take reads a body and puts it back.
func take(body *io.ReadCloser) ([]byte, error) {
	if *body == nil {
		return nil, nil
	}
	raw, err := io.ReadAll(*body)
	if err != nil {
		return nil, err
	}
	err = (*body).Close()
	*body = io.NopCloser(bytes.NewReader(raw))
	return raw, err
}

// complain says what is not as documented, or nothing.
func (c *checker) complain(asked *http.Request, told *http.Response) string {
	asked = oneSegment(asked)
	if implied(asked.Method) {
		return c.complainOfImplied(asked, told)
	}
	if !c.named(asked) {
		return undocumented(told)
	}
	refused := told.StatusCode >= http.StatusBadRequest
	if ok, wrong := c.validator.ValidateHttpRequestSync(asked); !ok && !refused {
		return "the request: " + texts(wrong)
	}
	return c.complainOfAnswer(asked, told)
}

// complainOfAnswer says what of an answer is not as documented, or nothing.
func (c *checker) complainOfAnswer(asked *http.Request, told *http.Response) string {
	if ok, wrong := c.validator.ValidateHttpResponse(asked, told); !ok {
		if wrong[0].IsPathMissingError() || wrong[0].IsOperationMissingError() {
			return undocumented(told) // it reads an address with dots or without a name in two ways
		}
		return "the answer: " + texts(wrong)
	}
	if name := c.undocumentedHeader(asked, told); name != "" {
		return "the answer: its header " + name + " is not in the document"
	}
	return nullIn(asked, told)
}

// Complaint says what of an answer is not as documented, or nothing. Requests
// need not be: it is for tests that send whatever comes to mind.
func Complaint(asked *http.Request, told *http.Response) (string, error) {
	c, err := load()
	if err != nil {
		return "", err
	}
	asked = oneSegment(asked)
	if implied(asked.Method) {
		return c.complainOfImplied(asked, told), nil
	}
	if !c.named(asked) {
		return undocumented(told), nil
	}
	return c.complainOfAnswer(asked, told), nil
}

// named reports whether the document has the address of a request. FindPath passes over an
// empty name in one, over a slash at its end, and over no path at all: no such address is the
// document's.
func (c *checker) named(asked *http.Request) bool {
	path := asked.URL.Path
	if !strings.HasPrefix(path, "/") || strings.Contains(path, "//") || path != "/" && strings.HasSuffix(path, "/") {
		return false
	}
	return c.find(asked) != nil
}

// find is what the document has for a request's address and method; nil is nothing.
func (c *checker) find(asked *http.Request) *v3.PathItem {
	item, missing, _ := paths.FindPath(asked, c.model, c.tree)
	if len(missing) > 0 {
		return nil
	}
	return item
}

// oneSegment is a request for a tile as the document can describe it: OpenAPI
// has no parameter of several segments, which the number of a tile has.
func oneSegment(asked *http.Request) *http.Request {
	const tiles = "/v1/log/tile/"
	level, number, ok := strings.Cut(strings.TrimPrefix(asked.URL.Path, tiles), "/")
	if !strings.HasPrefix(asked.URL.Path, tiles) || !ok || !strings.Contains(number, "/") {
		return asked
	}
	one := asked.Clone(asked.Context())
	one.URL.Path, one.URL.RawPath = tiles+level+"/000", ""
	return one
}

// undocumented is the complaint about an answer where the document has no route.
func undocumented(told *http.Response) string {
	if told.StatusCode == http.StatusNotFound || told.StatusCode == http.StatusMethodNotAllowed {
		return ""
	}
	return "it is answered, and not in the document"
}

func texts(wrong []*errors.ValidationError) string {
	var all []string
	for _, w := range wrong {
		text := w.Message + ": " + w.Reason
		for _, s := range w.SchemaValidationErrors {
			text += fmt.Sprintf("\n  %s: %s", s.KeywordLocation, s.Reason)
		}
		all = append(all, text)
	}
	return strings.Join(all, "\n")
}

// Handler is a handler that fails the test where a request or an answer is not
// as documented: for clients that have a transport of their own.
func Handler(t testing.TB, next http.Handler) http.Handler {
	t.Helper()
	c, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, err := take(&r.Body)
		if err != nil {
			return // the client left
		}
		recorder := httptest.NewRecorder()
		asked := r.Clone(r.Context())
		asked.Body = io.NopCloser(bytes.NewReader(sent))
		next.ServeHTTP(recorder, r)
		told := recorder.Result()
		if complaint := c.complain(asked, told); complaint != "" {
			t.Errorf("%s %s is not as documented: %s\nsent: %.500s\nanswer: %d %.500s",
				r.Method, r.URL, complaint, sent, told.StatusCode, recorder.Body.Bytes())
		}
		maps.Copy(w.Header(), recorder.Header())
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(recorder.Body.Bytes()) // a client that left reads nothing
	})
}
