package voucher_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// go test ./internal/voucher -update writes testdata again. A difference in a
// committed file is a change of a frozen format.
var update = flag.Bool("update", false, "write testdata again")

// The cast of every scene, named by the last byte of its address.
func address(n byte) voucher.Address { return voucher.Address{0: 0xa0, 19: n} }

func operator(n byte) voucher.Address { return address(0x10 + n) } // 1, 2, 3; two of them must agree
func merchant() voucher.Address       { return address(0x20) }
func rival() voucher.Address          { return address(0x30) } // another merchant
func till(store byte) voucher.Address { return address(0x40 + store) }
func rivalTill() voucher.Address      { return address(0x4f) }
func wallet(n byte) voucher.Address   { return address(0x50 + n) }
func attestor() voucher.Address       { return address(0x60) }
func stranger() voucher.Address       { return address(0x70) }

const (
	start      = 1_790_000_000 // 2026-09-21T14:13:20Z, 22:13:20 in Taipei
	validUntil = 1_798_761_600 // 2027-01-01T00:00:00Z
	taipei     = 480           // minutes ahead of UTC
)

// store is the ledger's state in a map.
type store map[string][]byte

func (s store) Get(key string) ([]byte, error)     { return s[key], nil }
func (s store) Put(key string, value []byte) error { s[key] = slices.Clone(value); return nil }

// world is a ledger in the middle of its life: two merchants, each with stores
// 1 and 2 and a till in them, no campaign yet.
type world struct {
	t     require.TestingT
	state store
	now   uint64
}

func newWorld(t require.TestingT) *world {
	w := &world{t: t, state: store{}, now: start}
	require.NoError(t, voucher.Found(w.state, []voucher.Address{operator(1), operator(2), operator(3)}, 2))
	for _, m := range []voucher.Address{merchant(), rival()} {
		w.accept(admitMerchant{Intent: voucher.AdmitMerchant{
			Operator: operator(1), Merchant: m, Name: "Half Sugar", Deadline: w.now + 60,
		}}, operator(1), m)
		for n := range uint32(2) {
			w.accept(voucher.Signed[voucher.PutStore]{Intent: voucher.PutStore{
				Author: m, Merchant: m, Version: 1 + n, Store: 1 + n, Name: "Yongkang", Deadline: w.now + 60,
			}}, m)
		}
	}
	w.putTill(merchant(), till(1), 1)
	w.putTill(merchant(), till(2), 2)
	w.putTill(rival(), rivalTill(), 1)
	return w
}

func (w *world) putTill(m, key voucher.Address, number uint32) {
	w.accept(voucher.Signed[voucher.PutKey]{Intent: voucher.PutKey{
		Author: m, Merchant: m, Version: w.merchant(m).Version, Key: key,
		Scopes: voucher.ScopeRedeem, Store: number, Deadline: w.now + 60,
	}}, m)
}

func (w *world) merchant(m voucher.Address) voucher.Merchant {
	record, ok, err := voucher.ReadMerchant(w.state, m)
	require.NoError(w.t, err)
	require.True(w.t, ok)
	return record
}

func (w *world) standing(m voucher.Address) voucher.Standing {
	standing, err := voucher.ReadStanding(w.state, m)
	require.NoError(w.t, err)
	return standing
}

// suspend stops a merchant.
func (w *world) suspend(m voucher.Address) {
	w.accept(suspendMerchant{Intent: voucher.SuspendMerchant{
		Operator: operator(1), Merchant: m, Version: w.standing(m).OperatorsVersion, Reason: "Unpaid fees", Deadline: w.now,
	}}, operator(1))
}

// reinstate lets a merchant go on.
func (w *world) reinstate(m voucher.Address) {
	w.accept(reinstateMerchant{Intent: voucher.ReinstateMerchant{
		Operator: operator(1), Merchant: m, Version: w.standing(m).OperatorsVersion, Deadline: w.now,
	}}, operator(1))
}

// terms are a ten-cup pass, 8 of them, 5 open to claims.
func (w *world) terms() voucher.CreateCampaign {
	return voucher.CreateCampaign{
		Author: merchant(), Merchant: merchant(), Terms: `{"title":"Ten cups"}`,
		Currency: voucher.Currency{'T', 'W', 'D'}, Units: 10, MaxDiscount: 5000,
		Supply: 8, Open: 5, Cap: 10, PerHolder: 3, PerDay: 2,
		ClaimFrom: w.now - 1000, ClaimUntil: w.now + 30*86400,
		ValidFrom: w.now, ValidUntil: validUntil,
		Offsets:  []voucher.Offset{{From: 0, Minutes: taipei}},
		Rollback: voucher.RollbackRestore, Grace: 86400, Stores: []uint32{1},
		Deadline: w.now + 60,
	}
}

