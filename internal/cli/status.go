package cli

import (
	"context"
	"errors"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// StatusCmd settles an unknown outcome.
type StatusCmd struct {
	As string       `required:"" help:"A key of somebody whom the command concerns: its author, the owner, the till, the merchant." placeholder:"KEY"`
	ID voucher.Hash `arg:"" help:"The command's id, 0x…"`
}

// Help shows an example.
func (StatusCmd) Help() string {
	return `Accepted is final. Unknown means that it was not accepted so far, or does not concern the key: it may still be under
way. To make sure that it never is, cancel its code, or wait until its deadline has passed.

Example:

    tally status --as till-central 0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f`
}

// Run settles an outcome. It exits with 4 as long as that is unknown.
func (c *StatusCmd) Run(ctx context.Context, a *App) error {
	reader, err := a.ClientAs(ctx, c.As)
	if err != nil {
		return err
	}
	info := CommandStatus{ID: c.ID}
	if info.Status, err = StatusOfCommand(ctx, reader, c.ID); err != nil {
		return err
	}
	if err := a.Say(info); err != nil {
		return err
	}
	if info.Status == voucher.StatusAccepted {
		return a.settled(c.ID)
	}
	return &ExitError{
		Code: CodeUnknown, Title: "It was not accepted so far.", ID: &c.ID, Exit: ExitUnknown,
		Detail: "Ask again, send the same again (see tally outbox), or cancel it: only then is no final.",
	}
}

// settled drops what the outbox has of a command that was accepted.
func (a *App) settled(id voucher.Hash) error {
	items, err := a.unsettled()
	if err != nil {
		return err
	}
	for _, item := range items {
		if item.ID == id {
			return a.drop(item)
		}
	}
	return nil
}

// CommandStatus is what is known of a command.
type CommandStatus struct {
	ID     voucher.Hash   `json:"id" help:"The command's id."`
	Status voucher.Status `json:"status" help:"accepted or unknown."`
}

// Text shows a status.
func (s CommandStatus) Text() terminal.Text {
	return terminal.Text{Fields: []terminal.Field{{"command", s.ID}, {"status", s.Status}}}
}

// Answers implements Answerer.
func (*StatusCmd) Answers() Answer { return CommandStatus{} }

// StatusOfCommand asks for a command as somebody whom it concerns.
func StatusOfCommand(ctx context.Context, reader *client.Client, id voucher.Hash) (voucher.Status, error) {
	out, err := reader.Command(ctx, id)
	var p *api.Problem
	if errors.As(err, &p) && p.Code == api.FaultNotFound.Code() {
		return voucher.StatusUnknown, nil
	}
	return out.Status, err
}
