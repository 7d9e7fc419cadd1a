package voucher_test

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// TestABI_SolidityTypes: Solidity types are literals.
func TestABI_SolidityTypes(t *testing.T) {
	for want, v := range map[string]any{
		"(bytes16,uint32,uint64)":                       voucher.Line{},
		"(bytes32,bytes32)":                             voucher.Signature{},
		"(uint64,int16)":                                voucher.Offset{},
		"(bytes32,uint32,bytes32[])":                    voucher.Place{},
		"(address,address,uint32,uint32,string,uint64)": voucher.PutStore{},
		"(address,address,string,bytes3,uint64,uint64,bool,uint32,uint32,uint32,uint32,uint32,address[],uint64,uint64," +
			"uint64,uint64,uint32,(uint64,int16)[],bool,bool,uint8,uint32,uint32[],uint64)": voucher.CreateCampaign{},
		"(((address,(bytes16,uint32,uint64)[],uint64,uint64,uint64,bytes32),(bytes32,bytes32)," +
			"(bytes32,address,address,uint32,(uint64,uint64)[],bytes3,uint64,bytes32,bytes32),(bytes32,bytes32)," +
			"(bytes32,uint32,bytes32[])[]))": struct{ C voucher.RedeemCommand }{},
	} {
		require.Equal(t, want, voucher.SolidityType(reflect.TypeOf(v)))
	}
}

// word is an ABI word that holds n.
func word(n uint64) []byte {
	w := make([]byte, 32)
	binary.BigEndian.PutUint64(w[24:], n)
	return w
}

// putStoreWords is an encoded PutStore: verb; offset; offset of the intent, r,
// vs; then the intent: author, merchant, version, store, offset of the name,
// deadline, length and bytes of the name.
func putStoreWords(t *testing.T) []byte {
	t.Helper()
	encoded := voucher.EncodeCommand(voucher.Signed[voucher.PutStore]{
		Intent: voucher.PutStore{
			Author: merchant(), Merchant: merchant(), Version: 1, Store: 7, Name: "Yongkang", Deadline: start,
		},
		Signature: voucher.Signature{R: voucher.Hash{1}, VS: voucher.Hash{2}},
	})
	require.Len(t, encoded, 1+32*(1+3+6+2))
	require.Equal(t, word(32), encoded[1:33])
	require.Equal(t, word(96), encoded[33:65])
	return encoded
}

// TestABI_OtherEncodingsOfACommand: other encodings of the same command are refused.
func TestABI_OtherEncodingsOfACommand(t *testing.T) {
	intent := 1 + 32*4 // where the intent's words begin
	at := func(i int) int { return intent + 32*i }
	for name, damage := range map[string]func(b []byte) []byte{
		"nothing":                   func([]byte) []byte { return nil },
		"a verb alone":              func(b []byte) []byte { return b[:1] },
		"no such verb":              func(b []byte) []byte { b[0] = 21; return b },
		"verb zero":                 func(b []byte) []byte { b[0] = 0; return b },
		"another verb":              func(b []byte) []byte { b[0] = byte(voucher.VerbPutKey); return b },
		"a byte more":               func(b []byte) []byte { return append(b, 0) },
		"a word more":               func(b []byte) []byte { return append(b, word(0)...) },
		"a byte less":               func(b []byte) []byte { return b[:len(b)-1] },
		"a word less":               func(b []byte) []byte { return b[:len(b)-32] },
		"too long":                  func(b []byte) []byte { return append(b, make([]byte, voucher.MaxCommand)...) },
		"another first offset":      func(b []byte) []byte { b[1+31] = 64; return b },
		"a dirty first offset":      func(b []byte) []byte { b[1] = 1; return b },
		"a moved intent":            func(b []byte) []byte { b[33+31] = 64; return b },
		"an intent far away":        func(b []byte) []byte { b[33+24] = 0x7f; return b },
		"an offset of 2^64-1":       func(b []byte) []byte { copy(b[33+24:], strings.Repeat("\xff", 8)); return b },
		"an offset beyond 64 bits":  func(b []byte) []byte { b[33] = 1; return b },
		"dirt before an address":    func(b []byte) []byte { b[at(0)] = 1; return b },
		"dirt before a number":      func(b []byte) []byte { b[at(2)] = 1; return b },
		"a uint32 of 2^32":          func(b []byte) []byte { b[at(2)+27] = 1; return b },
		"a uint64 of 2^64":          func(b []byte) []byte { b[at(5)+23] = 1; return b },
		"dirt after a text":         func(b []byte) []byte { b[at(7)+8] = 1; return b },
		"no text":                   func(b []byte) []byte { return b[:at(6)] },
		"a text beyond the end":     func(b []byte) []byte { copy(b[at(6):], word(1<<40)); return b },
		"a text of a longer length": func(b []byte) []byte { b[at(6)+31] = 33; return b },
		"a moved text": func(b []byte) []byte {
			b[at(4)+31] += 32
			return slices.Insert(b, at(6), word(0)...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := voucher.DecodeCommand(slices.Clip(damage(putStoreWords(t)))) // nothing to read behind the end
			require.ErrorIs(t, err, voucher.ErrEncoding)
		})
	}
}

