package audit_test

import (
	"bytes"
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rlp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/audit"
	"tally/internal/audit/audittest"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/voucher"
)

var update = flag.Bool("update", false, "write testdata again")

// delivered is the documented entry: voucher 42 of a campaign appears.
func delivered(t testing.TB) ledger.Entry {
	t.Helper()
	owner, err := voucher.ParseAddress("0x00112233445566778899aabbccddeeff00112233")
	require.NoError(t, err)
	campaign, err := voucher.ParseCampaignID("cmp_000102030405060708090a0b0c0d0e0f")
	require.NoError(t, err)
	v := voucher.Voucher{Owner: owner, Units: 10, Expiry: 1_798_761_600, State: voucher.StateClaimed}
	issue := voucher.Hash{31: 7}
	c := voucher.DeliverCommand{Deliver: voucher.Deliver{Issue: issue, Owner: owner}}
	return ledger.Entry{Command: voucher.EncodeCommand(c), Outcome: voucher.Outcome{
		ID: intent.NewDomain(voucher.Hash{31: 1}).ID(c), Status: voucher.StatusAccepted, CommandHash: intent.CommandHash(c),
		Position: voucher.Position{Block: 12, Item: 3}, Time: 1_790_000_000,
		Events: voucher.Events{voucher.VoucherDelivered{Campaign: campaign, Serial: 42, Voucher: v.Pack(), Issue: issue}},
	}}
}

func leafOf(t testing.TB, e ledger.Entry) []byte {
	t.Helper()
	raw, err := audit.Leaf(e)
	require.NoError(t, err)
	return raw
}

// TestLeaf_DocumentedLiteral: the documented leaf is the vector. The test compares
// the code, testdata and the comment of Leaf.
func TestLeaf_DocumentedLiteral(t *testing.T) {
	path := filepath.Join("testdata", "delivered.leaf")
	raw := leafOf(t, delivered(t))
	text := "0x" + hex.EncodeToString(raw)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text+"\n"), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), text+"\n")
	source, err := os.ReadFile("leaf.go")
	require.NoError(t, err)
	require.Contains(t, strings.ReplaceAll(string(source), "\n//\t", ""), text, "the literal in the comment of Leaf")
	require.Equal(t, "0xf5eed9d7dc4ce591266c0ed4880283d72b08ac664ba632c9830c73066b071b23", audit.LeafHash(raw).String())
	again, err := audit.DecodeLeaf(raw)
	require.NoError(t, err)
	require.Equal(t, delivered(t), again)
}

// unread is the documented entry without its command.
func unread(t testing.TB) ledger.Entry {
	t.Helper()
	e := delivered(t)
	e.Command = nil
	return e
}

// TestLeaf_Unread: an entry without its command has a leaf of a format of its
// own, and so has one whose command is of a kind that this program does not know.
func TestLeaf_Unread(t *testing.T) {
	path := filepath.Join("testdata", "unread.leaf")
	raw := leafOf(t, unread(t))
	text := "0x" + hex.EncodeToString(raw)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(text+"\n"), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), text+"\n")
	source, err := os.ReadFile("leaf.go")
	require.NoError(t, err)
	require.Contains(t, strings.ReplaceAll(string(source), "\n//\t", ""), text, "the literal in the comment of Leaf")
	require.Contains(t, string(source), "is "+audit.LeafHash(raw).String()+".")

	again, err := audit.DecodeLeaf(raw)
	require.NoError(t, err)
	require.Equal(t, unread(t), again)
	entry, command, err := audit.ReadLeaf(raw)
	require.ErrorIs(t, err, audit.ErrUnread)
	require.Nil(t, command)
	require.Equal(t, unread(t), entry)

	stranger := delivered(t)
	stranger.Command = []byte{0xee, 1, 2, 3} // no verb
	stranger.Outcome.CommandHash = voucher.Hash(crypto.Keccak256Hash(stranger.Command))
	entry, _, err = audit.ReadLeaf(leafOf(t, stranger))
	require.ErrorIs(t, err, audit.ErrUnread)
	require.Equal(t, stranger.Outcome, entry.Outcome)
	require.Nil(t, entry.Command)
}

