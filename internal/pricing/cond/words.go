package cond

import (
	"strings"

	"cel.dev/cel-go/common/operators"
)

// shown is how an author writes a function that cel-go names.
func shown(name string) string {
	if symbol, ok := operators.FindReverse(name); ok && symbol != "" {
		return symbol
	}
	if name == operators.Index {
		return "[ ]"
	}
	return name
}

// list is names for a reader: a, b and c.
func list(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// clip keeps messages short, whatever was written.
func clip(text string) string {
	const most = 40
	runes := []rune(text)
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
