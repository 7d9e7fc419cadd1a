package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
)

// TestProblemOf_LedgerUnavailable: what only an operator can mend is 503 with a
// code of its own, never 500, whether it was found in a read or before a write;
// but what may have had an effect is unknown all the same.
func TestProblemOf_LedgerUnavailable(t *testing.T) {
	reason := fmt.Errorf("%w: could not launch chaincode at 10.0.0.7", ledger.ErrUnavailable)
	for name, example := range map[string]struct {
		err    error
		code   string
		status int
		retry  string
	}{
		"a read":                    {fmt.Errorf("read campaign: %w", reason), "ledger_unavailable", http.StatusServiceUnavailable, "5"},
		"a write that was not sent": {fmt.Errorf("%w: %w", ledger.ErrNotSent, reason), "ledger_unavailable", http.StatusServiceUnavailable, "5"},
		"joined":                    {errors.Join(ledger.ErrNotSent, reason), "ledger_unavailable", http.StatusServiceUnavailable, "5"},
		"unknown":                   {fmt.Errorf("%w: %w", ledger.ErrUnknown, reason), "outcome_unknown", http.StatusAccepted, ""},
		"a full queue":              {ledger.ErrBusy, "unavailable", http.StatusServiceUnavailable, "1"},
		"not known":                 {errors.New("a fault of the program"), "internal", http.StatusInternalServerError, ""},
	} {
		p := problemOf(example.err)
		require.Equal(t, example.code, p.Code, name)
		require.Equal(t, example.status, p.Status, name)
		require.Equal(t, example.retry, p.RetryAfter(), name)
		require.NotContains(t, p.Detail+p.Title, "10.0.0.7", name)
	}
}

// TestClipped_WholeCharacters cuts at every length, within a character, too.
func TestClipped_WholeCharacters(t *testing.T) {
	text := strings.Repeat("aé€😀", 60)
	for limit := 3; limit < len(text)+2; limit++ {
		got := clipped(text, limit)
		require.LessOrEqual(t, len(got), limit)
		require.True(t, utf8.ValidString(got))
		require.True(t, strings.HasPrefix(text, strings.TrimSuffix(got, "…")))
		require.Equal(t, limit >= len(text), got == text)
	}
}