// TestLeaf_EveryVerb: every entry has a leaf. The test plays a history on the
// ledger in memory.
func TestLeaf_EveryVerb(t *testing.T) {
	l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, ledgertest.Start)
	require.NoError(t, err)
	accepted := audittest.Play(ledgertest.NewWorld(t, l, ledgertest.Start))
	head, err := l.Head(t.Context())
	require.NoError(t, err)
	seen := map[voucher.Hash]bool{}
	for e, err := range l.Events(t.Context(), voucher.Position{}, head) {
		require.NoError(t, err)
		raw := leafOf(t, e)
		again, err := audit.DecodeLeaf(raw)
		require.NoError(t, err)
		require.Equal(t, e, again)
		seen[audit.LeafHash(raw)] = true
	}
	require.Len(t, seen, len(accepted))
}

// TestLeaf_OnlyOfAcceptedCommands: only what was accepted has a leaf.
func TestLeaf_OnlyOfAcceptedCommands(t *testing.T) {
	for name, change := range map[string]func(*ledger.Entry){
		"refused": func(e *ledger.Entry) { e.Outcome.Status, e.Outcome.Kind = voucher.StatusRefused, voucher.KindHeld },
		"unknown": func(e *ledger.Entry) { e.Outcome.Status = voucher.StatusUnknown },
	} {
		e := delivered(t)
		change(&e)
		_, err := audit.Leaf(e)
		require.ErrorIs(t, err, audit.ErrNotAccepted, name)
	}
	for name, change := range map[string]func(*ledger.Entry){
		"another commandHash": func(e *ledger.Entry) { e.Outcome.CommandHash[0] ^= 1 },
		"no commandHash":      func(e *ledger.Entry) { e.Outcome.CommandHash = voucher.Hash{} },
		"half a command":      func(e *ledger.Entry) { e.Command = e.Command[:33] },
	} {
		e := delivered(t)
		change(&e)
		_, err := audit.Leaf(e)
		require.ErrorIs(t, err, audit.ErrLeaf, name)
	}
}

// TestDecodeLeaf_Malformed: what is no leaf is refused.
func TestDecodeLeaf_Malformed(t *testing.T) {
	raw := leafOf(t, delivered(t))
	e := delivered(t)
	event := e.Outcome.Events[0]
	list := func(change func(members []any)) []byte {
		members := []any{
			audit.LeafFormat, "12.0.3", uint64(1_790_000_000), e.Outcome.ID, e.Command,
			[]any{[]any{voucher.EventSignature(event), voucher.EncodeEvent(event)}},
		}
		change(members)
		b, err := rlp.EncodeToBytes(members)
		require.NoError(t, err)
		return b
	}
	require.Equal(t, raw, list(func([]any) {}))
	for name, bad := range map[string][]byte{
		"nothing":           nil,
		"an empty list":     {0xc0},
		"a short hash":      list(func(m []any) { m[0], m[4] = audit.UnreadFormat, e.Outcome.CommandHash[:31] }),
		"a hash of nothing": list(func(m []any) { m[0], m[4] = audit.UnreadFormat, []byte{} }),
		"a hash as command": list(func(m []any) { m[4] = e.Outcome.CommandHash[:] }),
		"one byte more":     append(bytes.Clone(raw), 0),
		"one byte less":     raw[:len(raw)-1],
		"two leaves":        append(bytes.Clone(raw), raw...),
		"too large":         make([]byte, audit.MaxLeaf+1),
		"another format":    list(func(m []any) { m[0] = "tally-leaf-2" }),
		"another position":  list(func(m []any) { m[1] = "12.00.3" }),
		"a leading zero":    list(func(m []any) { m[2] = append([]byte{0}, 0x6a, 0xb1, 0x3b, 0x80) }),
		"a short id":        list(func(m []any) { m[3] = e.Outcome.ID[:31] }),
		"a padded command":  list(func(m []any) { m[4] = append(bytes.Clone(e.Command), make([]byte, 32)...) }),
		"an unknown event":  list(func(m []any) { m[5] = []any{[]any{"Nothing()", []byte{}}} }),
		"another signature": list(func(m []any) { m[5] = []any{[]any{"VoucherDelivered(bytes16)", voucher.EncodeEvent(event)}} }),
		"a padded event": list(func(m []any) {
			m[5] = []any{[]any{voucher.EventSignature(event), append(voucher.EncodeEvent(event), make([]byte, 32)...)}}
		}),
		"an event's third member": list(func(m []any) { m[5] = []any{[]any{voucher.EventSignature(event), voucher.EncodeEvent(event), "x"}} }),
	} {
		_, err := audit.DecodeLeaf(bad)
		require.ErrorIs(t, err, audit.ErrLeaf, name)
	}
}

