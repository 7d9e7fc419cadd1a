package httpapi

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"tally/internal/api"
)

// plainName is what the name of a query parameter looks like. Other names are not
// repeated in an answer.
var plainName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,32}$`)

// checkQuery refuses a query with a parameter that the operation does not know, with
// one parameter twice, or with an empty value where the document allows none. Without
// this check, a filter that is misspelt would be answered as if it were not there.
func checkQuery(raw string, known []api.QueryParameter) error {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return invalid("The query is not made of name=value pairs, joined by & and percent-encoded.")
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		at := slices.IndexFunc(known, func(p api.QueryParameter) bool { return p.Name == name })
		switch values := query[name]; {
		case at < 0:
			return unknownParameter(name, known)
		case len(values) > 1:
			return invalid(fmt.Sprintf("The query parameter %s is there more than once.", name))
		case values[0] == "" && !known[at].Empty:
			return invalid(fmt.Sprintf("The query parameter %s has no value. Leave it out, or give it one.", name))
		}
	}
	return nil
}

// unknownParameter says which parameter is unknown, and which are known.
func unknownParameter(name string, known []api.QueryParameter) error {
	text := "A query parameter is unknown here."
	if plainName.MatchString(name) {
		text = fmt.Sprintf("The query parameter %s is unknown here.", name)
	}
	if len(known) == 0 {
		return invalid(text + " This address takes none.")
	}
	names := make([]string, len(known))
	for i, p := range known {
		names[i] = p.Name
	}
	return invalid(text + " Known: " + strings.Join(names, ", ") + ".")
}
