package cli

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"tally/internal/voucher"
)

// Member is one member of the JSON that a command answers with.
type Member struct {
	Name string // as in the JSON
	Type string // in words
	Help string
}

// Shape is the JSON of an answer in words: an object, or a list of objects.
type Shape struct {
	List    bool
	Members []Member
	Schemas []string // of the API's document, whose members it has, too
}

// ShapeOf reads the shape of an answer off its type.
func ShapeOf(answer Answer) (s Shape) {
	t := reflect.TypeOf(answer)
	if t.Kind() == reflect.Slice {
		s.List, t = true, t.Elem()
	}
	s.add(t)
	return s
}

func (s *Shape) add(t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported():
		case f.Anonymous && f.Tag.Get("schema") != "":
			s.Schemas = append(s.Schemas, f.Tag.Get("schema"))
		case f.Type == reflect.TypeFor[Accepted]():
			s.Schemas = append(s.Schemas, "Outcome")
		case f.Anonymous && name == "":
			s.add(f.Type)
		default:
			s.put(Member{name, typeWords(f.Type), f.Tag.Get("help")})
		}
	}
}

// put adds a member. One of an outer struct hides one of an embedded struct.
func (s *Shape) put(m Member) {
	s.Members = slices.DeleteFunc(s.Members, func(old Member) bool { return old.Name == m.Name })
	s.Members = append(s.Members, m)
}

// typeWords names a type for people.
func typeWords(t reflect.Type) string {
	if words, ok := map[reflect.Type]string{
		reflect.TypeFor[voucher.Hash]():       "0x and 64 hex digits",
		reflect.TypeFor[voucher.Address]():    "an address, 0x and 40 hex digits",
		reflect.TypeFor[voucher.CampaignID](): "cmp_ and 32 hex digits",
		reflect.TypeFor[voucher.Position]():   "BLOCK.TRANSACTION.ITEM",
		reflect.TypeFor[voucher.Currency]():   "an ISO 4217 code",
		reflect.TypeFor[voucher.Status]():     "a word",
		reflect.TypeFor[json.RawMessage]():    "an object",
	}[t]; ok {
		return words
	}
	switch t.Kind() { //nolint:exhaustive // the kinds that answers have
	case reflect.Pointer:
		return typeWords(t.Elem())
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list: " + typeWords(t.Elem())
	case reflect.Struct, reflect.Map:
		return "an object"
	default:
		return "a whole number"
	}
}
