package httpapi

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
)

// methods has what OPTIONS and 405 say of each path: its methods, sorted, as the
// Allow header lists them (RFC 9110, section 10.2.1).
func (s *Server) methods() map[string]string {
	lists := map[string][]string{}
	for _, r := range s.routes() {
		if r.method == http.MethodGet {
			lists[r.path] = append(lists[r.path], http.MethodHead)
		}
		lists[r.path] = append(lists[r.path], r.method)
	}
	allow := map[string]string{}
	for path, list := range lists {
		allow[path] = joinMethods(append(list, http.MethodOptions))
	}
	return allow
}

func joinMethods(list []string) string {
	slices.Sort(list)
	return strings.Join(slices.Compact(list), ", ")
}

// options is the handler of OPTIONS. Everybody may ask: the document has the same.
func options(allow string) handler {
	return func(*gin.Context) (*answer, error) {
		a := &answer{status: http.StatusNoContent}
		return a.with("Allow", allow), nil
	}
}

// wrongMethod answers 405. The router has put the methods of the path into Allow, in
// the order of its trees.
func wrongMethod(c *gin.Context) (*answer, error) {
	if strings.Contains(c.Request.URL.Path, "//") { // an empty name, which no route has: see whole
		c.Writer.Header().Del("Allow")
		return nil, notFound()
	}
	allow := c.Writer.Header().Get("Allow")
	c.Header("Allow", joinMethods(strings.Split(allow, ", ")))
	return nil, api.FaultMethod.Because("Allow has the methods of this address.")
}

var routeParameter = regexp.MustCompile(`[:*](\w+)`)

// documentPath is a route's path as the OpenAPI document writes it.
func documentPath(path string) string { return routeParameter.ReplaceAllString(path, "{$1}") }
