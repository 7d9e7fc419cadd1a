package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/cli/merchant"
	"tally/internal/cli/till"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// front stands between the command line and the server, and answers POSTs, or GETs
// where asked to, in a wrong way.
type front struct {
	*stage
	clock   *atomic.Int64 // seconds since ledgertest.Start, of both sides
	forward http.Handler

	// A handler may still run when the command line has given up, so it reads one value.
	now atomic.Pointer[trial] // nil where nothing goes wrong
}

// trial is what goes wrong now.
type trial struct {
	way     wrongWay
	reads   bool               // GETs go wrong, and POSTs do not
	reaches bool               // the server gets what is answered wrongly
	hangUp  context.CancelFunc // has the command line stop waiting
}

// goWrong answers in a wrong way from now on.
func (f *front) goWrong(t trial) { f.now.Store(&t) }

// goRight passes everything on.
func (f *front) goRight() { f.now.Store(nil) }

// wrongWay answers in a wrong way. right is what the server answered, or what it would
// have answered to another command.
type wrongWay func(f *front, w http.ResponseWriter, r *http.Request, right *httptest.ResponseRecorder)

func newFront(t *testing.T) *front {
	t.Helper()
	f := &front{clock: new(atomic.Int64)}
	f.stage = onstageAt(t, func() time.Time { return ledgertest.Start().Add(time.Duration(f.clock.Load()) * time.Second) })
	to, err := url.Parse(f.honest)
	require.NoError(t, err)
	f.forward = httputil.NewSingleHostReverseProxy(to)
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	f.known(server.URL)
	f.server = server.URL
	return f
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := f.now.Load()
	if now == nil || (r.Method == http.MethodGet) != now.reads {
		f.forward.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	right := httptest.NewRecorder()
	if now.reaches {
		f.forward.ServeHTTP(right, r)
	} else {
		other := voucher.Outcome{ID: voucher.Hash{0xab}, Status: voucher.StatusAccepted, Events: voucher.Events{}}
		right.Header().Set("Content-Type", "application/json")
		right.WriteHeader(http.StatusCreated)
		_, _ = right.Write(other.Canonical())
	}
	now.way(f, w, r, right)
}

// write answers with a status, a media type and a body.
func write(status int, media, body string, header ...string) wrongWay {
	return func(_ *front, w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.Header().Set("Content-Type", media)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// changed answers as the server did, with another body.
func changed(body func(right string) string) wrongWay {
	return func(_ *front, w http.ResponseWriter, _ *http.Request, right *httptest.ResponseRecorder) {
		w.Header().Set("Content-Type", right.Header().Get("Content-Type"))
		w.WriteHeader(right.Code)
		_, _ = io.WriteString(w, body(right.Body.String()))
	}
}

// redirects to where the request came from, or elsewhere, with the path of the request.
func redirects(status int, base string) wrongWay {
	return func(_ *front, w http.ResponseWriter, r *http.Request, _ *httptest.ResponseRecorder) {
		to := base + r.URL.Path
		if base == "self" {
			to = r.URL.Path + "/"
		}
		w.Header().Set("Location", to)
		w.WriteHeader(status)
	}
}

func wrongProblem(status int, code string, says int) wrongWay {
	return write(status, "application/problem+json",
		fmt.Sprintf(`{"type":"/problems/%s","title":"No.","status":%d,"code":%q}`, code, says, code))
}

// wrongWays are the ways in which gateways, caches, login pages and broken
// connections answer.
func wrongWays() map[string]wrongWay {
	const plain, page = "application/json", "<!doctype html><title>Sign in</title>"
	ways := map[string]wrongWay{
		"a list":                 write(200, plain, `{"data":[],"has_more":false}`),
		"null":                   write(200, plain, "null"),
		"null, created":          write(201, plain, "null"),
		"an object":              write(201, plain, "{}"),
		"an array":               write(201, plain, "[]"),
		"a page":                 write(200, "text/html", page),
		"a page that is created": write(201, "text/html", page),
		"a page as JSON":         write(201, plain, page),
		"nothing":                write(200, plain, ""),
		"nothing, created":       write(201, plain, ""),
		"204": func(_ *front, w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
			w.WriteHeader(204)
		},
		"202 without a word":        write(202, plain, ""),
		"202 and a promise":         write(202, plain, `{"status":"accepted"}`),
		"accepted: true":            write(201, plain, `{"accepted":true}`),
		"accepted: false":           write(201, plain, `{"accepted":false}`),
		"another command's outcome": write(201, plain, string(voucher.Outcome{ID: voucher.Hash{1}, Status: voucher.StatusAccepted, Events: voucher.Events{}}.Canonical())),
		"cut short":                 changed(func(s string) string { return s[:len(s)/2] }),
		"one byte short":            changed(func(s string) string { return s[:len(s)-1] }),
		"more behind it":            changed(func(s string) string { return s + "{}" }),
		"twice":                     changed(func(s string) string { return s + s }),
		"members in another case": changed(func(s string) string {
			return regexp.MustCompile(`"[a-z]\w*":`).ReplaceAllStringFunc(s, strings.ToUpper)
		}),
		"ids in another case":       changed(func(s string) string { return strings.ToUpper(s) }),
		"wrapped":                   changed(func(s string) string { return `{"result":` + s + `}` }),
		"our problem, their status": wrongProblem(403, "already_used", 409),
		"our code, their status":    wrongProblem(403, "already_used", 403),
		"our status, their code":    wrongProblem(409, "duplicate_request", 409),
		"a problem with 200":        wrongProblem(200, "already_used", 409),
		"a problem without a code":  write(409, "application/problem+json", `{"title":"Conflict","status":409}`),
		"a problem as plain JSON":   write(409, plain, `{"code":"already_used","status":409}`),
		"a refusal as plain JSON":   write(422, plain, `{"error":"expired"}`),
		"401 of a proxy":            write(401, "text/html", page, "WWW-Authenticate", `Basic realm="proxy"`),
		"403 of a firewall":         write(403, "text/html", page),
		"404 of another server":     write(404, "text/plain", "404 page not found\n"),
		"407":                       write(407, "text/html", page, "Proxy-Authenticate", "Basic"),
		"429 of a proxy":            write(429, "text/plain", "slow down", "Retry-After", time.Now().Add(time.Second).UTC().Format(http.TimeFormat)),
		"500 without a word":        write(500, "text/plain", ""),
		"502":                       write(502, "text/html", page),
		"504":                       write(504, "text/html", page),
		"304": func(_ *front, w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
			w.WriteHeader(304)
		},
		"a status that is no number's": write(299, plain, `{"status":"accepted"}`),
		"another type":                 asType("text/plain"),
		"no type":                      asType(""),
		"gzip that is none": func(_ *front, w http.ResponseWriter, _ *http.Request, right *httptest.ResponseRecorder) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Content-Type", plain)
			w.WriteHeader(201)
			_, _ = w.Write(right.Body.Bytes())
		},
		"a chunk cut": func(_ *front, w http.ResponseWriter, _ *http.Request, right *httptest.ResponseRecorder) {
			w.Header().Set("Content-Type", plain)
			w.WriteHeader(right.Code)
			_, _ = w.Write(right.Body.Bytes())
			_ = http.NewResponseController(w).Flush() // a cut connection is what is wanted
			panic(http.ErrAbortHandler)
		},
		"hints, and no answer": func(_ *front, w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
			w.Header().Set("Link", "</style.css>; rel=preload")
			w.WriteHeader(http.StatusEarlyHints)
			panic(http.ErrAbortHandler)
		},
		"reset": func(*front, http.ResponseWriter, *http.Request, *httptest.ResponseRecorder) {
			panic(http.ErrAbortHandler)
		},
		"too late": func(f *front, _ http.ResponseWriter, r *http.Request, _ *httptest.ResponseRecorder) {
			if now := f.now.Load(); now != nil {
				now.hangUp()
			}
			<-r.Context().Done()
		},
	}
	for _, status := range []int{301, 302, 303, 307, 308} {
		ways[fmt.Sprintf("%d to itself", status)] = redirects(status, "self")
		ways[fmt.Sprintf("%d to https", status)] = redirects(status, "https://127.0.0.1:1")
	}
	return ways
}

func asType(media string) wrongWay {
	return func(_ *front, w http.ResponseWriter, _ *http.Request, right *httptest.ResponseRecorder) {
		w.Header()["Content-Type"] = []string{media}
		w.WriteHeader(right.Code)
		_, _ = w.Write(right.Body.Bytes())
	}
}

// honestly gives a command line with nothing wrong on its way.
func (f *front) honestly(args ...string) string {
	f.t.Helper()
	defer f.now.Store(f.now.Swap(nil))
	f.clock.Add(1)
	return f.must(args...)
}

// perhaps is honestly for a command line that may be refused.
func (f *front) perhaps(args ...string) {
	defer f.now.Store(f.now.Swap(nil))
	f.clock.Add(1)
	f.run(args...)
}

// plenty is a campaign that allows everything and runs out of nothing.
const plenty = `
name: Plenty
currency: HKD
units: 10
max_discount: 32.00
supply: 1000
cap: 100000
transferable: true
voidable: true
rollback: restore
claim: {until: +10d}
valid: {until: +30d}
`

// changes makes, for each verb that changes the ledger, a maker of command lines that
// the ledger accepts, each of them once.
func changes() map[string]func(f *front) func() []string {
	fixed := func(args ...string) func(f *front) func() []string {
		return func(*front) func() []string { return func() []string { return args } }
	}
	after := func(before []string, args ...string) func(f *front) func() []string {
		return func(f *front) func() []string {
			return func() []string { f.perhaps(before...); return args }
		}
	}
	of := []string{"--as", "till-1", "--merchant", "root", "--store", "1"}
	return map[string]func(f *front) func() []string{
		"operator admit": func(f *front) func() []string {
			n := 0
			return func() []string {
				n++
				name := fmt.Sprint("merchant-", n)
				f.key(name)
				return []string{"operator", "admit", "--as", "operator", "--merchant", name, "--name", "Peony"}
			}
		},
		"operator set": fixed("operator", "set", "--as", "operator", "--operator", "operator", "--threshold", "1"),
		"operator suspend": after([]string{"operator", "reinstate", "--as", "operator", "--merchant", "root"},
			"operator", "suspend", "--as", "operator", "--merchant", "root", "--reason", "stolen"),
		"operator reinstate": after([]string{"operator", "suspend", "--as", "operator", "--merchant", "root", "--reason", "stolen"},
			"operator", "reinstate", "--as", "operator", "--merchant", "root"),
		"operator recover":     fixed("operator", "recover", "--as", "operator", "--merchant", "root", "--root", "bob"),
		"operator auditor add": fixed("operator", "auditor", "add", "--as", "operator", "--auditor", "alice"),
		"operator auditor revoke": after([]string{"operator", "auditor", "add", "--as", "operator", "--auditor", "alice"},
			"operator", "auditor", "revoke", "--as", "operator", "--auditor", "alice"),
		"merchant store":  fixed("merchant", "store", "--as", "root", "--store", "1", "--name", "Central"),
		"merchant till":   fixed("merchant", "till", "--as", "root", "--store", "1", "--till", "till-1"),
		"merchant key":    fixed("merchant", "key", "--as", "root", "--key", "bob", "--scope", "issue"),
		"merchant revoke": after([]string{"merchant", "key", "--as", "root", "--key", "bob", "--scope", "issue"}, "merchant", "revoke", "--as", "root", "--key", "bob"),
		"merchant root": func(f *front) func() []string {
			now, next := "alice", "root"
			return func() []string {
				now, next = next, now
				return []string{"merchant", "root", "--of", f.address("root").String(), "--as", now, "--new", next}
			}
		},
		"campaign create": func(f *front) func() []string {
			file := f.file("campaign.yaml", plenty)
			return func() []string { return []string{"campaign", "create", "--as", "root", file} }
		},
		"campaign pause": inCampaign(func(f *front, id string) []string {
			f.perhaps("campaign", "resume", "--as", "root", id)
			return []string{"campaign", "pause", "--as", "root", id}
		}),
		"campaign resume": inCampaign(func(f *front, id string) []string {
			f.perhaps("campaign", "pause", "--as", "root", id)
			return []string{"campaign", "resume", "--as", "root", id}
		}),
		"campaign close": func(f *front) func() []string {
			return func() []string { return []string{"campaign", "close", "--as", "root", f.plenty(plenty)} }
		},
		"campaign supply": func(f *front) func() []string {
			id, n := f.plenty(plenty), 1000
			return func() []string {
				n++
				return []string{"campaign", "supply", "--as", "root", "--supply", fmt.Sprint(n), id}
			}
		},
		"campaign attestors add": ticketed(func(f *front, id string) []string {
			f.perhaps("campaign", "attestors", "revoke", "--as", "root", "--attestor", "bob", id)
			return []string{"campaign", "attestors", "add", "--as", "root", "--attestor", "bob", id}
		}),
		"campaign attestors revoke": ticketed(func(f *front, id string) []string {
			f.honestly("campaign", "attestors", "add", "--as", "root", "--attestor", "bob", id)
			return []string{"campaign", "attestors", "revoke", "--as", "root", "--attestor", "bob", id}
		}),
		"claim":    inCampaign(func(_ *front, id string) []string { return []string{"claim", "--as", "alice", id} }),
		"transfer": withVoucher(func(_ *front, ref string) []string { return []string{"transfer", "--as", "alice", "--to", "bob", ref} }),
		"redeem": withVoucher(func(f *front, ref string) []string {
			return redeem(f.shown(ref), "--discount", "32.00", "--details", "tea")
		}),
		"cancel": withVoucher(func(f *front, ref string) []string {
			return []string{"cancel", "--as", "alice", "--code", f.shown(ref)}
		}),
		"void": withVoucher(func(_ *front, ref string) []string {
			return []string{"void", "--as", "root", "--merchant", "root", "--reason", "printed twice", ref}
		}),
		"hold place": withVoucher(func(f *front, ref string) []string {
			return append([]string{"hold", "place"}, redeem(f.shown("--hold", "2h", ref), "--discount", "32.00")[1:]...)
		}),
		"hold capture": withVoucher(func(f *front, ref string) []string {
			return append(append([]string{"hold", "capture"}, of...), "--amount", "64.00", "--currency", "HKD", "--discount", "32.00", f.hold(ref))
		}),
		"hold release": withVoucher(func(f *front, ref string) []string {
			return append(append([]string{"hold", "release"}, of...), f.hold(ref))
		}),
		"rollback": withVoucher(func(f *front, ref string) []string {
			sold := decode[voucher.Outcome](f.t, f.honestly(append(redeem(f.shown("--units", "4", ref), "--discount", "32.00"), "--json")...))
			return []string{"rollback", "--as", "root", "--merchant", "root", "--units", "1", "--details", "spilt", sold.ID.String()}
		}),
		"return": func(f *front) func() []string {
			id := f.plenty(strings.Replace(tenOff, "supply: 5", "supply: 1000", 1))
			create := decode[merchant.CampaignAnswer](f.t, f.honestly("campaign", "show", "--json", id)).Create
			ledger := decode[api.LedgerInfo](f.t, f.honestly("ledger", "--json")).ID
			return func() []string {
				claimed := decode[struct{ Voucher string }](f.t, f.honestly("claim", "--as", "alice", "--json", id))
				ref, err := voucher.ParseRef(claimed.Voucher)
				require.NoError(f.t, err)
				text := f.record(ledger, create, ref)
				sold := decode[till.SaleAnswer](f.t, f.honestly(append(redeem(f.shown(claimed.Voucher), "--discount", "10.00", "--details", text), "--json")...))
				return []string{
					"return", "--as", "root", "--merchant", "root", "--order", f.file("order.json", text), "--order-salt", sold.Salt.String(),
					"--item", "a:2", "--item", "b:large:1", "--out", filepath.Join(f.t.TempDir(), "return.json"), sold.ID.String(),
				}
			}
		},
		"issue send": listed(func(_ *front, id, list string) []string {
			return []string{"issue", "send", "--as", "root", "--merchant", "root", id, list}
		}),
		"issue deliver": listed(func(f *front, id, list string) []string {
			sent := decode[voucher.Outcome](f.t, f.honestly("issue", "send", "--as", "root", "--merchant", "root", id, list, "--json"))
			return []string{"issue", "deliver", "--as", "bob", sent.ID.String(), list}
		}),
	}
}

func (f *front) plenty(text string, more ...string) string {
	f.t.Helper()
	args := append([]string{"campaign", "create", "--as", "root", "--json", f.file("campaign.yaml", text)}, more...)
	return voucher.CampaignOf(decode[voucher.Outcome](f.t, f.honestly(args...)).ID).String()
}

// shown is a code of Alice's.
func (f *front) shown(args ...string) string {
	f.t.Helper()
	return strings.TrimSpace(f.honestly(append([]string{"code", "--as", "alice"}, args...)...))
}

func (f *front) hold(ref string) string {
	f.t.Helper()
	args := append([]string{"hold", "place", "--json"}, redeem(f.shown("--hold", "2h", ref), "--discount", "32.00")[1:]...)
	return decode[voucher.Outcome](f.t, f.honestly(args...)).ID.String()
}

func inCampaign(make func(f *front, id string) []string) func(f *front) func() []string {
	return func(f *front) func() []string {
		id := f.plenty(plenty)
		return func() []string { return make(f, id) }
	}
}

func ticketed(make func(f *front, id string) []string) func(f *front) func() []string {
	return func(f *front) func() []string {
		id := f.plenty(plenty, "--attestor", "alice")
		return func() []string { return make(f, id) }
	}
}

func listed(make func(f *front, id, list string) []string) func(f *front) func() []string {
	return func(f *front) func() []string {
		id := f.plenty(strings.Replace(plenty, "supply: 1000", "supply: 1000\nopen: 0", 1))
		list := f.file("list.csv", fmt.Sprintln(f.address("bob")))
		return func() []string { return make(f, id, list) }
	}
}

// withVoucher is for a voucher of Alice's that nothing was done with.
func withVoucher(make func(f *front, ref string) []string) func(f *front) func() []string {
	return inCampaign(func(f *front, id string) []string {
		claimed := decode[struct{ Voucher string }](f.t, f.honestly("claim", "--as", "alice", "--json", id))
		return make(f, claimed.Voucher)
	})
}

// TestWrongWays_NoFalseYesAndNoFalseNo gives every verb that changes the ledger, has
// it answered in every second of the wrong ways, and gives the same command again. It
// reaches the ledger every other time. With TALLY_LONG each way is tried in both.
func TestWrongWays_NoFalseYesAndNoFalseNo(t *testing.T) {
	ways := wrongWays()
	require.GreaterOrEqual(t, len(ways), 25)
	long, rows := os.Getenv("TALLY_LONG") != "", changes()
	for n, verb := range slices.Sorted(maps.Keys(rows)) {
		row := rows[verb]
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			f := newFront(t)
			f.found()
			next := row(f)
			for i, name := range slices.Sorted(maps.Keys(ways)) {
				reaches := (i+n)/2%2 == 0 // over the verbs, each way is tried in both
				if long || (i+n)%2 == 0 {
					f.tryWrongly(next(), name, ways[name], reaches)
				}
				if long {
					f.tryWrongly(next(), name, ways[name], !reaches)
				}
			}
		})
	}
}

