package main

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Every mutant of a toy, and what its tests make of it.
func TestMutate_EveryMutantOfAToy(t *testing.T) {
	s, err := load(t.Context(), "testdata/toy", t.TempDir(), nil)
	require.NoError(t, err)
	binary, err := s.schema(t.Context())
	require.NoError(t, err)
	v, out, err := s.test(t.Context(), binary, 0, time.Minute)
	require.NoError(t, err)
	require.Equal(t, lived, v, "%s", out)

	all := make([]int, len(s.mutants))
	for i := range all {
		all[i] = i + 1
	}
	verdicts, err := s.judge(t.Context(), options{workers: 2}, binary, all, 20*time.Second)
	require.NoError(t, err)
	got := map[verdict][]string{}
	for _, number := range all {
		got[verdicts[number]] = append(got[verdicts[number]], s.mutants[number-1].name())
	}
	require.Equal(t, []string{
		"toy.go Steps: n > 0 && steps < 100 => n > 0",
		"toy.go Steps: steps < 100 => steps <= 100",
		"toy.go Steps: 100 => 100+1",
		"toy.go Steps: 100 => 100-1",
	}, got[lived])
	for _, name := range []string{
		"toy.go limit: 1 << 3 => 1+1 << 3", "toy.go limit: 1 << 3 => 1 << 3+1",
		"toy.go Small: n < limit => n <= limit", "toy.go Small: n < limit => n >= limit",
		"toy.go Steps: n > 0 && steps < 100 => n > 0 || steps < 100", "toy.go Steps: n > 0 && steps < 100 => steps < 100",
		"toy.go Steps: n-- => nothing", "toy.go Steps: n-- => n++", "toy.go Steps: steps++ => nothing", "toy.go Steps: steps++ => steps--",
		"toy.go Steps: n > 0 => n >= 0", "toy.go Steps: n > 0 => n <= 0", "toy.go Steps: 0 => 0+1", "toy.go Steps: 0 => 0-1",
	} {
		require.Contains(t, slices.Concat(got[killed], got[timedOut]), name)
	}
	require.Error(t, s.report(options{least: 90}, all, verdicts))
	require.NoError(t, s.report(options{least: 50}, all, verdicts))
}

// What cannot be judged is an error, not a mutant that was found.
func TestMutate_WithoutTestsNoVerdict(t *testing.T) {
	s := &subject{}
	_, _, err := s.test(t.Context(), "/nowhere", 1, time.Minute)
	require.Error(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.judge(ctx, options{workers: 1}, "/nowhere", []int{1}, time.Minute)
	require.ErrorIs(t, err, context.Canceled)
}
