package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/cli/merchant"
	"tally/internal/cli/till"
	"tally/internal/cli/wallet"
	"tally/internal/client"
	"tally/internal/ledger/ledgertest"
	"tally/internal/outbox"
	"tally/internal/voucher"
)

// jsonSpeaker gives command lines with --json and keeps which verbs answered so.
type jsonSpeaker struct {
	*stage
	verbs    map[string]bool // that exist
	answered map[string]bool
	nodes    map[string]*kong.Node
}

// say gives a command line, whose answer has to be one JSON value.
func (s *jsonSpeaker) say(args ...string) (answer string) {
	s.t.Helper()
	for words := len(args); ; words-- {
		require.Positive(s.t, words, args)
		if verb := strings.Join(args[:words], " "); s.verbs[verb] {
			s.answered[verb] = true
			break
		}
	}
	answer = s.must(append(args, "--json")...)
	require.True(s.t, json.Valid([]byte(answer)), "%v: %s", args, answer)
	require.NotContains(s.t, answer, ":null", "%v: what is empty is left out, or an empty list", args)
	s.documented(answer, args)
	return answer
}

// documented holds an answer against the type that the verb documents: it has no other
// members, and loses none. So a person's text, which is made of that type alone, says
// nothing that the JSON does not.
func (s *jsonSpeaker) documented(answer string, args []string) {
	s.t.Helper()
	verb, ok := verbOf(s.nodes, args).Target.Addr().Interface().(cli.Answerer)
	require.True(s.t, ok, "%v documents no answer: give it a method Answers", args)
	empty := verb.Answers()
	if empty == nil || named(args, "campaign", "example") && len(args) > 2 || waiting(answer) {
		return // a document of its own, or an answer that says that nothing was sent
	}
	into := reflect.New(reflect.TypeOf(empty))
	d := json.NewDecoder(strings.NewReader(answer))
	d.DisallowUnknownFields()
	require.NoError(s.t, d.Decode(into.Interface()), "%v: %s", args, answer)
	again, err := json.Marshal(into.Elem().Interface())
	require.NoError(s.t, err)
	require.JSONEq(s.t, answer, string(again), "%v", args)
	read, ok := into.Elem().Interface().(cli.Answer)
	require.True(s.t, ok)
	var text strings.Builder
	require.NoError(s.t, read.Text().Write(&text))
	require.NotContains(s.t, text.String(), "%!", "%v", args)
	requireForPeople(s.t, text.String(), args)
}

func named(args []string, words ...string) bool {
	return len(args) >= len(words) && slices.Equal(args[:len(words)], words)
}

func waiting(answer string) bool {
	var w cli.WaitingForProofs
	d := json.NewDecoder(strings.NewReader(answer))
	d.DisallowUnknownFields()
	return d.Decode(&w) == nil && w.Proofs != ""
}

// verbOf finds the longest verb that a command line begins with.
func verbOf(nodes map[string]*kong.Node, args []string) *kong.Node {
	for words := len(args); words > 0; words-- {
		if n, ok := nodes[strings.Join(args[:words], " ")]; ok {
			return n
		}
	}
	return nil
}

// TestVerbs_EachDocumentsItsAnswer: every member of every answer has words in the
// manual, or stands in the API's document under a schema that is there.
func TestVerbs_EachDocumentsItsAnswer(t *testing.T) {
	document := string(api.OpenAPI().YAML)
	for path, verb := range verbs(t) {
		if path == "till" {
			continue // the agent serves until it is stopped
		}
		answerer, ok := verb.Target.Addr().Interface().(cli.Answerer)
		require.True(t, ok, "%s documents no answer: give it a method Answers", path)
		answer := answerer.Answers()
		if answer == nil {
			continue
		}
		shape := cli.ShapeOf(answer)
		require.NotEmpty(t, append(shape.Schemas, memberNames(shape)...), path)
		for _, member := range shape.Members {
			require.NotEmpty(t, member.Name, path)
			require.NotEmpty(t, member.Help, "%s: member %s says nothing in the manual: give it a help tag", path, member.Name)
		}
		for _, schema := range shape.Schemas {
			require.Contains(t, document, "\n        "+schema+":\n", "%s: the API's document has no schema %s", path, schema)
		}
	}
}

func memberNames(s cli.Shape) (list []string) {
	for _, m := range s.Members {
		list = append(list, m.Name)
	}
	return list
}

// outcome gives a command line that changes the ledger.
func (s *jsonSpeaker) outcome(args ...string) voucher.Outcome {
	s.t.Helper()
	return decode[voucher.Outcome](s.t, s.say(args...))
}

// later is a code that is newer than those before.
func (s *jsonSpeaker) later(args ...string) string {
	s.t.Helper()
	was := s.now()
	s.now = func() time.Time { return was.Add(time.Second) }
	var told struct {
		Code string `json:"code"`
	}
	require.NoError(s.t, json.Unmarshal([]byte(s.say(append([]string{"code", "--as", "alice"}, args...)...)), &told))
	return told.Code
}