// tryWrongly gives a command line whose answer goes wrong, and then the same again.
func (f *front) tryWrongly(args []string, name string, way wrongWay, reaches bool) {
	f.t.Helper()
	what := fmt.Sprintf("%s, which reaches the ledger: %t: %v", name, reaches, args)
	f.clock.Add(1)
	before := f.accepted()
	ctx, cancel := context.WithCancel(f.t.Context())
	defer cancel()
	f.goWrong(trial{way, false, reaches, cancel})
	wrong := f.runIn(ctx, args...)
	f.goRight()
	once := 0
	if reaches {
		once = 1
	}
	require.Equal(f.t, once, f.accepted()-before, "%s: %s", what, wrong.errors)
	require.Equal(f.t, cli.ExitUnknown, wrong.code, "%s: %s", what, wrong.errors)
	require.Empty(f.t, wrong.out, what)

	f.clock.Add(1)
	again := f.run(args...)
	require.Equal(f.t, cli.ExitOK, again.code, "%s: %s", what, again.errors)
	require.Equal(f.t, 1, f.accepted()-before, "%s, given again: %s", what, again.out)
	require.Empty(f.t, decode[[]struct{}](f.t, f.must("outbox", "--json")), what)
}

// TestWrongWays_EveryVerbHasARow fails for a verb that is new.
func TestWrongWays_EveryVerbHasARow(t *testing.T) {
	rows := changes()
	for verb := range reads() {
		rows[verb] = nil
	}
	for _, verb := range []string{ // that change nothing on the ledger, and ask no server or have tests of their own
		"key new", "key list", "key show", "key prove", "key token", "campaign check", "campaign schema", "campaign example", "ticket sign", "ticket show",
		"merchant delegate", "code", "quote", "manual", "completion", "order deposit", "order erase", "outbox list", "outbox send", "outbox drop", "till", "demo", "checkpoint", "export", "pins",
	} {
		rows[verb] = nil
	}
	for verb := range verbs(t) {
		require.Contains(t, rows, verb, "is it of changes, of reads, or of neither?")
	}
}

