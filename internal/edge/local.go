package edge

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// MaxBuckets is how many addresses or tokens one limiter remembers. Beyond, it
// forgets the one that was quiet for longest.
const MaxBuckets = 100_000

// Limiter counts the requests of one quota by key.
type Limiter interface {
	// Take counts one request, unless it is refused.
	Take(ctx context.Context, key string) Verdict
	// Owe counts n more that cannot be refused any more. What is owed is bounded:
	// who owes most waits a window.
	Owe(ctx context.Context, key string, n int64)
	// Look is what Take would say, and counts nothing.
	Look(ctx context.Context, key string) Verdict
}

// Local is a limiter of this process.
type Local struct {
	quota Quota
	now   func() time.Time
	most  int

	mu      sync.Mutex
	buckets map[string]*list.Element
	quiet   *list.List // of *count, the one used last in front
}

type count struct {
	key string
	til time.Time // until when what came so far is owed
}

var _ Limiter = (*Local)(nil)

// NewLocal is a limiter that remembers MaxBuckets keys.
func NewLocal(q Quota, now func() time.Time) *Local {
	return &Local{quota: q, now: now, most: MaxBuckets, buckets: map[string]*list.Element{}, quiet: list.New()}
}

// Take implements Limiter.
func (l *Local) Take(_ context.Context, key string) Verdict {
	l.mu.Lock()
	defer l.mu.Unlock()
	c, v, next := l.next(key)
	if v.Allowed {
		c.til = next
	}
	return v
}

// Look implements Limiter.
func (l *Local) Look(_ context.Context, key string) Verdict {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, v, _ := l.next(key)
	return v
}

// Owe implements Limiter.
func (l *Local) Owe(_ context.Context, key string, n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c, most := l.of(key), l.now().Add(l.quota.most())
	if now := l.now(); c.til.Before(now) {
		c.til = now
	}
	n = min(n, 2*int64(l.quota.Requests)) // more cannot be owed, and a product of times must not overflow
	if c.til = c.til.Add(time.Duration(n) * l.quota.each()); c.til.After(most) {
		c.til = most
	}
}

// next is the verdict on one request more, and until when all is owed with it.
func (l *Local) next(key string) (c *count, v Verdict, til time.Time) {
	now := l.now()
	c = l.of(key)
	start := c.til
	if start.Before(now) {
		start = now
	}
	til = start.Add(l.quota.each())
	return c, l.quota.verdict(til.Sub(now)), til
}

// of is the count of a key. It is the one used last from here on.
func (l *Local) of(key string) *count {
	if at, ok := l.buckets[key]; ok {
		l.quiet.MoveToFront(at)
		return at.Value.(*count) //nolint:forcetypeassert // nothing else is put in
	}
	for l.quiet.Len() >= l.most {
		oldest := l.quiet.Back()
		delete(l.buckets, oldest.Value.(*count).key) //nolint:forcetypeassert // nothing else is put in
		l.quiet.Remove(oldest)
	}
	c := &count{key: key}
	l.buckets[key] = l.quiet.PushFront(c)
	return c
}
