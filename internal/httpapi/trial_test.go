package httpapi_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/api"
	"tally/internal/delegation"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// past is a shop after a day in which everything happened once, with what was
// sent in it.
type past struct {
	*shop
	contract
	sent   map[string]accepted
	known  []string // texts that name something here
	tokens []string
	actors []ledgertest.Actor
	reader http.Header // of the merchant
}

func newPast(t testing.TB, s *shop) *past {
	t.Helper()
	p := &past{shop: s, contract: readContract(t), sent: play(t, s).sent}
	p.actors = []ledgertest.Actor{s.Operator, s.Merchant, s.Till, s.Other, s.Alice, s.Bob}
	for _, a := range p.actors {
		p.known = append(p.known, a.Address.String())
	}
	for _, of := range p.sent {
		p.known = append(p.known, strings.FieldsFunc(of.target, func(r rune) bool { return strings.ContainsRune("/?&=", r) })...)
	}
	p.tokens = p.everyToken()
	p.reader = http.Header{"Authorization": {"Bearer " + p.token(s.Merchant)}}
	return p
}

// everyToken is every kind of token that is good, and some that are not.
func (p *past) everyToken() []string {
	list := []string{p.auditorsToken()}
	for _, a := range p.actors {
		list = append(list, p.token(a))
	}
	whole, _ := p.delegate(p.Merchant, whole)
	store, _ := p.delegate(p.Merchant, scoped(2, delegation.ReadRedemptions))
	ended, _ := p.delegate(p.Merchant, func(d *delegation.Delegation) { d.Expires = p.now().Add(-time.Second) })
	stranger, _ := p.delegate(p.Bob, func(d *delegation.Delegation) { d.Issuer = p.Merchant.Address })
	elsewhere, err := p.client.Token(intent.NewDomain(ledgertest.LedgerID(99)), p.Alice.Key, p.now().Add(time.Minute))
	require.NoError(p.t, err)
	late, err := p.client.Token(p.Domain, p.Alice.Key, p.now().Add(-time.Second))
	require.NoError(p.t, err)
	head, _, _ := strings.Cut(whole, ".")
	return append(list, whole, store, ended, stranger, elsewhere, late, head+"..", "eyJhbGciOiJub25lIn0.e30.", "x", "", strings.Repeat("A", 2000))
}

// trial is a request that may be anything.
type trial struct {
	operation
	target string
	header http.Header
	json   any    // the body, where it takes one
	raw    []byte // the body as it is sent
	cut    bool   // the sender is gone before its end
}

// trial is an operation's request that was accepted before, or would be.
func (p *past) trial(t require.TestingT, o operation) *trial {
	was, ok := p.sent[o.id]
	if !ok {
		was = accepted{target: p.address(o), header: p.reader}
	}
	r := &trial{operation: o, target: was.target, header: was.header.Clone(), raw: was.body}
	if o.body != nil {
		body, err := decoded(was.body)
		require.NoError(t, err)
		r.json = body
	}
	return r
}

// address is that of an operation which the day had no request of.
func (p *past) address(o operation) string {
	target := o.path
	for _, parameter := range o.parameters {
		with := map[string]string{"merchant": p.Merchant.Address.String(), "code": "held", "intent": "Claim"}[parameter.name]
		target = strings.ReplaceAll(target, "{"+parameter.name+"}", with)
	}
	return target
}

// vary makes something else of a request.
func (p *past) vary(t *rapid.T, r *trial) {
	ways := []string{"method", "target", "parameter", "token", "token", "header", "query"}
	if r.body != nil {
		ways = append(ways, "body", "body", "body", "body", "sign", "sign", "sign", "raw", "type", "cut")
	}
	switch rapid.SampledFrom(ways).Draw(t, "way") {
	case "method":
		r.method = rapid.SampledFrom([]string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "SPOIL"}).Draw(t, "method")
	case "target":
		r.target = p.otherTarget(t, r.target)
	case "parameter":
		p.otherParameter(t, r)
	case "query":
		p.otherQuery(t, r)
	case "token":
		r.header.Set("Authorization", p.otherToken(t))
	case "header":
		otherHeader(t, r.header)
	case "body":
		r.json = p.spoil(t, r.json, r.body, p.known)
		r.raw = []byte(encoded(r.json))
	case "sign":
		p.sign(t, r)
	case "raw":
		r.raw = otherBytes(t, r.raw)
	case "type":
		r.header.Set("Content-Type", rapid.SampledFrom([]string{
			"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "x", "application/xml",
		}).Draw(t, "type"))
	default:
		r.cut = true
	}
}

