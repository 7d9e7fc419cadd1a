package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/delegation"
	"tally/internal/index"
	"tally/internal/index/redis"
	"tally/internal/index/redis/redistest"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/voucher"
)

// asking is one question, with the honest answer to it.
type asking struct {
	kind, path, token string
	status            int
	body              string
}

// shelf is a shop whose index is on a Redis that somebody else may write to.
type shelf struct {
	*shop
	redis *redistest.Server
	index *reopened
	rest  func()   // ends the projector
	keys  []string // of the index's generation, without the pointer
	kept  map[string]any
	asks  []asking
}

// reopened is an index over a client that can be another one: what a client once found
// that it cannot read, it does not ask again.
type reopened struct{ *redis.Index }

func openIndex(t testing.TB, s *redistest.Server, l ledger.Ledger) *redis.Index {
	t.Helper()
	x, err := redis.Open(redis.Options{URL: s.URL(), Ledger: l.ID(), Timeout: time.Minute})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, x.Close()) })
	return x
}

// reopen has the server ask over another client, while nobody asks it.
func (f *shelf) reopen() {
	f.t.Helper()
	mark, err := f.index.Watermark(f.ctx())
	require.NoError(f.t, err)
	f.index.Index = openIndex(f.t, f.redis, f.Ledger)
	f.index.Trust(mark.Generation)
}

// newShelf is a shop with a bit of everything, and all questions about it.
func newShelf(t *testing.T) *shelf {
	t.Helper()
	f := &shelf{redis: redistest.Start(t), kept: map[string]any{}}
	f.shop = &shop{t: t, clock: ledgertest.Start()}
	l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, f.now)
	require.NoError(t, err)
	f.index = &reopened{openIndex(t, f.redis, l)}
	f.rest = f.project(l, f.index)
	f.listen(l, f.index)
	f.Found()
	f.questions(l)
	for _, key := range f.list("KEYS", "tally:*") {
		if strings.Count(key, ":") > 2 {
			f.keys = append(f.keys, key)
		}
		f.kept[key] = f.redis.Do("DUMP", key)
	}
	require.Len(t, f.keys, len(index.Kinds())+1, "and one of the wallets that have many vouchers")
	return f
}

// list is an answer of Redis that is a list of texts, or of texts and theirs.
func (f *shelf) list(args ...any) (texts []string) {
	f.t.Helper()
	switch got := f.redis.Do(args...).(type) {
	case []any:
		for _, item := range got {
			texts = append(texts, fmt.Sprint(item))
		}
	case map[any]any:
		for name, value := range got {
			texts = append(texts, fmt.Sprint(name), fmt.Sprint(value))
		}
	default:
		require.Fail(f.t, "not a list", "%T", got)
	}
	return texts
}

// questions asks everything that anybody may ask, and keeps the answers.
func (f *shelf) questions(l ledger.Ledger) {
	f.t.Helper()
	kinds := secrets(f.t, f.shop)
	revoked, id := f.delegate(f.Merchant, whole)
	f.Must(f.PutKey(5, id, 0, 0))
	live, _ := f.delegate(f.Merchant, whole)
	never := f.World.Redeem(f.Alice, voucher.Ref{Campaign: voucher.CampaignID{9}, Serial: 1})
	kinds["commands"] = append(kinds["commands"], "/v1/commands/"+f.Domain.ID(never).String())
	kinds["holders"] = []string{"/v1/wallets/" + f.Alice.Address.String() + "/campaigns/" + voucher.CampaignID{1}.String()}
	head, err := l.Head(f.ctx())
	require.NoError(f.t, err)
	require.Eventually(f.t, func() bool { // the index has caught up with what went past it
		status, _, _ := f.raw(http.MethodGet, kinds["merchants"][0], "", bearer(f.token(f.Merchant)))
		next := fmt.Sprint(f.redis.Do("HGET", redis.Pointer(l.ID()), "next"))
		return status == http.StatusOK && next >= string(index.EncodePosition(head))
	}, time.Minute, 5*time.Millisecond)
	readers := []string{f.token(f.Alice), f.token(f.Merchant), live, f.token(f.Bob), revoked}
	for kind, paths := range kinds {
		for i, path := range paths {
			if kind == "log" || kind == "receipts" && i > 0 {
				continue // of the ledger and the log alone
			}
			f.ask(kind, path, readers, i == 0)
		}
	}
	require.Greater(f.t, len(f.asks), 50)
}

