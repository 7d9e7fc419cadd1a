package cli

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/keystore"
	"tally/internal/terminal"
)

// maxSkew is by how much the clocks of this machine and the server may differ:
// codes and tokens are dated.
const maxSkew = 5 * time.Second

// DoctorCmd finds what is wrong with the set-up.
type DoctorCmd struct{}

// Help shows an example.
func (DoctorCmd) Help() string {
	return `Looks at the keys, the server and the clocks, changes nothing, and says what to do about what is wrong. It exits with
1 if something is.

Example:

    tally doctor`
}

// Finding is one thing that was looked at.
type Finding struct {
	Check  string `json:"check" help:"What was looked at."`
	OK     bool   `json:"ok" help:"Whether it is in order."`
	Found  string `json:"found" help:"What was found."`
	Remedy string `json:"remedy,omitempty" help:"What to do."`
}

// Findings are all things that were looked at.
type Findings []Finding

// Text lists findings.
func (list Findings) Text() terminal.Text {
	t := terminal.Text{Titles: []any{"STATE", "CHECK", "FOUND", "WHAT TO DO"}}
	for _, f := range list {
		word := "ok"
		if !f.OK {
			word = "wrong"
		}
		t.Rows = append(t.Rows, []any{word, f.Check, f.Found, f.Remedy})
	}
	return t
}

// Answers implements Answerer.
func (*DoctorCmd) Answers() Answer { return Findings{} }

// Run looks.
func (DoctorCmd) Run(ctx context.Context, a *App) error {
	findings := Findings(slices.Concat(a.lookAtKeys(), []Finding{a.lookAtPassphrase(), a.lookAtOutbox()}, a.lookAtServer(ctx)))
	wrong := 0
	for _, f := range findings {
		if !f.OK {
			wrong++
		}
	}
	if err := a.Say(findings); err != nil {
		return err
	}
	if wrong > 0 {
		return Failed("%s wrong", plural(wrong, "thing"))
	}
	return nil
}

// lookAtKeys reports whether there are keys, which nobody else can read, and names
// every file that is no good key.
func (a *App) lookAtKeys() []Finding {
	f := Finding{Check: "keys", Remedy: "tally key new NAME, or set --keys to where they are"}
	dir, err := a.keys()
	if err != nil {
		f.Found = err.Error()
		return []Finding{f}
	}
	keys, bad, err := dir.List()
	var findings []Finding
	for _, err := range bad {
		findings = append(findings, Finding{Check: "key", Found: err.Error(), Remedy: "mend the file, or move it away"})
	}
	info, statErr := os.Stat(string(dir))
	switch {
	case err != nil:
		f.Found = err.Error()
	case len(keys) == 0:
		f.Found = fmt.Sprintf("none in %s", dir)
	case statErr == nil && info.Mode().Perm()&0o077 != 0:
		f.Found, f.Remedy = fmt.Sprintf("%s can be read by others", dir), fmt.Sprintf("chmod 700 %s", dir)
	default:
		f = Finding{Check: "keys", OK: true, Found: fmt.Sprintf("%s in %s", plural(len(keys), "key"), dir)}
	}
	return append([]Finding{f}, findings...)
}

// lookAtPassphrase reports whether the passphrase's file, if one is used, is the
// user's own and opens a key.
func (a *App) lookAtPassphrase() Finding {
	f := Finding{Check: "passphrase"}
	if a.PassphraseFile == "" {
		f.OK, f.Found = true, "asked for when it is needed"
		return f
	}
	passphrase, err := readPassphrase(a.PassphraseFile)
	if err != nil {
		f.Found, f.Remedy = AsExitError(err).plain(), "correct the file, or --passphrase-file"
		return f
	}
	opens, others := a.opens(passphrase)
	if why := keystore.CheckPassphrase(passphrase); why != nil && len(opens) == 0 {
		f.Found, f.Remedy = a.PassphraseFile+" opens no key: "+why.Error(), "save the file as UTF-8"
		return f
	}
	if len(opens) == 0 {
		f.Found, f.Remedy = a.PassphraseFile+" opens no key", "name the file that has the passphrase of the keys"
		return f
	}
	f.OK, f.Found = true, fmt.Sprintf("%s opens %s", a.PassphraseFile, strings.Join(opens, ", "))
	if len(others) > 0 {
		f.Found += ", and not " + strings.Join(others, ", ")
	}
	return f
}

// opens tries a passphrase at every key: the names of those that it opens, and of the
// others.
func (a *App) opens(passphrase string) (opens, others []string) {
	dir, err := a.keys()
	if err != nil {
		return nil, nil
	}
	keys, _, _ := dir.List() // whose errors lookAtKeys reports
	for _, key := range keys {
		if _, err := dir.Open(key.Name, passphrase); err != nil {
			others = append(others, key.Name)
			continue
		}
		opens = append(opens, key.Name)
	}
	return opens, others
}

// lookAtServer reports whether the server answers, serves the right ledger, is
// ready, and agrees about the time.
func (a *App) lookAtServer(ctx context.Context) []Finding {
	server := client.Connect(a.Server, a.Timeout) // which waits for nothing: what is wrong now is looked for
	asked := a.Now()
	info, err := server.Ledger(ctx)
	if err != nil {
		reason := AsExitError(err)
		return []Finding{{Check: "server", Found: a.Server + ": " + reason.plain(), Remedy: reason.Detail}}
	}
	return []Finding{
		{Check: "server", OK: true, Found: a.Server},
		lookAtCommands(ctx, server), a.lookAtLedger(info), lookAtReadiness(ctx, server), lookAtClock(time.Unix(info.Time, 0), asked, a.Now()),
	}
}

func (a *App) lookAtLedger(info api.LedgerInfo) Finding {
	f := Finding{Check: "ledger", OK: true, Found: info.ID.String()}
	switch {
	case a.LedgerID == nil:
		f.Found += ", not pinned"
		f.Remedy = "to sign for no other, set --ledger-id"
	case *a.LedgerID != info.ID:
		f.OK, f.Remedy = false, fmt.Sprintf("you pin %s: check --server and --ledger-id", *a.LedgerID)
	}
	return f
}

func lookAtReadiness(ctx context.Context, server *client.Client) Finding {
	if err := server.Ready(ctx); err != nil {
		return Finding{Check: "readiness", Found: AsExitError(err).plain(), Remedy: "wait, or look at the server's log"}
	}
	return Finding{Check: "readiness", OK: true, Found: "ready"}
}

// lookAtClock holds the server's clock, which it tells in whole seconds, against
// this machine's before and after.
func lookAtClock(server, before, after time.Time) Finding {
	var skew time.Duration
	switch {
	case server.Add(time.Second).Before(before):
		skew = before.Sub(server)
	case after.Before(server):
		skew = server.Sub(after)
	}
	f := Finding{Check: "clock", OK: skew <= maxSkew, Found: "agrees with the server's"}
	if !f.OK {
		f.Found = fmt.Sprintf("%s away from the server's", skew.Round(time.Second))
		f.Remedy = "set this machine's clock by NTP: codes and tokens are dated"
	}
	return f
}

// plural is a count with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
