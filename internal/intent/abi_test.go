package intent_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// arguments describes a Go type to go-ethereum's own ABI package.
func arguments(t require.TestingT, typ reflect.Type) abi.Arguments {
	m := marshaling("value", typ)
	described, err := abi.NewType(m.Type, "", m.Components)
	require.NoError(t, err)
	require.Equal(t, voucher.SolidityType(typ), described.String())
	return abi.Arguments{{Type: described}}
}

func marshaling(name string, typ reflect.Type) abi.ArgumentMarshaling {
	suffix := ""
	if typ.Kind() == reflect.Slice {
		suffix, typ = "[]", typ.Elem()
	}
	if typ.Kind() != reflect.Struct {
		return abi.ArgumentMarshaling{Name: name, Type: voucher.SolidityType(typ) + suffix}
	}
	m := abi.ArgumentMarshaling{Name: name, Type: "tuple" + suffix}
	for i := range typ.NumField() {
		f := typ.Field(i)
		m.Components = append(m.Components, marshaling(f.Tag.Get("json"), f.Type))
	}
	return m
}

// mirror copies a value into the type that go-ethereum made of the description.
func mirror(from, to reflect.Value) {
	switch from.Kind() {
	case reflect.Struct:
		for i := range from.NumField() {
			mirror(from.Field(i), to.Field(i))
		}
	case reflect.Slice:
		to.Set(reflect.MakeSlice(to.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			mirror(from.Index(i), to.Index(i))
		}
	default:
		to.Set(from.Convert(to.Type()))
	}
}

// draw fills a value with anything that its type can hold.
func draw(t *rapid.T, v reflect.Value) {
	edges := rapid.SampledFrom([]uint64{0, 1, math.MaxUint8, math.MaxUint16, math.MaxUint32, math.MaxUint64})
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			draw(t, v.Field(i))
		}
	case reflect.Slice:
		n := rapid.IntRange(0, 3).Draw(t, "length")
		if n > 0 { // a decoded list of nothing is nil
			v.Set(reflect.MakeSlice(v.Type(), n, n))
		}
		for i := range n {
			draw(t, v.Index(i))
		}
	case reflect.Array:
		reflect.Copy(v, reflect.ValueOf(rapid.SliceOfN(rapid.Byte(), v.Len(), v.Len()).Draw(t, "bytes")))
	case reflect.String:
		v.SetString(string(rapid.SliceOfN(rapid.Byte(), 0, 70).Draw(t, "text")))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Int16:
		v.SetInt(int64(rapid.Int16().Draw(t, "int16")))
	default:
		mask := uint64(1)<<v.Type().Bits() - 1
		v.SetUint(rapid.OneOf(rapid.Uint64(), edges).Draw(t, "uint") & mask)
	}
}

// The codec is held against go-ethereum's, which shares no line with it.
func TestABI_EncodingsOfGoEthereum(t *testing.T) {
	for i, c := range ledgertest.EmptyCommands() {
		t.Run(reflect.TypeOf(c).Name(), func(t *testing.T) {
			require.Equal(t, voucher.Verb(i+1), c.Verb())
			rapid.Check(t, func(t *rapid.T) {
				v := reflect.New(reflect.TypeOf(c)).Elem()
				draw(t, v)
				described := arguments(t, v.Type())
				theirs := reflect.New(described[0].Type.GetType()).Elem()
				mirror(v, theirs)
				packed, err := described.Pack(theirs.Interface())
				require.NoError(t, err)

				command := v.Interface().(voucher.Command)
				require.Equal(t, append([]byte{byte(c.Verb())}, packed...), voucher.EncodeCommand(command))
				if len(packed) < voucher.MaxCommand {
					decoded, err := voucher.DecodeCommand(voucher.EncodeCommand(command))
					require.NoError(t, err)
					require.Equal(t, command, decoded)
				}
			})
		})
	}
}

// An event's data is what Solidity logs for its members, none of them indexed.
func TestABI_EventDataOfGoEthereum(t *testing.T) {
	for _, like := range voucher.EventTypes() {
		t.Run(voucher.EventName(like), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				v := reflect.New(reflect.TypeOf(like)).Elem()
				draw(t, v)
				tuple := arguments(t, v.Type())[0].Type
				theirs := reflect.New(tuple.GetType()).Elem()
				mirror(v, theirs)
				var members abi.Arguments
				var values []any
				for i, elem := range tuple.TupleElems {
					members = append(members, abi.Argument{Name: fmt.Sprint(i), Type: *elem})
					values = append(values, theirs.Field(i).Interface())
				}
				data, err := members.Pack(values...)
				require.NoError(t, err)
				event, err := voucher.DecodeEvent(data, like)
				require.NoError(t, err)
				require.Equal(t, v.Interface(), event)

				logged := abi.NewEvent(voucher.EventName(like), voucher.EventName(like), false, members)
				require.Equal(t, logged.Sig, voucher.EventSignature(like))
			})
		})
	}
}

