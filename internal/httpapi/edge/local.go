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
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.of(key)
	start := c.til
	if start.Before(now) {
		start = now
	}
	next := start.Add(l.quota.each())
	v := l.quota.verdict(next.Sub(now))
	if v.Allowed {
		c.til = next
	}
	return v
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
