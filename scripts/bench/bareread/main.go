// Command bareread is the least that a server of look-ups and quotes can do behind Tally's
// own middleware: it verifies the bearer's token as tallyd does, and answers with
// one HGETALL of Redis, or with a constant. It is here to be measured beside tallyd.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"tally/internal/edge"
	"tally/internal/intent"
	"tally/internal/voucher"
	"tally/scripts/bench/beside"
)

type options struct {
	listen string
	redis  string
	ledger string
	answer string
}

func main() {
	var o options
	flag.StringVar(&o.listen, "listen", "127.0.0.1:0", "address")
	flag.StringVar(&o.redis, "redis", "", "URL of a Redis that is asked for each answer; none: answers are constant")
	flag.StringVar(&o.ledger, "ledger", "", "id of the ledger that tokens are for")
	flag.StringVar(&o.answer, "answer", "{}", "the answer, in JSON")
	flag.Parse()
	beside.Main("bareread", func(ctx context.Context) error { return run(ctx, o) })
}

func run(ctx context.Context, o options) error {
	id, err := voucher.ParseHash(o.ledger)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	s := server{tokens: intent.NewTokens(intent.NewDomain(id)), answer: []byte(o.answer)}
	if o.redis != "" {
		if s.redis, err = open(ctx, o.redis); err != nil {
			return fmt.Errorf("redis: %w", err)
		}
		defer s.redis.Close() //nolint:errcheck // nothing is kept in it
	}
	handler, err := front(s.handler())
	if err != nil {
		return err
	}
	return beside.Serve(ctx, o.listen, handler)
}

// front is tallyd's edge, with its access log and metrics, as it stands before
// the API; rates are as little counted as at the tallyd that is measured.
func front(next http.Handler) (http.Handler, error) {
	m, err := edge.NewMetrics(prometheus.NewRegistry())
	if err != nil {
		return nil, err
	}
	const requests = 4096 // as tallyd's default
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	return edge.New(edge.Config{MaxRequests: requests, Metrics: m, Log: log, Now: time.Now}, next)
}

// open is a client like that of tallyd's index, and the one hash that is asked for.
func open(ctx context.Context, url string) (*redis.Client, error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		return nil, err
	}
	o.PoolSize, o.Protocol, o.DisableIdentity = connections, 2, true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	c := redis.NewClient(o)
	return c, c.HSet(ctx, bare, "slot", "0123456789abcdef0123456789abcdef", "as", "0123456789abcdef").Err()
}

const (
	connections = 32
	bare        = "bare" // key of a hash as large as the index's of a voucher
)

type server struct {
	tokens *intent.Tokens
	redis  *redis.Client // nil: answers are constant
	answer []byte
}

func (s server) handler() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(identify, gin.Recovery(), limit)
	r.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	r.GET("/v1/vouchers/:voucher", s.answers)
	r.POST("/v1/quotes", s.answers)
	return r
}
