package fabric

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestStuck_GetsNoBlocks: a node that gets no blocks is stuck.
func TestStuck_GetsNoBlocks(t *testing.T) {
	before := Lag{behind: map[string]uint64{"stands": 389, "catches up": 380, "has caught up": 12, "also stands": 1}}
	later := Lag{behind: map[string]uint64{"stands": 389, "catches up": 500, "fell behind": 560, "also stands": 1}}
	require.Equal(t, []string{"also stands", "stands"}, before.stillAt(later))
	require.Empty(t, Lag{}.stillAt(later))
}

// TestStuck_HasRequestsAndGetsNoBlocks: an orderer that has requests and gets no
// blocks is stuck in the end.
func TestStuck_HasRequestsAndGetsNoBlocks(t *testing.T) {
	start := time.Now()
	at := func(after time.Duration, heights map[string]uint64) Lag {
		l := Lag{at: start.Add(after), idle: map[string]idle{}}
		for name, height := range heights {
			l.idle[name] = idle{height, l.at}
		}
		return l
	}
	first := at(0, map[string]uint64{"stands": 7, "orders": 7, "is done": 7})
	second := at(idleAfter/2, map[string]uint64{"stands": 7, "orders": 8})
	third := at(idleAfter, map[string]uint64{"stands": 7, "orders": 8, "is done": 9})
	require.Empty(t, first.stillAt(second))
	require.Equal(t, []string{"stands"}, second.stillAt(third))
	fourth := at(idleAfter+idleAfter/4, map[string]uint64{"stands": 7})
	require.Empty(t, third.stillAt(fourth), "it was started again, and has its time")
	require.Equal(t, []string{"stands"}, fourth.stillAt(at(3*idleAfter, map[string]uint64{"stands": 7})))
}

// TestStuck_NotBeforeItsTime: nobody is stuck before its time.
func TestStuck_NotBeforeItsTime(t *testing.T) {
	lag := Lag{at: time.Now(), behind: map[string]uint64{"orderer1.jasmine": 1}}
	names, next := new(Network).Stuck(t.Context(), lag)
	require.Empty(t, names)
	require.Equal(t, lag, next)
}