// TestABI_SpoiledAsGoEthereum spoils encodings at random. What is read is what go-ethereum
// reads and would write in these very bytes, and nothing else is.
func TestABI_SpoiledAsGoEthereum(t *testing.T) {
	for _, c := range ledgertest.EmptyCommands() {
		t.Run(reflect.TypeOf(c).Name(), func(t *testing.T) {
			described := arguments(t, reflect.TypeOf(c))
			rapid.Check(t, func(t *rapid.T) {
				v := reflect.New(reflect.TypeOf(c)).Elem()
				draw(t, v)
				command := v.Interface().(voucher.Command)
				spoilt := spoil(t, voucher.EncodeCommand(command)[1:])
				if len(spoilt) >= voucher.MaxCommand {
					return
				}
				ours, err := voucher.DecodeCommand(append([]byte{byte(c.Verb())}, spoilt...))
				values, refused := described.Unpack(spoilt)
				if refused == nil {
					packed, err := described.Pack(values...)
					require.NoError(t, err)
					if !bytes.Equal(packed, spoilt) {
						refused = voucher.ErrEncoding
					}
				}
				if refused != nil {
					require.ErrorIs(t, err, voucher.ErrEncoding, "%x", spoilt)
					return
				}
				require.NoError(t, err, "%x", spoilt)
				want := reflect.New(described[0].Type.GetType()).Elem()
				mirror(reflect.ValueOf(ours), want)
				require.Equal(t, want.Interface(), values[0])
			})
		})
	}
}

// spoil changes bytes and words of an encoding, or its length, or nothing.
func spoil(t *rapid.T, b []byte) []byte {
	for range rapid.IntRange(0, 2).Draw(t, "changes") {
		word := 32 * rapid.IntRange(0, max(len(b)/32-1, 0)).Draw(t, "word")
		switch rapid.IntRange(0, 4).Draw(t, "change") {
		case 0: // a byte of a word, most often one beside a value
			if len(b) > word {
				b[word+rapid.IntRange(0, min(31, len(b)-word-1)).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
			}
		case 1: // a small number, as offsets, lengths and flags are
			if len(b) >= word+32 {
				copy(b[word:], make([]byte, 32))
				b[word+31] = rapid.SampledFrom([]byte{0, 1, 2, 32, 64, 96, 255}).Draw(t, "number")
			}
		case 2: // the fill of a negative number
			if len(b) >= word+32 {
				copy(b[word:], bytes.Repeat([]byte{0xff}, rapid.IntRange(1, 32).Draw(t, "fill")))
			}
		case 3:
			b = append(b, make([]byte, rapid.IntRange(1, 64).Draw(t, "more"))...)
		default:
			b = b[:len(b)-rapid.IntRange(0, min(64, len(b))).Draw(t, "less")]
		}
	}
	return b
}

// Each verb's commandHash, of the literals in voucher/testdata/commands.json.
func TestABI_CommandHashesFrozen(t *testing.T) {
	raw, err := os.ReadFile("../voucher/testdata/commands.json")
	require.NoError(t, err)
	var vectors []struct {
		Verb     voucher.Verb `json:"verb"`
		Encoding string       `json:"encoding"`
	}
	require.NoError(t, json.Unmarshal(raw, &vectors))
	require.Len(t, vectors, len(ledgertest.EmptyCommands()))
	type hashes struct {
		Verb        voucher.Verb `json:"verb"`
		ID          voucher.Hash `json:"id"`
		CommandHash voucher.Hash `json:"commandHash"`
	}
	var got []hashes
	for _, v := range vectors {
		encoded, err := hex.DecodeString(strings.TrimPrefix(v.Encoding, "0x"))
		require.NoError(t, err)
		c, err := voucher.DecodeCommand(encoded)
		require.NoError(t, err)
		require.Equal(t, voucher.Hash(crypto.Keccak256(encoded)), intent.CommandHash(c))
		require.Equal(t, domain().ID(c), domain().Recover(c).ID)
		got = append(got, hashes{v.Verb, domain().ID(c), intent.CommandHash(c)})
	}
	golden(t, "commands.json", got)
}

// FuzzCommandsAreReadAsGoEthereumReadsThem: what is decoded, go-ethereum
// decodes to the same values; and what go-ethereum decodes and would encode to
// the same bytes is decoded.
func FuzzCommandsAreReadAsGoEthereumReadsThem(f *testing.F) {
	raw, err := os.ReadFile("../voucher/testdata/commands.json")
	require.NoError(f, err)
	var vectors []struct {
		Encoding string `json:"encoding"`
	}
	require.NoError(f, json.Unmarshal(raw, &vectors))
	for _, v := range vectors {
		encoded, err := hex.DecodeString(strings.TrimPrefix(v.Encoding, "0x"))
		require.NoError(f, err)
		f.Add(encoded)
	}
	types := ledgertest.EmptyCommands()
	described := make([]abi.Arguments, len(types))
	for i, c := range types {
		described[i] = arguments(f, reflect.TypeOf(c))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == 0 || int(b[0]) < 1 || int(b[0]) > len(types) {
			return
		}
		theirs := described[b[0]-1]
		values, refused := theirs.Unpack(b[1:])
		ours, err := voucher.DecodeCommand(b)
		if err == nil {
			require.NoError(t, refused)
			want := reflect.New(theirs[0].Type.GetType()).Elem()
			mirror(reflect.ValueOf(ours), want)
			require.Equal(t, want.Interface(), values[0])
			return
		}
		if refused != nil || len(b) > voucher.MaxCommand {
			return
		}
		packed, err := theirs.Pack(values...)
		require.NoError(t, err)
		require.NotEqual(t, b[1:], packed, "a canonical encoding was refused")
	})
}
