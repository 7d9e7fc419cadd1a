package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/outbox"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// outbox is beside the directory of keys, as the file of known servers is.
func (a *App) outbox() (outbox.Dir, error) {
	keys, err := a.keys()
	if err != nil {
		return "", err
	}
	return outbox.Dir(filepath.Join(filepath.Dir(filepath.Clean(string(keys))), "outbox")), nil
}

// keep puts a command into the outbox before it leaves. What cannot be kept is not sent.
func (a *App) keep(domain *intent.Domain) func(client.Command) error {
	return func(command client.Command) error {
		box, err := a.outbox()
		if err != nil {
			return err
		}
		item, err := a.item(domain, command)
		if err != nil {
			return err
		}
		if err := box.Keep(item); err != nil {
			return unkept(err)
		}
		a.kept = &item
		return nil
	}
}

// item is what the outbox keeps of a command.
func (a *App) item(domain *intent.Domain, command client.Command) (outbox.Item, error) {
	body, err := json.Marshal(command.Request)
	if err != nil {
		return outbox.Item{}, fmt.Errorf("encode request: %w", err)
	}
	item := outbox.Item{
		Fingerprint: a.line.fingerprint, ID: command.ID, Server: a.Server, Ledger: domain.Ledger(),
		Verb: a.line.verb, Given: a.line.text, Key: a.line.key, Signed: voucher.Unix(a.Now()),
		Deadline: deadlineOf(domain, body), Path: command.Request.Endpoint(), IdempotencyKey: command.Key, Body: string(body),
	}
	if !a.salt.IsZero() {
		item.Salt = a.salt.String()
	}
	if item.Fingerprint.IsZero() { // it cannot be given again, but by its id
		item.Fingerprint = command.ID
	}
	return item, nil
}

// deadlineOf is that of a request's intent, or of the code in it; 0 if it has none.
func deadlineOf(domain *intent.Domain, body []byte) uint64 {
	var request struct {
		Intent struct {
			Deadline uint64 `json:"deadline"`
		} `json:"intent"`
		Code string `json:"code"`
	}
	if json.Unmarshal(body, &request) != nil {
		return 0
	}
	if request.Intent.Deadline != 0 { // a cancel has a code, too
		return request.Intent.Deadline
	}
	code, err := domain.ParseCode(request.Code)
	if err != nil {
		return 0
	}
	return code.Offer.Deadline
}

// unkept words why a command could not be kept: nothing was sent then.
func unkept(err error) error {
	switch {
	case errors.Is(err, outbox.ErrThere):
		return Misused("the same command is under way in another process: give it again when that has ended, or see tally outbox")
	case errors.Is(err, outbox.ErrFull):
		return Misused("%w, and nothing was sent: settle what is there with tally outbox send, or drop it", err)
	default:
		return Misused("nothing was sent, because it could not be kept: %w", err)
	}
}

// release forgets what this run kept, once its outcome is known and told.
func (a *App) release(exit int) {
	if a.kept == nil || exit == ExitUnknown {
		return
	}
	box, err := a.outbox()
	if err == nil {
		err = box.Drop(a.kept.Fingerprint)
	}
	if err != nil {
		a.note("the outcome is known, and %v: given again the command is sent as it was, which has no second effect", err)
	}
}

// OutboxCmd is the family of commands about what was signed and is not settled.
type OutboxCmd struct {
	List outboxListCmd `cmd:"" default:"withargs" help:"List what was sent and has no known outcome."`
	Send outboxSendCmd `cmd:"" help:"Send it again, the same bytes, and tell the outcome."`
	Drop outboxDropCmd `cmd:"" help:"Give a command up: cancel it where that is possible."`
}

type outboxListCmd struct{}

// Help shows an example.
func (outboxListCmd) Help() string {
	return `Every command that changes the ledger is kept in the outbox, beside the keys, from before it leaves until its
outcome is known. After an unknown outcome the same command, given again, sends the same bytes: it takes effect once.

The same command is one for the same server with the same arguments and flags, but for the flags of every command. A key
counts by its address, and a file by what it contains. What tally makes anew each time does not count: deadlines, salts,
and what it reads from the ledger. A file that can be read only once, as <(…) of a shell, counts as another each time:
then use tally outbox send.

The files are as secret as the codes in them. tally outbox alone lists, too.

Examples:

    tally outbox list
    tally outbox list --json`
}