func TestABI_CanonicalCommandMayBeTooLong(t *testing.T) {
	c := voucher.Signed[voucher.PutStore]{Intent: voucher.PutStore{Name: text(voucher.MaxCommand - 1 - 12*32)}}
	for range 2 {
		_, err := voucher.DecodeCommand(voucher.EncodeCommand(c))
		if len(voucher.EncodeCommand(c)) <= voucher.MaxCommand {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, voucher.ErrEncoding)
		}
		c.Intent.Name += text(32)
	}
	require.Greater(t, len(voucher.EncodeCommand(c)), voucher.MaxCommand, "both were tried")
}

// TestABI_SignedNumbers: signed numbers are in two's complement.
func TestABI_SignedNumbers(t *testing.T) {
	for minutes, want := range map[int16]string{0: "00", 1: "01", 15: "0f", -1: "ff", -15: "f1"} {
		encoded := voucher.EncodeABI(voucher.Offset{Minutes: minutes})
		fill := "00"
		if minutes < 0 {
			fill = "ff"
		}
		require.Equal(t, strings.Repeat("00", 32)+strings.Repeat(fill, 31)+want, hex.EncodeToString(encoded))
	}
}

// Texts end on a word, on the byte before or after, or are empty, and lists follow them.
func TestABI_TextsOfEveryLength(t *testing.T) {
	for n := range 70 {
		in := voucher.CreateCampaign{Terms: text(n), Attestors: []voucher.Address{attestor()}, Stores: []uint32{1}}
		var again voucher.CreateCampaign
		require.NoError(t, voucher.DecodeABI(voucher.EncodeABI(in), &again), "%d bytes", n)
		require.Equal(t, in, again)
		store := voucher.PutStore{Name: text(n)} // the text is the last
		var last voucher.PutStore
		require.NoError(t, voucher.DecodeABI(voucher.EncodeABI(store), &last), "%d bytes", n)
		require.Equal(t, store, last)
	}
}

// TestABI_OtherEncodingsOfMembers: other encodings of the same members are refused.
func TestABI_OtherEncodingsOfMembers(t *testing.T) {
	type flags struct {
		Yes   bool             `json:"yes"`
		Short int16            `json:"short"`
		Small uint8            `json:"small"`
		Code  voucher.Currency `json:"code"`
	}
	good := func() []byte {
		return voucher.EncodeABI(flags{Yes: true, Short: -480, Small: 255, Code: voucher.Currency{'T', 'W', 'D'}})
	}
	var into flags
	require.NoError(t, voucher.DecodeABI(good(), &into))
	require.Equal(t, flags{true, -480, 255, voucher.Currency{'T', 'W', 'D'}}, into)
	for name, damage := range map[string]func(b []byte){
		"a bool of 2":                     func(b []byte) { b[31] = 2 },
		"a bool with dirt":                func(b []byte) { b[0] = 1 },
		"a negative number zero-extended": func(b []byte) { copy(b[32:62], make([]byte, 30)) },
		"a positive number sign-extended": func(b []byte) { b[62] = 0x01 },
		"an int16 out of range":           func(b []byte) { b[61] = 0xfe },
		"a uint8 of 256":                  func(b []byte) { b[64+30] = 1 },
		"dirt after bytes3":               func(b []byte) { b[96+3] = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			b := good()
			damage(b)
			var into flags
			require.ErrorIs(t, voucher.DecodeABI(b, &into), voucher.ErrEncoding)
		})
	}
}

