package httpapi_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/httpapi/apitest"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// secrets is a shop in which everything exists that a stranger might probe:
// each kind of address once for what is there, is over, is not there, is nonsense.
func secrets(t testing.TB, s *shop) (kinds map[string][]string) {
	t.Helper()
	short := s.create(0, func(c *voucher.CreateCampaign) {
		anything(c)
		c.ValidUntil = (s.Unix()/voucher.Quarter + 4) * voucher.Quarter
		c.ClaimUntil = c.ValidUntil
	})
	long := s.create(0, anything)
	expired, live, held := s.claim(s.Alice, short, 0), s.claim(s.Alice, long, 0), s.claim(s.Alice, long, 1)
	sale, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, s.sale(s.Alice, s.Offer(s.Alice, live), s.Till, 1, "sale"), "sale"))
	require.NoError(t, err)
	hold, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, api.HoldRequest(s.holdRequest(s.Alice, held, 1, 24*time.Hour, "hold")), "hold"))
	require.NoError(t, err)
	issue, err := s.client.Send(s.ctx(), apitest.Command(s.Domain, apitest.Request[voucher.Issue](t, s.World.Issue(s.Merchant, long, 0, s.Alice.Address))))
	require.NoError(t, err)
	s.advance(2 * time.Hour)
	var free voucher.Ref // unclaimed
	for free = live; free == live || free == held; free.Serial = (free.Serial + 1) % 4 {
	}
	none := voucher.Ref{Campaign: voucher.CampaignID{1}, Serial: 3}
	absent := voucher.Hash{1}
	reference := func(m voucher.Address, r voucher.Hash) string {
		return fmt.Sprintf("/v1/redemptions?merchant=%s&reference=%s", m, r)
	}
	each := func(format string, ids ...any) (paths []string) {
		for _, id := range ids {
			paths = append(paths, fmt.Sprintf(format, id))
		}
		return paths
	}
	return map[string][]string{
		"vouchers":    each("/v1/vouchers/%s", live, expired, held, free, none, "nonsense"),
		"history":     each("/v1/vouchers/%s/history", live, expired, held, free, none, "nonsense"),
		"redemptions": each("/v1/redemptions/%s", sale.ID, hold.ID, absent, "nonsense"),
		"returned":    each("/v1/redemptions/%s/rollbacks", sale.ID, hold.ID, absent, "nonsense"),
		"holds":       each("/v1/holds/%s", hold.ID, sale.ID, absent, "nonsense"),
		"commands":    each("/v1/commands/%s", sale.ID, hold.ID, issue.ID, absent, "nonsense"),
		"receipts":    each("/v1/commands/%s/receipt", sale.ID, hold.ID, issue.ID, absent, "nonsense"),
		"records":     each("/v1/commands/%s/record", sale.ID, hold.ID, issue.ID, absent, "nonsense"),
		"log":         each("/v1/log/%s", "checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1", "tile/0/007", "tile/nonsense/x", "blocks?from=1", "proofs/"+sale.Position.String(), "proofs/nonsense"),
		"issues":      each("/v1/issues/%s", issue.ID, sale.ID, absent, "nonsense"),
		"references": {
			reference(s.Merchant.Address, api.Reference("sale")), reference(s.Merchant.Address, api.Reference("hold")),
			reference(s.Merchant.Address, absent), reference(s.Alice.Address, api.Reference("sale")),
		},
		"merchants": each("/v1/merchants/%s/redemptions", s.Merchant.Address, s.Alice.Address, "nonsense"),
		"reports":   each("/v1/merchants/%s/report", s.Merchant.Address, s.Alice.Address, "nonsense"),
		"wallets":   each("/v1/wallets/%s/vouchers", s.Alice.Address, ledgertest.NewActor("nobody").Address, "nonsense"),
	}
}

