package till

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"tally/internal/client"
)

// owed is a record that the server does not have yet, as its file in the journal has it.
type owed struct {
	Reference string `json:"reference"`
	Since     uint64 `json:"since"` // when its sale was settled, Unix seconds
}

// owes reports whether the agent is to deposit the record of a sale.
func (a *Agent) owes(r record) bool {
	return a.opts.Deposit && r.State == StateRedeemed && r.OrderRecord != ""
}

// due has the record of a settled sale deposited. The caller holds mu.
func (a *Agent) due(o owed) {
	a.owed = append(a.owed, o)
	select {
	case a.owing <- struct{}{}:
	default: // it is told already
	}
}

// deposits has the server keep what is owed, one record after the other, until ctx ends. Where one
// fails, it goes to the end of the line, and all wait.
func (a *Agent) deposits(ctx context.Context) {
	failed := 0
	for ctx.Err() == nil {
		next, ok := a.firstOwed()
		switch {
		case !ok:
			failed = 0
			select {
			case <-ctx.Done():
			case <-a.owing:
			}
			continue
		case a.deposited(ctx, next):
			failed = 0
			continue
		}
		failed++
		rest := time.NewTimer(a.pause(failed, a.opts.LongestDeposit))
		select {
		case <-ctx.Done():
		case <-rest.C:
		}
		rest.Stop()
	}
}

func (a *Agent) firstOwed() (o owed, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.owed) == 0 {
		return o, false
	}
	return a.owed[0], true
}

func (a *Agent) countOwed() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.owed)
}

// deposited makes one try to deposit a record. It is false where the record is owed still.
func (a *Agent) deposited(ctx context.Context, o owed) bool {
	r, ok, err := a.opts.Journal.settled(o.Reference)
	switch {
	case err != nil:
	case !ok && a.isOpen(o.Reference): // it was killed between the two: see finish
		return a.later(o)
	case !ok || r.OrderRecord == "" || r.Salt == nil:
		return a.paid(ctx, o, "it is in the journal no more")
	default:
		err = a.deposit(ctx, r)
	}
	switch {
	case err == nil:
		a.opts.Log.InfoContext(ctx, "record deposited", slog.String("reference", o.Reference), slog.String("id", r.ID.String()))
		return a.paid(ctx, o, "")
	case errors.Is(err, ErrDamaged), client.DepositIsOver(err):
		return a.paid(ctx, o, err.Error())
	case a.unix() > o.Since+uint64(DepositFor/time.Second):
		return a.paid(ctx, o, "the server did not take it in time: "+err.Error())
	default:
		a.opts.Log.WarnContext(ctx, "record not deposited yet", slog.String("reference", o.Reference), slog.Any("error", err))
		return a.later(o)
	}
}

// later puts a record at the end of the line.
func (a *Agent) later(o owed) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.owed = append(slices.DeleteFunc(a.owed, func(of owed) bool { return of.Reference == o.Reference }), o)
	return false
}

func (a *Agent) isOpen(reference string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, open := a.open[reference]
	return open
}

func (a *Agent) deposit(ctx context.Context, r record) error {
	ctx, cancel := context.WithTimeout(ctx, AttemptTimeout)
	defer cancel()
	reader, err := a.reader(ctx)
	if err != nil {
		return err
	}
	_, _, err = reader.Deposit(ctx, r.ID, r.OrderRecord, *r.Salt)
	return err
}

// paid owes a record no more. why says why the server does not have it; "" where it does.
func (a *Agent) paid(ctx context.Context, o owed, why string) bool {
	if why != "" {
		a.opts.Log.ErrorContext(ctx, "record not deposited", slog.String("reference", o.Reference), slog.String("reason", clip(why)))
	}
	if err := a.opts.Journal.paid(o.Reference); err != nil {
		a.opts.Log.ErrorContext(ctx, "journal failed", slog.Any("error", err)) // the next start deposits it again
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.owed = slices.DeleteFunc(a.owed, func(of owed) bool { return of.Reference == o.Reference })
	return true
}
