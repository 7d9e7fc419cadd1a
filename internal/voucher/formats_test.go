package voucher_test

import (
	"encoding"
	"encoding/hex"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/voucher"
)

// TestSlot_DocumentedLiterals: slots are the documented literals.
func TestSlot_DocumentedLiterals(t *testing.T) {
	owner, err := voucher.ParseAddress("0x00112233445566778899aabbccddeeff00112233")
	require.NoError(t, err)
	top := voucher.Address([]byte(strings.Repeat("\xff", 20)))
	for _, c := range []struct {
		name string
		slot string
		v    voucher.Voucher
	}{
		{
			"the example of the documentation",
			"00112233445566778899aabbccddeeff0011223300000000a1e7f206ab13b801",
			voucher.Voucher{Owner: owner, Units: 10, Expiry: validUntil, SignedAt: start, State: voucher.StateClaimed},
		},
		{
			"every member at its greatest",
			"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
			voucher.Voucher{Owner: top, Units: voucher.MaxUnits, Expiry: voucher.MaxInstant, SignedAt: voucher.MaxSignedAt, State: 15},
		},
		{"nobody's", strings.Repeat("0", 64), voucher.Voucher{}},
		{"units alone", strings.Repeat("0", 40) + "fffffffff000000000000000", voucher.Voucher{Units: voucher.MaxUnits}},
		{"expiry alone", strings.Repeat("0", 40) + "000000000ffffff000000000", voucher.Voucher{Expiry: voucher.MaxInstant}},
		{"signedAt alone", strings.Repeat("0", 40) + "000000000000000ffffffff0", voucher.Voucher{SignedAt: voucher.MaxSignedAt}},
		{"state alone", strings.Repeat("0", 40) + "000000000000000000000003", voucher.Voucher{State: voucher.StateVoid}},
	} {
		t.Run(c.name, func(t *testing.T) {
			slot := c.v.Pack()
			require.Equal(t, c.slot, hex.EncodeToString(slot[:]))
			require.Equal(t, c.v, slot.Unpack())
		})
	}
}

// TestSlot_ReadsBack: every slot unpacks to the voucher that packs to it.
func TestSlot_ReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		slot := voucher.Slot(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "slot"))
		require.Equal(t, slot, slot.Unpack().Pack())
	})
}

// TestID_DocumentedText: ids have their documented text.
func TestID_DocumentedText(t *testing.T) {
	campaign := voucher.CampaignID{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	require.Equal(t, "cmp_000102030405060708090a0b0c0d0e0f", campaign.String())
	require.Equal(t, "vch_000102030405060708090a0b0c0d0e0f0000002a", voucher.Ref{Campaign: campaign, Serial: 42}.String())
	require.Equal(t, campaign, voucher.CampaignOf(voucher.Hash{
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
	}))
	require.Equal(t, "TWD", voucher.Currency{'T', 'W', 'D'}.String())
	require.Equal(t, "12.0.3", voucher.Position{Block: 12, Tx: 0, Item: 3}.String())

	text, err := json.Marshal([]any{campaign, voucher.Currency{'T', 'W', 'D'}, voucher.Position{Block: 1, Tx: 2, Item: 3}, voucher.KindSpent, voucher.StatusAccepted})
	require.NoError(t, err)
	require.JSONEq(t, `["0x000102030405060708090a0b0c0d0e0f","TWD","1.2.3","spent","accepted"]`, string(text))
}

// TestID_TextReadsBack: texts of ids round trip.
func TestID_TextReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "bytes")
		hash, err := voucher.ParseHash(voucher.Hash(raw).String())
		require.NoError(t, err)
		require.Equal(t, voucher.Hash(raw), hash)

		address, err := voucher.ParseAddress(voucher.Address(raw[:20]).String())
		require.NoError(t, err)
		require.Equal(t, voucher.Address(raw[:20]), address)

		campaign := voucher.CampaignID(raw[:16])
		for _, text := range []string{campaign.String(), "0x" + hex.EncodeToString(raw[:16])} {
			got, err := voucher.ParseCampaignID(text)
			require.NoError(t, err)
			require.Equal(t, campaign, got)
		}

		ref := voucher.Ref{Campaign: campaign, Serial: rapid.Uint32().Draw(t, "serial")}
		gotRef, err := voucher.ParseRef(ref.String())
		require.NoError(t, err)
		require.Equal(t, ref, gotRef)

		p := voucher.Position{
			Block: rapid.Uint64().Draw(t, "block"), Tx: rapid.Uint32().Draw(t, "tx"), Item: rapid.Uint32().Draw(t, "item"),
		}
		gotPosition, err := voucher.ParsePosition(p.String())
		require.NoError(t, err)
		require.Equal(t, p, gotPosition)
	})
}

