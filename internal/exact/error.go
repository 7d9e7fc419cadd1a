package exact

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Error says what is wanted where something else was read.
type Error struct {
	Place string // such as intent.lines[2].units; "" is the whole text
	Want  string // such as: a whole number from 0 to 30 is wanted, not a text
	Line  int    // of a file, from 1; 0 where it is not known
}

// Error is the place and what is wanted there, without a full stop.
func (e *Error) Error() string {
	text := e.Want
	if e.Place != "" {
		text = e.Place + ": " + text
	}
	if e.Line != 0 {
		text = fmt.Sprintf("line %d: %s", e.Line, text)
	}
	return text
}

// Sentence is an error of this package as a sentence of its own.
func Sentence(err error) string {
	text := err.Error()
	var e *Error
	if errors.As(err, &e) && e.Place == "" {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	return text + "."
}

func wrong(want string) error { return &Error{Want: want} }

// Within puts a place in front of that of an error of this package. Another error
// stays as it is.
func Within(place string, err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	within := *e
	switch {
	case e.Place == "":
		within.Place = place
	case e.Place[0] == '[':
		within.Place = place + e.Place
	default:
		within.Place = place + "." + e.Place
	}
	return &within
}

// Shown makes a text that somebody else chose fit for a message: short, and in
// quotes where something in it does not print.
func Shown(text string) string {
	const most = 60 // bytes
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	if quoted := strconv.Quote(text); quoted[1:len(quoted)-1] != text {
		return quoted
	}
	return text
}
