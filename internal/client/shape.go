package client

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	strict "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tally/internal/voucher"
)

// readJSON reads what a server says. A member has the letters of its name, and comes
// once: two readers of one answer must not see two answers. Members that are not known
// are a newer server's, and passed over.
func readJSON(text []byte, into any) error { return strict.Unmarshal(text, into) }

// shaped reads a JSON text into a value, and wants every member that the server always
// writes: null, {} and a list read into any struct, and would be taken for an answer
// with nothing in it. Members that are not known are a newer server's.
func shaped(text []byte, into any) error {
	if err := readJSON(text, into); err != nil {
		return errors.New("it does not read as one") // the decoder names types of Go
	}
	s := shape{jsontext.NewDecoder(bytes.NewReader(text)), map[reflect.Type][]wanted{}}
	return s.value(reflect.TypeOf(into).Elem())
}

// shape walks a text that was read, and the type that it was read into. It makes one
// pass: a list may have thousands of items.
type shape struct {
	text  *jsontext.Decoder
	known map[reflect.Type][]wanted
}

// wanted is a member of a struct.
type wanted struct {
	name     string
	of       reflect.Type
	optional bool
	nullable bool // null is a list without elements
}

// value wants the members of a type in the next value.
func (s *shape) value(of reflect.Type) error {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	into := reflect.PointerTo(of)
	switch {
	case into.Implements(reflect.TypeFor[json.Unmarshaler]()) || into.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return s.text.SkipValue() // it judges its own text
	case of.Kind() == reflect.Struct:
		return s.object(of)
	case of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Struct:
		return s.list(of.Elem())
	default:
		return s.text.SkipValue()
	}
}

func (s *shape) object(of reflect.Type) error {
	if s.text.PeekKind() != '{' {
		return errors.New("an object is wanted")
	}
	members := s.members(of)
	seen := make([]bool, len(members))
	_, err := s.text.ReadToken()
	for err == nil && s.text.PeekKind() != '}' {
		var name jsontext.Token
		if name, err = s.text.ReadToken(); err == nil {
			err = s.member(members, seen, name.String())
		}
	}
	if err != nil {
		return err
	}
	for i, m := range members {
		if !seen[i] && !m.optional {
			return missing(m)
		}
	}
	_, err = s.text.ReadToken()
	return err
}

func missing(m wanted) error { return fmt.Errorf("the member %q is missing", m.name) }

// member reads the value of a member by its name.
func (s *shape) member(members []wanted, seen []bool, name string) error {
	for i, m := range members {
		if m.name != name {
			continue
		}
		seen[i] = true
		if s.text.PeekKind() == 'n' {
			if !m.optional && !m.nullable {
				return missing(m)
			}
			return s.text.SkipValue()
		}
		if err := s.value(m.of); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
	return s.text.SkipValue()
}

func (s *shape) list(of reflect.Type) error {
	if s.text.PeekKind() != '[' {
		return errors.New("a list is wanted")
	}
	_, err := s.text.ReadToken()
	for i := 0; err == nil && s.text.PeekKind() != ']'; i++ {
		if err := s.value(of); err != nil {
			return fmt.Errorf("%d: %w", i, err)
		}
	}
	if err == nil {
		_, err = s.text.ReadToken()
	}
	return err
}

// members are those of a struct that have names of their own.
func (s *shape) members(of reflect.Type) []wanted {
	if list, ok := s.known[of]; ok {
		return list
	}
	list := []wanted{}
	for i := range of.NumField() {
		field := of.Field(i)
		name, options, tagged := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" || name == "" && !tagged {
			continue
		}
		list = append(list, wanted{
			name: name, of: field.Type, nullable: maySayNull(of, field.Type),
			optional: strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero"),
		})
	}
	s.known[of] = list
	return list
}

// maySayNull reports whether a member may be null: a list in what somebody signed is
// null where it is empty. The API's own lists are not.
func maySayNull(of, member reflect.Type) bool {
	return member.Kind() == reflect.Slice && of.PkgPath() == reflect.TypeFor[voucher.Outcome]().PkgPath()
}
