package cli

import (
	"fmt"
	"io"
	"os"

	"tally/internal/intent"
)

// codeText finds the text of a code: "-" is stdin, what starts like a code is
// one, and the rest is a file. A code can be spent by everybody who has it, and all
// users of a machine see the arguments of its programs.
func (a *App) codeText(from string) (string, error) {
	switch {
	case from == "-":
		return readShort(a.Stdin)
	case intent.BeginsLikeCode(from):
		if !a.JSON {
			fmt.Fprintln(a.Stderr, "tally: every user of this machine can see a code among the arguments: name a file, or - for stdin")
		}
		return from, nil
	}
	f, err := os.Open(from) //nolint:gosec // the user named it
	if err != nil {
		return "", Misused("--code is neither a code nor a file that can be read") // a mistyped code is a secret, too
	}
	text, err := readShort(f)
	if err != nil {
		return "", err
	}
	return text, f.Close()
}

// readShort reads no more than a code can have.
func readShort(r io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(r, int64(intent.MaxCodeText)+1))
	if err != nil {
		return "", Misused("--code cannot be read as a file") // whose name may be a code
	}
	return string(text), nil
}

// ReadCode takes a code from an argument, a file, or stdin by "-".
func (a *App) ReadCode(domain *intent.Domain, from string) (intent.Code, error) {
	text, err := a.codeText(from)
	if err != nil {
		return intent.Code{}, err
	}
	code, err := domain.ParseCode(text)
	if err != nil {
		return code, Misused("the code cannot be used: %w", err)
	}
	return code, nil
}