// ask keeps the answers to those who may read, and to one of the strangers; the last
// two readers are a stranger and somebody whose right was revoked.
func (f *shelf) ask(kind, path string, readers []string, strangersToo bool) {
	f.t.Helper()
	for i, token := range readers {
		status, _, body := f.raw(http.MethodGet, path, "", bearer(token))
		require.Less(f.t, status, http.StatusInternalServerError, path)
		if i == len(readers)-1 {
			require.Equal(f.t, http.StatusUnauthorized, status)
		}
		if status == http.StatusOK || strangersToo && i >= len(readers)-2 || i == 0 && kind == "commands" {
			f.asks = append(f.asks, asking{kind, path, token, status, body})
		}
	}
}

func bearer(token string) map[string]string {
	return map[string]string{"Authorization": "Bearer " + token}
}

// holds asks everything again. Right is the honest answer; a list may lack what was
// taken out of it; "ask again" says nothing false.
func (f *shelf) holds(attack string) {
	f.t.Helper()
	answered, told := 0, f.askAgain()
	for i, a := range f.asks {
		status, body := told[i].status, told[i].body
		switch {
		case status == http.StatusServiceUnavailable && a.status != http.StatusUnauthorized:
			continue
		case status == a.status && slices.Contains([]string{"history", "merchants", "reports", "wallets"}, a.kind) && status == http.StatusOK:
			requirePart(f.t, a.body, body, attack+": "+a.path)
		default:
			require.Equal(f.t, a.status, status, "%s: %s: %s", attack, a.path, body)
			require.Equal(f.t, a.body, body, "%s: %s", attack, a.path)
		}
		answered++
	}
	require.Positive(f.t, answered)
}

// askAgain asks everything once more, some at a time, and returns what is answered.
func (f *shelf) askAgain() []asking {
	f.t.Helper()
	const readers = 8
	told := slices.Clone(f.asks)
	var all sync.WaitGroup
	for first := range readers {
		all.Go(func() {
			for i := first; i < len(told); i += readers {
				told[i].status, _, told[i].body = f.raw(http.MethodGet, told[i].path, "", bearer(told[i].token))
			}
		})
	}
	all.Wait()
	return told
}

// requirePart wants every item of a list to be one of the honest list's.
func requirePart(t testing.TB, honest, got, about string) {
	t.Helper()
	var whole, part struct {
		Data  []json.RawMessage `json:"data"`
		Lines []json.RawMessage `json:"lines"` // of a report
	}
	require.NoError(t, json.Unmarshal([]byte(honest), &whole))
	require.NoError(t, json.Unmarshal([]byte(got), &part))
	honestItems := slices.Concat(whole.Data, whole.Lines)
	for _, item := range slices.Concat(part.Data, part.Lines) {
		isHonest := slices.ContainsFunc(honestItems, func(m json.RawMessage) bool { return bytes.Equal(m, item) })
		require.True(t, isHonest, "%s: %s is in no honest list", about, item)
	}
}