// TestABI_OtherEncodingsOfAList: other encodings of the same list are refused.
func TestABI_OtherEncodingsOfAList(t *testing.T) {
	type lists struct {
		Stores []uint32        `json:"stores"`
		Places []voucher.Place `json:"places"`
	}
	good := func() []byte {
		return voucher.EncodeABI(lists{[]uint32{1, 2}, []voucher.Place{{Index: 1}, {Index: 1}}})
	}
	// offset; offsets of both; 2, 1, 2; 2, offsets of both places; each: issue, index, offset, 0
	const places = 32 * (1 + 2 + 3)
	require.Len(t, good(), places+32*(3+2*4))
	for name, damage := range map[string]func(b []byte) []byte{
		"lists the other way round in the tail": func(b []byte) []byte {
			first, second := slices.Clone(b[96:places]), slices.Clone(b[places:])
			copy(b[32:], word(uint64(64+len(second))))
			copy(b[64:], word(64))
			return slices.Concat(b[:96], second, first)
		},
		"two places in one": func(b []byte) []byte {
			copy(b[places+64:], b[places+32:places+64])
			return b[:len(b)-4*32]
		},
		"a length of 2^32":        func(b []byte) []byte { b[96+27] = 1; return b },
		"a length beyond the end": func(b []byte) []byte { copy(b[places:], word(1000)); return b },
		"a length that overflows": func(b []byte) []byte { copy(b[places:], word(math.MaxInt64)); return b },
		"a length of one less":    func(b []byte) []byte { copy(b[96:], word(1)); return b },
	} {
		t.Run(name, func(t *testing.T) {
			var into lists
			require.ErrorIs(t, voucher.DecodeABI(damage(good()), &into), voucher.ErrEncoding)
		})
	}
}

// overlapping is a redeem of the greatest size in which every place points at
// the same long path: 32 KiB that stand for 8 MiB.
func overlapping() []byte {
	c := voucher.EncodeCommand(voucher.RedeemCommand{Places: []voucher.Place{{}}})
	tail := len(c) - 32*(1+1+3+1) // where the list of places starts
	room := (voucher.MaxCommand - tail) / 32
	n := room / 2
	path := room - 1 - n - 4
	b := slices.Concat(c[:tail], word(uint64(n)))
	for range n {
		b = append(b, word(uint64(32*n))...)
	}
	b = slices.Concat(b, word(0), word(0), word(96), word(uint64(path)), make([]byte, 32*path))
	return b
}

// Hostile bytes cost memory in proportion to their length: before it is known
// whether a command is canonical, nothing is multiplied.
func TestABI_HostileEncodingsTakeLittleMemory(t *testing.T) {
	b := overlapping()
	require.LessOrEqual(t, len(b), voucher.MaxCommand)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := voucher.DecodeCommand(b)
	runtime.ReadMemStats(&after)
	require.ErrorIs(t, err, voucher.ErrEncoding)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20))
}

// A list that claims to be longer than what was sent is not even made room for.
func TestABI_LyingLengthsTakeLittleMemory(t *testing.T) {
	const words = 1000
	b := slices.Concat(word(32), word(64), word(96), word(0), word(32*words), make([]byte, 32*words))
	var into struct {
		Stores []uint32        `json:"stores"`
		Places []voucher.Place `json:"places"`
	}
	for n := uint64(words / 2); n < 1<<40; n *= 2 {
		copy(b[128:], word(n))
		taken := allocated(func() { require.ErrorIs(t, voucher.DecodeABI(b, &into), voucher.ErrEncoding) })
		require.Less(t, taken, room(len(b)), "for %d places", n)
	}
}

