package processtest

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/gofrs/flock"
	"github.com/stretchr/testify/require"
)

// Ports is the first of n ports in a row. They are free, and no other test gets them until
// this one ends.
func Ports(t testing.TB, n int) int {
	t.Helper()
	const least, last = 20_000, 32_000 // below those that systems give to outgoing connections
	hundreds := (n + 99) / 100
	for base := least; base+n <= last; base += 100 * hundreds {
		if reserve(t, base/100, hundreds) {
			return base
		}
	}
	require.FailNow(t, "no free ports")
	return 0
}

// Port is such a port.
func Port(t testing.TB) string {
	t.Helper()
	return strconv.Itoa(Ports(t, 1))
}

// reserve takes the ports in whole hundreds, so that reservations of different
// sizes meet.
func reserve(t testing.TB, first, hundreds int) bool {
	t.Helper()
	var locks []*flock.Flock
	for hundred := first; hundred < first+hundreds; hundred++ {
		l := flock.New(filepath.Join(os.TempDir(), "tally-ports-"+strconv.Itoa(hundred)+".lock"))
		ok, err := l.TryLock()
		require.NoError(t, err)
		if ok {
			locks = append(locks, l)
		}
		if !ok || !free(hundred*100) {
			release(locks)
			return false
		}
	}
	t.Cleanup(func() { release(locks) })
	return true
}

func release(locks []*flock.Flock) {
	for _, l := range locks {
		_ = l.Unlock() // it ends with the process at the latest
	}
}

func free(base int) bool {
	for port := base; port < base+100; port++ {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			return false
		}
		_ = l.Close() // nothing was accepted
	}
	return true
}
