package pricing

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// value is a JSON value with its place in the document. Numbers stay as they were
// written, and members in the order in which they were written.
type value struct {
	path    string
	is      kind
	text    string // of a text, or a number's digits
	yes     bool
	items   []value
	members []member
}

type member struct {
	name string
	value
}

type kind string

const (
	isNull   kind = "null"
	isBool   kind = "true or false"
	isNumber kind = "a number"
	isText   kind = "a text"
	isList   kind = "a list"
	isObject kind = "an object"
)

// parse reads one JSON object of at most limit bytes. No member comes twice, and no
// character is lost.
func parse(data []byte, limit int) (value, error) {
	switch {
	case len(data) > limit:
		return value{}, refuse(FaultTooLong, "", "%d bytes, and at most %d are allowed", len(data), limit)
	case !utf8.Valid(data):
		return value{}, refuse(FaultNotJSON, "", "not UTF-8")
	case !json.Valid(data):
		return value{}, refuse(FaultNotJSON, "", "not one JSON value")
	}
	p := parser{text: string(data)}
	v, err := p.value("", 0)
	switch {
	case err != nil:
		return value{}, err
	case v.is != isObject:
		return value{}, refuse(FaultType, "", "an object is wanted, not %s", v.is)
	}
	return v, nil
}

// parser goes through a text that encoding/json found valid, so it need not look whether each
// character may stand where it does.
type parser struct {
	text string
	at   int
}

// next passes over spaces, and is the character that comes then.
func (p *parser) next() byte {
	for {
		switch c := p.text[p.at]; c {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return c
		}
	}
}

// passes reports whether the next character is the given one, and passes over it if so.
func (p *parser) passes(c byte) bool {
	if p.next() != c {
		return false
	}
	p.at++
	return true
}

// word is the next characters up to one that ends a number, or true, false and null.
func (p *parser) word() string {
	from := p.at
	for p.at < len(p.text) && !strings.ContainsRune(",]} \t\n\r", rune(p.text[p.at])) {
		p.at++
	}
	return p.text[from:p.at]
}

// quoted is the next text. What stands in place of characters is left to encoding/json.
func (p *parser) quoted() (string, error) {
	from, plain := p.at, true
	for p.at++; p.text[p.at] != '"'; p.at++ {
		if p.text[p.at] == '\\' {
			plain = false
			p.at++
		}
	}
	p.at++
	if plain {
		return p.text[from+1 : p.at-1], nil
	}
	var text string
	err := json.Unmarshal([]byte(p.text[from:p.at]), &text)
	return text, err
}

func (p *parser) value(path string, depth int) (value, error) {
	if depth > maxDepth {
		return value{}, refuse(FaultTooLong, path, "more than %d objects and lists within each other", maxDepth)
	}
	switch p.next() {
	case '{':
		return p.object(path, depth)
	case '[':
		return p.list(path, depth)
	case '"':
		text, err := p.quoted()
		if err != nil {
			return value{}, refuse(FaultNotJSON, path, "not JSON")
		}
		return value{path: path, is: isText, text: text}, whole(path, text)
	}
	switch word := p.word(); word {
	case "true", "false":
		return value{path: path, is: isBool, yes: word == "true"}, nil
	case "null":
		return value{path: path, is: isNull}, nil
	default:
		return value{path: path, is: isNumber, text: word}, nil
	}
}

func (p *parser) list(path string, depth int) (value, error) {
	list := value{path: path, is: isList}
	for p.at++; !p.passes(']'); p.passes(',') {
		item, err := p.value(path+"["+strconv.Itoa(len(list.items))+"]", depth+1)
		if err != nil {
			return value{}, err
		}
		list.items = append(list.items, item)
	}
	return list, nil
}

func (p *parser) object(path string, depth int) (value, error) {
	object := value{path: path, is: isObject}
	p.at++
	if p.next() != '}' {
		object.members = make([]member, 0, usualMembers)
	}
	var seen map[string]bool // where there are many; a walk is cheaper before
	for !p.passes('}') {
		name, err := p.quoted()
		if err != nil {
			return value{}, refuse(FaultNotJSON, path, "not JSON")
		}
		p.passes(':')
		at := join(path, clip(name))
		if err := whole(at, name); err != nil {
			return value{}, err
		}
		if object.seen(name, &seen) {
			return value{}, refuse(FaultDoubled, at, "the member comes twice")
		}
		v, err := p.value(at, depth+1)
		if err != nil {
			return value{}, err
		}
		object.members = append(object.members, member{name, v})
		p.passes(',')
	}
	return object, nil
}

// usualMembers is how many members a line of a cart has, or a few more.
const usualMembers = 8

// fewMembers is how many members are walked through rather than kept in a map.
const fewMembers = 24

// seen reports whether an object has a member already.
func (v value) seen(name string, all *map[string]bool) bool {
	if len(v.members) <= fewMembers {
		return slices.ContainsFunc(v.members, func(m member) bool { return m.name == name })
	}
	if *all == nil {
		*all = make(map[string]bool, 2*len(v.members))
		for _, m := range v.members {
			(*all)[m.name] = true
		}
	}
	twice := (*all)[name]
	(*all)[name] = true
	return twice
}

// whole refuses U+FFFD: it stands where a character was lost, and encoding/json
// puts it in place of a surrogate without its other half.
func whole(path, text string) error {
	if strings.ContainsRune(text, utf8.RuneError) {
		return refuse(FaultNotJSON, path, "a character was lost: there is U+FFFD, or one half of a surrogate pair")
	}
	return nil
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
