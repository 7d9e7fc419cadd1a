package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/completion/completiontest"
)

// TestCompletion_KnowsEachCommandAndFlag prints the scripts, and asks a real bash.
func TestCompletion_KnowsEachCommandAndFlag(t *testing.T) {
	var out, errs bytes.Buffer
	for _, shell := range []string{"bash", "zsh", "fish"} {
		out.Reset()
		require.Equal(t, exitHolds, run(t.Context(), []string{"completion", shell}, &out, &errs), "%s", &errs)
		require.Contains(t, out.String(), "complete -")
		require.Contains(t, out.String(), "tally-verify")
	}
	require.Equal(t, exitMisused, run(t.Context(), []string{"completion", "csh"}, &out, &errs))

	p := &program{out: newOutput(&out), err: &errs}
	parser, err := p.parser(t.Context(), &out)
	require.NoError(t, err)
	completiontest.OffersEverything(t, parser.Model.Node)
}
