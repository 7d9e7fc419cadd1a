package apitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// nullIn complains of a null in an answer of JSON. The document allows some lists of a
// request to be null, and answers share their types: no answer makes use of that. Only
// the document itself speaks of null.
func nullIn(asked *http.Request, told *http.Response) string {
	if asked.URL.Path == "/v1/openapi.json" || !strings.Contains(told.Header.Get("Content-Type"), "json") {
		return ""
	}
	raw, err := take(&told.Body)
	if err != nil {
		return "the answer: " + err.Error()
	}
	var body any
	if json.Unmarshal(raw, &body) != nil {
		return "" // HEAD, and what the validator complains of
	}
	if place := nullAt("", body); place != "" {
		return "the answer: null at " + place
	}
	return ""
}

// nullAt is the place of the first null in a value; "" where there is none.
func nullAt(place string, value any) string {
	switch value := value.(type) {
	case nil:
		return place + "."
	case []any:
		for i, entry := range value {
			if at := nullAt(fmt.Sprintf("%s[%d]", place, i), entry); at != "" {
				return at
			}
		}
	case map[string]any:
		names := make([]string, 0, len(value))
		for name := range value {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if at := nullAt(place+"."+name, value[name]); at != "" {
				return at
			}
		}
	}
	return ""
}
