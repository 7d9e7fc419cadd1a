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
	return append([]byte{byte(c.Verb())}, EncodeABI(c)...)
}

// DecodeCommand reads what EncodeCommand writes and nothing else: one command,
// one encoding. The error is ErrEncoding.
func DecodeCommand(b []byte) (Command, error) { return decodeCommand(b, DecodeABI) }

// AcceptedCommand is DecodeCommand for what a ledger has accepted: that it is in
// its one encoding was looked at then, and half of the work is not done again.
func AcceptedCommand(b []byte) (Command, error) { return decodeCommand(b, readABI) }

func decodeCommand(b []byte, decode func(b []byte, into any) error) (Command, error) {
	if len(b) == 0 || len(b) > MaxCommand {
		return nil, fmt.Errorf("a command has 1 to %d bytes, not %d: %w", MaxCommand, len(b), ErrEncoding)
	}
	row, ok := Verb(b[0]).row()
	if !ok {
		return nil, fmt.Errorf("verb %d is unknown: %w", b[0], ErrEncoding)
	}
	target := reflect.New(reflect.TypeOf(row.command))
	if err := decode(b[1:], target.Interface()); err != nil {
		return nil, err
	}
	c, ok := target.Elem().Interface().(Command)
	if !ok {
		return nil, fmt.Errorf("verb %d: %w", b[0], ErrEncoding)
	}
	return c, nil
}

// EncodeABI is abi.encode(v) of a struct.
func EncodeABI(v any) []byte {
	value := reflect.ValueOf(v)
	var out []byte
	if isDynamic(value.Type()) {
		out = appendUint(out, wordSize)
	}
	return append(out, encodeTuple(value)...)
}

// DecodeABI reads what EncodeABI writes for the struct that into points to,
// and refuses every other encoding of the same values.
func DecodeABI(b []byte, into any) error {
	if err := readABI(b, into); err != nil {
		return err
	}
	if string(EncodeABI(reflect.ValueOf(into).Elem().Interface())) != string(b) {
		return fmt.Errorf("another encoding of the same values: %w", ErrEncoding)
	}
	return nil
}

// readABI reads any encoding of the values.
func readABI(b []byte, into any) error {
	target := reflect.ValueOf(into).Elem()
	body := b
	if isDynamic(target.Type()) {
		if len(b) < wordSize {
			return fmt.Errorf("%d bytes are too short: %w", len(b), ErrEncoding)
		}
		body = b[wordSize:]
	}
	_, err := decodeValue(body, target)
	return err
}

