package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/alecthomas/kong"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/outbox"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// The words for what became of a command that was sent again.
const (
	wordAccepted = "accepted"
	wordRefused  = "refused" // it had no effect, and cannot have one any more
	wordOver     = "over"    // its deadline passed before the ledger accepted it
	wordUnknown  = "unknown"
)

// clockMargin is how long after a deadline an earlier copy may still be under way, in
// seconds: clocks of a ledger's parts differ.
const clockMargin = 60

// resume sends again what this very command line signed before and did not settle.
// done is false where there is nothing of that kind, so the command is to be carried
// out anew.
func (a *App) resume(ctx context.Context, command *kong.Node) (done bool, err error) {
	if a.line.fingerprint.IsZero() {
		return false, nil
	}
	box, err := a.outbox()
	if err != nil {
		return false, nil //nolint:nilerr // a command that needs keys says so
	}
	item, found, err := box.Find(a.line.fingerprint)
	if errors.Is(err, outbox.ErrDamaged) {
		return true, Misused("this command was given before, and what was signed then cannot be read: %w. Look whether the change is there, remove the file, and give the command again", err)
	}
	if err != nil || !found {
		return false, nil //nolint:nilerr // an outbox that cannot be read takes nothing, and nothing is sent
	}
	a.note("sending again what was signed at %s", terminal.Clock(item.Signed, nil))
	told, err := a.sendAgain(ctx, item)
	switch told.Status {
	case wordAccepted:
		return true, errors.Join(a.Say(SentAgain{
			Accepted: Accepted(*told.Outcome), Signed: terminal.Clock(item.Signed, nil), Key: item.IdempotencyKey, Salt: item.Salt,
			Deposit: a.depositAgain(ctx, command.Target.Addr().Interface(), *told.Outcome, item.Salt),
		}), err)
	case wordOver:
		a.note("the ledger did not accept it before its deadline, %s, and does not any more: signing anew", terminal.Clock(item.Deadline, nil))
		return false, nil
	default:
		return true, err
	}
}

// SentAgain is the answer to a command that was given again after an unknown outcome.
type SentAgain struct {
	Accepted
	Signed string `json:"sent_again" help:"RFC 3339: when that was signed which was sent again."`
	Key    string `json:"key,omitempty" help:"The sale's idempotency key."`
	Salt   string `json:"salt,omitempty" help:"The salt of the details. Keep it with them: without it nobody can prove them."`
	Deposit
}

// Text says what was sent again.
func (s SentAgain) Text() terminal.Text {
	fields := []terminal.Field{{"sent again", "what was signed at " + s.Signed}}
	if s.Key != "" {
		fields = append(fields, terminal.Field{"key", s.Key})
	}
	if s.Salt != "" {
		fields = append(fields, terminal.Field{"salt", s.Salt})
	}
	return s.With(append(fields, s.Fields()...)...)
}

// sendAgain sends an item's bytes again, and drops it where its outcome is final. The
// error is that of a command that was refused, or is unknown.
func (a *App) sendAgain(ctx context.Context, item outbox.Item) (Resent, error) {
	told := Resent{ID: item.ID, Command: item.Given, Status: wordUnknown}
	s, err := a.sessionOf(ctx, item)
	if err != nil {
		return told, a.stillUnknown(item, err)
	}
	out, err := s.Send(ctx, client.Command{
		ID: item.ID, Key: item.IdempotencyKey, Request: client.Sealed{Path: item.Path, Body: []byte(item.Body)},
	})
	var p *api.Problem
	var unknown *client.UnknownError
	switch {
	case err == nil:
		told.Status, told.Outcome = wordAccepted, &out
		return told, a.drop(item)
	case errors.As(err, &unknown) || !errors.As(err, &p):
		return told, a.stillUnknown(item, err)
	}
	told.Code = p.Code
	return a.refusedAgain(ctx, s, item, told, p)
}

