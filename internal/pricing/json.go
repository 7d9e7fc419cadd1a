package pricing

import (
	"bytes"
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
	p := parser{json.NewDecoder(bytes.NewReader(data))}
	p.UseNumber()
	v, err := p.value("", 0)
	switch {
	case err != nil:
		return value{}, err
	case v.is != isObject:
		return value{}, refuse(FaultType, "", "an object is wanted, not %s", v.is)
	}
	return v, nil
}

type parser struct{ *json.Decoder }

func (p parser) value(path string, depth int) (value, error) {
	if depth > maxDepth {
		return value{}, refuse(FaultTooLong, path, "more than %d objects and lists within each other", maxDepth)
	}
	token, err := p.Token()
	if err != nil {
		return value{}, refuse(FaultNotJSON, path, "not JSON")
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '{' {
			return p.object(path, depth)
		}
		return p.list(path, depth)
	case string:
		return value{path: path, is: isText, text: token}, whole(path, token)
	case json.Number:
		return value{path: path, is: isNumber, text: token.String()}, nil
	case bool:
		return value{path: path, is: isBool, yes: token}, nil
	default:
		return value{path: path, is: isNull}, nil
	}
}

func (p parser) list(path string, depth int) (value, error) {
	list := value{path: path, is: isList}
	for p.More() {
		item, err := p.value(path+"["+strconv.Itoa(len(list.items))+"]", depth+1)
		if err != nil {
			return value{}, err
		}
		list.items = append(list.items, item)
	}
	_, err := p.Token()
	return list, err
}

func (p parser) object(path string, depth int) (value, error) {
	object := value{path: path, is: isObject}
	var seen map[string]bool // where there are many; a walk is cheaper before
	for p.More() {
		token, err := p.Token()
		if err != nil {
			return value{}, refuse(FaultNotJSON, path, "not JSON")
		}
		name, _ := token.(string)
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
	}
	_, err := p.Token()
	return object, err
}

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
