package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/audit/translog"
	"tally/internal/cli"
	"tally/internal/cli/auditor"
	"tally/internal/client"
	"tally/internal/demo"
	"tally/internal/httpapi/apitest"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/processtest"
	"tally/internal/voucher"
)

// auditorsToken has the operator name an auditor, and is the file with the token.
func (s *stage) auditorsToken() string {
	s.t.Helper()
	list := mustJSON[api.AuditorsInfo](s, "operator", "auditor", "list")
	if len(list.Auditors) == 0 {
		s.must("key", "new", "auditor", "--light-kdf")
		s.must("operator", "auditor", "add", "--as", "operator", "--auditor", "auditor")
	}
	return s.file("auditor.json", s.must("key", "token", "--as", "auditor", "--json"))
}

// sold is a redemption of alice's at till 1.
func (s *stage) sold(ref voucher.Ref) voucher.Outcome {
	s.t.Helper()
	return mustJSON[voucher.Outcome](s, redeem(s.code("alice", ref.String()), "--discount", "32.00")...)
}

// office is an auditor's, with a real server: its programs are built, and its
// ledger is an embedded chain.
type office struct {
	*stage
	server *demo.Server
	verify string // the auditor's program
	dir    string
	token  string
}

func openOffice(t *testing.T) *office {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and starts a server")
	}
	s := offstage(t)
	s.now = time.Now
	o := &office{stage: s, dir: t.TempDir(), verify: processtest.Build(t, "./cmd/tally-verify")}
	data := filepath.Join(o.dir, "data")
	require.NoError(t, os.Mkdir(data, 0o700))
	o.server = demo.NewServer(processtest.Build(t, "./cmd/tallyd"), "evm", data, nil)
	t.Cleanup(func() { require.NoError(t, o.server.Kill()) })
	require.NoError(t, o.server.Start(t.Context(), s.key("operator")))
	s.server = o.server.URL()
	o.token = s.auditorsToken()
	return o
}

// path is a file of the office's that nobody made yet.
func (o *office) path(name string) string { return filepath.Join(o.dir, name) }

// holds has the auditor's program check something.
func (o *office) holds(pinned string, args ...string) (bool, string) {
	o.t.Helper()
	out, err := exec.Command(o.verify, append([]string{"--pins", pinned}, args...)...).CombinedOutput()
	if err == nil {
		return true, string(out)
	}
	require.Contains(o.t, string(out), "DOES NOT HOLD", args)
	return false, string(out)
}

// others are pins that differ from the ledger's in one thing each.
func (o *office) others(own string) map[string]string {
	o.t.Helper()
	raw, err := os.ReadFile(own)
	require.NoError(o.t, err)
	made := map[string]string{}
	for name, edit := range map[string]func(*pins.Pins){
		"another log's key": func(p *pins.Pins) {
			key, err := translog.MakeKey(filepath.Join(o.t.TempDir(), "other.key"), p.Ledger)
			require.NoError(o.t, err)
			p.Log = key.Public()
		},
		"another sealer": func(p *pins.Pins) { p.EVM.Sealer = ledgertest.NewActor("another sealer").Address },
		"another ledger": func(p *pins.Pins) {
			p.Ledger = ledgertest.LedgerID(99)
			key, err := translog.MakeKey(filepath.Join(o.t.TempDir(), "foreign.key"), p.Ledger)
			require.NoError(o.t, err)
			p.Log = key.Public()
		},
	} {
		p, err := pins.Parse(raw)
		require.NoError(o.t, err)
		edit(&p)
		text, err := json.Marshal(p)
		require.NoError(o.t, err)
		made[name] = o.file("pins.json", string(text))
	}
	return made
}

// crowd has many wallets claim a voucher each.
func (o *office) crowd(n int, id voucher.CampaignID) {
	o.t.Helper()
	client := client.Connect(o.stage.server, time.Minute)
	info, err := client.Ledger(o.t.Context())
	require.NoError(o.t, err)
	domain := intent.NewDomain(info.ID)
	for i := range n {
		wallet := ledgertest.NewActor(fmt.Sprint("one of the crowd ", i))
		in := voucher.Claim{Wallet: wallet.Address, Campaign: id, Deadline: voucher.Unix(time.Now().Add(time.Minute))}
		signature, err := domain.Sign(wallet.Key, in)
		require.NoError(o.t, err)
		_, err = client.Send(o.t.Context(), apitest.Command(domain, api.ClaimRequest{Intent: in, Signature: intent.FormatSignature(signature)}))
		require.NoError(o.t, err)
	}
}