// refusedAgain finds out whether a refusal is the end of a command. It says that the
// copy that was sent now had no effect, and nothing of an earlier copy, which may be
// under way.
func (a *App) refusedAgain(ctx context.Context, s *client.Session, item outbox.Item, told Resent, p *api.Problem) (Resent, error) {
	over, err := a.isOver(ctx, s, item)
	if err != nil {
		return told, a.stillUnknown(item, err)
	}
	if !over && !outrun(p.Code) {
		return told, a.stillUnknown(item, p)
	}
	out, err := a.lookUp(ctx, s, item)
	switch {
	case err != nil:
		return told, a.stillUnknown(item, err)
	case out != nil:
		told.Status, told.Outcome, told.Code = wordAccepted, out, ""
		return told, a.drop(item)
	case p.Code == voucher.KindDeadlinePassed.String() || p.Code == voucher.KindOfferOver.String():
		told.Status = wordOver
	default:
		told.Status = wordRefused
	}
	return told, errors.Join(p, a.drop(item))
}

// outrun reports whether a refusal is for ever: the ledger moved past the state that
// the command names, and never goes back there.
func outrun(code string) bool {
	var kind voucher.Kind
	if kind.UnmarshalText([]byte(code)) != nil {
		return false
	}
	switch kind {
	case voucher.KindAlreadyUsed, voucher.KindSuperseded, voucher.KindWrongVersion, voucher.KindWrongOrdinal,
		voucher.KindWrongReturned, voucher.KindExists:
		return true
	default:
		return false
	}
}

// isOver reports whether an item's deadline has surely passed, by the server's clock.
func (a *App) isOver(ctx context.Context, s *client.Session, item outbox.Item) (bool, error) {
	info, err := s.Client.Ledger(ctx)
	return err == nil && info.Time > int64(item.Deadline+clockMargin), err //nolint:gosec // this century
}

// lookUp asks for a command as who signed it; nil is one that was not accepted.
func (a *App) lookUp(ctx context.Context, s *client.Session, item outbox.Item) (*voucher.Outcome, error) {
	name, err := a.nameOf(item.Key)
	if err != nil {
		return nil, err
	}
	key, err := a.Signer(name)
	if err != nil {
		return nil, err
	}
	reader, err := s.As(key)
	if err != nil {
		return nil, err
	}
	out, err := reader.Command(ctx, item.ID)
	var p *api.Problem
	if errors.As(err, &p) && p.Code == api.FaultNotFound.Code() {
		return nil, nil //nolint:nilnil // it was not accepted
	}
	return &out, err
}

// nameOf finds the name of a key of this machine by its address.
func (a *App) nameOf(address voucher.Address) (string, error) {
	keys, err := a.keys()
	if err != nil {
		return "", err
	}
	list, _, err := keys.List()
	if err != nil {
		return "", KeyError("", err)
	}
	for _, key := range list {
		if key.Address == address {
			return key.Name, nil
		}
	}
	return "", Misused("the key %s, which signed it, is not in %s", address, keys)
}

// sessionOf connects to the server that an item was sent to. What is sent there is
// kept already.
func (a *App) sessionOf(ctx context.Context, item outbox.Item) (*client.Session, error) {
	server := a.clientOf(item.Server)
	info, err := server.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	if info.ID != item.Ledger {
		return nil, WrongLedger(item.Ledger, info.ID)
	}
	return &client.Session{Client: server, Domain: intent.NewDomain(info.ID), Now: a.Now}, nil
}

func (a *App) drop(item outbox.Item) error {
	box, err := a.outbox()
	if err != nil {
		return err
	}
	return box.Drop(item.Fingerprint)
}

// stillUnknown is the error of a command that is not settled after it was sent again.
func (a *App) stillUnknown(item outbox.Item, err error) error {
	f := AsExitError(err)
	detail := fmt.Sprintf("It stays in the outbox (%s %s).", f.Code, f.Title)
	if f.Exit == ExitRefused {
		detail = fmt.Sprintf("Sent again it was refused (%s %s), but an earlier copy may still be accepted until %s. It stays in the outbox: give the same command again later, or drop it.",
			f.Code, f.Title, terminal.Clock(item.Deadline+clockMargin, nil))
	}
	return &ExitError{
		Code: CodeUnknown, Title: "The outcome is still unknown: the command may or may not have taken effect.",
		Detail: detail, ID: &item.ID, Exit: ExitUnknown,
	}
}
