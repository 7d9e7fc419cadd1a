package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/exact"
	"tally/internal/ledger/ledgertest"
)

// TestPaths_ChecksumOfEachAddress: each address of a path is good in small letters, in
// capitals and with its checksum, and refused with another one, to every reader, whether
// or not somebody has it.
func TestPaths_ChecksumOfEachAddress(t *testing.T) {
	s := newShop(t)
	found := 0
	for path, methods := range api.OpenAPI().Tree["paths"].(map[string]any) {
		name := "{merchant}"
		if strings.Contains(path, "{wallet}") {
			name = "{wallet}"
		}
		if !strings.Contains(path, name) {
			continue
		}
		for method := range methods.(map[string]any) {
			if method != "get" && method != "post" {
				continue
			}
			found++
			ask := func(address string) (int, string, string) {
				at := strings.NewReplacer(name, address, "{campaign}", "cmp_00000000000000000000000000000009").Replace(path)
				return s.raw(strings.ToUpper(method), at, "{}", map[string]string{"Authorization": "Bearer " + s.token(s.Bob)})
			}
			for _, who := range []ledgertest.Actor{s.Merchant, ledgertest.NewActor("a stranger")} {
				good := exact.Checksum(who.Address.String())
				wrong := "0x" + swapped(good[2:])
				status, code, body := ask(wrong)
				require.Equal(t, http.StatusBadRequest, status, "%s %s", method, path)
				require.Equal(t, "invalid_request", code)
				require.Contains(t, body, strings.Trim(name, "{}")+": ", "%s %s", method, path)
				require.Contains(t, body, "checksum", "%s %s", method, path)
				for _, same := range []string{good, strings.ToLower(good), "0x" + strings.ToUpper(good[2:])} {
					_, _, body := ask(same)
					require.NotContains(t, body, "checksum", "%s %s", method, path)
				}
			}
		}
	}
	require.Greater(t, found, 8)
}

// swapped makes the first letter of a text small where it is a capital, and the other
// way round.
func swapped(text string) string {
	at := strings.IndexFunc(text, func(r rune) bool { return r > '9' })
	letter := text[at : at+1]
	if other := strings.ToUpper(letter); other != letter {
		return text[:at] + other + text[at+1:]
	}
	return text[:at] + strings.ToLower(letter) + text[at+1:]
}
