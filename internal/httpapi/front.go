package httpapi

import (
	"mime"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/httpapi/pages"
)

// getFront is what stands at the root: a page for people and, for programs that ask for
// it, JSON.
func (s *Server) getFront(c *gin.Context) (a *answer, err error) {
	front := api.FrontInfo{Name: "Tally", Ledger: s.teller.Domain().Ledger(), Links: api.FrontLinks()}
	if prefersJSON(strings.Join(c.Request.Header.Values("Accept"), ",")) {
		a, err = asJSON(front)
	} else {
		a, err = page(pages.Front(front))
	}
	if err != nil {
		return nil, err
	}
	return a.with("Vary", "Accept"), nil
}

// prefersJSON reports whether an Accept header names JSON, with a weight that is no
// lower than that of HTML (RFC 9110, section 12.5.1).
func prefersJSON(accept string) bool {
	asJSON, asHTML := 0.0, 0.0
	for _, one := range strings.Split(accept, ",") {
		media, parameters, err := mime.ParseMediaType(one)
		if err != nil {
			continue
		}
		weight := 1.0
		if q, ok := parameters["q"]; ok {
			if weight, err = strconv.ParseFloat(q, 64); err != nil {
				weight = 0
			}
		}
		switch media {
		case mediaJSON:
			asJSON = weight
		case "text/html", "application/xhtml+xml":
			asHTML = max(asHTML, weight)
		}
	}
	return asJSON > 0 && asJSON >= asHTML
}
