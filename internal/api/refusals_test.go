package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/voucher"
)

// TestRefusal_EveryKindHasStatusAndRemedy fails for a kind of the rules that HTTP
// does not know yet.
func TestRefusal_EveryKindHasStatusAndRemedy(t *testing.T) {
	kind := voucher.KindAccepted
	for ; ; kind++ {
		r, known := kind.Refusal()
		if !known {
			break
		}
		row, ok := api.Refusal(kind)
		require.True(t, ok, kind)
		require.Equal(t, r.Code, row.Code)
		require.Equal(t, r.Sentence, row.Sentence)
		require.NotEmpty(t, row.Remedy, kind)
		require.GreaterOrEqual(t, row.Status, 200, kind)
	}
	_, ok := api.Refusal(kind)
	require.False(t, ok)
	require.Len(t, api.Answers(), int(kind), "a kind that the rules do not have")
}

// TestLook_FindsTheCatalogueAndNothingElse: a client believes no other code.
func TestLook_FindsTheCatalogueAndNothingElse(t *testing.T) {
	for _, known := range api.Catalogue() {
		got, ok := api.Look(known.Code)
		require.True(t, ok, known.Code)
		require.Equal(t, known, got)
	}
	for _, code := range []string{"", "accepted", "out_of_stock", "HELD", "held "} {
		_, ok := api.Look(code)
		require.False(t, ok, code)
	}
}