// TestID_Malformed: other texts are no ids.
func TestID_Malformed(t *testing.T) {
	hash := func(s string) error { _, err := voucher.ParseHash(s); return err }
	address := func(s string) error { _, err := voucher.ParseAddress(s); return err }
	campaign := func(s string) error { _, err := voucher.ParseCampaignID(s); return err }
	ref := func(s string) error { _, err := voucher.ParseRef(s); return err }
	position := func(s string) error { _, err := voucher.ParsePosition(s); return err }
	currency := func(s string) error { return new(voucher.Currency).UnmarshalText([]byte(s)) }
	kind := func(s string) error { return new(voucher.Kind).UnmarshalText([]byte(s)) }
	status := func(s string) error { return new(voucher.Status).UnmarshalText([]byte(s)) }
	for _, c := range []struct {
		name  string
		parse func(string) error
		texts []string
	}{
		{"hash", hash, []string{"", "0x", "0x" + strings.Repeat("0", 63), "0x" + strings.Repeat("0", 65), strings.Repeat("0", 64), "0X" + strings.Repeat("0", 64), "0x" + strings.Repeat("g", 64)}},
		{"address", address, []string{"", "0x" + strings.Repeat("0", 39), "0x" + strings.Repeat("0", 64), " 0x" + strings.Repeat("0", 40)}},
		{"campaign", campaign, []string{"", "cmp_", "cmp_0x" + strings.Repeat("0", 30), "CMP_" + strings.Repeat("0", 32), "vch_" + strings.Repeat("0", 32)}},
		{"voucher", ref, []string{"", "vch_", strings.Repeat("0", 40), "vch_" + strings.Repeat("0", 39), "vch_0x" + strings.Repeat("0", 38), "0x" + strings.Repeat("0", 40)}},
		{"position", position, []string{"", "1", "1.2", "1.2.3.4", "1..3", "01.2.3", "+1.2.3", "-1.2.3", " 1.2.3", "1.2.3 ", "1.2.4294967296", "18446744073709551616.0.0", "1.2.3e0", "1.2.0x3"}},
		{"currency", currency, []string{"", "TW", "TWDD", "twd", "TW1", "TW@", "TW[", "0x5457440"}},
		{"kind", kind, []string{"", "Spent", "kind_6", "kind_250"}},
		{"status", status, []string{"", "Accepted", "done"}},
	} {
		for _, text := range c.texts {
			t.Run(c.name+" "+text, func(t *testing.T) { require.ErrorIs(t, c.parse(text), voucher.ErrText) })
		}
	}
}

// FuzzTexts: what any of the texts means is written as a text that means the
// same; what means nothing is refused shortly, however long it is.
func FuzzTexts(f *testing.F) {
	for _, text := range []string{
		"0x00112233445566778899aabbccddeeff00112233", "0x" + strings.Repeat("Ab", 32), "cmp_000102030405060708090a0b0c0d0e0f",
		"0x000102030405060708090a0b0c0d0e0f", "vch_000102030405060708090a0b0c0d0e0f0000002a", "TWD", "0x545744", "12.0.3",
		"18446744073709551615.4294967295.4294967295", "already_used", "accepted", "cmp_0x", "01.2.3",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, err := range []error{
			rereads(t, text, func(v voucher.Address) string { return v.String() }),
			rereads(t, text, func(v voucher.Hash) string { return v.String() }),
			rereads(t, text, func(v voucher.CampaignID) string { return v.String() }),
			rereads(t, text, func(v voucher.Position) string { return v.String() }),
			rereads(t, text, func(v voucher.Kind) string { return v.String() }),
			rereads(t, text, func(v voucher.Status) string { return v.String() }),
			rereads(t, text, func(v voucher.Currency) string {
				written, _ := v.MarshalText() // never fails
				return string(written)
			}),
		} {
			if err != nil {
				require.ErrorIs(t, err, voucher.ErrText)
				require.Less(t, len(err.Error()), 1000)
			}
		}
		if ref, err := voucher.ParseRef(text); err == nil {
			require.Equal(t, strings.ToLower(text), ref.String())
		} else {
			require.ErrorIs(t, err, voucher.ErrText)
		}
	})
}