// bare is an answer without what differs between any two: its date and id.
func bare(t testing.TB, res *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	header := res.Header.Clone()
	header.Del("Date")
	require.Len(t, header.Get("X-Request-Id"), 32)
	header.Del("X-Request-Id")
	var text bytes.Buffer
	require.NoError(t, header.Write(&text))
	return fmt.Sprintf("%d\n%s\n%s", res.StatusCode, text.String(), body)
}

// TestStrangers_GetOneAnswer probes everything as a stranger, and without a
// token: status, headers and body are the same to the byte.
func TestStrangers_GetOneAnswer(t *testing.T) {
	s := newShop(t)
	kinds := secrets(t, s)
	answers, bareAnswers := map[string]bool{}, map[string]bool{}
	for kind, paths := range kinds {
		for _, path := range paths {
			res := s.answer(http.MethodGet, path, "", map[string]string{"Authorization": "Bearer " + s.token(s.Bob)})
			require.Equal(t, http.StatusNotFound, res.StatusCode, "%s: %s", kind, path)
			answers[bare(t, res)] = true
			bareAnswers[bare(t, s.answer(http.MethodGet, path, "", nil))] = true
		}
	}
	require.Len(t, answers, 1)
	require.Len(t, bareAnswers, 1)
	for name, token := range map[string]string{
		"none": "", "junk": "Bearer junk", "expired": "Bearer " + s.expiredToken(), "long": "Bearer " + strings.Repeat("a", 2000),
		"a jwt": "Bearer a.b.c",
	} {
		status, code, _ := s.raw(http.MethodGet, kinds["vouchers"][0], "", map[string]string{"Authorization": token})
		require.Equal(t, http.StatusUnauthorized, status, name)
		require.Equal(t, "unauthorised", code, name)
	}
}

func (s *shop) expiredToken() string {
	s.t.Helper()
	token, err := s.client.Token(s.Domain, s.Alice.Key, s.now())
	require.NoError(s.t, err)
	return token
}

// TestStrangers_LearnNothingFromCommands has a stranger try to use what is another's,
// what is void to everybody, what was never claimed, and what was issued.
func TestStrangers_LearnNothingFromCommands(t *testing.T) {
	s := newShop(t)
	id := s.create(0, anything)
	foreign := s.claim(s.Alice, id, 0)
	owners := []voucher.Address{s.Alice.Address}
	issue := s.Must(s.World.Issue(s.Merchant, id, 0, owners...))
	s.Must(s.World.Deliver(issue.ID, owners, 0))
	issued, free := voucher.Ref{Campaign: id, Serial: 7}, voucher.Ref{Campaign: id, Serial: (foreign.Serial + 1) % 4}
	void := voucher.Ref{Campaign: id, Serial: (foreign.Serial + 2) % 4}
	s.Must(s.World.Void(s.Merchant, void))
	answers := map[string]bool{}
	for i, ref := range []voucher.Ref{foreign, issued, free, void} {
		for _, place := range []*voucher.Place{nil, {Issue: issue.ID, Path: []voucher.Hash{}}, {Issue: voucher.Hash{1}, Path: []voucher.Hash{}}} {
			give := s.World.Transfer(s.Bob, s.Alice.Address, ref)
			_, err := s.client.Send(s.ctx(), apitest.Command(s.Domain, api.PlacedRequest[voucher.Transfer]{
				Intent: give.Transfer, Signature: intent.FormatSignature(give.Signature), Place: place,
			}))
			answers[fmt.Sprint(err)] = true
			key := fmt.Sprint("probe ", i, place != nil)
			sale := s.sale(s.Bob, s.Offer(s.Bob, ref), s.Till, 1, key)
			if place != nil {
				sale.Places = []voucher.Place{*place}
			}
			_, err = s.client.Send(s.ctx(), apitest.Keyed(s.Domain, sale, key))
			answers[fmt.Sprint(err)] = true
			requireProblem(t, http.StatusNotFound, "unknown_voucher", err)
		}
	}
	require.Len(t, answers, 1)
}

