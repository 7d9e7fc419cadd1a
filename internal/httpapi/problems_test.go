package httpapi_test

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// listed are the codes of the problems that the document has for each operation.
func listed(t testing.TB) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, methods := range at(t, openAPI(t), "paths") {
		for _, operation := range methods.(tree) {
			id := operation.(tree)["operationId"].(string)
			for _, response := range operation.(tree)["responses"].(tree) {
				problem, ok := at(t, response.(tree), "content")["application/problem+json"].(tree)
				if !ok {
					continue
				}
				narrowed := at(t, problem, "schema")["allOf"].([]any)[1].(tree)
				for _, code := range at(t, narrowed, "properties", "code")["enum"].([]any) {
					all[id] = append(all[id], code.(string))
				}
			}
		}
	}
	return all
}

// shown is the code that a refusal of the rules has at an operation: what would tell of
// other people's vouchers looks as if they were not there. "" is one that no client sees.
func shown(id string, kind voucher.Kind) string {
	owners := slices.Contains([]string{"redeem", "hold", "transfer", "cancel"}, id)
	switch {
	case kind == voucher.KindNotOwner, owners && kind == voucher.KindBadPlace:
		kind = voucher.KindUnknownVoucher
	case kind == voucher.KindSerialsTaken: // the server offers others
		return ""
	}
	r, _ := kind.Refusal()
	return r.Code
}

// TestOpenAPI_ListsWhatTheRulesRefuse has the rules judge many commands, good and bad: the
// kinds of their refusals stand in the lines of the document. The long form goes the other
// way, too: it meets every kind that a line has.
func TestOpenAPI_ListsWhatTheRulesRefuse(t *testing.T) {
	long := os.Getenv(ledgertest.LongForm) != ""
	histories, commands := 1, 2000
	if long {
		histories, commands = 12, 12_000
	}
	met := map[string]map[string]bool{}
	for seed := range histories {
		meet(t, uint64(seed), uint64(commands), met)
	}
	document := listed(t)
	for id, codes := range met {
		for code := range codes {
			require.Contains(t, document[id], code, "%s is refused so, and its line in openapi.yaml does not have it", id)
		}
	}
	if long {
		require.Subset(t, rare(), neverMet(document, met))
	}
}

// rare are refusals that the generator is not likely to meet. Tests of the rules meet them.
func rare() []string {
	return []string{"putAttestor campaign_inactive", "putAttestor list_full", "setAuditor list_full"}
}

// neverMet are the kinds of refusals that the document has and nothing was refused with.
func neverMet(document map[string][]string, met map[string]map[string]bool) (list []string) {
	for id, codes := range document {
		for _, code := range codes {
			if ruled(code) && met[id] != nil && !met[id][code] {
				list = append(list, id+" "+code)
			}
		}
	}
	return list
}

// ruled reports whether a code is that of a refusal of these rules.
func ruled(code string) bool {
	var kind voucher.Kind
	return kind.UnmarshalText([]byte(code)) == nil && kind != voucher.KindUnsupported
}

// meet plays one history and notes which operation was refused how.
func meet(t *testing.T, seed, commands uint64, met map[string]map[string]bool) {
	t.Helper()
	state := ledgertest.State{}
	require.NoError(t, voucher.Found(state, ledgertest.Operators(), 1))
	domain := intent.NewDomain(voucher.Hash{1})
	g := ledgertest.NewGenerator(domain, state)
	rnd := rand.New(rand.NewPCG(seed, 16))
	now := voucher.Unix(ledgertest.Start())
	for n := range commands {
		c := g.Next(t, seed*commands+n, now)
		out, err := voucher.Apply(state, c, domain.Author(c).Authors, now)
		require.NoError(t, err)
		g.Learn(c, out)
		if out.Kind != voucher.KindAccepted {
			note(met, operationOf(c), out.Kind)
		}
		now += rnd.Uint64N(3)
		if n%50 == 0 {
			now += rnd.Uint64N(40_000)
		}
	}
}

func note(met map[string]map[string]bool, id string, kind voucher.Kind) {
	if met[id] == nil {
		met[id] = map[string]bool{}
	}
	if code := shown(id, kind); code != "" {
		met[id][code] = true
	}
}

// operationOf is the operation that takes a command.
func operationOf(c voucher.Command) string {
	if c, ok := c.(voucher.RedeemCommand); ok && c.Offer.HoldUntil != 0 {
		return "hold"
	}
	words := strings.Split(strings.TrimSuffix(c.Verb().String(), "_proven"), "_")
	for i, word := range words[1:] {
		words[i+1] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}
