package httpapi

import (
	"fmt"
	"strings"

	"github.com/gin-gonic/gin"

	"tally/internal/access"
	"tally/internal/intent"
)

// reader returns who asks, by the token of a request. The error is intent.ErrToken
// where the request has no token that is good now.
func (s *Server) reader(c *gin.Context) (access.Principal, error) {
	token, err := bearer(c.Request.Header.Values("Authorization"))
	if err != nil {
		return access.Principal{}, err
	}
	return s.access.Open(c.Request.Context(), token, s.here(c.Request))
}

// errScheme says that a request shows something that is no bearer token. It is an
// intent.ErrToken.
var errScheme = fmt.Errorf("%w: it is not sent as a bearer token", intent.ErrToken)

// bearer is the token of a request. Its scheme may be in any case, and spaces may
// follow it (RFC 9110, section 11.1 and 11.4). The error is intent.ErrToken where
// there is none.
func bearer(values []string) (string, error) {
	if len(values) == 0 || len(values) == 1 && values[0] == "" {
		return "", intent.ErrToken
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	token = strings.TrimLeft(token, " ")
	if len(values) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", errScheme
	}
	return token, nil
}

// anyReader is reader where no token is needed, because the answer is public. A token
// that is there must be good.
func (s *Server) anyReader(c *gin.Context) (r access.Principal, ok bool, err error) {
	if c.GetHeader("Authorization") == "" {
		return access.Principal{}, false, nil
	}
	r, err = s.reader(c)
	return r, err == nil, err
}
