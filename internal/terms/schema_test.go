package terms

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The schema names the members that the program reads: no more, no less.
func TestSchema_HasEveryMember(t *testing.T) {
	var document map[string]any
	require.NoError(t, json.Unmarshal([]byte(schema), &document))
	var compare func(of reflect.Type, object any)
	compare = func(of reflect.Type, object any) {
		properties, ok := object.(map[string]any)["properties"].(map[string]any)
		require.True(t, ok, of)
		var names, members []string
		for name := range properties {
			names = append(names, name)
		}
		for i := range of.NumField() {
			f := of.Field(i)
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			require.Equal(t, "omitempty", options, "%s: a file may leave every member out", name)
			members = append(members, name)
			if f.Type.Kind() == reflect.Struct {
				compare(f.Type, properties[name])
			}
		}
		slices.Sort(names)
		slices.Sort(members)
		require.Equal(t, members, names)
	}
	compare(reflect.TypeFor[File](), document)
}
