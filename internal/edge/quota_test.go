package edge

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestQuota_Text(t *testing.T) {
	for text, want := range map[string]Quota{
		"100/10s": {100, 10 * time.Second}, "1/1h": {1, time.Hour}, "off": {}, "60/1m": {60, time.Minute},
	} {
		var q Quota
		require.NoError(t, q.UnmarshalText([]byte(text)))
		require.Equal(t, want, q)
		var again Quota
		require.NoError(t, again.UnmarshalText([]byte(q.String())))
		require.Equal(t, q, again)
	}
	for _, text := range []string{"", "100", "0/1s", "-1/1s", "1000001/1s", "1/0s", "1/500ms", "1/1500ms", "1/2h", "1/1s/1s", "Off", "1.5/1s"} {
		var q Quota
		require.ErrorIs(t, q.UnmarshalText([]byte(text)), ErrQuota, text)
		require.True(t, q.Off())
	}
}

// TestQuota_ComesBackEvenly: quota comes back evenly.
func TestQuota_ComesBackEvenly(t *testing.T) {
	c := newClock()
	l := NewLocal(Quota{10, 10 * time.Second}, c.now)
	for i := range 10 {
		v := l.Take(t.Context(), "a")
		require.True(t, v.Allowed)
		require.Equal(t, 9-i, v.Remaining)
		require.Equal(t, time.Duration(i+1)*time.Second, v.Reset)
	}
	refused := Verdict{Retry: time.Second, Reset: 10 * time.Second}
	require.Equal(t, refused, l.Take(t.Context(), "a"))
	require.Equal(t, refused, l.Take(t.Context(), "a"), "a refusal costs nothing")
	require.True(t, l.Take(t.Context(), "b").Allowed, "another's count is another's")
	c.advance(999 * time.Millisecond)
	require.False(t, l.Take(t.Context(), "a").Allowed)
	c.advance(time.Millisecond)
	require.True(t, l.Take(t.Context(), "a").Allowed)
	require.False(t, l.Take(t.Context(), "a").Allowed)
	c.advance(time.Hour)
	require.Equal(t, 9, l.Take(t.Context(), "a").Remaining)
}

// TestQuota_AtMostTwiceInAWindow: no window holds more than twice the burst. GCRA
// promises that: in any window at most the burst and what came back meanwhile.
func TestQuota_AtMostTwiceInAWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := Quota{rapid.IntRange(1, 50).Draw(t, "requests"), time.Duration(rapid.IntRange(1, 20).Draw(t, "window")) * time.Second}
		c := newClock()
		l := NewLocal(q, c.now)
		var passed []time.Time
		for range rapid.IntRange(1, 300).Draw(t, "asked") {
			c.advance(time.Duration(rapid.IntRange(0, 2000).Draw(t, "ms")) * time.Millisecond)
			if l.Take(t.Context(), "a").Allowed {
				passed = append(passed, c.now())
			}
		}
		for i, end := range passed {
			within := 0
			for _, at := range passed[:i+1] {
				if end.Sub(at) < q.Window {
					within++
				}
			}
			require.LessOrEqual(t, within, 2*q.Requests)
		}
	})
}

// TestLocal_ForgetsTheQuietest: a full table forgets the quietest address.
func TestLocal_ForgetsTheQuietest(t *testing.T) {
	c := newClock()
	l := NewLocal(Quota{1, time.Minute}, c.now)
	l.most = 2
	require.True(t, l.Take(t.Context(), "a").Allowed)
	require.True(t, l.Take(t.Context(), "b").Allowed)
	require.False(t, l.Take(t.Context(), "a").Allowed, "a is used last")
	require.True(t, l.Take(t.Context(), "c").Allowed)
	require.False(t, l.Take(t.Context(), "a").Allowed)
	require.True(t, l.Take(t.Context(), "b").Allowed, "b was forgotten")
	require.Len(t, l.buckets, 2)
	require.Equal(t, 2, l.quiet.Len())
}
