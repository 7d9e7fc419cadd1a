package cli

import (
	"fmt"
	"strings"
)

// markdownPage is a manual in Markdown.
type markdownPage struct {
	strings.Builder
	listing bool // the last thing was an item
}

func (p *markdownPage) begin(name, purpose string) { p.block("# " + name + "\n\n" + markdown(purpose)) }

func (p *markdownPage) section(title string) { p.block("## " + title) }

func (p *markdownPage) verb(usage, help string) {
	name, _, _ := strings.Cut(strings.TrimSuffix(usage, " [flags]"), " <")
	name, _, _ = strings.Cut(name, " [")
	p.block("### " + name)
	p.block(markdown(help))
	p.block("    " + usage)
}

func (p *markdownPage) paragraph(text string) { p.block(markdown(text)) }

func (p *markdownPage) example(lines string) {
	p.block("```sh\n" + lines + "\n```")
}

func (p *markdownPage) item(term, text string) {
	if !p.listing {
		fmt.Fprint(p, "\n")
	}
	p.listing = true
	fmt.Fprintf(p, "- `%s` %s\n", term, markdown(text))
}

// block writes something that stands alone.
func (p *markdownPage) block(text string) {
	if p.Len() > 0 {
		fmt.Fprint(p, "\n")
	}
	p.listing = false
	fmt.Fprint(p, text+"\n")
}

// markdown writes text so that it shows as it is.
func markdown(text string) string {
	return strings.NewReplacer(`\`, `\\`, "_", `\_`, "*", `\*`, "<", `\<`, "`", "\\`").Replace(text)
}
