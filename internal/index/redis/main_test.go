package redis_test

import (
	"log/slog"
	"testing"

	"go.uber.org/goleak"

	"tally/internal/index/redis"
)

// TestMain wants every goroutine gone that a test started.
func TestMain(m *testing.M) {
	redis.LogTo(slog.New(slog.DiscardHandler))
	goleak.VerifyTestMain(m)
}
