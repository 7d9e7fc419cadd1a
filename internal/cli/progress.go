package cli

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/schollz/progressbar/v3"

	"tally/internal/terminal"
)

// note tells something on standard error, beside the answer: a line, or under --json an
// object with it. --quiet leaves it out.
func (a *App) note(format string, args ...any) {
	if a.Quiet {
		return
	}
	text := fmt.Sprintf(format, args...)
	if !a.JSON {
		fmt.Fprintf(a.Stderr, "tally: %s\n", terminal.Message(text))
		return
	}
	if line, err := json.Marshal(struct {
		Note string `json:"note"`
	}{text}); err == nil {
		fmt.Fprintln(a.Stderr, terminal.PlainJSON(line))
	}
}

// progressEvery is the time between two lines of progress where there is no terminal.
const progressEvery = 10 * time.Second

// Progress shows on standard error how far long work is: a bar on a terminal, and
// elsewhere a line every progressEvery. Nothing is shown under --quiet and --json.
type Progress struct {
	app   *App
	what  string // in the plural
	total int64
	bar   *progressbar.ProgressBar
	said  time.Time
}

// Progress begins to show work of a total of things; -1 is a total that is not known.
func (a *App) Progress(what string, total int64) *Progress {
	return &Progress{
		app: a, what: what, total: total, said: time.Now(),
		bar: progressbar.NewOptions64(total,
			progressbar.OptionSetDescription(what), progressbar.OptionSetWriter(a.Stderr),
			progressbar.OptionSetVisibility(terminal.IsTerminal(a.Stderr) && !a.JSON && !a.Quiet),
			progressbar.OptionClearOnFinish(), progressbar.OptionShowCount(), progressbar.OptionSetWidth(40)),
	}
}

// Set shows how much is done.
func (p *Progress) Set(done int64) {
	_ = p.bar.Set64(done) // it only draws
	if terminal.IsTerminal(p.app.Stderr) || p.app.JSON || time.Since(p.said) < progressEvery {
		return
	}
	p.said = time.Now()
	if p.total < 0 {
		p.app.note("%d %s so far", done, p.what)
		return
	}
	p.app.note("%d of %d %s", done, p.total, p.what)
}

// End removes the bar.
func (p *Progress) End() { _ = p.bar.Finish() } // it only draws