func (p *past) otherTarget(t *rapid.T, target string) string {
	switch rapid.SampledFrom([]string{"slash", "double", "up", "case", "percent", "zero", "long", "absolute", "star", "cut"}).Draw(t, "target") {
	case "slash":
		return target + "/"
	case "double":
		return strings.Replace(target, "/", "//", 1)
	case "up":
		return target + "/../" + rapid.SampledFrom(p.known).Draw(t, "known")
	case "case":
		return strings.ToUpper(target)
	case "percent":
		return target + rapid.SampledFrom([]string{"%2F", "%00", "%ff", "%25", "%zz", "%"}).Draw(t, "percent")
	case "zero":
		return target + "\x00"
	case "long":
		return target + strings.Repeat("/a", 5000)
	case "absolute":
		return "http://elsewhere" + target
	case "star":
		return "*"
	default:
		return target[:rapid.IntRange(1, len(target)).Draw(t, "length")]
	}
}

// otherParameter puts another value into one part of the path, or the query.
func (p *past) otherParameter(t *rapid.T, r *trial) {
	path, query, _ := strings.Cut(r.target, "?")
	parts := strings.Split(path, "/")
	at := rapid.IntRange(0, len(parts)-1).Draw(t, "part")
	value, _ := spoilText(t, parts[at], tree{}, p.known).(string)
	parts[at] = url.PathEscape(value)
	r.target = strings.Join(parts, "/") + "?" + query
}

func (p *past) otherQuery(t *rapid.T, r *trial) {
	path, text, _ := strings.Cut(r.target, "?")
	query, err := url.ParseQuery(text)
	if err != nil {
		return // it is spoiled already
	}
	all := append([]documented{{"x", "query", tree{}}}, r.parameters...)
	of := rapid.SampledFrom(all).Draw(t, "parameter")
	var value string
	if of.schema["type"] == "integer" {
		value = strings.Trim(encoded(spoilNumber(t, "50", of.schema)), `"`)
	} else {
		value, _ = spoilText(t, query.Get(of.name), of.schema, p.known).(string)
	}
	if rapid.Bool().Draw(t, "again") {
		query.Add(of.name, value)
	} else {
		query.Set(of.name, value)
	}
	r.target = path + "?" + query.Encode()
	if rapid.IntRange(0, 9).Draw(t, "broken") == 0 {
		r.target += rapid.SampledFrom([]string{"&limit=%zz", ";limit=1", "&&&", "&cursor=%ff%00"}).Draw(t, "rest")
	}
}

func (p *past) otherToken(t *rapid.T) string {
	scheme := rapid.SampledFrom([]string{"Bearer ", "Bearer ", "Bearer ", "bearer ", "Basic ", ""}).Draw(t, "scheme")
	token := rapid.SampledFrom(p.tokens).Draw(t, "token")
	if len(token) > 0 && rapid.IntRange(0, 3).Draw(t, "damage") == 0 {
		at := rapid.IntRange(0, len(token)-1).Draw(t, "at")
		token = token[:at] + rapid.SampledFrom([]string{"", "A", ".", "é", "=", " "}).Draw(t, "with") + token[at+1:]
	}
	return scheme + token
}

func otherHeader(t *rapid.T, header http.Header) {
	name := rapid.SampledFrom([]string{
		"Idempotency-Key", "Idempotency-Key", "Content-Encoding", "Accept", "Expect", "X-Request-Id", "If-None-Match", "Range", "X-Http-Method-Override", "X-Forwarded-For",
	}).Draw(t, "header")
	value := rapid.SampledFrom([]string{
		"", " ", `""`, `"`, `"sale 1"`, "sale 1", "sale 2", strings.Repeat("k", api.MaxKey), strings.Repeat("k", api.MaxKey+1), "\xff\xfe", "é", "gzip", "*/*", "bytes=0-1", "DELETE",
	}).Draw(t, "value")
	if rapid.IntRange(0, 3).Draw(t, "without") == 0 {
		header.Del(name)
		return
	}
	header.Add(name, value)
}

func otherBytes(t *rapid.T, raw []byte) []byte {
	text := string(raw)
	at := rapid.IntRange(0, len(text)).Draw(t, "at")
	return []byte(rapid.SampledFrom([]string{
		"", text[:at], text + text, "\xef\xbb\xbf" + text, text[:at] + "\xff" + text[at:], text[:at] + "\x00" + text[at:], text + " ", text + "x", "[" + text + "]", `"` + text,
		text + strings.Repeat(" ", api.MaxBody), "null", "{}", "[]", "0", `"x"`, "intent=1", "\x1f\x8b",
	}).Draw(t, "bytes"))
}

