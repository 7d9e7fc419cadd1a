package voucher

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// The ABI encoding of Solidity ("Contract ABI Specification", formal part) for
// the types that commands, events and records use: unsigned and signed
// integers, bool, bytesN, address, string, slices and structs. A struct is
// encoded as abi.encode(struct) does: a tuple, with the leading offset word
// where it is dynamic.

const wordSize = 32

// ErrEncoding says that bytes are not the one canonical encoding of the type asked for.
var ErrEncoding = errors.New("not a canonical encoding")

// EncodeCommand is the verb followed by the ABI encoding of the command.
func EncodeCommand(c Command) []byte {
	return appendABI([]byte{byte(c.Verb())}, addressable(c))
}

// DecodeCommand reads what EncodeCommand writes and nothing else: one command,
// one encoding. The error is ErrEncoding.
func DecodeCommand(b []byte) (Command, error) {
	if len(b) == 0 || len(b) > MaxCommand {
		return nil, fmt.Errorf("a command has 1 to %d bytes, not %d: %w", MaxCommand, len(b), ErrEncoding)
	}
	row, ok := Verb(b[0]).row()
	if !ok {
		return nil, fmt.Errorf("verb %d is unknown: %w", b[0], ErrEncoding)
	}
	target := reflect.New(reflect.TypeOf(row.command))
	if err := DecodeABI(b[1:], target.Interface()); err != nil {
		return nil, err
	}
	c, ok := target.Elem().Interface().(Command)
	if !ok {
		return nil, fmt.Errorf("verb %d: %w", b[0], ErrEncoding)
	}
	return c, nil
}

// EncodeABI is abi.encode(v) of a struct.
func EncodeABI(v any) []byte { return appendABI(nil, addressable(v)) }

// appendABI appends what EncodeABI writes.
func appendABI(out []byte, v reflect.Value) []byte {
	if isDynamic(v) {
		out = appendUint(out, wordSize)
	}
	return appendTuple(out, v)
}

// addressable is a copy of a struct whose arrays can be read without another copy.
func addressable(v any) reflect.Value {
	of := reflect.ValueOf(v)
	held := reflect.New(of.Type()).Elem()
	held.Set(of)
	return held
}

// DecodeABI reads what EncodeABI writes for the struct that into points to,
// and refuses every other encoding of the same values. The error is ErrEncoding.
func DecodeABI(b []byte, into any) error {
	target := reflect.ValueOf(into).Elem()
	if isDynamic(target) {
		if offset, err := readUint(b); err != nil || offset != wordSize {
			return fmt.Errorf("offset out of place: %w", ErrEncoding)
		}
		b = b[wordSize:]
	}
	return decodeMembers(b, target)
}

// DecodeValues reads a list of values, as a call returns or an event logs them:
// the members of a struct without the offset word that a dynamic struct has.
func DecodeValues(b []byte, into any) error { return decodeMembers(b, reflect.ValueOf(into).Elem()) }

// decodeMembers reads the members of a struct, which are all that b has. Each word has
// to be as it is written for its value, and each tail has to stand where it is written: so
// nothing is encoded again to compare.
func decodeMembers(b []byte, v reflect.Value) error {
	size, err := decodeValue(b, v)
	if err == nil && size != len(b) {
		return fmt.Errorf("%d bytes follow: %w", len(b)-size, ErrEncoding)
	}
	return err
}

// SolidityType is the canonical type of t in signatures: a struct is its
// members in parentheses.
//
//	Line  →  (bytes16,uint32,uint64)
func SolidityType(t reflect.Type) string {
	switch {
	case t.Kind() == reflect.Struct:
		members := make([]string, t.NumField())
		for i := range members {
			members[i] = SolidityType(t.Field(i).Type)
		}
		return "(" + strings.Join(members, ",") + ")"
	case t.Kind() == reflect.Slice:
		return SolidityType(t.Elem()) + "[]"
	case t == reflect.TypeFor[Address]():
		return "address"
	case t.Kind() == reflect.Array:
		return fmt.Sprintf("bytes%d", t.Len())
	default: // bool, string, uintN, intN are called the same in Go
		return t.Kind().String()
	}
}

// isDynamic reports whether a value's type has tails. It looks at values, as
// looking at the fields of types takes memory each time.
func isDynamic(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.String:
		return true
	case reflect.Struct:
		for i := range v.NumField() {
			if isDynamic(v.Field(i)) {
				return true
			}
		}
	}
	return false
}