// samples are how long one class of requests took, in seconds.
type samples []float64

// cropped leaves out what is slower than most of both classes: a busy machine
// makes some answers wait for reasons that have nothing to do with them.
func cropped(a, b samples) (samples, samples) {
	all := slices.Sorted(slices.Values(slices.Concat(a, b)))
	limit := all[len(all)*9/10]
	crop := func(s samples) samples {
		return slices.DeleteFunc(slices.Clone(s), func(x float64) bool { return x > limit })
	}
	return crop(a), crop(b)
}

// welch is Welch's t of two samples.
func welch(a, b samples) float64 {
	moments := func(s samples) (mean, variance float64) {
		for _, x := range s {
			mean += x / float64(len(s))
		}
		for _, x := range s {
			variance += (x - mean) * (x - mean) / float64(len(s)-1)
		}
		return mean, variance
	}
	m1, v1 := moments(a)
	m2, v2 := moments(b)
	return (m1 - m2) / math.Sqrt(v1/float64(len(a))+v2/float64(len(b)))
}

// measure asks for two paths as a stranger, in an order drawn by lot, by several
// clients at once, until there are n answers.
func measure(s *shop, paths [2]string, n int) (took [2]samples) {
	s.t.Helper()
	token := s.token(s.Bob)
	const clients = 32
	all := map[string]bool{} // the answers
	var mu sync.Mutex
	var done sync.WaitGroup
	for range clients {
		done.Go(func() {
			var mine [2]samples
			texts := map[string]bool{}
			for range n / clients / 2 {
				for _, class := range rand.Perm(2) {
					r := httptest.NewRequest(http.MethodGet, paths[class], nil)
					r.Header.Set("Authorization", "Bearer "+token)
					w := httptest.NewRecorder()
					start := time.Now()
					s.handle.ServeHTTP(w, r)
					mine[class] = append(mine[class], time.Since(start).Seconds())
					texts[bare(s.t, w.Result())] = true
				}
			}
			mu.Lock()
			defer mu.Unlock()
			maps.Copy(all, texts)
			for class := range took {
				took[class] = append(took[class], mine[class]...)
			}
		})
	}
	done.Wait()
	require.Len(s.t, all, 1)
	return took
}

// Ten thousand take minutes: go test -run TestStrangers_LearnNothingFromClocks ./internal/httpapi -samples 10000
var sampled = flag.Int("samples", 500, "answers for each pair of addresses that a clock compares")

// TestStrangers_LearnNothingFromClocks compares how long the answers take for what is
// there and for what is not, in pairs of every kind. What a busy machine does
// to one measurement it does to none of three: a difference that the server
// makes is in each of them.
func TestStrangers_LearnNothingFromClocks(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		watchClocks(t, newShop(t), "vouchers", "redemptions", "holds", "commands", "receipts", "records", "references")
	})
	t.Run("chain", func(t *testing.T) { watchClocks(t, shopOver(t, embedded(t.TempDir())), "vouchers", "redemptions") })
}

func watchClocks(t *testing.T, s *shop, watched ...string) {
	t.Helper()
	kinds := secrets(t, s)
	var pairs [][2]string
	for _, kind := range watched {
		paths := kinds[kind]
		pairs = append(pairs, [2]string{paths[0], paths[len(paths)-1]}, [2]string{paths[1], paths[len(paths)-2]})
	}
	for _, paths := range pairs {
		var worst []string
		for range 3 {
			took := measure(s, paths, *sampled)
			a, b := cropped(took[0], took[1])
			value := welch(a, b)
			worst = append(worst, fmt.Sprintf("t = %.2f over %d and %d", value, len(a), len(b)))
			if math.Abs(value) < 4.5 {
				worst = append(worst, "")
				break
			}
		}
		require.Empty(t, worst[len(worst)-1], "%s and %s can be told apart: %s", paths[0], paths[1], worst)
		t.Logf("%s", worst[len(worst)-2])
	}
}