// OutboxItem is what is shown of an item: not its body, which is a secret.
type OutboxItem struct {
	ID       voucher.Hash    `json:"id" help:"The command's id."`
	Command  string          `json:"command" help:"The command line, without what is secret."`
	Key      voucher.Address `json:"key" help:"Who signed."`
	Server   string          `json:"server" help:"The server that it was sent to."`
	Signed   string          `json:"signed" help:"RFC 3339: when it was signed."`
	Deadline string          `json:"deadline" help:"RFC 3339: the ledger does not accept it later."`
	Passed   bool            `json:"passed" help:"The deadline has passed, by this machine's clock."`
}

// Run lists the outbox.
func (outboxListCmd) Run(a *App) error {
	items, err := a.unsettled()
	if err != nil {
		return err
	}
	list := make(OutboxItems, len(items))
	for i, item := range items {
		list[i] = a.show(item)
	}
	return a.Say(list)
}

// OutboxItems is the answer of tally outbox list.
type OutboxItems []OutboxItem

// Text is a row for each.
func (list OutboxItems) Text() terminal.Text {
	rows := make([][]any, len(list))
	for i, item := range list {
		rows[i] = []any{item.ID, item.Signed, item.Deadline, item.Server, item.Command}
	}
	return terminal.Text{Titles: []any{"ID", "SIGNED", "DEADLINE", "SERVER", "COMMAND"}, Rows: rows}
}

// Answers implements Answerer.
func (*outboxListCmd) Answers() Answer { return OutboxItems{} }

func (a *App) show(item outbox.Item) OutboxItem {
	return OutboxItem{
		ID: item.ID, Command: item.Given, Key: item.Key, Server: item.Server,
		Signed: terminal.Clock(item.Signed, nil), Deadline: terminal.Clock(item.Deadline, nil),
		Passed: item.Deadline < voucher.Unix(a.Now()),
	}
}

// unsettled reads the outbox, and names the files that cannot be used.
func (a *App) unsettled() ([]outbox.Item, error) {
	box, err := a.outbox()
	if err != nil {
		return nil, err
	}
	items, damaged, err := box.List()
	if err != nil {
		return nil, Misused("%w", err)
	}
	for _, one := range damaged {
		a.note("%v: it is skipped; ask the ledger what became of it before you remove it", one)
	}
	return items, nil
}

// itemOf finds an item by the id of its command.
func (a *App) itemOf(id voucher.Hash) (outbox.Item, error) {
	items, err := a.unsettled()
	if err != nil {
		return outbox.Item{}, err
	}
	for _, item := range items {
		if item.ID == id {
			return item, nil
		}
	}
	return outbox.Item{}, Misused("the outbox has no command %s: see tally outbox", id)
}

type outboxSendCmd struct {
	IDs []voucher.Hash `arg:"" optional:"" name:"id" help:"Ids of commands, 0x…; all if none is named."`
}

// Help shows an example.
func (outboxSendCmd) Help() string {
	return `What was signed is sent again as it is, so it takes effect at most once. What was accepted, or cannot be accepted any
more, leaves the outbox. It exits with 4 as long as one is unknown.

Examples:

    tally outbox send
    tally outbox send 0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f`
}

// Resent is what became of a command that was sent again.
type Resent struct {
	ID      voucher.Hash     `json:"id" help:"The command's id."`
	Command string           `json:"command" help:"The command line, without what is secret."`
	Status  string           `json:"status" help:"accepted; refused, for good; over, which is a deadline that passed; or unknown."`
	Code    string           `json:"code,omitempty" help:"Why it was refused."`
	Outcome *voucher.Outcome `json:"outcome,omitempty" help:"Of an accepted command: Outcome in the API's document."`
}

// ResentList is the answer of tally outbox send.
type ResentList []Resent

// Text is a row for each.
func (list ResentList) Text() terminal.Text {
	rows := make([][]any, len(list))
	for i, one := range list {
		rows[i] = []any{one.ID, one.Status, one.Code, one.Command}
	}
	return terminal.Text{Titles: []any{"ID", "STATUS", "CODE", "COMMAND"}, Rows: rows}
}

// Answers implements Answerer.
func (*outboxSendCmd) Answers() Answer { return ResentList{} }

// Run sends again.
func (c *outboxSendCmd) Run(ctx context.Context, a *App) error {
	var items []outbox.Item
	for _, id := range c.IDs {
		item, err := a.itemOf(id)
		if err != nil {
			return err
		}
		items = append(items, item)
	}
	if len(c.IDs) == 0 {
		all, err := a.unsettled()
		if err != nil {
			return err
		}
		items = all
	}
	told, worst := ResentList{}, error(nil)
	for _, item := range items {
		one, err := a.sendAgain(ctx, item)
		if one.Status == wordUnknown && worst == nil { // a row says that one was refused
			worst = err
		}
		told = append(told, one)
	}
	return errors.Join(worst, a.Say(told))
}