// TestDecodeLeaf_OneForm: a leaf has one form. The test flips every bit: what still
// is a leaf is another entry's.
func TestDecodeLeaf_OneForm(t *testing.T) {
	for _, raw := range [][]byte{leafOf(t, delivered(t)), leafOf(t, unread(t))} {
		for bit := range 8 * len(raw) {
			flipped := bytes.Clone(raw)
			flipped[bit/8] ^= 1 << (bit % 8)
			requireOneForm(t, flipped)
		}
	}
}

// requireOneForm wants a refusal, or an entry whose leaf these bytes are.
func requireOneForm(t *testing.T, raw []byte) {
	t.Helper()
	e, err := audit.DecodeLeaf(raw)
	if err != nil {
		require.ErrorIs(t, err, audit.ErrLeaf)
		return
	}
	require.Equal(t, raw, leafOf(t, e))
}

// asReflected is how a leaf reads where go-ethereum reads it into a struct, and writes what it
// read again to compare: ok is false where that is no leaf, or another one's bytes.
func asReflected(raw []byte) (e ledger.Entry, ok bool) {
	var l struct {
		Format, Position string
		Time             uint64
		ID               voucher.Hash
		Command          []byte
		Events           []struct {
			Signature string
			Data      []byte
		}
	}
	if rlp.DecodeBytes(raw, &l) != nil {
		return e, false
	}
	position, err := voucher.ParsePosition(l.Position)
	e.Outcome = voucher.Outcome{ID: l.ID, Status: voucher.StatusAccepted, Time: l.Time, Position: position, Events: voucher.Events{}}
	switch {
	case err != nil:
		return e, false
	case l.Format == audit.LeafFormat:
		e.Command, e.Outcome.CommandHash = l.Command, voucher.Hash(crypto.Keccak256Hash(l.Command))
	case len(l.Command) == len(e.Outcome.CommandHash):
		e.Outcome.CommandHash = voucher.Hash(l.Command)
	}
	for _, event := range l.Events {
		one, err := voucher.ParseEvent(event.Signature, event.Data)
		if err != nil {
			return e, false
		}
		e.Outcome.Events = append(e.Outcome.Events, one)
	}
	again, err := audit.Leaf(e)
	return e, err == nil && bytes.Equal(again, raw)
}

// TestReadLeaf_AsReflected spoils the leaves of a history at random. What is read is what
// reflection reads, and nothing else is.
func TestReadLeaf_AsReflected(t *testing.T) {
	l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, ledgertest.Start)
	require.NoError(t, err)
	audittest.Play(ledgertest.NewWorld(t, l, ledgertest.Start))
	head, err := l.Head(t.Context())
	require.NoError(t, err)
	leaves := [][]byte{leafOf(t, unread(t))}
	for e, err := range l.Events(t.Context(), voucher.Position{}, head) {
		require.NoError(t, err)
		leaves = append(leaves, leafOf(t, e))
	}
	read := 0
	rapid.Check(t, func(t *rapid.T) {
		raw := bytes.Clone(rapid.SampledFrom(leaves).Draw(t, "leaf"))
		for range rapid.IntRange(0, 2).Draw(t, "changes") {
			at := rapid.OneOf(rapid.IntRange(0, 70), rapid.IntRange(0, len(raw)-1)).Draw(t, "at") % len(raw)
			switch rapid.IntRange(0, 2).Draw(t, "change") {
			case 0:
				raw[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
			case 1:
				raw = slices.Insert(raw, at, rapid.SampledFrom([]byte{0, 1, 0x80, 0x81, 0xc0, 0xff}).Draw(t, "byte"))
			default:
				raw = slices.Delete(raw, at, at+1)
			}
		}
		want, ok := asReflected(raw)
		got, err := audit.DecodeLeaf(raw)
		if !ok {
			require.ErrorIs(t, err, audit.ErrLeaf, "%x", raw)
			return
		}
		require.NoError(t, err, "%x", raw)
		require.Equal(t, want, got)
		read++
	})
	require.Positive(t, read)
}

