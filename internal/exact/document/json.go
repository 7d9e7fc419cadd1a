package document

import (
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"tally/internal/exact"
)

// Decode reads the document into a struct, by the rules of exact.JSON. A value
// without quotes is a whole number, true, false, or a text as it is written.
//
// Below the member with the name verbatim, which has no struct that says what is
// wanted, a value without quotes must mean the same to every reader: what one of
// them would take for a number, a date, a truth value or nothing is refused.
// The error is an *exact.Error with its line.
func (d *Document) Decode(into any, verbatim string) error {
	text, err := d.JSON(verbatim)
	if err != nil {
		return err
	}
	return d.located(exact.JSON(text, into))
}

// JSON writes the document as JSON, with its members in the document's order. The
// rules and the error are those of Decode.
func (d *Document) JSON(verbatim string) ([]byte, error) {
	return asJSON(nil, d.root, verbatim, false)
}

// asJSON writes a node as JSON.
func asJSON(text []byte, n *yaml.Node, verbatim string, literal bool) ([]byte, error) { //nolint:gocognit // one case a kind of node
	switch n.Kind { //nolint:exhaustive // aliases and documents are refused before
	case yaml.MappingNode:
		text = append(text, '{')
		for i := 0; i < len(n.Content); i += 2 {
			name, value := n.Content[i], n.Content[i+1]
			if literal && changes(name) {
				return nil, exact.Within(exact.Shown(name.Value), quotes(name))
			}
			var err error
			text = append(appendText(text, name.Value), ':')
			if text, err = asJSON(text, value, "", literal || verbatim != "" && name.Value == verbatim); err != nil {
				return nil, exact.Within(exact.Shown(name.Value), err)
			}
			text = append(text, ',')
		}
		return append(trimComma(text), '}'), nil
	case yaml.SequenceNode:
		text = append(text, '[')
		for i, item := range n.Content {
			var err error
			if text, err = asJSON(text, item, "", literal); err != nil {
				return nil, exact.Within("["+strconv.Itoa(i)+"]", err)
			}
			text = append(text, ',')
		}
		return append(trimComma(text), ']'), nil
	default:
		return scalar(text, n, literal)
	}
}

func trimComma(text []byte) []byte {
	if last := len(text) - 1; text[last] == ',' {
		return text[:last]
	}
	return text
}

func appendText(text []byte, s string) []byte {
	quoted, _ := json.Marshal(s) //nolint:errchkjson // a text has a form in JSON
	return append(text, quoted...)
}

func scalar(text []byte, n *yaml.Node, literal bool) ([]byte, error) {
	_, err := exact.Whole(strings.TrimPrefix(n.Value, "-"), 0, 1<<63-1)
	switch {
	case n.Style != 0:
		return appendText(text, n.Value), nil
	case n.Value == "" || n.Value == "~":
		return nil, &exact.Error{Want: "a value is wanted, not nothing: leave the member out, or put a text in quotes", Line: n.Line}
	case err == nil && n.Value != "-0", n.Value == "true", n.Value == "false":
		return append(text, n.Value...), nil
	case literal && changes(n):
		return nil, quotes(n)
	default:
		return appendText(text, n.Value), nil
	}
}

func quotes(n *yaml.Node) error {
	return &exact.Error{Want: "put it in quotes, as " + strconv.Quote(n.Value) + ": without them some readers of YAML make something else of it", Line: n.Line}
}

var (
	// Words that YAML 1.1 takes for truth values and for nothing.
	words = regexp.MustCompile(`^(?i:y|n|yes|no|on|off|true|false|null|~|=|<<)?$`)
	// What YAML 1.1 or 1.2, or a library of either, takes for a number, a time or a date.
	figures = regexp.MustCompile(`^[-+]?(\.?[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|0[xobXOB][0-9a-fA-F_]+|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?|\.(?i:inf))$|^\.(?i:nan)$|^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}`)
)

// changes reports whether readers of YAML disagree about a value without quotes, or
// take it for something else than the text that is written.
func changes(n *yaml.Node) bool {
	return n.Style == 0 && (words.MatchString(n.Value) || figures.MatchString(n.Value) || n.ShortTag() != "!!str")
}

// located adds the line to an error of exact.JSON, and says what stands there where a
// text without quotes was taken for one.
func (d *Document) located(err error) error {
	var e *exact.Error
	if !errors.As(err, &e) {
		return err
	}
	at, found := d.root, *e
	for _, step := range steps(e.Place) {
		next := at
		if index, err := strconv.Atoi(step); err == nil && at.Kind == yaml.SequenceNode && index < len(at.Content) {
			next = at.Content[index]
		} else if i := slices.IndexFunc(at.Content, func(n *yaml.Node) bool { return n.Value == step }); at.Kind == yaml.MappingNode && i >= 0 {
			next = at.Content[i+1]
			found.Line = at.Content[i].Line
		}
		at = next
	}
	if at.Kind == yaml.ScalarNode {
		found.Line = at.Line
		if want, ok := strings.CutSuffix(e.Want, ", not a text"); ok && at.Style == 0 {
			found.Want = want + ", not " + exact.Shown(at.Value)
		}
	}
	return &found
}

// steps takes a place apart: a.b[2] is a, b and 2.
func steps(place string) []string {
	return strings.FieldsFunc(place, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
}
