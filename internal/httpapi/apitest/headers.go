package apitest

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// everywhere are the headers that any answer may have: HTTP's own, and those that
// keep a browser from doing more with an answer than a client would. The document
// says so once, in its words.
func everywhere() []string {
	return []string{
		"Cache-Control", "Connection", "Content-Length", "Content-Type", "Date",
		"Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Vary",
		"Content-Security-Policy", "Cross-Origin-Resource-Policy", "Referrer-Policy", "Strict-Transport-Security", "X-Content-Type-Options",
	}
}

// undocumentedHeader is a header of an answer that the document does not have for its
// operation and status; "" is none. That what is promised is there, the validator sees.
func (c *checker) undocumentedHeader(asked *http.Request, told *http.Response) string {
	item := c.find(asked)
	if item == nil {
		return ""
	}
	operation := item.GetOperations().GetOrZero(strings.ToLower(asked.Method))
	if operation == nil || operation.Responses == nil {
		return ""
	}
	response := operation.Responses.Codes.GetOrZero(strconv.Itoa(told.StatusCode))
	if response == nil {
		response = operation.Responses.Default
	}
	known := everywhere()
	if response != nil && response.Headers != nil {
		for name := range response.Headers.FromOldest() {
			known = append(known, http.CanonicalHeaderKey(name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(told.Header)) {
		if !slices.Contains(known, name) {
			return name
		}
	}
	return ""
}