// headSize is how many bytes a value takes in the head of its tuple.
func headSize(v reflect.Value) int {
	if v.Kind() != reflect.Struct || isDynamic(v) {
		return wordSize
	}
	return headsSize(v)
}

// headsSize is how many bytes the heads of a struct's members take.
func headsSize(v reflect.Value) (size int) {
	for i := range v.NumField() {
		size += headSize(v.Field(i))
	}
	return size
}

func appendTuple(out []byte, v reflect.Value) []byte {
	return appendSequence(out, headsSize(v), v.NumField(), v.Field)
}

// appendSequence appends the heads of n elements, then the tails that they point to.
func appendSequence(out []byte, heads, n int, element func(int) reflect.Value) []byte {
	start, at := len(out), len(out)
	out = append(out, make([]byte, heads)...)
	for i := range n {
		e := element(i)
		size := wordSize
		switch {
		case isDynamic(e):
			putUint(out[at:], uint64(len(out)-start))
			out = appendTail(out, e)
		case e.Kind() == reflect.Struct:
			size = headsSize(e)
			putTuple(out[at:at+size], e)
		default:
			putWord(out[at:at+wordSize], e)
		}
		at += size
	}
	return out
}

// appendTail appends a value whose type is dynamic.
func appendTail(out []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Struct:
		return appendTuple(out, v)
	case reflect.Slice:
		n := v.Len()
		out = appendUint(out, uint64(n)) //nolint:gosec // a length
		if n == 0 {
			return out
		}
		return appendSequence(out, n*headSize(v.Index(0)), n, v.Index)
	default: // a string
		out = append(appendUint(out, uint64(v.Len())), v.String()...) //nolint:gosec // a length
		return append(out, make([]byte, (wordSize-v.Len()%wordSize)%wordSize)...)
	}
}

// putTuple writes a struct of static members over zeros.
func putTuple(w []byte, v reflect.Value) {
	for i, at := 0, 0; i < v.NumField(); i++ {
		e, size := v.Field(i), wordSize
		if e.Kind() == reflect.Struct {
			size = headsSize(e)
			putTuple(w[at:at+size], e)
		} else {
			putWord(w[at:at+wordSize], e)
		}
		at += size
	}
}

// Word is the 32 bytes of an atomic value: integers and addresses to the
// right, bytesN to the left. EIP-712 encodes atomic members the same way.
func Word(v reflect.Value) (w [wordSize]byte) {
	putWord(w[:], v)
	return w
}

// putWord writes Word over zeros.
func putWord(w []byte, v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			w[31] = 1
		}
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		binary.BigEndian.PutUint64(w[24:], v.Uint())
	case reflect.Int16:
		if v.Int() < 0 {
			for i := range w {
				w[i] = 0xff
			}
		}
		binary.BigEndian.PutUint64(w[24:], uint64(v.Int())) //nolint:gosec // two's complement is what the ABI wants
	case reflect.Array:
		at := 0
		if v.Type() == reflect.TypeFor[Address]() {
			at = wordSize - v.Len()
		}
		if v.CanAddr() {
			copy(w[at:], v.Bytes())
		} else {
			reflect.Copy(reflect.ValueOf(w[at:at+v.Len()]), v)
		}
	default:
		panic("voucher: no word for a " + v.Kind().String())
	}
}

func appendUint(b []byte, n uint64) []byte {
	return binary.BigEndian.AppendUint64(append(b, make([]byte, wordSize-8)...), n)
}

// putUint writes a number over the zeros of a word.
func putUint(w []byte, n uint64) { binary.BigEndian.PutUint64(w[wordSize-8:], n) }

// decodeSequence reads what appendSequence writes and returns its length. Every
// tail must follow the one before, so that no bytes are read twice: what is
// decoded is never larger than what was sent.
func decodeSequence(b []byte, heads, n int, element func(int) reflect.Value) (int, error) {
	if len(b) < heads {
		return 0, fmt.Errorf("it ends early: %w", ErrEncoding)
	}
	at, end := 0, heads
	for i := range n {
		e := element(i)
		if !isDynamic(e) {
			size, err := decodeValue(b[at:], e)
			if err != nil {
				return 0, err
			}
			at += size
			continue
		}
		offset, err := readUint(b[at:])
		if err != nil || offset != uint64(end) { //nolint:gosec // a length
			return 0, fmt.Errorf("offset out of place: %w", ErrEncoding)
		}
		size, err := decodeValue(b[end:], e)
		if err != nil {
			return 0, err
		}
		at, end = at+wordSize, end+size
	}
	return end, nil
}

