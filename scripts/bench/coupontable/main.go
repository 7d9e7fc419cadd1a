// Command coupontable is what a user would write instead of Tally: a table of
// vouchers in PostgreSQL behind the same web framework. It trusts its callers,
// keeps no history, proves nothing, and is here to be measured beside tallyd.
//
// One redemption is one transaction: the voucher is updated where it is still
// claimed, and the sale inserted. PostgreSQL's locks make it redeemed once.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5/pgxpool"

	"tally/scripts/bench/beside"
)

type options struct {
	listen      string
	database    string
	connections int
	vouchers    int
	answer      int
}

func main() {
	var o options
	flag.StringVar(&o.listen, "listen", "127.0.0.1:0", "address")
	flag.StringVar(&o.database, "database", "", "URL of the database, whose tables are made anew")
	flag.IntVar(&o.connections, "connections", 16, "connections to the database, at most")
	flag.IntVar(&o.vouchers, "vouchers", 0, "vouchers in the table")
	flag.IntVar(&o.answer, "answer", 0, "bytes of an answer to a redemption, about")
	flag.Parse()
	beside.Main("coupontable", func(ctx context.Context) error { return run(ctx, o) })
}

func run(ctx context.Context, o options) error {
	config, err := pgxpool.ParseConfig(o.database)
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	config.MaxConns, config.MinConns = int32(o.connections), int32(o.connections)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	defer pool.Close()
	if err := fill(ctx, pool, o.vouchers); err != nil {
		return fmt.Errorf("tables: %w", err)
	}
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(gin.Recovery())
	t := table{pool: pool, note: noteFor(o.answer)}
	r.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	r.POST("/v1/redemptions", t.redeem)
	return beside.Serve(ctx, o.listen, r)
}
