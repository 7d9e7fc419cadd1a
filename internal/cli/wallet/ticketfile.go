package wallet

import (
	"encoding/json"

	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/exact"
)

const maxTicketFile = 4096 // bytes; a ticket has about 600

func writeTicket(a *cli.App, t client.Ticket, path string) error {
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return a.WriteFile(path, append(text, '\n'))
}

// readTicket reads a ticket's file; "-" is stdin.
func readTicket(a *cli.App, path string) (t client.Ticket, err error) {
	text, err := a.ReadFile(path, maxTicketFile)
	if err != nil {
		return t, err
	}
	if err := exact.JSON(text, &t); err != nil {
		return t, cli.Misused("%s holds no ticket: %w: have it made by `tally ticket sign`", path, err)
	}
	return t, nil
}