// decodeValue reads a value at the front of b and returns its length.
func decodeValue(b []byte, v reflect.Value) (int, error) {
	switch v.Kind() {
	case reflect.Struct:
		return decodeSequence(b, headsSize(v), v.NumField(), v.Field)
	case reflect.Slice:
		return decodeSlice(b, v)
	case reflect.String:
		return decodeText(b, v)
	default:
		if len(b) < wordSize {
			return 0, fmt.Errorf("it ends early: %w", ErrEncoding)
		}
		return wordSize, decodeWord(b[:wordSize], v)
	}
}

func decodeText(b []byte, v reflect.Value) (int, error) {
	n, err := readUint(b)
	if err != nil || n > uint64(len(b)-wordSize) {
		return 0, fmt.Errorf("text out of range: %w", ErrEncoding)
	}
	end := wordSize + int(n) //nolint:gosec // n is at most len(b)
	size := (end + wordSize - 1) / wordSize * wordSize
	if size > len(b) || !filled(b[end:size], 0) {
		return 0, fmt.Errorf("zeros up to a whole word are wanted after a text: %w", ErrEncoding)
	}
	v.SetString(string(b[wordSize:end]))
	return size, nil
}

func decodeSlice(b []byte, v reflect.Value) (int, error) {
	n, err := readUint(b)
	if err != nil {
		return 0, fmt.Errorf("list out of range: %w", ErrEncoding)
	}
	if n == 0 {
		v.SetZero() // nil and empty have one encoding, and one Go value
		return wordSize, nil
	}
	each := headSize(reflect.Zero(v.Type().Elem()))
	if n > uint64(len(b)-wordSize)/uint64(each) {
		return 0, fmt.Errorf("list out of range: %w", ErrEncoding)
	}
	v.Set(reflect.MakeSlice(v.Type(), int(n), int(n)))                      //nolint:gosec // n is at most len(b)
	size, err := decodeSequence(b[wordSize:], int(n)*each, int(n), v.Index) //nolint:gosec // likewise
	return wordSize + size, err
}

// decodeWord sets an atomic value. A word that putWord does not write is refused.
func decodeWord(w []byte, v reflect.Value) error {
	if v.Kind() == reflect.Array {
		return decodeBytes(w, v)
	}
	low, fill, fits := binary.BigEndian.Uint64(w[24:]), byte(0), false
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(low == 1)
		fits = low <= 1
	case reflect.Int16:
		n := int64(int16(low)) //nolint:gosec // what does not fit is found below
		if n < 0 {
			fill = 0xff
		}
		v.SetInt(n)
		fits = uint64(n) == low //nolint:gosec // two's complement is what the ABI wants
	default:
		if fits = !v.OverflowUint(low); fits {
			v.SetUint(low)
		}
	}
	if !fits || !filled(w[:24], fill) {
		return fmt.Errorf("a number that does not fit: %w", ErrEncoding)
	}
	return nil
}

// decodeBytes sets an address, which stands to the right, or bytesN, which stand to the left.
func decodeBytes(w []byte, v reflect.Value) error {
	at, padding := 0, w[v.Len():]
	if v.Type() == reflect.TypeFor[Address]() {
		at = wordSize - v.Len()
		padding = w[:at]
	}
	if !filled(padding, 0) {
		return fmt.Errorf("something stands beside %d bytes: %w", v.Len(), ErrEncoding)
	}
	copy(v.Bytes(), w[at:])
	return nil
}

// filled reports whether all bytes are the same as one.
func filled(b []byte, one byte) bool {
	for _, other := range b {
		if other != one {
			return false
		}
	}
	return true
}

// readUint reads a word as a number up to 2^62.
func readUint(b []byte) (uint64, error) {
	if len(b) < wordSize || !filled(b[:24], 0) {
		return 0, ErrEncoding
	}
	n := binary.BigEndian.Uint64(b[24:])
	if n > 1<<62 {
		return 0, ErrEncoding
	}
	return n, nil
}
