package edge

import (
	"context"
	_ "embed"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// Limits of a shared limiter.
const (
	// SharedTimeout is how long a request waits for Redis to count it. Then this
	// process counts alone.
	SharedTimeout = 50 * time.Millisecond
	// SharedRest is how long Redis is left alone after it failed.
	SharedRest = time.Second
)

//go:embed take.lua
var takeText string

// Shared is a limiter that several processes share, in Redis. What this process
// alone refuses is refused without asking. Whatever is wrong with Redis, the
// answer is this process's own count, at the latest after SharedTimeout: a
// limit is worth less than an answer.
type Shared struct {
	quota  Quota
	local  *Local
	client redis.Scripter
	script *redis.Script
	prefix string
	log    *slog.Logger
	now    func() time.Time

	rest    atomic.Int64 // Unix nanoseconds until which Redis is left alone
	failing atomic.Bool
}

var _ Limiter = (*Shared)(nil)

// NewShared is a limiter of a quota. name tells it from others on the same Redis.
func NewShared(q Quota, name string, client redis.Scripter, log *slog.Logger, now func() time.Time) *Shared {
	return &Shared{
		quota: q, local: NewLocal(q, now), client: client, script: redis.NewScript(takeText),
		prefix: "tally:rate:{" + name + "}:", log: log, now: now,
	}
}

// Take implements Limiter.
func (s *Shared) Take(ctx context.Context, key string) Verdict {
	own := s.local.Take(ctx, key)
	if !own.Allowed {
		return own
	}
	if owed, ok := s.run(ctx, key, 1, "take"); ok {
		return s.quota.verdict(owed)
	}
	return own
}

// Look implements Limiter.
func (s *Shared) Look(ctx context.Context, key string) Verdict {
	own := s.local.Look(ctx, key)
	if !own.Allowed {
		return own
	}
	if owed, ok := s.run(ctx, key, 1, "look"); ok {
		return s.quota.verdict(owed)
	}
	return own
}

// Owe implements Limiter.
func (s *Shared) Owe(ctx context.Context, key string, n int64) {
	s.local.Owe(ctx, key, n)
	s.run(ctx, key, n, "owe")
}

// run has Redis count, unless it is left alone. ok is false where it did not.
func (s *Shared) run(ctx context.Context, key string, n int64, how string) (owed time.Duration, ok bool) {
	if s.now().UnixNano() < s.rest.Load() {
		return 0, false
	}
	// A client that left is counted too: leaving early must not be a way around the limit.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), SharedTimeout)
	defer cancel()
	micros, err := s.script.Run(ctx, s.client, []string{s.prefix + key},
		float64(s.quota.each())/float64(time.Microsecond), s.quota.full().Microseconds(), n, how).Int64()
	if err != nil {
		s.rest.Store(s.now().Add(SharedRest).UnixNano())
		if !s.failing.Swap(true) {
			s.log.WarnContext(ctx, "rate limits are this process's own: Redis cannot be asked", slog.Any("error", err))
		}
		return 0, false
	}
	if s.failing.Swap(false) {
		s.log.InfoContext(ctx, "rate limits are shared again")
	}
	return time.Duration(micros) * time.Microsecond, true
}
