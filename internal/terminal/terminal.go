package terminal

import (
	"io"
	"os"

	"golang.org/x/term"
)

// IsTerminal reports whether what is written goes to a person's terminal.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
