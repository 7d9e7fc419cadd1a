package exact

import (
	"reflect"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// maxMembers is how many members an object has at most: each has a bit of a word.
const maxMembers = 64

// member is a field of a struct, as its tag names it.
type member struct {
	name     string
	index    []int
	optional bool
}

// known has the members of each type that was read so far. It only saves the time
// of reading tags again: every redemption has the same types.
var known sync.Map //nolint:gochecknoglobals // as said

// membersOf are the members of a struct. Only fields with a json tag are members.
func membersOf(t reflect.Type) []member {
	if list, ok := known.Load(t); ok {
		return list.([]member) //nolint:forcetypeassert // nothing else is stored
	}
	var list []member
	for _, field := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		optional := strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
		list = append(list, member{name, field.Index, optional})
	}
	if len(list) > maxMembers {
		panic("exact: a type with more members than a word has bits")
	}
	known.Store(t, list)
	return list
}

// find is the place of the member with a name, or -1.
func find(members []member, name jsontext.Token) int {
	text := name.String()
	for i := range members {
		if members[i].name == text {
			return i
		}
	}
	return -1
}
