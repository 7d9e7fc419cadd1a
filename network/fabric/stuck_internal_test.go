package fabric

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhoGetsNoBlocksIsStuck(t *testing.T) {
	before := Lag{behind: map[string]uint64{"stands": 389, "catches up": 380, "has caught up": 12, "also stands": 1}}
	later := Lag{behind: map[string]uint64{"stands": 389, "catches up": 500, "fell behind": 560, "also stands": 1}}
	require.Equal(t, []string{"also stands", "stands"}, before.stillAt(later))
	require.Empty(t, Lag{}.stillAt(later))
}

func TestNobodyIsStuckBeforeItsTime(t *testing.T) {
	lag := Lag{at: time.Now(), behind: map[string]uint64{"orderer1.jasmine": 1}}
	names, next := new(Network).Stuck(t.Context(), lag)
	require.Empty(t, names)
	require.Equal(t, lag, next)
}
