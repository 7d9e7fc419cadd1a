package apitest

import (
	"io"
	"net/http"
)

// implied reports whether a method is one that the document has in its words only,
// for all addresses: HEAD wherever GET is, and OPTIONS.
func implied(method string) bool { return method == http.MethodHead || method == http.MethodOptions }

// complainOfImplied says what of an answer to HEAD or OPTIONS is not as documented, or
// nothing.
func (c *checker) complainOfImplied(asked *http.Request, told *http.Response) string {
	if told.StatusCode == http.StatusNotFound || told.StatusCode == http.StatusMethodNotAllowed {
		return ""
	}
	if body, err := io.ReadAll(told.Body); err != nil || len(body) > 0 {
		return "the answer to " + asked.Method + " has a body"
	}
	if asked.Method == http.MethodOptions {
		if told.StatusCode != http.StatusNoContent || told.Header.Get("Allow") == "" {
			return "the answer to OPTIONS is not 204 with Allow"
		}
		return ""
	}
	get := asked.Clone(asked.Context())
	get.Method = http.MethodGet
	if c.find(get) == nil {
		return undocumented(told)
	}
	return ""
}
