package terminal

import (
	"strings"

	"github.com/rivo/uniseg"
)

// Short is Plain for a cell of a table: at most the given number of places of a terminal,
// the last of them an ellipsis where the text has more.
func Short(text string, places int) string {
	plain := Plain(text)
	if uniseg.StringWidth(plain) <= places {
		return plain
	}
	var short strings.Builder
	left := places - 1
	for letters := uniseg.NewGraphemes(plain); letters.Next() && letters.Width() <= left; {
		short.WriteString(letters.Str())
		left -= letters.Width()
	}
	return strings.TrimRight(short.String(), " ") + "…"
}
