package cli

import (
	"context"
	"fmt"

	"tally/internal/client"
)

// lookAtCommands reports whether commands reach the server, as questions do: a proxy
// may redirect the one and not the other. What is sent is refused, and changes nothing.
func lookAtCommands(ctx context.Context, server *client.Client) Finding {
	if err := server.Probe(ctx); err != nil {
		reason := AsExitError(err)
		return Finding{Check: "commands", Found: reason.plain(), Remedy: reason.Detail}
	}
	return Finding{Check: "commands", OK: true, Found: "reach the server"}
}

// lookAtOutbox reports whether everything that was signed has a known outcome.
func (a *App) lookAtOutbox() Finding {
	f := Finding{Check: "outbox", Remedy: "tally outbox send, or tally outbox drop ID"}
	box, err := a.outbox()
	if err != nil {
		f.Found = err.Error()
		return f
	}
	items, damaged, err := box.List()
	switch {
	case err != nil:
		f.Found, f.Remedy = err.Error(), fmt.Sprintf("look at %s", box)
	case len(damaged) > 0:
		f.Found, f.Remedy = damaged[0].Error(), "ask the ledger what became of it, then remove the file"
	case len(items) > 0:
		f.Found = plural(len(items), "command") + " without a known outcome"
	default:
		return Finding{Check: "outbox", OK: true, Found: "nothing is waiting"}
	}
	return f
}