// Only the agent of a till, which runs until it is stopped, and the demo, which
// has its own test, are left out.
func TestVerbs_EachAnswersInJSON(t *testing.T) {
	s := &jsonSpeaker{stage: onstage(t), verbs: map[string]bool{"till": true, "demo": true}, answered: map[string]bool{"till": true, "demo": true}, nodes: verbs(t)}
	for verb := range s.nodes {
		s.verbs[verb] = true
	}
	s.sayOffline()
	campaign, ref := s.sayMerchant()
	s.sayReturn()
	s.sayTill(ref)
	s.sayOutbox()
	s.sayLists()
	s.sayAuditor(campaign)
	s.sayEnds(campaign, ref)
	require.Empty(t, missing(s.verbs, s.answered), "verbs that nobody gave with --json")
}

func missing(all, some map[string]bool) (rest []string) {
	for _, verb := range slices.Sorted(maps.Keys(all)) {
		if !some[verb] {
			rest = append(rest, verb)
		}
	}
	return rest
}

func (s *jsonSpeaker) sayOffline() {
	s.t.Helper()
	for _, name := range []string{"root", "till-1", "alice", "bob", "harbour-pay"} {
		s.say("key", "new", "--light-kdf", name)
	}
	s.say("key", "list")
	s.say("key", "show", "alice")
	s.say("ledger")
	s.say("campaign", "schema")
	s.say("campaign", "example")
	s.say("campaign", "example", "ten-cup-pass")
	s.say("completion", "bash")
	s.say("manual")
}

func (s *jsonSpeaker) sayMerchant() (campaign string, ref voucher.Ref) {
	s.t.Helper()
	s.say("operator", "admit", "--as", "operator", "--merchant", "root", "--name", "Jasmine & Co")
	s.say("operator", "show")
	s.say("merchant", "store", "--as", "root", "--store", "1", "--name", "Central")
	s.say("merchant", "till", "--as", "root", "--store", "1", "--till", "till-1")
	s.say("merchant", "key", "--as", "root", "--key", "bob", "--scope", "issue")
	s.say("merchant", "revoke", "--as", "root", "--key", "bob")
	s.say("merchant", "delegate", "--as", "root", "--for", "Bookkeeper", "--scope", "read:campaigns")
	s.say("merchant", "show", "root")
	s.say("operator", "suspend", "--as", "operator", "--merchant", "root", "--reason", "a stolen till")
	s.say("operator", "reinstate", "--as", "operator", "--merchant", "root")
	file := s.file("campaign.yaml", loosely)
	s.say("campaign", "check", file)
	campaign = voucher.CampaignOf(s.outcome("campaign", "create", "--as", "root", "--attestor", "harbour-pay", file).ID).String()
	for _, verb := range []string{"pause", "resume"} {
		s.say("campaign", verb, "--as", "root", campaign)
	}
	s.say("campaign", "supply", "--as", "root", "--supply", "6", campaign)
	s.say("campaign", "attestors", "add", "--as", "root", "--attestor", "bob", campaign)
	s.say("campaign", "attestors", "revoke", "--as", "root", "--attestor", "bob", campaign)
	s.say("campaign", "attestors", "list", campaign)
	s.say("campaign", "list")
	s.say("campaign", "show", campaign)
	ticket := s.file("ticket", s.say("ticket", "sign", "--as", "harbour-pay", "--wallet", "alice", "--person", "4711", campaign))
	s.say("ticket", "show", ticket)
	ref, _ = client.Claimed(s.outcome("claim", "--as", "alice", "--ticket", ticket, campaign))
	s.say("wallet", "--as", "alice")
	s.say("wallet", "--as", "alice", "--usable", "--store", "1")
	s.say("show", "--as", "alice", ref.String())
	s.say("quote", "--as", "alice", "--merchant", "root", "--store", "1", s.file("cart.json", teaCart))
	return campaign, ref
}

// sayReturn sells an order, and takes it back.
func (s *jsonSpeaker) sayReturn() {
	s.t.Helper()
	file := s.file("ten-off.yaml", tenOff)
	created := decode[merchant.CampaignCreated](s.t, s.say("campaign", "create", "--as", "root", file))
	claimed := decode[wallet.ClaimAnswer](s.t, s.say("claim", "--as", "alice", created.Campaign.String()))
	ref, err := voucher.ParseRef(claimed.Voucher)
	require.NoError(s.t, err)
	shown := decode[merchant.CampaignAnswer](s.t, s.say("campaign", "show", created.Campaign.String()))
	text := s.record(decode[api.LedgerInfo](s.t, s.say("ledger")).ID, shown.Create, ref)
	code := decode[wallet.SignedCode](s.t, s.say("code", "--as", "alice", claimed.Voucher))
	sold := decode[till.SaleAnswer](s.t, s.say(redeem(code.Code, "--discount", "10.00", "--details", text)...))
	s.say("return", "--as", "root", "--merchant", "root", "--order", s.file("order.json", text), "--order-salt", sold.Salt.String(),
		"--item", "a:1", "--out", filepath.Join(s.t.TempDir(), "return.json"), sold.ID.String())
	s.say("order", "deposit", "--as", "till-1", "--record", s.file("order.json", text), "--salt", sold.Salt.String(), sold.ID.String())
	s.say("order", "show", "--as", "root", sold.ID.String())
	s.say("order", "erase", "--as", "root", sold.ID.String())
}