// TestEvidence_HoldsWithoutAServer takes receipts and packs away from a server, ends
// that, and has the auditor's program check them against the auditor's pins, and
// against another's.
func TestEvidence_HoldsWithoutAServer(t *testing.T) {
	o := openOffice(t)
	pinned := o.file("pins.json", o.must("pins"))
	id := o.found()
	sale := o.sold(o.claim("alice", id)).ID.String()
	checks := map[string][]string{}
	for name, who := range map[string][]string{
		"the owner's": {"--as", "alice"}, "the till's": {"--as", "till-1"}, "the merchant's": {"--as", "root"}, "the auditor's": {"--token", o.token},
	} {
		file := o.path(name + ".receipt")
		o.must(append([]string{"receipt", "--pins", pinned, "--out", file, sale}, who...)...)
		checks[name] = []string{"receipt", file}
	}
	o.refuses(cli.ExitRefused, "not_found", "receipt", "--as", "bob", sale)
	for name, scope := range map[string][]string{
		"everything": {}, "the campaign": {"--campaign", id.String()}, "the merchant": {"--merchant", "root"}, "leaves": {"--leaves", "2-5"},
	} {
		file := o.path(name + ".pack")
		told := mustJSON[auditor.Exported](o.stage, append([]string{"export", "--token", o.token, "--pins", pinned, "--out", file}, scope...)...)
		require.Equal(t, int64(9), told.Size)
		checks[name] = []string{"pack", file}
	}
	require.NoError(t, o.server.Stop(t.Context()))
	require.NoError(t, os.RemoveAll(filepath.Join(o.dir, "data")))

	for name, args := range checks {
		holds, text := o.holds(pinned, args...)
		require.True(t, holds, "%s: %s", name, text)
		for other, file := range o.others(pinned) {
			holds, text := o.holds(file, args...)
			require.False(t, holds, "%s, held against %s: %s", name, other, text)
		}
	}
	_, text := o.holds(pinned, checks["everything"]...)
	require.Contains(t, text, "9 of the log's 9 commands")
	require.Contains(t, text, "every command follows from those before it")
	require.Contains(t, text, "10 units issued")
}

