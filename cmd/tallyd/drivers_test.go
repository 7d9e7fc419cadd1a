package main

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLedgers_EachHasItsDriver: a kind whose row is missing would have flags, and
// no name for --ledger.
func TestLedgers_EachHasItsDriver(t *testing.T) {
	l := new(Ledgers)
	fields := reflect.ValueOf(l).Elem()
	require.Len(t, l.drivers(), fields.NumField())
	names := map[string]bool{}
	for i, d := range l.drivers() {
		require.Same(t, fields.Field(i).Addr().Interface(), d, "in the order of the fields")
		names[d.kind().name] = true
	}
	require.Len(t, names, fields.NumField())
}
