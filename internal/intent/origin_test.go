package intent_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/intent"
)

func TestOrigin_OneServerHasOneText(t *testing.T) {
	for address, want := range map[string]string{
		"HTTPS://Tally.Example:443/v1/ledger?x=1#y": "https://tally.example",
		"https://tally.example":                     "https://tally.example",
		"https://tally.example:8443/":               "https://tally.example:8443",
		"http://tally.example:80":                   "http://tally.example",
		"http://127.0.0.1:8480":                     "http://127.0.0.1:8480",
		"http://[0:0:0:0:0:0:0:1]:8480":             "http://[::1]:8480",
		"https://tally.example:80":                  "https://tally.example:80",
	} {
		got, err := intent.Origin(address)
		require.NoError(t, err, address)
		require.Equal(t, want, got)
		again, err := intent.Origin(got)
		require.NoError(t, err)
		require.Equal(t, got, again)
	}
	for _, address := range []string{
		"", "tally", "tally.example", "//tally.example", "ftp://tally.example", "http://", "http://:8480", "http://user:secret@tally.example",
		"http://tally.example:port", "://", "unix:///socket", "https://" + strings.Repeat("a", intent.MaxOrigin),
	} {
		_, err := intent.Origin(address)
		require.ErrorIs(t, err, intent.ErrOrigin, address)
	}
}
