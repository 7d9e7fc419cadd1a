package main

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/exact/flags/flagstest"
)

// TestFlags_NumbersAreExact: each number and length of time of the command line is read
// as written or refused, and has its range.
func TestFlags_NumbersAreExact(t *testing.T) {
	parser, err := new(program).parser(t.Context(), io.Discard)
	require.NoError(t, err)
	require.Positive(t, flagstest.RequireExact(t, parser))
}
