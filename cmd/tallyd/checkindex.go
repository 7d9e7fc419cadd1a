package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"math"
	"os"

	gethlog "github.com/ethereum/go-ethereum/log"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/index/redis"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// CheckIndex is the command that compares the index with the ledger.
type CheckIndex struct {
	Settings Serve `embed:""`
	JSON     bool  `name:"json" help:"Print JSON."`
}

// Help is what check-index's help says after the flags.
func (*CheckIndex) Help() string {
	return `It takes what serve takes, replays the whole ledger into an empty index in
memory, and compares all records with those of the index on Redis. It changes
nothing. A ledger in a data directory has to be stopped for it, as only one
process opens that; a remote one may go on, but commands that are accepted
meanwhile make a difference: look again.

Example: tallyd check-index --config /etc/tallyd.yaml

Exit codes: 0 they agree, 1 they differ or could not be compared, 2 misused.`
}

// What keeps an index from being right, or from being looked at.
var (
	errIndexDiffers = errors.New("the index is not what the ledger makes")
	errIndexMemory  = errors.New("an index in memory is made again at every start: --index redis has one to look at")
	errNoLedger     = errors.New("there is no ledger here: check --data")
)

// comparison is what check-index prints.
type comparison struct {
	Verdict string       `json:"verdict"` // same, empty, behind or different
	Held    index.Digest `json:"held"`    // the index's
	Want    index.Digest `json:"want"`    // of the ledger's replay
	Do      string       `json:"do,omitempty"`
}

// Run compares and prints.
func (c *CheckIndex) Run(ctx context.Context) (err error) {
	if c.Settings.Index == "memory" {
		return errIndexMemory
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	gethlog.SetDefault(gethlog.NewLogger(log.Handler()))
	l, err := c.Settings.chosen().openToRead(ctx, c.Settings.basics(), log)
	if err != nil {
		return explain(err)
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	x, closeIndex, err := c.Settings.openIndex(l, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeIndex()) }()
	found, err := compare(ctx, l, x)
	if err != nil {
		return err
	}
	if err := found.print(os.Stdout, c.JSON); err != nil {
		return err
	}
	if found.Verdict != verdictSame {
		return errIndexDiffers
	}
	return nil
}

// The verdicts.
const (
	verdictSame      = "same"
	verdictEmpty     = "empty"
	verdictBehind    = "behind"
	verdictDifferent = "different"
)

// compare replays a ledger, and says what to do where the index is not right.
func compare(ctx context.Context, l ledger.Ledger, x index.Index) (found comparison, err error) {
	mark, err := x.Watermark(ctx)
	if err != nil {
		return found, fmt.Errorf("ask the index: %w", err)
	}
	if !mark.Whole {
		found.Verdict = verdictEmpty
		found.Do = "There is no whole index of this ledger. Start tallyd serve: it makes one."
		return found, nil
	}
	watched, err := watch(ctx, l, os.Stderr)
	if err != nil {
		return found, err
	}
	found.Held, found.Want, err = index.Compare(ctx, watched, x, indexmemory.New())
	_ = watched.bar.Finish() // only a picture
	damaged := fmt.Sprintf("the index is damaged. Remove the key %s from Redis (redis-cli DEL): servers make the index again, and answer from the ledger until then. Then ask what wrote to Redis.", redis.Pointer(l.ID()))
	switch {
	case errors.Is(err, index.ErrRecord):
		found.Verdict, found.Do = verdictDifferent, fmt.Sprintf("Something in it cannot be read (%v): %s", err, damaged)
	case err != nil:
		return found, err
	case found.Held == found.Want:
		found.Verdict = verdictSame
	case !watched.last.Before(mark.Next):
		found.Verdict = verdictBehind
		found.Do = fmt.Sprintf("The index ends before %s, the ledger's last command is %s. Start tallyd serve, wait until /readyz says yes, and look again.", mark.Next, watched.last)
	default:
		found.Verdict = verdictDifferent
		found.Do = "If nothing was accepted meanwhile, " + damaged
	}
	return found, nil
}

// watched is a ledger whose replay is watched.
type watched struct {
	ledger.Ledger
	bar  *progressbar.ProgressBar
	last voucher.Position // that was read
}

// watch shows on a terminal how far a replay is.
func watch(ctx context.Context, l ledger.Ledger, to *os.File) (*watched, error) {
	head, err := l.Head(ctx)
	if err != nil {
		return nil, fmt.Errorf("read head: %w", err)
	}
	return &watched{Ledger: l, bar: progressbar.NewOptions64(int64(min(head.Block, math.MaxInt64)),
		progressbar.OptionSetDescription("replaying blocks"), progressbar.OptionSetWriter(to),
		progressbar.OptionSetVisibility(term.IsTerminal(int(to.Fd()))),
		progressbar.OptionClearOnFinish(), progressbar.OptionShowCount(), progressbar.OptionSetWidth(40),
	)}, nil
}

// Events implements ledger.Ledger.
func (w *watched) Events(ctx context.Context, from, to voucher.Position) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		for entry, err := range w.Ledger.Events(ctx, from, to) {
			if err == nil {
				w.last = entry.Outcome.Position
				_ = w.bar.Set64(int64(min(w.last.Block, math.MaxInt64))) // only a picture
			}
			if !yield(entry, err) {
				return
			}
		}
	}
}

func (c comparison) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(c)
	}
	fmt.Fprintf(w, "%s\nindex   %d records, %s\nledger  %d records, %s\n", c.Verdict, c.Held.Records, c.Held.Sum, c.Want.Records, c.Want.Sum)
	if c.Do != "" {
		fmt.Fprintf(w, "\n%s\n", c.Do)
	}
	return nil
}
