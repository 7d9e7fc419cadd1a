package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"

	"tally/internal/completion"
)

// ManualCmd prints the manual.
type ManualCmd struct {
	Format string `help:"man or markdown." enum:"man,markdown" default:"man"`
}

// Help shows an example.
func (ManualCmd) Help() string {
	return `Made from the same grammar as --help, so it says the same.

Examples:

    tally manual > tally.1; man -l tally.1
    tally manual --format markdown > tally.md`
}

// Answers implements Answerer.
func (*ManualCmd) Answers() Answer { return PrintedText{} }

// Run prints the manual.
func (c *ManualCmd) Run(a *App) error {
	var page manual = &manPage{}
	if c.Format == "markdown" {
		page = &markdownPage{}
	}
	writeManual(page, a.parser.Model.Node)
	return a.SayText(page.String())
}

// manual is a document of some format under way.
type manual interface {
	begin(name, purpose string)
	section(title string)
	verb(usage, help string) // begins the part of a verb
	paragraph(text string)
	example(lines string)
	item(term, text string) // of a list
	String() string
}

func writeManual(m manual, root *kong.Node) {
	purpose, description, _ := strings.Cut(root.Help, "\n\n")
	m.begin(root.Name, purpose)
	m.section("Description")
	writeDetail(m, description)
	m.section("Flags of every command")
	writeValues(m, root)
	m.section("Commands")
	completion.Walk(root, root.Name, func(n *kong.Node, path string) {
		if !n.Leaf() || n.Hidden {
			return
		}
		m.verb(Usage(n, path), n.Help)
		writeDetail(m, n.Detail)
		writeValues(m, n)
		writeAnswer(m, n)
	})
}

// writeAnswer lists what --json prints of a verb.
func writeAnswer(m manual, n *kong.Node) {
	verb, ok := n.Target.Addr().Interface().(Answerer)
	if !ok {
		return
	}
	answer := verb.Answers()
	if answer == nil {
		m.paragraph("With --json it prints the same: it is JSON.")
		return
	}
	shape := ShapeOf(answer)
	text := "With --json it prints one object"
	if shape.List {
		text = "With --json it prints a list of objects"
	}
	if len(shape.Schemas) > 0 {
		text += ", which has the members of " + strings.Join(shape.Schemas, " and ") + " in the API's document"
	}
	if len(shape.Members) == 0 {
		m.paragraph(text + ".")
		return
	}
	m.paragraph(text + ". Its own members:")
	for _, member := range shape.Members {
		m.item(member.Name, member.Type+". "+member.Help)
	}
}

// Usage is a verb with its arguments; which flags it needs its list says.
func Usage(n *kong.Node, path string) string {
	for _, argument := range n.Positional {
		path += " " + argument.Summary()
	}
	if len(n.Flags) > 0 {
		path += " [flags]"
	}
	return path
}

// writeDetail writes what a verb's Help says: paragraphs, and indented examples.
func writeDetail(m manual, detail string) {
	for part := range strings.SplitSeq(strings.TrimSpace(detail), "\n\n") {
		switch {
		case part == "":
		case strings.HasPrefix(part, "    "):
			m.example(strings.ReplaceAll(strings.TrimPrefix(part, "    "), "\n    ", "\n"))
		default:
			m.paragraph(strings.ReplaceAll(part, "\n", " "))
		}
	}
}

// writeValues lists the arguments and flags of a verb that are its own.
func writeValues(m manual, n *kong.Node) {
	for _, argument := range n.Positional {
		m.item(argument.Summary(), argument.Help)
	}
	for _, flag := range n.Flags {
		if !flag.Hidden {
			m.item(flag.Summary(), flagText(flag))
		}
	}
}

func flagText(flag *kong.Flag) string {
	text := explainValue(flag.Value)
	switch {
	case flag.Required:
		text += " Required."
	case flag.HasDefault:
		text += fmt.Sprintf(" Default: %s.", flag.Default)
	}
	return text
}
