package flagstest

import (
	"encoding"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
)

// misspelt are spellings of numbers and of lengths of time that other readers take for
// some number.
var misspelt = []string{"", " 1", "1 ", "+1", "-0", "0500", "0x10", "0b1", "0o7", "1_000", "1e3", "1.", ".5", "１２", "NaN", "Inf", "1ns", "1.5h", "1h ", "-1h", "1d", "twelve"}

// RequireExact walks over every flag and argument of a program that takes numbers or
// lengths of time. Each refuses what is misspelt. Each has its range: the tags least and
// most, or a type that has one. What is one below and one above is refused, and the
// range is said; what is on the edge is taken. It returns how many it has seen.
func RequireExact(t testing.TB, parser *kong.Kong) (seen int) {
	t.Helper()
	require.NoError(t, kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		switch v := node.(type) {
		case *kong.Flag:
			seen += requireExact(t, v.Value)
		case *kong.Value:
			seen += requireExact(t, v)
		}
		return next(nil)
	}))
	return seen
}

func requireExact(t testing.TB, v *kong.Value) int {
	t.Helper()
	of := v.Target.Type()
	for of.Kind() == reflect.Slice || of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if reflect.PointerTo(of).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return 0 // a type of words, as a log's level
	}
	isLength := of == reflect.TypeFor[time.Duration]()
	isSigned := reflect.Zero(of).CanInt()
	isFraction := reflect.Zero(of).CanFloat()
	if !isSigned && !isFraction && !reflect.Zero(of).CanUint() {
		return 0
	}
	for _, text := range misspelt {
		if text == "" && v.IsSlice() && v.Tag.Sep != -1 {
			continue // a list of none
		}
		require.Error(t, decode(v, text), "%s takes %q", v.Summary(), text)
	}
	if isSigned || isFraction {
		require.True(t, v.Tag.Has("least") || isLength, "%s does not say its least: give it the tag least", v.Summary())
		require.True(t, v.Tag.Has("most"), "%s does not say its most: give it the tag most", v.Summary())
	}
	if v.Tag.Has("most") {
		requireEdges(t, v, isLength, isFraction)
	}
	return 1
}

func requireEdges(t testing.TB, v *kong.Value, isLength, isFraction bool) {
	t.Helper()
	least, most := v.Tag.Get("least"), v.Tag.Get("most")
	if least == "" {
		least = "0"
	}
	require.NoError(t, decode(v, least), "%s", v.Summary())
	require.NoError(t, decode(v, most), "%s", v.Summary())
	var above string
	switch {
	case isLength:
		above = most + "1ms"
	case isFraction:
		above = most + ".5"
	default:
		above = oneMore(t, most)
	}
	require.ErrorContains(t, decode(v, above), " to "+most+" is wanted", "%s", v.Summary())
	if below := map[string]string{"1": "0", "0": "-1", "-1": "-2", "1s": "999ms", "10": "9", "0.01": "0.001", "1h": "59m"}[least]; below != "" {
		require.ErrorContains(t, decode(v, below), "wanted", "%s", v.Summary())
	}
}

// oneMore is the next whole number.
func oneMore(t testing.TB, decimals string) string {
	t.Helper()
	var n uint64
	_, err := fmt.Sscan(decimals, &n)
	require.NoError(t, err)
	return fmt.Sprint(n + 1)
}

// decode reads a text as the value of a flag, and leaves the flag as it is.
func decode(v *kong.Value, text string) error {
	return v.Mapper.Decode(&kong.DecodeContext{Value: v, Scan: kong.ScanAsType(kong.FlagValueToken, text)}, reflect.New(v.Target.Type()).Elem())
}
