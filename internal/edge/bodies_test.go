package edge

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBodies_OfAPutMayBeLonger: each method has its limit, and one byte more of a body is passed on, so that the
// API sees that it is too long.
func TestBodies_OfAPutMayBeLonger(t *testing.T) {
	for name, c := range map[string]struct {
		method      string
		put         int64
		sent, reach int
	}{
		"a POST":          {http.MethodPost, 100, 10, 10},
		"a long POST":     {http.MethodPost, 100, 500, 11},
		"a PUT":           {http.MethodPut, 100, 100, 100},
		"a long PUT":      {http.MethodPut, 100, 500, 101},
		"no limit of PUT": {http.MethodPut, 0, 500, 11},
	} {
		t.Run(name, func(t *testing.T) {
			reached, failed := -1, error(nil)
			h := open(t, Config{MaxBody: 10, MaxPut: c.put}, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				var raw []byte
				raw, failed = io.ReadAll(r.Body)
				reached = len(raw)
			}))
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(c.method, "/", strings.NewReader(strings.Repeat("x", c.sent))))
			require.NoError(t, failed)
			require.Equal(t, c.reach, reached)
		})
	}
}
