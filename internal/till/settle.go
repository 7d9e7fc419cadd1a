package till

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/voucher"
)

// try makes one try to settle a sale. The caller holds its mu.
func (a *Agent) try(ctx context.Context, s *sale) {
	ctx, cancel := context.WithTimeout(ctx, AttemptTimeout)
	defer cancel()
	was := s.record
	switch {
	case s.record.Final: // it is settled, and the disk did not take it
		a.finish(ctx, s, s.record.State, s.record.Problem, nil)
	case s.record.Cancelling:
		a.cancel(ctx, s)
	case s.record.State == StateRefused:
		a.watch(ctx, s)
	default:
		a.send(ctx, s)
	}
	s.tries++
	s.tried = time.Now()
	s.due = s.tried.Add(a.pause(s.tries, a.opts.LongestPause))
	if s.record.State != was.State || s.record.Final != was.Final {
		a.opts.Log.InfoContext(ctx, "sale", slog.String("reference", s.reference), slog.String("id", s.record.ID.String()),
			slog.String("state", s.record.State.String()), slog.Bool("final", s.record.Final), slog.String("problem", codeOf(s.record.Problem)))
	}
}

func codeOf(p *api.Problem) string {
	if p == nil {
		return ""
	}
	return p.Code
}

// send sends the signed acceptance, the same every time.
func (a *Agent) send(ctx context.Context, s *sale) {
	if !a.expose(ctx, s) {
		return
	}
	out, err := a.opts.Client.Send(ctx, a.signer.redemption(s.record))
	switch what, p := a.judge(err); what {
	case accepted:
		a.accept(ctx, s, out)
	case refused:
		a.refuse(ctx, s, p)
	case unsent:
		s.record.Problem = p
		a.keep(ctx, s)
	case lost:
		s.record.Loose, s.record.Problem = true, p
	}
}

// expose notes on the disk that a copy of the sale may be under way, before one
// leaves. It is false where the disk does not take it.
func (a *Agent) expose(ctx context.Context, s *sale) bool {
	if s.onDisk {
		return true
	}
	r := s.record
	r.Loose = true
	if err := a.opts.Journal.write(r); err != nil {
		s.record.Problem = faultJournal.problem()
		a.opts.Log.ErrorContext(ctx, "journal failed", slog.Any("error", err))
		return false
	}
	s.onDisk = true
	return true
}

// keep puts what was learnt on the disk. Where that fails, a restart learns it again.
func (a *Agent) keep(ctx context.Context, s *sale) {
	if err := a.save(s); err != nil {
		a.opts.Log.ErrorContext(ctx, "journal failed", slog.Any("error", err))
	}
}

// accept takes an outcome for the sale's, if it is.
func (a *Agent) accept(ctx context.Context, s *sale, out voucher.Outcome) {
	if !s.record.is(out) {
		s.record.Loose, s.record.Problem = true, known("outcome_unknown")
		a.opts.Log.ErrorContext(ctx, "the server answered with the outcome of another sale", slog.String("id", s.record.ID.String()))
		return
	}
	if !s.record.detailed(out) {
		s.record.Salt, s.record.OrderRecord = nil, "" // of an acceptance that a lost journal had
	}
	a.finish(ctx, s, StateRedeemed, nil, &out)
}

// refuse takes a refusal for as much as it says: see the package's promises.
func (a *Agent) refuse(ctx context.Context, s *sale, p *api.Problem) {
	r := &s.record
	switch {
	case usedUp(p), p.Code == voucher.KindDeadlinePassed.String() && !r.Loose:
		a.deny(ctx, s, StateRefused, p)
	case p.Code == voucher.KindDeadlinePassed.String():
		// An earlier copy may be under way still. Not on every ledger does time
		// settle that, but a cancel does.
		r.Cancelling, r.Expired, r.Problem = true, true, p
		a.keep(ctx, s)
		a.cancel(ctx, s)
	case r.Loose:
		r.Problem = known("outcome_unknown")
		r.Problem.Detail = "Sent once more it was refused (" + p.Code + "), but an earlier copy may be under way. " +
			"The agent goes on asking: ask again, or cancel."
	default:
		r.State, r.Problem = StateRefused, p
		a.keep(ctx, s)
	}
}

// usedUp tells a refusal that no time takes back: the voucher's last accepted
// signature is as new as the code's. A copy of a sale that was accepted itself is
// not refused so.
func usedUp(p *api.Problem) bool {
	return p.Code == voucher.KindAlreadyUsed.String() || p.Code == voucher.KindSuperseded.String()
}

// deny ends a sale that can never be accepted, unless it was already: signed anew
// after its journal was lost, it differs from its first copy by its salt, and the
// ledger refuses it.
func (a *Agent) deny(ctx context.Context, s *sale, state State, p *api.Problem) {
	out, found, err := a.ask(ctx, s.record.ID)
	switch {
	case err != nil:
		_, s.record.Problem = a.judge(err)
		s.record.Loose = true
	case found && s.record.is(out):
		a.accept(ctx, s, out)
	default:
		a.finish(ctx, s, state, p, nil)
	}
}

// cancel cancels the sale's code. The agent does not send the redemption again while
// it could still be accepted.
func (a *Agent) cancel(ctx context.Context, s *sale) {
	r := &s.record
	if !r.Loose && r.State == StatePending {
		a.finish(ctx, s, StateCancelled, nil, nil) // no copy ever left
		return
	}
	command, err := a.signer.cancel(*r, a.unix())
	if err != nil {
		a.opts.Log.ErrorContext(ctx, "cancel cannot be signed", slog.Any("error", err))
		return
	}
	_, err = a.opts.Client.Send(ctx, command)
	switch what, p := a.judge(err); {
	case what == accepted:
		state, why := s.record.ended()
		a.finish(ctx, s, state, why, nil)
	case what == refused && usedUp(p):
		// An earlier cancel, a newer code, or the sale itself: the ledger knows.
		a.sendLast(ctx, s)
	case what == refused:
		a.uncancellable(ctx, s, p)
	default:
		r.Problem = p
	}
}