// DecodeValues reads a list of values, as a call returns or an event logs them:
// the members of a struct without the offset word that a dynamic struct has.
func DecodeValues(b []byte, into any) error {
	if isDynamic(reflect.TypeOf(into).Elem()) {
		b = append(appendUint(nil, wordSize), b...)
	}
	return DecodeABI(b, into)
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

func isDynamic(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.String:
		return true
	case reflect.Struct:
		for i := range t.NumField() {
			if isDynamic(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

// headSize is how many bytes a value takes in the head of its tuple.
func headSize(t reflect.Type) int {
	if isDynamic(t) || t.Kind() != reflect.Struct {
		return wordSize
	}
	size := 0
	for i := range t.NumField() {
		size += headSize(t.Field(i).Type)
	}
	return size
}

func encodeTuple(v reflect.Value) []byte {
	elems := make([]reflect.Value, v.NumField())
	for i := range elems {
		elems[i] = v.Field(i)
	}
	return encodeSequence(elems)
}

// encodeSequence writes heads, then the tails that they point to.
func encodeSequence(elems []reflect.Value) []byte {
	heads := 0
	for _, e := range elems {
		heads += headSize(e.Type())
	}
	head, tail := make([]byte, 0, heads), []byte(nil)
	for _, e := range elems {
		if isDynamic(e.Type()) {
			head = appendUint(head, uint64(heads+len(tail)))
			tail = append(tail, encodeValue(e)...)
			continue
		}
		head = append(head, encodeValue(e)...)
	}
	return append(head, tail...)
}

func encodeValue(v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Struct:
		return encodeTuple(v)
	case reflect.Slice:
		elems := make([]reflect.Value, v.Len())
		for i := range elems {
			elems[i] = v.Index(i)
		}
		return append(appendUint(nil, uint64(len(elems))), encodeSequence(elems)...)
	case reflect.String:
		out := append(appendUint(nil, uint64(v.Len())), v.String()...) //nolint:gosec // a length
		return append(out, make([]byte, (wordSize-v.Len()%wordSize)%wordSize)...)
	default:
		w := Word(v)
		return w[:]
	}
}

// Word is the 32 bytes of an atomic value: integers and addresses to the
// right, bytesN to the left. EIP-712 encodes atomic members the same way.
func Word(v reflect.Value) (w [wordSize]byte) {
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
		reflect.Copy(reflect.ValueOf(w[at:at+v.Len()]), v)
	default:
		panic("voucher: no word for a " + v.Kind().String())
	}
	return w
}

func appendUint(b []byte, n uint64) []byte {
	return binary.BigEndian.AppendUint64(append(b, make([]byte, wordSize-8)...), n)
}

// decodeSequence reads what encodeSequence writes and returns its length. Every
// tail must follow the one before, so that no bytes are read twice: what is
// decoded is never larger than what was sent.
func decodeSequence(b []byte, elems []reflect.Value) (int, error) {
	heads := 0
	for _, e := range elems {
		heads += headSize(e.Type())
	}
	if len(b) < heads {
		return 0, fmt.Errorf("it ends early: %w", ErrEncoding)
	}
	at, end := 0, heads
	for _, e := range elems {
		from := at
		if isDynamic(e.Type()) {
			offset, err := readUint(b[at:])
			if err != nil || offset != uint64(end) {
				return 0, fmt.Errorf("offset out of place: %w", ErrEncoding)
			}
			from = end
		}
		n, err := decodeValue(b[from:], e)
		if err != nil {
			return 0, err
		}
		at += headSize(e.Type())
		if isDynamic(e.Type()) {
			end += n
		}
	}
	return end, nil
}

// decodeValue reads a value at the front of b and returns its length.
func decodeValue(b []byte, v reflect.Value) (int, error) {
	switch v.Kind() {
	case reflect.Struct:
		elems := make([]reflect.Value, v.NumField())
		for i := range elems {
			elems[i] = v.Field(i)
		}
		return decodeSequence(b, elems)
	case reflect.Slice:
		return decodeSlice(b, v)
	case reflect.String:
		n, err := readUint(b)
		if err != nil || n > uint64(len(b)-wordSize) {
			return 0, fmt.Errorf("text out of range: %w", ErrEncoding)
		}
		v.SetString(string(b[wordSize : wordSize+n]))
		size := wordSize + (int(n)+wordSize-1)/wordSize*wordSize //nolint:gosec // n is at most len(b)
		return min(size, len(b)), nil
	default:
		if len(b) < wordSize {
			return 0, fmt.Errorf("it ends early: %w", ErrEncoding)
		}
		return wordSize, decodeWord(b[:wordSize], v)
	}
}

func decodeSlice(b []byte, v reflect.Value) (int, error) {
	n, err := readUint(b)
	if err != nil || n > uint64(len(b)-wordSize)/uint64(headSize(v.Type().Elem())) {
		return 0, fmt.Errorf("list out of range: %w", ErrEncoding)
	}
	if n == 0 {
		return wordSize, nil // nil and empty have one encoding, and one Go value
	}
	v.Set(reflect.MakeSlice(v.Type(), int(n), int(n))) //nolint:gosec // n is at most len(b)
	elems := make([]reflect.Value, n)
	for i := range elems {
		elems[i] = v.Index(i)
	}
	size, err := decodeSequence(b[wordSize:], elems)
	return wordSize + size, err
}

// decodeWord sets an atomic value; DecodeABI's comparison finds dirty padding.
func decodeWord(w []byte, v reflect.Value) error {
	low := binary.BigEndian.Uint64(w[24:])
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(low == 1)
	case reflect.Int16:
		v.SetInt(int64(int16(low))) //nolint:gosec // the comparison finds what does not fit
	case reflect.Array:
		at := 0
		if v.Type() == reflect.TypeFor[Address]() {
			at = wordSize - v.Len()
		}
		reflect.Copy(v, reflect.ValueOf(w[at:at+v.Len()]))
	default:
		if v.OverflowUint(low) {
			return fmt.Errorf("%d does not fit: %w", low, ErrEncoding)
		}
		v.SetUint(low)
	}
	return nil
}

// readUint reads a word as a number below 2^63.
func readUint(b []byte) (uint64, error) {
	if len(b) < wordSize {
		return 0, ErrEncoding
	}
	for _, high := range b[:24] {
		if high != 0 {
			return 0, ErrEncoding
		}
	}
	n := binary.BigEndian.Uint64(b[24:])
	if n > 1<<62 {
		return 0, ErrEncoding
	}
	return n, nil
}
