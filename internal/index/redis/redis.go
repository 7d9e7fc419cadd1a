package redis

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"tally/internal/index"
	"tally/internal/redisclient"
	"tally/internal/voucher"
)

// Limits of an index on Redis.
const (
	DefaultTimeout = 200 * time.Millisecond // for one call, once it has its turn
	Turns          = 32                     // calls at once
	turnWait       = 5                      // times the timeout that a call waits for its turn
	KeepFor        = 7 * 24 * time.Hour     // that nobody projects, then an index vanishes
	clientTimeout  = time.Minute            // above every call's
	scriptEntries  = 50                     // that one run of the script adds: Redis does nothing else meanwhile
	scanCount      = 100                    // buckets, or pieces of lists, that Redis looks at in one step of a scan
)

// Options say which Redis, and whose index.
type Options struct {
	URL      string // as redisclient.Parse reads it
	Password string // instead of the URL's, if not empty
	Access   redisclient.Access
	Ledger   voucher.Hash  // the ledger's id
	Timeout  time.Duration // for one call; 0 is DefaultTimeout. An Add has as much for every scriptEntries entries
}

// Index is an index.Index on Redis.
type Index struct {
	client  redis.UniversalClient
	prefix  string // of all keys
	timeout time.Duration
	breaker *breaker
	cluster bool          // several nodes answer, each with keys of its own
	turns   chan struct{} // holds one token for each call under way
	script  *redis.Script // add.lua
	advance *redis.Script
	reset   *redis.Script
	full    fullOnes

	mu         sync.Mutex
	generation string // the one that was current when the watermark was read last
	trusted    string
	garbled    string            // the generation in which something was that nobody can read
	buckets    map[string]uint32 // how many each of the trusted generation's hashes of buckets has, as read last
	added      voucher.Position  // the last entry that this process added
	owed       voucher.Position  // the last entry that this process added and that may be lost
	servers    map[string]string // whose history each node has that answered, by its address
}

var _ index.Index = (*Index)(nil)

// Open makes a client. It does not need Redis to be there. The error is one of
// package redisclient's.
func Open(o Options) (*Index, error) {
	address, err := redisclient.Parse(o.URL)
	if err != nil {
		return nil, err
	}
	if o.Password != "" {
		o.Access.Password = o.Password
	}
	options, err := redisclient.Options(address, o.Access)
	if err != nil {
		return nil, err
	}
	x := &Index{
		prefix: Pointer(o.Ledger), servers: map[string]string{}, buckets: map[string]uint32{},
		timeout: o.Timeout, breaker: newBreaker(time.Now), turns: make(chan struct{}, Turns),
		script: redis.NewScript(addText), advance: redis.NewScript(advanceText), reset: redis.NewScript(resetText),
	}
	if x.timeout == 0 {
		x.timeout = DefaultTimeout
	}
	// One call is one try within its limit: the ledger is nearer than a second try.
	options.MaxRetries, options.DialerRetries = -1, 1
	// Each call's context has its limit. It counts only beside limits of the
	// client: with none of its own, a client waits for ever.
	options.ContextTimeoutEnabled = true
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout = x.timeout, clientTimeout, clientTimeout
	options.PoolSize = Turns
	options.OnConnect = x.connected
	x.cluster = address.Cluster
	x.client = redis.NewUniversalClient(options)
	return x, nil
}

// Close ends all connections.
func (x *Index) Close() error { return x.client.Close() }

// Stats are the calls since the start.
func (x *Index) Stats() Stats { return x.breaker.stats() }