// reads are command lines that ask a server.
func reads() map[string][]string {
	const id, ref = "cmp_000102030405060708090a0b0c0d0e0f", "vch_000102030405060708090a0b0c0d0e0f0000002a"
	hash := voucher.Hash{1}.String()
	return map[string][]string{
		"ledger": {"ledger"}, "operator show": {"operator", "show"}, "operator auditor list": {"operator", "auditor", "list"},
		"merchant show": {"merchant", "show", "root"}, "campaign list": {"campaign", "list"},
		"merchant report": {"merchant", "report", "--as", "root"},
		"merchant sales":  {"merchant", "sales", "--as", "root"}, "campaign show": {"campaign", "show", id},
		"campaign audit": {"campaign", "audit", "--as", "root", id}, "campaign attestors list": {"campaign", "attestors", "list", id},
		"wallet": {"wallet", "--as", "alice"}, "show": {"show", "--as", "alice", ref}, "history": {"history", "--as", "alice", ref},
		"order show": {"order", "show", "--as", "alice", hash}, "hold show": {"hold", "show", "--as", "alice", hash}, "issue show": {"issue", "show", "--as", "root", hash},
		"status": {"status", "--as", "alice", hash}, "receipt": {"receipt", "--as", "alice", hash}, "doctor": {"doctor"},
	}
}