// TestExport_ResumesWhereItWasCutOff: with the checkpoint that it began with,
// although the log has grown, and without asking for what it has.
func TestExport_ResumesWhereItWasCutOff(t *testing.T) {
	o := openOffice(t)
	pinned := o.file("pins.json", o.must("pins"))
	o.found()
	id := o.campaign(strings.Replace(strings.Replace(tenCups, "supply: 5", "supply: 500", 1), "cap: 8", "cap: 500", 1))
	o.crowd(150, id)
	whole := o.path("whole.pack")
	export := func(file string) result {
		return o.run("export", "--token", o.token, "--pins", pinned, "--out", file)
	}
	require.Equal(t, cli.ExitOK, export(whole).code)
	want, err := os.ReadFile(whole)
	require.NoError(t, err)
	o.crowd(1, o.campaign(tenCups))

	for _, size := range []int{len(want) * 3 / 4, len(want) - 1} {
		file := o.path(fmt.Sprint(size, ".pack"))
		require.NoError(t, os.WriteFile(file, want[:size], 0o600))
		r := export(file)
		require.Equal(t, cli.ExitOK, r.code, r.errors)
		got, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	r := export(whole)
	require.Equal(t, cli.ExitOK, r.code, "what is complete stays as it is: %s", r.errors)
	o.refuses(cli.ExitMisused, cli.CodeMisused, "export", "--token", o.token, "--out", whole, "--leaves", "1-2")
	o.refuses(cli.ExitMisused, cli.CodeMisused, "export", "--token", o.token, "--out", pinned)
	holds, text := o.holds(pinned, "pack", whole)
	require.True(t, holds, text)
}

// front is a server's front that alters what passes.
func (s *stage) front(alter func(path string, body []byte) []byte) string {
	s.t.Helper()
	to, err := url.Parse(s.server)
	require.NoError(s.t, err)
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ModifyResponse = func(res *http.Response) error {
		body, err := io.ReadAll(res.Body)
		if err != nil {
			return err
		}
		body = alter(res.Request.URL.Path, body)
		res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		res.Header.Del("Content-Length")
		return res.Body.Close()
	}
	front := httptest.NewServer(proxy)
	s.t.Cleanup(front.Close)
	s.known(front.URL)
	return front.URL
}

// flip damages one bit of what a path begins with.
func flip(prefix string, at int) func(string, []byte) []byte {
	return func(path string, body []byte) []byte {
		if strings.HasPrefix(path, prefix) {
			body[at] ^= 1
		}
		return body
	}
}

func TestEvidence_ForgedReceipt(t *testing.T) {
	s := onstage(t)
	id := s.found()
	sale, other := s.sold(s.claim("alice", id)).ID.String(), s.sold(s.claim("alice", id)).ID.String()
	pinned := s.file("pins.json", s.must("pins"))
	ask := []string{"receipt", "--as", "alice", sale, "--pins", pinned}
	raw := s.must(ask...)
	info := mustJSON[api.LedgerInfo](s, "ledger")
	entry, _, err := receipt.Verify([]byte(raw), pins.Pins{Ledger: info.ID, Log: info.Log.Key})
	require.NoError(t, err)
	require.Equal(t, sale, entry.Outcome.ID.String())
	told := mustJSON[auditor.Receipted](s, ask...)
	require.Equal(t, raw, told.Receipt)

	honest, another := s.server, s.must("receipt", "--as", "alice", other)
	for name, alter := range map[string]func(string, []byte) []byte{
		"a bit":           flip("/v1/commands/", len(raw)/2),
		"another command": func(path string, body []byte) []byte { return swap(path, body, []byte(another)) },
		"nothing":         func(path string, body []byte) []byte { return swap(path, body, nil) },
	} {
		s.server = honest
		s.server = s.front(alter)
		f := s.refuses(cli.ExitFailed, cli.CodeFailed, ask...)
		require.NotEmpty(t, f.Title, name)
	}

	// A server that says that another key is the log's own, and signs with it.
	s.server = honest
	key, err := translog.MakeKey(filepath.Join(t.TempDir(), "key"), info.ID)
	require.NoError(t, err)
	s.server = s.front(func(path string, body []byte) []byte {
		return bytes.ReplaceAll(body, []byte(info.Log.Key), []byte(key.Public()))
	})
	s.must(ask...) // what is pinned counts
	s.refuses(cli.ExitFailed, cli.CodeFailed, "receipt", "--as", "alice", sale)
}

// swap gives another body where a receipt is asked for.
func swap(path string, body, other []byte) []byte {
	if strings.HasSuffix(path, "/receipt") {
		return other
	}
	return body
}

func TestEvidence_ForkedLog(t *testing.T) {
	s, forger := onstage(t), onstage(t) // of one ledger id, and with one log key
	pinned := s.file("pins.json", s.must("pins"))
	kept := filepath.Join(t.TempDir(), "kept.txt")
	s.found()
	check := func(s *stage, more ...string) []string {
		return append([]string{"checkpoint", "--token", s.auditorsToken(), "--pins", pinned}, more...)
	}
	reaches := func(size int64) {
		require.Eventually(t, func() bool { return mustJSON[auditor.Checkpointed](s, check(s)...).Size == size }, time.Minute, time.Millisecond)
	}
	reaches(7) // an auditor was named
	s.must(check(s, "--out", kept)...)
	s.campaign(strings.Replace(tenCups, "Ten", "Eleven", 1))
	s.campaign(strings.Replace(tenCups, "Ten", "Twelve", 1))
	reaches(9)

	later, proof := filepath.Join(t.TempDir(), "later.txt"), filepath.Join(t.TempDir(), "proof.txt")
	told := mustJSON[auditor.Checkpointed](s, check(s, "--since", kept, "--out", later, "--proof", proof)...)
	require.Equal(t, told.Size, told.Since+2)
	_, err := os.Stat(proof)
	require.NoError(t, err)
	require.Equal(t, cli.ExitOK, s.run(check(s, "--since", later)...).code)

	forger.found() // the same merchants, at other keys
	f := forger.refuses(cli.ExitFailed, cli.CodeFailed, check(forger, "--since", kept)...)
	require.Contains(t, f.Title, "FORKED")
	f = forger.refuses(cli.ExitFailed, cli.CodeFailed, check(forger, "--since", later)...)
	require.Contains(t, f.Title, "was cut off")

	honest := s.server
	s.server = s.front(flip("/v1/log/checkpoint", 90))
	s.refuses(cli.ExitFailed, cli.CodeFailed, check(s)...)
	s.server = honest
	s.server = s.front(flip("/v1/log/tile/0/", 3))
	s.refuses(cli.ExitFailed, cli.CodeFailed, check(s, "--since", kept)...)
}

func TestExport_ForgedHistory(t *testing.T) {
	s := onstage(t)
	s.found()
	pinned, honest := s.file("pins.json", s.must("pins")), s.server
	for name, alter := range map[string]func(string, []byte) []byte{
		"an entry":     flip("/v1/log/tile/entries/", 200),
		"a checkpoint": flip("/v1/log/checkpoint", 90),
		"one entry less": func(path string, body []byte) []byte {
			if strings.HasPrefix(path, "/v1/log/tile/entries/") {
				return body[:len(body)/2]
			}
			return body
		},
	} {
		s.server = honest
		token := s.auditorsToken()
		s.server = s.front(alter)
		f := s.refuses(cli.ExitFailed, cli.CodeFailed, "export", "--token", token, "--pins", pinned, "--out", filepath.Join(t.TempDir(), "pack"))
		require.Contains(t, f.Title, "does not hold", name)
	}
}

func TestEvidence_Misuse(t *testing.T) {
	s := onstage(t)
	out := filepath.Join(t.TempDir(), "pack")
	token := s.auditorsToken()
	s.key("alice")
	for name, args := range map[string][]string{
		"no token":          {"export", "--out", out},
		"no such token":     {"export", "--out", out, "--token", "nowhere"},
		"an empty token":    {"checkpoint", "--token", s.file("empty", "")},
		"no such pins":      {"checkpoint", "--token", token, "--pins", "nowhere"},
		"no pins":           {"checkpoint", "--token", token, "--pins", s.file("pins", "{}")},
		"two scopes":        {"export", "--out", out, "--token", token, "--merchant", "alice", "--leaves", "1-2"},
		"leaves backwards":  {"export", "--out", out, "--token", token, "--leaves", "2-1"},
		"nobody's receipt":  {"receipt", "0x" + strings.Repeat("11", 32)},
		"two who ask":       {"receipt", "--as", "alice", "--token", token, "0x" + strings.Repeat("11", 32)},
		"no checkpoint":     {"checkpoint", "--token", token, "--since", s.file("kept", "x")},
		"no file to export": {"export", "--out", t.TempDir(), "--token", token},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.refuses(cli.ExitMisused, cli.CodeMisused, args...)
		})
	}
	s.t = t
	s.refuses(cli.ExitRefused, "unauthorised", "checkpoint", "--token", s.file("junk", "junk"))
	s.refuses(cli.ExitFailed, cli.CodeWrongLedger, "checkpoint", "--token", token, "--ledger-id", "0x"+strings.Repeat("11", 32))
}

// TestPins_NameWhatIsUnknown: who founded the ledger, once the operators were changed.
func TestPins_NameWhatIsUnknown(t *testing.T) {
	s := onstage(t)
	founder := s.key("founder")
	p := mustJSON[pins.Pins](s, "pins")
	require.Equal(t, uint32(1), p.Threshold)
	require.Len(t, p.Operators, 1)
	s.must("operator", "set", "--as", "operator", "--operator", "operator", "--operator", "founder", "--threshold", "1")
	r := s.run("pins")
	require.Contains(t, r.errors, "were changed")
	require.NotContains(t, r.out, "threshold")
	r = s.run("pins", "--operator", founder.String(), "--threshold", "1")
	got, err := pins.Parse([]byte(r.out))
	require.NoError(t, err)
	require.Equal(t, []voucher.Address{founder}, got.Operators)
}
