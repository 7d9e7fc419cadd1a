package stage

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseStat_Line(t *testing.T) {
	t.Parallel()
	line := "4711 (a (b) c) S 42 4711 4711 0 -1 4194560 100 200 0 0 150 25 30 5 20 0 1 0 100 1000 10"
	s, err := parseStat(line)
	require.NoError(t, err)
	require.Equal(t, stat{pid: 4711, parent: 42, used: 2100 * time.Millisecond}, s)
	for _, wrong := range []string{"", "1 (x)", "1 (x) S 1 2 3", "one (x) S 42 1 1 0 -1 1 1 1 0 0 1 1 1 1 20"} {
		_, err := parseStat(wrong)
		require.Error(t, err, wrong)
	}
}