func FuzzDecodeLeaf(f *testing.F) {
	f.Add(leafOf(f, delivered(f)))
	f.Add(leafOf(f, unread(f)))
	f.Fuzz(func(t *testing.T, raw []byte) { requireOneForm(t, raw) })
}

// TestLeaf_Largest: the largest leaf fits. The test has the two largest entries
// that the rules allow.
func TestLeaf_Largest(t *testing.T) {
	path := make([]voucher.Hash, 31) // of the largest list, which MaxSupply bounds
	var redeem voucher.RedeemCommand
	order := voucher.Events{voucher.OrderHeld{}}
	var vouchers voucher.Events
	for range voucher.MaxLines {
		redeem.Offer.Lines = append(redeem.Offer.Lines, voucher.Line{})
		redeem.Accept.Parts = append(redeem.Accept.Parts, voucher.Part{})
		redeem.Places = append(redeem.Places, voucher.Place{Path: path})
		order = append(order, voucher.VoucherDelivered{})
		vouchers = append(vouchers, voucher.VoucherHeld{})
	}
	create := voucher.CreateCampaign{
		Terms: strings.Repeat("\x01", voucher.MaxTerms), Attestors: make([]voucher.Address, voucher.MaxAttestors),
		Offsets: make([]voucher.Offset, voucher.MaxOffsets), Stores: make([]uint32, voucher.MaxStores),
	}
	for name, c := range map[string]struct {
		command voucher.Command
		events  voucher.Events
		bytes   int
	}{
		"order held": {redeem, append(order, vouchers...), 54_934},
		"campaign":   {voucher.Signed[voucher.CreateCampaign]{Intent: create}, voucher.Events{voucher.CampaignCreated{Create: create}}, 43_847},
	} {
		raw := leafOf(t, ledger.Entry{Command: voucher.EncodeCommand(c.command), Outcome: voucher.Outcome{
			Status: voucher.StatusAccepted, CommandHash: intent.CommandHash(c.command), Events: c.events,
			Position: voucher.Position{Block: 1<<64 - 1, Tx: 1<<32 - 1, Item: 1<<32 - 1}, Time: 1<<64 - 1,
		}})
		require.Len(t, raw, c.bytes, name)
		_, err := audit.DecodeLeaf(raw)
		require.NoError(t, err)
	}
	vouchers = append(vouchers, append(vouchers, vouchers...)...)
	_, err := audit.Leaf(ledger.Entry{Command: voucher.EncodeCommand(redeem), Outcome: voucher.Outcome{
		Status: voucher.StatusAccepted, CommandHash: intent.CommandHash(redeem), Events: append(order, vouchers...),
	}})
	require.ErrorIs(t, err, audit.ErrLeaf)
}

// TestLeaf_TextsThatAreNotUTF8: texts that are not UTF-8 are kept.
func TestLeaf_TextsThatAreNotUTF8(t *testing.T) {
	e := delivered(t)
	first, second := e, e
	first.Outcome.Events = voucher.Events{voucher.StorePut{Name: "\xff"}}
	second.Outcome.Events = voucher.Events{voucher.StorePut{Name: "\xfe"}}
	require.Equal(t, first.Outcome.Canonical(), second.Outcome.Canonical(), "JSON cannot tell them apart")
	require.NotEqual(t, leafOf(t, first), leafOf(t, second))
	again, err := audit.DecodeLeaf(leafOf(t, first))
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Contains(t, string(leafOf(t, first)), "StorePut(address,uint32,uint32,string)")
}