// ended is how a sale ends that is not redeemed, and why.
func (r record) ended() (State, *api.Problem) {
	switch {
	case r.Expired:
		return StateRefused, known(voucher.KindDeadlinePassed.String())
	case r.State == StateRefused:
		return StateRefused, r.Problem
	default:
		return StateCancelled, nil
	}
}

// sendLast sends a sale that cannot be accepted any more, to learn whether it was.
func (a *Agent) sendLast(ctx context.Context, s *sale) {
	if !a.expose(ctx, s) {
		return
	}
	out, err := a.opts.Client.Send(ctx, a.signer.redemption(s.record))
	switch what, p := a.judge(err); what {
	case accepted:
		a.accept(ctx, s, out)
	case refused:
		state, why := s.record.ended()
		a.deny(ctx, s, state, why)
	default:
		s.record.Problem = p
	}
}

// uncancellable deals with a cancel that was refused for what would refuse the
// redemption, too: there is no such voucher, say. Then its deadline ends it.
func (a *Agent) uncancellable(ctx context.Context, s *sale, p *api.Problem) {
	r := &s.record
	aboutTime := p.Code == voucher.KindDeadlinePassed.String() || p.Code == voucher.KindDeadlineTooFar.String()
	switch {
	case aboutTime: // of the cancel itself: this machine's clock is wrong by hours
		r.Problem = p
		a.opts.Log.ErrorContext(ctx, "the clock is wrong: a cancel was refused", slog.String("problem", p.Code))
	case r.Expired:
		state, why := r.ended()
		a.deny(ctx, s, state, why)
	case a.passed(ctx, r.Deadline):
		r.Expired = a.expired(ctx, s)
	default:
		r.Problem = known("outcome_unknown")
		r.Problem.Detail = "The cancel was refused (" + p.Code + "). The code's deadline will settle it."
	}
}

// expired asks the ledger whether a sale's deadline has passed, by sending it.
func (a *Agent) expired(ctx context.Context, s *sale) bool {
	if !a.expose(ctx, s) {
		return false
	}
	out, err := a.opts.Client.Send(ctx, a.signer.redemption(s.record))
	what, p := a.judge(err)
	if what == accepted {
		a.accept(ctx, s, out)
	}
	return what == refused && p.Code == voucher.KindDeadlinePassed.String()
}

// watch makes a refusal final: no copy is under way, so it is when the deadline
// has passed and nobody had the sale accepted behind the agent's back.
func (a *Agent) watch(ctx context.Context, s *sale) {
	if !a.passed(ctx, s.record.Deadline) {
		return
	}
	switch out, found, err := a.ask(ctx, s.record.ID); {
	case err != nil:
	case found && s.record.is(out):
		a.accept(ctx, s, out)
	default:
		a.finish(ctx, s, StateRefused, s.record.Problem, nil)
	}
}

// passed reports whether a deadline has surely passed: by this clock and the server's.
func (a *Agent) passed(ctx context.Context, deadline uint64) bool {
	if a.unix() <= deadline+clockMargin {
		return false
	}
	info, err := a.opts.Client.Ledger(ctx)
	return err == nil && info.Time > int64(deadline+clockMargin) //nolint:gosec // this century
}

// ask looks a sale's command up, as the till.
func (a *Agent) ask(ctx context.Context, id voucher.Hash) (out voucher.Outcome, found bool, err error) {
	reader, err := a.reader(ctx)
	if err != nil {
		return out, false, err
	}
	out, err = reader.Command(ctx, id)
	var p *api.Problem
	if errors.As(err, &p) && p.Code == "not_found" {
		return out, false, nil
	}
	return out, err == nil, err
}

// reader is a client that shows the server that it is the till, by the server's clock: a wrong
// one here keeps nobody from asking.
func (a *Agent) reader(ctx context.Context) (*client.Client, error) {
	info, err := a.opts.Client.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	token, err := a.opts.Client.Token(a.opts.Domain, a.opts.Key, time.Unix(info.Time+tokenLife, 0))
	return a.opts.Client.As(token), err
}

// finish ends a sale: what it needed to be sent, and so the code, is dropped.
func (a *Agent) finish(ctx context.Context, s *sale, state State, p *api.Problem, out *voucher.Outcome) {
	r := &s.record
	r.State, r.Final, r.Problem = state, true, p
	r.Loose, r.Request = false, nil
	if out != nil {
		r.Outcome = out
	}
	if err := a.put(*r); err != nil {
		a.opts.Log.ErrorContext(ctx, "journal failed", slog.Any("error", err))
		return // it stays open, and is tried again
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.open, s.reference)
	if a.owes(*r) {
		a.due(owed{r.Reference, a.unix()})
	}
}

// put puts a final sale on the disk; before it, that its record is owed, so that a crash in
// between forgets neither.
func (a *Agent) put(r record) error {
	if a.owes(r) {
		if err := a.opts.Journal.owe(owed{r.Reference, a.unix()}); err != nil {
			return err
		}
	}
	return a.opts.Journal.settle(r)
}

func (a *Agent) unix() uint64 { return voucher.Unix(a.opts.Now()) }