// campaign creates the campaign of terms, changed by the edits.
func (w *world) campaign(edits ...func(*voucher.CreateCampaign)) voucher.CampaignID {
	in := w.terms()
	for _, edit := range edits {
		edit(&in)
	}
	c := voucher.Signed[voucher.CreateCampaign]{Intent: in}
	w.accept(c, in.Author)
	return voucher.CampaignOf(id(in))
}

func (w *world) readCampaign(c voucher.CampaignID) voucher.Campaign {
	record, ok, err := voucher.ReadCampaign(w.state, c)
	require.NoError(w.t, err)
	require.True(w.t, ok)
	return record
}

func (w *world) voucher(r voucher.Ref) voucher.Voucher {
	v, ok, err := voucher.ReadVoucher(w.state, r)
	require.NoError(w.t, err)
	require.True(w.t, ok, "no voucher %s", r)
	return v
}

// put writes a voucher past the rules.
func (w *world) put(r voucher.Ref, v voucher.Voucher) {
	slot := v.Pack()
	w.state["voucher/"+r.String()] = slot[:]
}

// claims builds the next claim of a wallet.
func (w *world) claims(c voucher.CampaignID, owner voucher.Address, candidates ...uint32) voucher.ClaimCommand {
	h, err := voucher.ReadHolder(w.state, c, owner)
	require.NoError(w.t, err)
	return voucher.ClaimCommand{
		Claim:      voucher.Claim{Wallet: owner, Campaign: c, Ordinal: h.Claims, Deadline: w.now + 60},
		Candidates: candidates,
	}
}

// claim gives a wallet a serial.
func (w *world) claim(c voucher.CampaignID, owner voucher.Address, serial uint32) voucher.Ref {
	w.accept(w.claims(c, owner, serial), owner)
	return voucher.Ref{Campaign: c, Serial: serial}
}

// offers builds an owner's offer, signed now.
func (w *world) offers(owner voucher.Address, lines ...voucher.Line) voucher.Redeem {
	return voucher.Redeem{Owner: owner, Lines: lines, SignedAt: w.now, Deadline: w.now + 120}
}

func line(r voucher.Ref, units uint64) voucher.Line {
	return voucher.Line{Campaign: r.Campaign, Serial: r.Serial, Units: units}
}

// accepts joins an offer with the acceptance of the first store's till, which
// takes all that is offered, one minor unit of money off for each line.
func (w *world) accepts(o voucher.Redeem) voucher.RedeemCommand {
	c := voucher.RedeemCommand{Offer: o, Accept: voucher.Accept{
		Offer: id(o), Merchant: merchant(), Till: till(1), Store: 1,
		Currency: voucher.Currency{'T', 'W', 'D'}, Amount: 100_000,
	}}
	for _, l := range o.Lines {
		c.Accept.Parts = append(c.Accept.Parts, voucher.Part{Units: l.Units, Discount: 1})
	}
	return c
}

// cancels builds the cancel of an offer by its owner.
func (w *world) cancels(o voucher.Redeem) voucher.CancelCommand {
	return voucher.CancelCommand{
		Cancel: voucher.Cancel{Offer: id(o), Author: o.Owner, Deadline: w.now + 60}, Offer: o,
	}
}

// authors are what package intent would recover from a command that these signed.
func authors(c voucher.Command, signers []voucher.Address) voucher.Authors {
	a := voucher.Authors{ID: id(c.Intents()[0]), Signers: signers}
	if len(c.Intents()) > 1 {
		a.Second = id(c.Intents()[1])
	}
	return a
}

// apply judges a command and checks what holds for every command: a refusal
// writes and tells nothing, and an acceptance writes only what Touches names and
// reads what Reads names.
func (w *world) apply(c voucher.Command, signers ...voucher.Address) voucher.Outcome {
	if h, ok := w.t.(interface{ Helper() }); ok {
		h.Helper()
	}
	before := maps.Clone(w.state)
	a := authors(c, signers)
	read := reading{w.state, map[string]bool{}}
	out, err := voucher.Apply(read, c, a, w.now)
	require.NoError(w.t, err)
	require.Equal(w.t, a.ID, out.ID)
	require.Equal(w.t, w.now, out.Time)
	w.examines(voucher.Authored{Command: c, Authors: a}, out, read)
	if out.Status == voucher.StatusRefused {
		require.NotEqual(w.t, voucher.KindAccepted, out.Kind)
		require.Empty(w.t, out.Events)
		require.Equal(w.t, before, w.state, "a refusal (%s) wrote", out.Kind)
		return out
	}
	require.Equal(w.t, voucher.StatusAccepted, out.Status)
	require.Equal(w.t, voucher.KindAccepted, out.Kind)
	require.NotEmpty(w.t, out.Events)
	require.Subset(w.t, voucher.Touches(c, a.ID), w.written(c, before), "Touches names too little")
	for _, key := range voucher.Reads(c) {
		if _, claim := c.(voucher.ClaimCommand); claim && strings.HasPrefix(key, "voucher/") {
			continue // it may not be open
		}
		require.True(w.t, read.keys[key], "Reads names %s, which was not read", key)
	}
	return out
}

