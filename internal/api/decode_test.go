package api_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/exact"
)

// redemptionBody is that of the document's example.
func redemptionBody(tb testing.TB) []byte {
	tb.Helper()
	var examples map[string]api.Example
	require.NoError(tb, exact.JSON(api.RawExamples(), &examples))
	return examples["redeem"].Request
}

// BenchmarkReadRedemption reads the body that every sale sends: exactly, and as
// encoding/json reads it.
func BenchmarkReadRedemption(b *testing.B) {
	body := redemptionBody(b)
	b.Run("exact", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			require.NoError(b, exact.JSON(body, new(api.RedemptionRequest)))
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			d := json.NewDecoder(bytes.NewReader(body))
			d.DisallowUnknownFields()
			require.NoError(b, d.Decode(new(api.RedemptionRequest)))
		}
	})
}