// TestWrongWays_ReadsFail wants no empty list and no name of nothing for a wrong answer.
func TestWrongWays_ReadsFail(t *testing.T) {
	f := newFront(t)
	f.key("root")
	f.key("alice")
	for name, way := range wrongWays() {
		for verb, args := range reads() {
			if name == "a list" && (verb == "campaign list" || verb == "merchant sales") {
				continue // an answer to that question
			}
			ctx, cancel := context.WithCancel(t.Context())
			f.goWrong(trial{way, true, true, cancel})
			r := f.runIn(ctx, args...)
			cancel()
			require.NotEqual(t, cli.ExitOK, r.code, "%s: %s: %s", verb, name, r.out)
			if verb != "doctor" { // which prints what it found
				require.Empty(t, r.out, "%s: %s", verb, name)
			}
		}
	}
}

// TestDoctor_FindsWhatAnswersInTheServersPlace has a proxy pass questions on, and answer
// commands itself.
func TestDoctor_FindsWhatAnswersInTheServersPlace(t *testing.T) {
	f := newFront(t)
	require.Contains(t, f.must("doctor"), "reach the server")
	f.goWrong(trial{way: redirects(http.StatusMovedPermanently, "https://tally.example")})
	r := f.run("doctor")
	require.Equal(t, cli.ExitFailed, r.code)
	require.Contains(t, r.out, "redirects (301) to https://tally.example: give that as --server")
	f.goWrong(trial{way: wrongWays()["502"]})
	require.Contains(t, f.run("doctor").out, "answered 502 with a page")
	f.goWrong(trial{way: redirects(http.StatusFound, "https://tally.example"), reads: true})
	require.Contains(t, f.run("doctor").out, "redirects (302) to https://tally.example: give that as --server")
	f.goRight()
	require.Empty(t, decode[[]struct{}](t, f.must("outbox", "--json")))

	f.found()
	id := f.plenty(plenty)
	f.goWrong(trial{way: wrongWays()["502"]})
	f.refuses(cli.ExitUnknown, cli.CodeUnknown, "claim", "--as", "alice", id)
	f.goRight()
	require.Contains(t, f.run("doctor").out, "1 command without a known outcome")
}