// TestAttack_Redis_WriterChangesNoAnswer takes records out, changes them
// for others of their kind, writes noise over them, shortens them and lengthens them:
// in each key of the index, all records at once, and some of them. Nothing mends it: a
// projector would have the index made again.
func TestAttack_Redis_WriterChangesNoAnswer(t *testing.T) {
	f := newShelf(t)
	f.rest()
	f.holds("nothing")
	random := rand.New(rand.NewPCG(1, 2))
	for _, key := range f.keys {
		isHash := fmt.Sprint(f.redis.Do("TYPE", key)) == "hash"
		for name, attack := range map[string]func(fields, values []string) [][2]string{
			"taken out": func(fields, _ []string) (writes [][2]string) { return nil },
			"swapped": func(fields, values []string) (writes [][2]string) {
				for i := range fields {
					writes = append(writes, [2]string{fields[i], values[(i+1)%len(values)]})
				}
				return writes
			},
			"noise": func(fields, values []string) (writes [][2]string) {
				for i := range fields {
					noise := []byte(values[i])
					for j := range noise {
						if random.IntN(8) == 0 {
							noise[j] ^= byte(1 + random.IntN(255))
						}
					}
					writes = append(writes, [2]string{fields[i], string(noise)})
				}
				return writes
			},
			"shorter": func(fields, values []string) (writes [][2]string) {
				for i := range fields {
					writes = append(writes, [2]string{fields[i], values[i][:random.IntN(len(values[i])+1)]})
				}
				return writes
			},
			"some swapped, under other names": func(fields, values []string) (writes [][2]string) {
				for i := range fields {
					name := []byte(fields[i])
					name[random.IntN(len(name))] ^= byte(1 + random.IntN(255))
					writes = append(writes, [2]string{fields[i], values[i]}, [2]string{string(name), values[random.IntN(len(values))]})
				}
				return writes
			},
		} {
			f.attack(key, isHash, attack)
			f.holds(fmt.Sprintf("%s of %s", name, key[len(key)-1:]))
			f.redis.Do("RESTORE", key, 0, f.kept[key], "REPLACE")
			f.reopen()
		}
	}
	f.holds("nothing any more")
}

// attack replaces what a key of the index holds, but for the item that it has from
// its start. Of a sorted set, a member is field and value at once.
func (f *shelf) attack(key string, isHash bool, change func(fields, values []string) [][2]string) {
	f.t.Helper()
	var fields, values []string
	if isHash {
		all := f.list("HGETALL", key)
		for i := 0; i < len(all); i += 2 {
			if all[i] != "" {
				fields, values = append(fields, all[i]), append(values, all[i+1])
			}
		}
	} else {
		for _, member := range f.list("ZRANGE", key, 0, -1) {
			if member != "" {
				fields, values = append(fields, member), append(values, member)
			}
		}
	}
	if len(fields) == 0 {
		return
	}
	remove, add := "ZREM", "ZADD"
	if isHash {
		remove, add = "HDEL", "HSET"
	}
	for _, field := range fields {
		f.redis.Do(remove, key, field)
	}
	for _, write := range change(fields, values) {
		if isHash {
			f.redis.Do(add, key, write[0], write[1])
		} else {
			f.redis.Do(add, key, 0, write[1])
		}
	}
}

// TestAttack_Redis_ARevokedDelegationStaysRevoked empties all that Redis knows of the
// merchant, and asks a server that starts with such a Redis.
func TestAttack_Redis_ARevokedDelegationStaysRevoked(t *testing.T) {
	f := newShelf(t)
	byID, id := f.delegate(f.Merchant, whole)
	f.Must(f.PutKey(6, id, 0, 0))
	f.advance(time.Minute)
	bySigner, _ := f.delegate(f.Merchant, func(d *delegation.Delegation) { d.Issued = f.now().Add(-time.Minute) })
	f.Must(f.PutKey(7, f.Merchant.Address, 0, 0))
	f.advance(2 * time.Minute)
	good, _ := f.delegate(f.Merchant, whole)
	path := "/v1/merchants/" + f.Merchant.Address.String() + "/redemptions"
	for _, key := range f.keys {
		f.attack(key, fmt.Sprint(f.redis.Do("TYPE", key)) == "hash", func(_, _ []string) [][2]string { return nil })
		for _, token := range []string{byID, bySigner} {
			status, _, _ := f.raw(http.MethodGet, path, "", bearer(token))
			require.Equal(t, http.StatusUnauthorized, status)
		}
		status, _, body := f.raw(http.MethodGet, path, "", bearer(good))
		require.Contains(t, []int{http.StatusOK, http.StatusServiceUnavailable}, status, body)
	}
}