// connected notes whose history the node has that a connection reached. Another
// history than before may lack what this process added: that of a process that was
// started again, or of a replica that was made the master. In a cluster each node has
// a history of its own; elsewhere one node answers at a time.
func (x *Index) connected(ctx context.Context, cn *redis.Conn) error {
	info, err := cn.Info(ctx, "server", "replication").Result()
	var reply redis.Error
	if err != nil && !errors.As(err, &reply) {
		return err
	}
	history := field(info, "run_id") + field(info, "master_replid")
	var node string
	if x.cluster {
		node, _ = cn.Do(ctx, "CLUSTER", "MYID").Text() // without it all nodes count as one
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if history == "" || history != x.servers[node] {
		x.servers[node], x.owed = history, x.added
	}
	return nil
}

// field is the value of a field of Redis's INFO.
func field(info, name string) string {
	_, value, _ := strings.Cut(info, "\n"+name+":")
	value, _, _ = strings.Cut(value, "\r\n")
	return value
}

// Pointer is the key in Redis that names the current generation of a ledger's
// index. Without it there is none, and projectors make another.
func Pointer(ledger voucher.Hash) string {
	return fmt.Sprintf("tally:%d:{%s}", index.Schema, hex.EncodeToString(ledger[:]))
}

// pointer is the key of the pointer.
func (x *Index) pointer() string { return x.prefix }

// The ends of a generation's keys.
const (
	outcomes   = "o"
	vouchers   = "v"
	wallets    = "w"
	heavy      = "x" // wallets of many vouchers
	campaigns  = "c"
	newest     = "n"
	merchants  = "m"
	references = "r"
	taken      = "t"
	own        = "b"
	orders     = "p"
	histories  = "h"
	buyers     = "y"
)

// ends are the ends of a generation's keys, in the order of the scripts.
func ends() []string {
	return []string{
		outcomes, vouchers, wallets, heavy, campaigns, newest, merchants, references, taken, own, orders, histories, buyers,
	}
}

// key is one of a generation's keys.
func (x *Index) key(generation, end string) string { return x.prefix + ":" + generation + ":" + end }

// keys are a generation's keys, in the order of ends.
func (x *Index) keys(generation string) []string {
	all := ends()
	for i, end := range all {
		all[i] = x.key(generation, end)
	}
	return all
}

// unreadable says that a generation has in Redis what this program did not write, if
// there is an error. It is not believed any more, and the projector has the index start
// again.
func (x *Index) unreadable(generation string, err error) error {
	if err == nil {
		return nil
	}
	x.mu.Lock()
	x.garbled = generation
	x.mu.Unlock()
	return fmt.Errorf("%w: %w", index.ErrUnavailable, err)
}

// isGarbled reports whether something unreadable was found in a generation.
func (x *Index) isGarbled(generation string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return generation != "" && x.garbled == generation
}

var errCrowd = errors.New("too many calls wait for redis")

// turn waits until there are fewer than Turns calls under way. A crowd of our own
// making is no sign that Redis does not answer, and so takes nothing of a call's limit.
func (x *Index) turn(ctx context.Context) error {
	select {
	case x.turns <- struct{}{}:
		return nil
	default:
	}
	patience := time.NewTimer(turnWait * x.timeout)
	defer patience.Stop()
	select {
	case x.turns <- struct{}{}:
		return nil
	case <-patience.C:
		return errCrowd
	case <-ctx.Done():
		return ctx.Err()
	}
}

// call asks Redis within a limit, unless it has not answered lately. What Redis
// itself refused is an answer.
func (x *Index) call(ctx context.Context, limit time.Duration, ask func(context.Context) error) error {
	if err := x.turn(ctx); err != nil {
		return fmt.Errorf("%w: %w", index.ErrUnavailable, err)
	}
	defer func() { <-x.turns }()
	if err := x.breaker.allow(); err != nil {
		return fmt.Errorf("%w: %w", index.ErrUnavailable, err)
	}
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := ask(within)
	var reply redis.Error
	switch {
	case err == nil, errors.As(err, &reply):
		x.breaker.answered()
	case ctx.Err() != nil: // the caller left; it says nothing of Redis
		x.breaker.left()
	default:
		x.breaker.failed(err)
	}
	if err != nil {
		return fmt.Errorf("%w: redis: %w", index.ErrUnavailable, err)
	}
	return nil
}

// run runs a script by its digest, and by its text where Redis does not know it.
func (x *Index) run(ctx context.Context, s *redis.Script, keys []string, args ...any) (n int64, err error) {
	err = x.call(ctx, x.timeout, func(ctx context.Context) error {
		n, err = s.Run(ctx, x.client, keys, args...).Int64()
		return err
	})
	return n, err
}

// LogTo has the client library, which knows one logger for the whole process,
// log there, at the level debug: what matters of it comes as errors, too.
func LogTo(log *slog.Logger) { redis.SetLogger(libraryLog{log}) }

type libraryLog struct{ log *slog.Logger }

// Printf is what the library calls.
func (l libraryLog) Printf(ctx context.Context, format string, v ...any) {
	l.log.DebugContext(ctx, "redis client", slog.String("says", fmt.Sprintf(format, v...)))
}