// reading is a store that remembers which keys were read.
type reading struct {
	store
	keys map[string]bool
}

func (r reading) Get(key string) ([]byte, error) {
	r.keys[key] = true
	return r.store.Get(key)
}

// written are the keys that a command wrote. The voucher of a Deliver only the
// state can name: its place stands for it.
func (w *world) written(c voucher.Command, before store) []string {
	keys := written(before, w.state)
	if d, ok := c.(voucher.DeliverCommand); ok {
		require.Len(w.t, keys, 1)
		keys[0] = fmt.Sprintf("place/%s/%d", d.Deliver.Issue, d.Deliver.Index)
	}
	return keys
}

func written(before, after store) (keys []string) {
	for key, value := range after {
		if old, ok := before[key]; !ok || !bytes.Equal(old, value) {
			keys = append(keys, key)
		}
	}
	return keys
}

// examines asserts that what the rules do with a command is what it is examined
// to be, and that nothing is read for one that is refused by itself.
func (w *world) examines(a voucher.Authored, out voucher.Outcome, read reading) {
	switch kind := voucher.Examine(a); kind {
	case voucher.KindAccepted:
	case voucher.KindTicketInvalid: // the rules look at the campaign first
		require.Equal(w.t, voucher.StatusRefused, out.Status)
	case voucher.KindBadSignature: // where nobody signed, the rules look at the operators first
		require.Equal(w.t, voucher.StatusRefused, out.Status)
		require.True(w.t, out.Kind == kind || len(a.Authors.Signers) == 0)
	default:
		require.Equal(w.t, kind, out.Kind)
		require.Empty(w.t, read.keys)
	}
}

func (w *world) accept(c voucher.Command, signers ...voucher.Address) voucher.Events {
	if h, ok := w.t.(interface{ Helper() }); ok {
		h.Helper()
	}
	out := w.apply(c, withApprovals(c, signers)...)
	require.Equal(w.t, voucher.KindAccepted, out.Kind)
	return out.Events
}

func (w *world) refuse(kind voucher.Kind, c voucher.Command, signers ...voucher.Address) {
	if h, ok := w.t.(interface{ Helper() }); ok {
		h.Helper()
	}
	require.Equal(w.t, kind.String(), w.apply(c, signers...).Kind.String())
}

// withApprovals is the signers themselves; it says so when they are too few.
func withApprovals(c voucher.Command, signers []voucher.Address) []voucher.Address {
	if len(signers) != len(c.Signatures()) {
		panic(fmt.Sprintf("the scene gives %d signers for %d signatures", len(signers), len(c.Signatures())))
	}
	return signers
}

// id stands in for the digest of an intent, which package intent computes.
func id(in any) voucher.Hash {
	return sha256.Sum256(append([]byte(reflect.TypeOf(in).Name()), voucher.EncodeABI(in)...))
}

// filled is a value of t whose every member differs from zero and from the
// others: the literals of the format vectors.
func filled(t reflect.Type) reflect.Value {
	v := reflect.New(t).Elem()
	next := byte(0)
	fill(v, &next)
	return v
}

func fill(v reflect.Value, next *byte) {
	*next++
	switch v.Interface().(type) {
	case voucher.Currency:
		v.Set(reflect.ValueOf(voucher.Currency{'T', 'W', 'D'}))
		return
	case voucher.Slot:
		v.Set(reflect.ValueOf(voucher.Voucher{
			Owner: address(*next), Units: 10, Expiry: validUntil, SignedAt: start, State: voucher.StateClaimed,
		}.Pack()))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), next)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), next)
		fill(v.Index(1), next)
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).SetUint(uint64(*next) + uint64(i))
		}
	case reflect.String:
		v.SetString(fmt.Sprintf("%d Zhōng \"杯\"\n", *next))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int16:
		v.SetInt(-int64(*next) * 15)
	case reflect.Uint64:
		v.SetUint(1<<40 + uint64(*next))
	case reflect.Uint32:
		v.SetUint(1<<24 + uint64(*next))
	default:
		v.SetUint(uint64(*next))
	}
}

// commands is one filled command of every verb, in the verbs' order.
func commands() (all []voucher.Command) {
	for v := voucher.VerbSetOperators; ; v++ {
		c, ok := voucher.EmptyCommand(v)
		if !ok {
			return all
		}
		all = append(all, filled(reflect.TypeOf(c)).Interface().(voucher.Command))
	}
}

// golden compares with a committed file of testdata, byte for byte.
func golden(t *testing.T, name string, got any) {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(got))
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, b.Bytes(), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String(), "the frozen format in %s has changed", path)
}
