package pricing

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestCanonical_AsEncodingJSON: what is written by hand is what encoding/json writes.
func TestCanonical_AsEncodingJSON(t *testing.T) {
	type word string
	scalar := rapid.OneOf(
		rapid.String().AsAny(), rapid.Uint64().AsAny(), rapid.Uint32().AsAny(), rapid.Int16().AsAny(), rapid.Bool().AsAny(),
		rapid.SliceOf(rapid.String()).AsAny(), rapid.SliceOf(rapid.Uint32()).AsAny(),
		rapid.SampledFrom([]any{word("added"), []string(nil), []uint32(nil), []tree{}, []tree(nil), tree{}, [][]any{{"line", uint64(7)}, {}}}),
	)
	members := func(value *rapid.Generator[any]) *rapid.Generator[tree] {
		return rapid.Custom(func(t *rapid.T) tree { return rapid.MapOfN(rapid.String(), value, 0, 30).Draw(t, "members") })
	}
	inner := members(scalar)
	outer := members(rapid.OneOf(scalar, inner.AsAny(), rapid.SliceOf(inner).AsAny(), rapid.SliceOf(scalar).AsAny()))
	rapid.Check(t, func(t *rapid.T) {
		v := outer.Draw(t, "tree")
		var want bytes.Buffer
		e := json.NewEncoder(&want)
		e.SetEscapeHTML(false)
		require.NoError(t, e.Encode(v))
		require.Equal(t, string(bytes.TrimSuffix(want.Bytes(), []byte("\n"))), string(appendJSON(nil, v)))
	})
}