// TestABI_LargestCommands: the largest commands fit the limit.
func TestABI_LargestCommands(t *testing.T) {
	create := voucher.CreateCampaign{
		Terms: strings.Repeat("x", voucher.MaxTerms), Attestors: make([]voucher.Address, voucher.MaxAttestors),
		Offsets: make([]voucher.Offset, voucher.MaxOffsets), Stores: make([]uint32, voucher.MaxStores),
	}
	lines, parts := make([]voucher.Line, voucher.MaxLines), make([]voucher.Part, voucher.MaxLines)
	places := make([]voucher.Place, voucher.MaxLines)
	for i := range places {
		places[i].Path = make([]voucher.Hash, voucher.MaxProof)
	}
	operators := make([]voucher.Address, voucher.MaxOperators)
	for name, c := range map[string]voucher.Command{
		"create campaign": voucher.Signed[voucher.CreateCampaign]{Intent: create},
		"set operators": voucher.Approved[voucher.SetOperators]{
			Intent:    voucher.SetOperators{Approvers: operators, Operators: operators},
			Approvals: make([]voucher.Signature, voucher.MaxOperators),
		},
		"redeem with a place for each line": voucher.RedeemCommand{
			Offer: voucher.Redeem{Lines: lines}, Accept: voucher.Accept{Parts: parts}, Places: places,
		},
		"cancel with a place for each line": voucher.CancelCommand{Offer: voucher.Redeem{Lines: lines}, Places: places},
	} {
		t.Run(name, func(t *testing.T) {
			require.LessOrEqual(t, len(voucher.EncodeCommand(c)), voucher.MaxCommand)
		})
	}
}

// records is one filled value of everything that is kept or signed, beside commands and events.
func records() []any {
	types := []any{
		voucher.Operators{}, voucher.Merchant{}, voucher.Key{}, voucher.Campaign{}, voucher.Holder{},
		voucher.Issuance{}, voucher.Hold{}, voucher.Place{}, voucher.Signature{}, voucher.Ref{}, voucher.Voucher{},
		voucher.SetOperators{}, voucher.CreateCampaign{}, voucher.ChangeCampaign{}, voucher.Claim{}, voucher.Ticket{},
		voucher.Redeem{}, voucher.Accept{}, voucher.Capture{}, voucher.Rollback{}, voucher.Void{},
	}
	for i, like := range types {
		types[i] = filled(reflect.TypeOf(like)).Interface()
	}
	return types
}

// allocated is how many bytes of memory f took. Other goroutines of a fuzz
// worker count too, so it is an upper bound.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// room is the memory that decoding size bytes may take: reflection costs some tens of
// bytes for each value, and a lying length must cost nothing.
func room(size int) uint64 { return 1<<20 + 256*uint64(size) }

// FuzzDecodeCommand: no bytes panic or take much memory, and what decodes has this one encoding.
func FuzzDecodeCommand(f *testing.F) {
	for _, c := range commands() {
		f.Add(voucher.EncodeCommand(c))
	}
	f.Add(overlapping())
	f.Add([]byte{byte(voucher.VerbPutStore), 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		var c voucher.Command
		var err error
		require.Less(t, allocated(func() { c, err = voucher.DecodeCommand(b) }), room(len(b)))
		if err != nil {
			require.ErrorIs(t, err, voucher.ErrEncoding)
			require.Nil(t, c)
			return
		}
		require.Equal(t, b, voucher.EncodeCommand(c))
		require.Equal(t, generic(t, voucher.CanonicalJSON(c)), string(voucher.CanonicalJSON(c)))
	})
}

// FuzzDecodeABI: the same for everything that a state keeps and an author signs.
func FuzzDecodeABI(f *testing.F) {
	all := records()
	for i, like := range all {
		f.Add(byte(i), voucher.EncodeABI(like))
	}
	f.Fuzz(func(t *testing.T, which byte, b []byte) {
		into := reflect.New(reflect.TypeOf(all[int(which)%len(all)]))
		var err error
		require.Less(t, allocated(func() { err = voucher.DecodeABI(b, into.Interface()) }), room(len(b)))
		if err != nil {
			require.ErrorIs(t, err, voucher.ErrEncoding)
			return
		}
		require.Equal(t, b, voucher.EncodeABI(into.Elem().Interface()))
	})
}