func (s *jsonSpeaker) sayTill(ref voucher.Ref) {
	s.t.Helper()
	sold := s.outcome(redeem(s.later(ref.String()), "--discount", "32.00")...).ID.String()
	s.say("status", "--as", "alice", sold)
	s.say("rollback", "--as", "root", "--merchant", "root", sold)
	s.say("merchant", "sales", "--as", "root")
	s.say("merchant", "report", "--as", "root", "--outstanding")
	s.say("cancel", "--as", "alice", "--code", s.later(ref.String()))
	of := []string{"--as", "till-1", "--merchant", "root", "--store", "1"}
	hold := func() string {
		code := s.later("--hold", "2h", ref.String())
		return s.outcome(append([]string{"hold", "place"}, redeem(code, "--discount", "32.00")[1:]...)...).ID.String()
	}
	first := hold()
	s.say("hold", "show", "--as", "alice", first)
	s.say(append(append([]string{"hold", "release"}, of...), first)...)
	s.say(append(append([]string{"hold", "capture"}, of...), "--amount", "64.00", "--currency", "HKD", "--discount", "32.00", hold())...)
	s.say("history", "--as", "alice", ref.String())
}

// sayOutbox has something in the outbox whose deadline passed long ago.
func (s *jsonSpeaker) sayOutbox() {
	s.t.Helper()
	old := outbox.Item{
		Fingerprint: voucher.Hash{1}, ID: voucher.Hash{2}, Server: s.server, Ledger: ledgertest.LedgerID(7), Verb: "claim", Given: "tally claim",
		Key: s.address("alice"), Signed: 1, Deadline: 2, Path: "/v1/claims", Body: "{}",
	}
	require.NoError(s.t, s.box().Keep(old))
	s.say("outbox", "list")
	s.say("outbox", "drop", old.ID.String())
	s.say("outbox", "send")
}

func (s *jsonSpeaker) sayLists() {
	s.t.Helper()
	text := strings.Replace(tenCups, "supply: 5", "supply: 5\nopen: 0", 1)
	campaign := voucher.CampaignOf(s.outcome("campaign", "create", "--as", "root", s.file("campaign.yaml", text)).ID).String()
	list := s.file("list.csv", fmt.Sprintln(s.address("bob")))
	issue := s.outcome("issue", "send", "--as", "root", "--merchant", "root", campaign, list).ID.String()
	s.say("issue", "show", "--as", "root", issue)
	s.say("issue", "deliver", "--as", "bob", issue, list)
}

func (s *jsonSpeaker) sayAuditor(campaign string) {
	s.t.Helper()
	s.say("key", "new", "auditor", "--light-kdf")
	s.say("operator", "auditor", "add", "--as", "operator", "--auditor", "auditor")
	s.say("operator", "auditor", "list")
	token := s.file("auditor.json", s.say("key", "token", "--as", "auditor"))
	pinned := s.file("pins.json", s.say("pins"))
	s.say("checkpoint", "--token", token, "--pins", pinned)
	s.say("campaign", "audit", "--as", "root", campaign)
	s.say("export", "--token", token, "--pins", pinned, "--out", filepath.Join(s.t.TempDir(), "evidence.pack"))
	s.say("operator", "auditor", "revoke", "--as", "operator", "--auditor", "auditor")
}

func (s *jsonSpeaker) sayEnds(campaign string, ref voucher.Ref) {
	s.t.Helper()
	s.later(ref.String()) // moves the clock
	given := s.outcome("transfer", "--as", "alice", "--to", "bob", ref.String()).ID.String()
	s.say("receipt", "--as", "alice", given)
	s.say("void", "--as", "root", "--merchant", "root", "--reason", "printed twice", ref.String())
	s.say("campaign", "close", "--as", "root", campaign)
	proofs := filepath.Join(s.t.TempDir(), "rotation.json")
	rotate := []string{"merchant", "root", "--as", "root", "--new", s.address("harbour-pay").String(), "--proofs", proofs}
	s.say(rotate...)
	s.say("key", "prove", "--as", "harbour-pay", proofs)
	s.say(rotate...)
	s.say("operator", "recover", "--as", "operator", "--merchant", "root", "--root", "bob")
	s.say("operator", "set", "--as", "operator", "--operator", "operator", "--threshold", "1")
	s.say("doctor")
}
