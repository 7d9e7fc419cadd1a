package cli

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/outbox"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

type outboxDropCmd struct {
	ID voucher.Hash `arg:"" help:"The command's id, 0x…"`
}

// Help shows an example.
func (outboxDropCmd) Help() string {
	return `A redemption and a hold are ended by a cancel of their code, and a transfer by a newer signature of the voucher that is
cancelled at once: after that they can never be accepted. Nothing else can be cancelled. It leaves the outbox all the
same, may still be accepted until its deadline, and then this exits with 4.

Example:

    tally outbox drop 0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f`
}

// Dropped is what became of a command that was given up.
type Dropped struct {
	ID     voucher.Hash `json:"id" help:"The command's id."`
	Status string       `json:"status" help:"accepted; cancelled; over, which is a deadline that passed; or unknown."`
	Until  string       `json:"until,omitempty" help:"RFC 3339: until then it may still be accepted, where that is unknown."`
}

// Text shows what became of it.
func (d Dropped) Text() terminal.Text {
	fields := []terminal.Field{{"command", d.ID}, {"status", d.Status}}
	if d.Until != "" {
		fields = append(fields, terminal.Field{"may be accepted until", d.Until})
	}
	return terminal.Text{Fields: fields}
}

// Answers implements Answerer.
func (*outboxDropCmd) Answers() Answer { return Dropped{} }

// Run gives a command up.
func (c *outboxDropCmd) Run(ctx context.Context, a *App) error {
	item, err := a.itemOf(c.ID)
	if err != nil {
		return err
	}
	s, err := a.sessionOf(ctx, item)
	if err != nil {
		return err
	}
	told, err := a.giveUp(ctx, s, item)
	if err != nil {
		return err
	}
	if err := a.drop(item); err != nil {
		return err
	}
	if err := a.Say(told); err != nil || told.Status != wordUnknown {
		return err
	}
	return &ExitError{
		Code: CodeUnknown, Title: "It was dropped, and cannot be cancelled: it may still be accepted until " + told.Until + ".",
		Detail: "Ask with `tally status` after that.", ID: &item.ID, Exit: ExitUnknown,
	}
}

// giveUp ends an item's command where that is possible. An error leaves it in the outbox.
func (a *App) giveUp(ctx context.Context, s *client.Session, item outbox.Item) (Dropped, error) {
	told := Dropped{ID: item.ID}
	over, err := a.isOver(ctx, s, item)
	if err != nil {
		return told, err
	}
	cancelled := false
	if !over {
		if cancelled, err = a.cancel(ctx, s, item); err != nil {
			return told, err
		}
	}
	out, err := a.lookUp(ctx, s, item)
	switch {
	case err != nil:
		return told, err
	case out != nil:
		told.Status = wordAccepted
	case cancelled:
		told.Status = "cancelled"
	case over:
		told.Status = wordOver
	default:
		told.Status, told.Until = wordUnknown, terminal.Clock(item.Deadline+clockMargin, nil)
	}
	return told, nil
}

// cancel cancels the code of an item, or outruns its transfer. It is false for a
// command that cannot be cancelled.
func (a *App) cancel(ctx context.Context, s *client.Session, item outbox.Item) (bool, error) {
	var request struct {
		Code   string           `json:"code"`
		Accept voucher.Accept   `json:"accept"`
		Intent voucher.Transfer `json:"intent"`
	}
	code := item.Path == api.RedemptionRequest{}.Endpoint() || item.Path == api.HoldRequest{}.Endpoint()
	transfer := item.Path == api.PlacedRequest[voucher.Transfer]{}.Endpoint()
	if !code && !transfer {
		return false, nil
	}
	if err := json.Unmarshal([]byte(item.Body), &request); err != nil {
		return false, Failed("the item is none that tally wrote")
	}
	name, err := a.nameOf(item.Key)
	if err != nil {
		return false, err
	}
	key, err := a.Signer(name)
	if err != nil {
		return false, err
	}
	if code {
		shown, err := s.Domain.ParseCode(request.Code)
		if err != nil {
			return false, Failed("the code of the item is none: %v", err)
		}
		_, err = s.Till(key).Cancel(ctx, shown, request.Accept.Merchant)
		return true, unlessOutrun(err)
	}
	newer := client.Offer([]voucher.Ref{{Campaign: request.Intent.Campaign, Serial: request.Intent.Serial}}, 1, a.Now(), time.Minute)
	newer.SignedAt = max(newer.SignedAt, request.Intent.SignedAt+1)
	shown, err := s.Wallet(key).SignOffer(newer)
	if err != nil {
		return false, err
	}
	_, err = s.Wallet(key).Cancel(ctx, shown)
	return true, unlessOutrun(err)
}

// unlessOutrun is nil for a cancel that came too late: something newer was accepted,
// an earlier cancel or the command itself, and the ledger knows which.
func unlessOutrun(err error) error {
	var p *api.Problem
	if errors.As(err, &p) && outrun(p.Code) {
		return nil
	}
	return err
}
