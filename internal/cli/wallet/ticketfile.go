package wallet

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"tally/internal/cli"
	"tally/internal/client"
)

const maxTicketFile = 4096 // bytes; a ticket has about 600

func writeTicket(t client.Ticket, path string) error {
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return cli.WriteNamed(path, append(text, '\n'))
}

// readTicket reads a ticket's file; "-" is stdin.
func readTicket(a *cli.App, path string) (t client.Ticket, err error) {
	text, err := ticketText(a, path)
	if err != nil {
		return t, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := errors.Join(d.Decode(&t), atEnd(d)); err != nil {
		return t, cli.Misused("%s holds no ticket: %w: have it made by `tally ticket sign`", path, err)
	}
	return t, nil
}

var errFollows = errors.New("something follows the ticket")

func atEnd(d *json.Decoder) error {
	if d.More() {
		return errFollows
	}
	return nil
}

func ticketText(a *cli.App, path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(io.LimitReader(a.Stdin, maxTicketFile))
	}
	return cli.ReadNamed(path, maxTicketFile)
}
