package main

import (
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/edge/reqctx"
)

// identify and limit are what the API has before each of its routes.
func identify(c *gin.Context) {
	c.Header(reqctx.HeaderID, reqctx.Enter(c.Request.Context(), c.FullPath()))
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header("Cache-Control", "no-store")
	c.Next()
}

func limit(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, api.MaxBody)
	c.Next()
}

// answers reads the body, if there is one, verifies the token, and answers.
func (s server) answers(c *gin.Context) {
	if _, err := io.Copy(io.Discard, c.Request.Body); err != nil {
		c.Status(http.StatusBadRequest)
		return
	}
	text, _ := strings.CutPrefix(c.GetHeader("Authorization"), "Bearer ")
	if _, err := s.tokens.Open(text, time.Now(), func(string) bool { return true }); err != nil {
		c.Status(http.StatusUnauthorized)
		return
	}
	if s.redis != nil {
		if held, err := s.redis.HGetAll(c.Request.Context(), bare).Result(); err != nil || len(held) == 0 {
			c.Status(http.StatusServiceUnavailable)
			return
		}
	}
	c.Data(http.StatusOK, "application/json; charset=utf-8", s.answer)
}
