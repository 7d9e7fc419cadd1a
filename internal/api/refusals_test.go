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
