package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"tally/internal/exact"
)

// Document is one YAML document: a mapping of names to values.
type Document struct{ root *yaml.Node }

// Parse reads one YAML document. It refuses a second document, anchors, aliases,
// merge keys, tags, doubled names, names that are no text, and a text that is not
// UTF-8. An empty text is an empty mapping. The caller limits the length. The
// error is an *exact.Error.
func Parse(text []byte) (*Document, error) {
	if !utf8.Valid(text) {
		return nil, &exact.Error{Want: "YAML in UTF-8 is wanted, and this is not UTF-8"}
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	var root yaml.Node
	switch err := d.Decode(&root); {
	case errors.Is(err, io.EOF):
		return &Document{&yaml.Node{Kind: yaml.MappingNode}}, nil
	case err != nil:
		return nil, notYAML(err)
	}
	var second yaml.Node
	switch err := d.Decode(&second); {
	case err == nil:
		return nil, &exact.Error{Want: "a second YAML document is not read: end the file before it", Line: second.Line}
	case !errors.Is(err, io.EOF):
		return nil, notYAML(err)
	}
	top := root.Content[0]
	if top.Kind == yaml.ScalarNode && top.Value == "" && top.Style == 0 { // comments alone
		return &Document{&yaml.Node{Kind: yaml.MappingNode}}, nil
	}
	if top.Kind != yaml.MappingNode {
		return nil, &exact.Error{Want: "a mapping of names to values is wanted", Line: top.Line}
	}
	return &Document{top}, check(top, 0)
}

// notYAML takes the library's words, which name a line and nothing of Go. Only those
// about an alias repeat what is in the text.
func notYAML(err error) error {
	if strings.Contains(err.Error(), "unknown anchor") {
		return &exact.Error{Want: aliases}
	}
	return &exact.Error{Want: "this is not YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")}
}

// Names are the names of the mapping, in the file's order.
func (d *Document) Names() []string {
	names := make([]string, 0, len(d.root.Content)/2)
	for i := 0; i < len(d.root.Content); i += 2 {
		names = append(names, d.root.Content[i].Value)
	}
	return names
}

// Value is the value of a name, or nil. It has been checked, and is a scalar, a
// list or a mapping.
func (d *Document) Value(name string) *yaml.Node { return member(d.root, name) }

// Line is the line of a name or of its value; 0 where there is no such name.
func (d *Document) Line(name string) int {
	for i := 0; i < len(d.root.Content); i += 2 {
		if d.root.Content[i].Value == name {
			return d.root.Content[i].Line
		}
	}
	return 0
}

func member(n *yaml.Node, name string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}

const aliases = "anchors and aliases (& and *) are not read: write the value where it belongs, or put it in quotes"

// check refuses what would let two readers see two documents.
func check(n *yaml.Node, depth int) error {
	refuse := func(want string) error { return &exact.Error{Want: want, Line: n.Line} }
	switch {
	case depth > exact.MaxDepth:
		return refuse(fmt.Sprintf("at most %d mappings and lists may stand in one another", exact.MaxDepth))
	case n.Kind == yaml.AliasNode, n.Anchor != "":
		return refuse(aliases)
	case n.Style&yaml.TaggedStyle != 0:
		return refuse("tags (!) are not read: leave it out, or put the value in quotes")
	case n.Kind == yaml.MappingNode:
		return checkMapping(n, depth)
	}
	for _, item := range n.Content {
		if err := check(item, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func checkMapping(n *yaml.Node, depth int) error {
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		if err := check(name, depth+1); err != nil {
			return err
		}
		switch {
		case name.Kind != yaml.ScalarNode, changes(name) && name.Value == "<<":
			return &exact.Error{Want: "a name is wanted in front of the colon: neither a list nor a merge key", Line: name.Line}
		case seen[name.Value]:
			return &exact.Error{Place: exact.Shown(name.Value), Want: "this member comes twice", Line: name.Line}
		}
		seen[name.Value] = true
		if err := check(value, depth+1); err != nil {
			return exact.Within(exact.Shown(name.Value), err)
		}
	}
	return nil
}