// sign spoils what a request's authors say, and signs it as they would: such a
// command gets as far as the rules.
func (p *past) sign(t *rapid.T, r *trial) {
	body, ok := r.json.(tree)
	if !ok {
		return
	}
	p.signCode(t, r, body)
	for _, name := range []string{"intent", "accept", "ticket"} {
		schema := p.property(r.body, name)
		if schema == nil || body[name] == nil {
			continue
		}
		if rapid.Bool().Draw(t, "spoil") {
			body[name] = p.spoil(t, body[name], schema, p.known)
		}
		p.signMember(t, body, name, schema)
	}
	r.json, r.raw = body, []byte(encoded(body))
}

// signMember puts a signature beside an intent, if it is one still.
func (p *past) signMember(t *rapid.T, body tree, name string, schema tree) {
	in, ok := readSigned(schema, encoded(body[name]))
	if !ok {
		return
	}
	signature := intent.FormatSignature(p.signed(t, p.author(t, encoded(body[name])), in))
	switch {
	case name == "ticket":
		body["ticket_signature"] = signature
	case body["approvals"] != nil:
		body["approvals"] = []any{signature}
	case body["signature"] != nil:
		body["signature"] = signature
	}
}

// signCode makes another code, signed by its owner, and has the till accept it.
func (p *past) signCode(t *rapid.T, r *trial, body tree) {
	text, _ := body["code"].(string)
	code, err := p.Domain.ParseCode(text)
	if err != nil || rapid.Bool().Draw(t, "same code") {
		return
	}
	raw, err := json.Marshal(code.Offer)
	require.NoError(t, err)
	offer, err := decoded(raw)
	require.NoError(t, err)
	schema := tree{"$ref": "#/components/schemas/Redeem"}
	in, ok := readSigned(schema, encoded(p.spoil(t, offer, schema, p.known)))
	if !ok {
		return
	}
	redeem, _ := in.(voucher.Redeem)
	again, err := p.Domain.Text(intent.Code{Offer: redeem, Signature: p.signed(t, p.Alice, redeem)})
	if err != nil {
		return // a code has no room for it
	}
	body["code"] = again
	for _, name := range []string{"accept", "intent"} {
		if names, ok := body[name].(tree); ok && p.property(r.body, name) != nil {
			names["offer"] = p.Domain.Digest(redeem).String()
		}
	}
}

func (p *past) signed(t *rapid.T, by ledgertest.Actor, in any) voucher.Signature {
	signature, err := p.Domain.Sign(by.Key, in)
	require.NoError(t, err)
	return signature
}

// author is somebody whom an intent names.
func (p *past) author(t *rapid.T, in string) ledgertest.Actor {
	var named []ledgertest.Actor
	for _, a := range p.actors {
		if strings.Contains(in, a.Address.String()) {
			named = append(named, a)
		}
	}
	return rapid.SampledFrom(append(named, p.Bob)).Draw(t, "author")
}

// readSigned reads what is signed, of its documented type.
func readSigned(schema tree, text string) (in any, ok bool) {
	like, ok := signedType(schema)
	if !ok {
		return nil, false
	}
	into := reflect.New(reflect.TypeOf(like))
	if err := json.Unmarshal([]byte(text), into.Interface()); err != nil {
		return nil, false
	}
	return into.Elem().Interface(), true
}

func typeName(of any) string { return reflect.TypeOf(of).Name() }

var errGone = errors.New("the sender is gone")

// request is what a server would read of it. ok is false where HTTP itself
// forbids the request line.
func (r *trial) request(t *rapid.T) (req *http.Request, ok bool) {
	line := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: tally\r\n\r\n", r.method, r.target)
	req, err := http.ReadRequest(bufio.NewReader(strings.NewReader(line)))
	if err != nil {
		return nil, false
	}
	req = req.WithContext(t.Context())
	req.Header = r.header.Clone()
	var body io.Reader = bytes.NewReader(r.raw)
	if r.cut {
		body = io.MultiReader(bytes.NewReader(r.raw[:len(r.raw)/2]), iotest.ErrReader(fmt.Errorf("%w: %w", errGone, io.ErrUnexpectedEOF)))
	}
	req.Body = io.NopCloser(body)
	return req, true
}

// String is the request in a form from which a reader can send it again.
func (r *trial) String() string {
	return fmt.Sprintf("%s (%s) %q %q\n%.3000q", r.id, r.method, r.target, r.header, r.raw)
}
