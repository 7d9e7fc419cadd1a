package cli

import (
	"fmt"
	"strings"
	"unicode"
)

// manPage is a manual for man(1), in the macros of man(7).
type manPage struct{ strings.Builder }

func (p *manPage) begin(name, purpose string) {
	fmt.Fprintf(p, ".TH %s 1\n.SH NAME\n%s \\- %s\n", strings.ToUpper(name), name, Roff(strings.TrimSuffix(purpose, ".")))
	fmt.Fprintf(p, ".SH SYNOPSIS\n.B %s\n.I command\n[flags]\n", name)
}

func (p *manPage) section(title string) { fmt.Fprintf(p, ".SH %s\n", Roff(strings.ToUpper(title))) }

func (p *manPage) verb(usage, help string) {
	fmt.Fprintf(p, ".SS %q\n%s\n", Roff(usage), Roff(help))
}

func (p *manPage) paragraph(text string) { fmt.Fprintf(p, ".PP\n%s\n", Roff(text)) }

func (p *manPage) example(lines string) {
	fmt.Fprint(p, ".PP\n.RS 4\n.nf\n")
	for line := range strings.SplitSeq(lines, "\n") {
		fmt.Fprint(p, Roff(line)+"\n")
	}
	fmt.Fprint(p, ".fi\n.RE\n")
}

func (p *manPage) item(term, text string) {
	fmt.Fprintf(p, ".TP\n\\fB%s\\fR\n%s\n", Roff(term), Roff(text))
}

// Roff writes a line of text so that man shows it as it is: no line begins a
// request, a hyphen can be copied as a minus, and what is not ASCII is named,
// whatever encoding the reader's system takes a page to have.
func Roff(text string) string {
	var b strings.Builder
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		b.WriteString(`\&`)
	}
	for _, r := range text {
		switch {
		case r == '\\':
			b.WriteString(`\e`)
		case r == '-':
			b.WriteString(`\-`)
		case r == '"':
			b.WriteString(`\(dq`)
		case r > unicode.MaxASCII:
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
