package httpapi

import (
	"strings"

	"github.com/gin-gonic/gin"

	"tally/internal/access"
	"tally/internal/intent"
)

// reader returns who asks, by the token of a request. The error is intent.ErrToken
// where the request has no token that is good now.
func (s *Server) reader(c *gin.Context) (access.Principal, error) {
	token, ok := strings.CutPrefix(c.GetHeader("Authorization"), "Bearer ")
	if !ok {
		return access.Principal{}, intent.ErrToken
	}
	return s.access.Open(c.Request.Context(), token, s.here(c.Request))
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
