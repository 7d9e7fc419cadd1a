package till_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// TestAPI_ExamplesOfACart sends the request that API.md shows, and compares the answers with
// those that it shows: the members, and the figures.
func TestAPI_ExamplesOfACart(t *testing.T) {
	page, err := os.ReadFile("API.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(page), "\n### A cart\n")
	require.True(t, found)
	blocks := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(section, 3)
	require.Len(t, blocks, 3)

	s := newShop(t)
	p := s.open()
	good, bad := s.offered(secondCup), s.offered(hundred)
	send := func(refs ...voucher.Ref) told {
		return p.ask("POST", "/redemptions", strings.Replace(blocks[0][1], "TALLY1-…", s.code(1, refs...), 1))
	}
	same := func(block, answer string) {
		ids := regexp.MustCompile(`vch_[0-9a-f]{40}`)
		var says, is map[string]any
		require.NoError(t, json.Unmarshal([]byte(block), &says))
		require.NoError(t, json.Unmarshal(ids.ReplaceAll([]byte(answer), []byte("vch_…")), &is))
		require.Equal(t, slices.Sorted(maps.Keys(says)), slices.Sorted(maps.Keys(is)))
		for _, secret := range []string{"id", "deadline", "salt", "outcome", "record", "quote"} {
			delete(says, secret)
			delete(is, secret)
		}
		require.Equal(t, says, is)
	}
	refused := send(good, bad)
	require.Equal(t, http.StatusUnprocessableEntity, refused.Status, refused.Body)
	same(blocks[2][1], refused.Body)
	s.unsigned()
	sold := send(good)
	require.Equal(t, http.StatusCreated, sold.Status, sold.Body)
	same(blocks[1][1], sold.Body)
}