// rereads reads a text and, if it means a value, wants what is written of the value to mean it too.
func rereads[T comparable, P interface {
	*T
	encoding.TextUnmarshaler
}](t *testing.T, text string, write func(T) string) error {
	t.Helper()
	var v, again T
	if err := P(&v).UnmarshalText([]byte(text)); err != nil {
		return err
	}
	require.NoError(t, P(&again).UnmarshalText([]byte(write(v))))
	require.Equal(t, v, again)
	return nil
}

// FuzzSlotJSON: a voucher's JSON is refused, or is what its slot holds: nothing
// spills from one member into another.
func FuzzSlotJSON(f *testing.F) {
	slot := voucher.Voucher{Owner: wallet(1), Units: 10, Expiry: validUntil, SignedAt: start, State: voucher.StateClaimed}.Pack()
	text, err := slot.MarshalJSON()
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(`{"units":68719476735,"expiry":15099493500,"signedAt":4294967295,"state":15}`))
	f.Add([]byte(`{"units":68719476736}`))
	f.Add([]byte(`{"expiry":1}`))
	f.Add([]byte(`{"state":16}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var slot voucher.Slot
		var v voucher.Voucher
		plain := json.Unmarshal(text, &v)
		if err := json.Unmarshal(text, &slot); err != nil {
			return
		}
		require.NoError(t, plain)
		require.Equal(t, v, slot.Unpack())
		requireRereads(t, slot)
	})
}

// TestID_ShortErrors: the error for a malformed id is short, however long the text.
func TestID_ShortErrors(t *testing.T) {
	for n, whole := range map[int]bool{79: true, 80: true, 81: false, 1 << 16: false} {
		_, err := voucher.ParsePosition(strings.Repeat("1", n))
		require.ErrorIs(t, err, voucher.ErrText)
		require.Equal(t, whole, strings.Contains(err.Error(), `"`+strings.Repeat("1", n)+`"`), "%d characters", n)
		require.Less(t, len(err.Error()), 200)
	}
}

// TestCurrency_ThreeCapitals: currencies are any three capitals.
func TestCurrency_ThreeCapitals(t *testing.T) {
	for _, text := range []string{"AAA", "ZZZ", "AZA"} {
		var c voucher.Currency
		require.NoError(t, c.UnmarshalText([]byte(text)))
		require.Equal(t, text, c.String())
	}
}

// What is no currency has a text too, so that nothing is lost where it is refused.
func TestCurrency_MalformedInHex(t *testing.T) {
	for _, c := range []voucher.Currency{{}, {'T', 'W', 0xff}, {'t', 'w', 'd'}} {
		text, err := c.MarshalText()
		require.NoError(t, err)
		require.Equal(t, "0x"+hex.EncodeToString(c[:]), string(text))
		var again voucher.Currency
		require.NoError(t, again.UnmarshalText(text))
		require.Equal(t, c, again)
	}
}

// TestRef_Order: vouchers are ordered by campaign then serial.
func TestRef_Order(t *testing.T) {
	inOrder := []voucher.Ref{
		{}, {Serial: 1}, {Serial: math.MaxUint32}, {Campaign: voucher.CampaignID{15: 1}}, {Campaign: voucher.CampaignID{15: 1}, Serial: 2},
		{Campaign: voucher.CampaignID{0: 1}}, {Campaign: voucher.CampaignID{0: 0xff}},
	}
	for i, a := range inOrder {
		for j, b := range inOrder {
			require.Equal(t, i < j, a.Less(b), "%s before %s", a, b)
		}
	}
}

// TestPosition_Order: positions are ordered by block then transaction then item.
func TestPosition_Order(t *testing.T) {
	inOrder := []voucher.Position{
		{}, {Item: 1}, {Item: math.MaxUint32}, {Tx: 1}, {Tx: 1, Item: 1}, {Tx: math.MaxUint32}, {Block: 1}, {Block: 1, Item: 1},
		{Block: 2}, {Block: math.MaxUint64, Tx: math.MaxUint32, Item: math.MaxUint32},
	}
	for i, a := range inOrder {
		for j, b := range inOrder {
			require.Equal(t, i < j, a.Before(b), "%s before %s", a, b)
		}
	}
}

// The numbers of kinds are logged by contracts and the names are in every API
// answer: a new kind goes to the end.
func TestKind_NumbersAndNames(t *testing.T) {
	names := strings.Fields(`
		none malformed bad_signature deadline_passed deadline_too_far signed_ahead unknown_merchant
		merchant_suspended not_authorised exists wrong_version unknown_campaign campaign_inactive invalid_terms
		supply_exceeded outside_window wrong_ordinal limit_reached day_limit_reached ticket_invalid serials_taken
		unknown_voucher not_owner not_yet_valid expired insufficient_units spent void already_used superseded held
		wrong_store wrong_currency discount_too_high wrong_offer not_transferable not_held hold_too_long
		rollback_exceeds wrong_returned not_voidable bad_place unsupported not_returnable
		possession_wanted offer_over recovery_pending list_full`)
	for number, name := range names {
		k := voucher.Kind(number)
		row, ok := k.Refusal()
		require.True(t, ok)
		require.Equal(t, name, row.Code)
		require.Equal(t, name, k.String())
		require.NotEmpty(t, row.Sentence)
		var again voucher.Kind
		require.NoError(t, again.UnmarshalText([]byte(name)))
		require.Equal(t, k, again)
	}
	for number := len(names); number < 256; number++ {
		_, ok := voucher.Kind(number).Refusal()
		require.False(t, ok, "kind %d is not in this list", number)
	}
	require.Equal(t, "kind_255", voucher.Kind(255).String())
}

// TestCommand_CarriesItsIntents: commands carry the intents that were signed.
func TestCommand_CarriesItsIntents(t *testing.T) {
	claim := voucher.ClaimCommand{Claim: voucher.Claim{Ordinal: 1}, Signature: voucher.Signature{R: voucher.Hash{1}}}
	require.Equal(t, []any{claim.Claim}, claim.Intents())
	require.Equal(t, []voucher.Signature{claim.Signature}, claim.Signatures())
	claim.Ticket, claim.TicketSignature = voucher.Ticket{Subject: voucher.Hash{2}}, voucher.Signature{R: voucher.Hash{3}}
	require.Equal(t, []any{claim.Claim, claim.Ticket}, claim.Intents())
	require.Equal(t, []voucher.Signature{claim.Signature, claim.TicketSignature}, claim.Signatures())
}

// TestVerb_Numbers: verbs keep their numbers.
func TestVerb_Numbers(t *testing.T) {
	for i, c := range commands() {
		require.Equal(t, voucher.Verb(i+1), c.Verb(), "%T", c)
	}
	require.Len(t, commands(), int(voucher.VerbPutAttestor))
}

// Every verb's wire format is a literal in testdata/commands.json. Package
// intent holds the commandHash of each.
func TestCommand_EncodingsFrozen(t *testing.T) {
	type vector struct {
		Verb     voucher.Verb `json:"verb"`
		Command  string       `json:"command"` // canonical JSON
		Encoding string       `json:"encoding"`
	}
	var got []vector
	for _, c := range commands() {
		encoded := voucher.EncodeCommand(c)
		require.Equal(t, byte(c.Verb()), encoded[0])
		decoded, err := voucher.DecodeCommand(encoded)
		require.NoError(t, err)
		require.Equal(t, c, decoded)
		got = append(got, vector{c.Verb(), string(voucher.CanonicalJSON(c)), "0x" + hex.EncodeToString(encoded)})
	}
	golden(t, "commands.json", got)
}
