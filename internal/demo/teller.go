package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"tally/internal/cli"
	"tally/internal/terminal"
)

// storyteller prints the steps of the demo: a line for people, or JSON for machines.
type storyteller struct {
	app     *cli.App
	chapter string
	steps   int
	began   time.Time
}

func newTeller(a *cli.App) *storyteller { return &storyteller{app: a, began: a.Now()} }

// StepLine is a step under --json.
type StepLine struct {
	Step    int    `json:"step" help:"Its number."`
	Chapter string `json:"chapter" help:"The part of the story."`
	Name    string `json:"name" help:"What is done."`
	OK      bool   `json:"ok" help:"Whether it came out as it has to."`
	MS      int64  `json:"ms" help:"How long it took, in milliseconds."`
	Detail  string `json:"detail,omitempty" help:"What was seen."`
	Error   string `json:"error,omitempty" help:"What was expected, and what happened."`
}

// Text is none: the story is printed while it is played.
func (StepLine) Text() terminal.Text { return terminal.Text{} }

// Answers implements cli.Answerer: of a line of the answer, which has one for each step.
func (*Cmd) Answers() cli.Answer { return StepLine{} }

// wrong says that a step came out otherwise than it has to.
type wrong struct{ expected, happened string }

// Error says both.
func (w *wrong) Error() string { return "expected: " + w.expected + "; happened: " + w.happened }

// expect is an error unless two values are the same.
func expect[T comparable](what string, want, got T) error {
	if want == got {
		return nil
	}
	return &wrong{fmt.Sprintf("%s %v", what, want), fmt.Sprint(got)}
}

// open begins a chapter, with a line on why it matters.
func (t *storyteller) open(title, why string) {
	t.chapter = title
	t.say("\n%s\n%s", t.paint("1", title), t.paint("2", why))
}

// step plays one step of the story and prints its line. What it returns is more
// to say about it.
func (t *storyteller) step(ctx context.Context, name string, play func(context.Context) (string, error)) error {
	t.steps++
	start := t.app.Now()
	detail, err := play(ctx)
	took := t.app.Now().Sub(start)
	line := StepLine{Step: t.steps, Chapter: t.chapter, Name: name, OK: err == nil, MS: took.Milliseconds(), Detail: detail}
	if err != nil {
		line.Detail, line.Error = "", cli.AsExitError(err).Error()
	}
	if err := t.print(line); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	if err != nil {
		return fmt.Errorf("step %d, %s: %w", t.steps, name, err)
	}
	return nil
}

func (t *storyteller) print(line StepLine) error {
	if t.app.JSON {
		return t.app.PrintJSON(line)
	}
	mark := t.paint("32", "✓")
	if !line.OK {
		mark = t.paint("31", "✗")
	}
	text := fmt.Sprintf("%s %-68s %s\n", mark, line.Name, t.paint("2", fmt.Sprintf("%6d ms", line.MS)))
	for _, more := range []string{line.Detail, line.Error} {
		if more != "" {
			text += "  " + t.paint("2", strings.ReplaceAll(more, "\n", "\n  ")) + "\n"
		}
	}
	_, err := io.WriteString(t.app.Stdout, text)
	return err
}

// say prints a line between steps, for people only.
func (t *storyteller) say(format string, args ...any) {
	if !t.app.JSON {
		fmt.Fprintf(t.app.Stdout, format+"\n", args...)
	}
}

// paint colours a text on a terminal, unless NO_COLOR is set.
func (t *storyteller) paint(colour, text string) string {
	if no, ok := t.app.Env("NO_COLOR"); ok && no != "" || !terminal.IsTerminal(t.app.Stdout) {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// progress shows how far a long step is, on a terminal.
func (t *storyteller) progress(total int, what string) *progressbar.ProgressBar {
	return progressbar.NewOptions(total,
		progressbar.OptionSetDescription("  "+what), progressbar.OptionSetWriter(t.app.Stderr),
		progressbar.OptionSetVisibility(terminal.IsTerminal(t.app.Stderr) && !t.app.JSON),
		progressbar.OptionClearOnFinish(), progressbar.OptionShowCount(), progressbar.OptionSetWidth(40),
	)
}

const tailBytes = 4 << 10

// tail prints the end of the server's log.
func (t *storyteller) tail(path string) {
	text, err := os.ReadFile(path) //nolint:gosec // the demo's own
	if errors.Is(err, os.ErrNotExist) {
		return
	}
	if len(text) > tailBytes {
		text = text[len(text)-tailBytes:]
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	fmt.Fprintf(t.app.Stderr, "the end of the server's log, %s:\n%s", path, text)
}
