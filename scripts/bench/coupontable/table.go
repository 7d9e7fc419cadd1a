package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// The two tables. A sale's key is the client's reference, so that a request that
// is sent again finds it: that is the only index beside the vouchers'.
const schema = `
DROP TABLE IF EXISTS redemptions, vouchers;
CREATE TABLE vouchers (
	id       text PRIMARY KEY,
	campaign text NOT NULL,
	owner    text NOT NULL,
	state    text NOT NULL,
	expires  timestamptz NOT NULL
);
CREATE TABLE redemptions (
	merchant  text NOT NULL,
	reference text NOT NULL,
	voucher   text NOT NULL,
	store     integer NOT NULL,
	till      text NOT NULL,
	currency  text NOT NULL,
	amount    bigint NOT NULL,
	discount  bigint NOT NULL,
	at        timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (merchant, reference)
)`

// The vouchers are claimed, and their ids are not guessed: the benchmark makes
// the same from the same numbers.
const claimed = `
INSERT INTO vouchers
SELECT 'vch_' || left(encode(sha256(n::text::bytea), 'hex'), 40), 'bench', 'wallet ' || n, 'claimed', now() + interval '30 days'
FROM generate_series(0, $1::integer - 1) n`

// fill makes the tables anew, with the given number of vouchers.
func fill(ctx context.Context, pool *pgxpool.Pool, vouchers int) error {
	for _, statement := range strings.Split(schema, ";") {
		if _, err := pool.Exec(ctx, statement); err != nil {
			return err
		}
	}
	if _, err := pool.Exec(ctx, claimed, vouchers); err != nil {
		return err
	}
	for _, statement := range []string{"VACUUM ANALYZE vouchers", "CHECKPOINT"} {
		if _, err := pool.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// redemption is a request. Note is filled up to the size of a Tally request.
type redemption struct {
	Voucher   string `json:"voucher"`
	Merchant  string `json:"merchant"`
	Store     int    `json:"store"`
	Till      string `json:"till"`
	Currency  string `json:"currency"`
	Amount    int64  `json:"amount"`
	Discount  int64  `json:"discount"`
	Reference string `json:"reference"`
	Note      string `json:"note"`
}

// redeemed is the answer, filled up to the size of a Tally outcome.
type redeemed struct {
	redemption

	State string    `json:"state"`
	At    time.Time `json:"at"`
}

// table is the server.
type table struct {
	pool *pgxpool.Pool
	note string // of answers
}

// noteFor is what fills an answer up to a size.
func noteFor(answer int) string {
	example, _ := json.Marshal(redeemed{State: "redeemed", At: time.Now(), redemption: redemption{ // of plain types: it cannot fail
		Voucher: strings.Repeat("v", 44), Merchant: strings.Repeat("m", 42), Till: strings.Repeat("t", 42),
		Store: 1, Currency: "HKD", Amount: 6400, Discount: 3200, Reference: strings.Repeat("r", 40),
	}})
	return strings.Repeat("n", max(0, answer-len(example)))
}

var errNotClaimed = errors.New("it is not claimed, or spent")

const (
	spend = `UPDATE vouchers SET state = 'redeemed' WHERE id = $1 AND state = 'claimed'`
	sell  = `INSERT INTO redemptions (merchant, reference, voucher, store, till, currency, amount, discount)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING at`
)

func (t table) redeem(c *gin.Context) {
	var in redemption
	if err := c.ShouldBindJSON(&in); err != nil {
		c.JSON(http.StatusBadRequest, gin.H{"code": "invalid_request"})
		return
	}
	out := redeemed{redemption: in, State: "redeemed"}
	// pgx prepares both statements once on each connection.
	err := pgx.BeginFunc(c.Request.Context(), t.pool, func(tx pgx.Tx) error {
		spent, err := tx.Exec(c.Request.Context(), spend, in.Voucher)
		if err != nil {
			return err
		}
		if spent.RowsAffected() != 1 {
			return errNotClaimed
		}
		return tx.QueryRow(c.Request.Context(), sell, in.Merchant, in.Reference, in.Voucher, in.Store,
			in.Till, in.Currency, in.Amount, in.Discount).Scan(&out.At)
	})
	switch {
	case errors.Is(err, errNotClaimed):
		c.JSON(http.StatusConflict, gin.H{"code": "already_used", "detail": "This voucher was used already."})
	case err != nil:
		_ = c.Error(err)
		c.JSON(http.StatusInternalServerError, gin.H{"code": "internal"})
	default:
		out.Note = t.note
		c.JSON(http.StatusCreated, out)
	}
}
