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
	return complete(text, reflect.TypeOf(into).Elem())
}

// complete wants the members of a type in a text, and in what the text contains.
func complete(text []byte, of reflect.Type) error {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	into := reflect.PointerTo(of)
	if into.Implements(reflect.TypeFor[json.Unmarshaler]()) || into.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return nil // it judges its own text
	}
	switch of.Kind() {
	case reflect.Struct:
		return completeObject(text, of)
	case reflect.Slice:
		return completeList(text, of.Elem())
	default:
		return nil
	}
}

func completeObject(text []byte, of reflect.Type) error {
	var members map[string]json.RawMessage
	if readJSON(text, &members) != nil || members == nil {
		return errors.New("an object is wanted")
	}
	for i := range of.NumField() {
		if err := completeMember(members, of, of.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

// completeMember wants one member of an object, unless it may be left out.
func completeMember(members map[string]json.RawMessage, of reflect.Type, field reflect.StructField) error {
	name, options, tagged := strings.Cut(field.Tag.Get("json"), ",")
	if name == "-" || name == "" && !tagged {
		return nil
	}
	member, there := members[name]
	optional := strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
	empty := there && bytes.Equal(member, []byte("null"))
	switch {
	case !there && optional, empty && (optional || maySayNull(of, field.Type)):
		return nil
	case !there || empty:
		return fmt.Errorf("the member %q is missing", name)
	}
	if err := complete(member, field.Type); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// maySayNull reports whether a member may be null: a list in what somebody signed is
// null where it is empty. The API's own lists are not.
func maySayNull(of, member reflect.Type) bool {
	return member.Kind() == reflect.Slice && of.PkgPath() == reflect.TypeFor[voucher.Outcome]().PkgPath()
}

func completeList(text []byte, of reflect.Type) error {
	if of.Kind() != reflect.Struct {
		return nil
	}
	var items []json.RawMessage
	if err := readJSON(text, &items); err != nil {
		return errors.New("a list is wanted")
	}
	for i, item := range items {
		if err := complete(item, of); err != nil {
			return fmt.Errorf("%d: %w", i, err)
		}
	}
	return nil
}
