package edge

import (
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func proxies(networks ...string) (p Proxies) {
	for _, n := range networks {
		p = append(p, netip.MustParsePrefix(n))
	}
	return p
}

// TestAddress_BehindProxies: the client is the nearest address that no trusted
// proxy vouches for.
func TestAddress_BehindProxies(t *testing.T) {
	trusted := proxies("10.0.0.0/8", "fd00::/8")
	for _, c := range []struct {
		what, remote string
		forwarded    []string
		client       string
		proxied      bool
	}{
		{"a stranger", "192.0.2.7:1234", nil, "192.0.2.7", false},
		{"a stranger who lies", "192.0.2.7:1234", []string{"198.51.100.1"}, "192.0.2.7", false},
		{"by a proxy", "10.0.0.1:1234", []string{"192.0.2.7"}, "192.0.2.7", true},
		{"by a proxy, lying to it", "10.0.0.1:1234", []string{"198.51.100.1, 192.0.2.7"}, "192.0.2.7", true},
		{"by two proxies", "10.0.0.1:1234", []string{"198.51.100.1, 192.0.2.7", "10.0.0.2"}, "192.0.2.7", true},
		{"by a proxy that says nothing", "10.0.0.1:1234", nil, "10.0.0.1", true},
		{"by a proxy that says nonsense", "10.0.0.1:1234", []string{"192.0.2.7, unknown"}, "10.0.0.1", true},
		{"all are proxies", "10.0.0.1:1234", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3", true},
		{"IPv4 in IPv6", "[::ffff:192.0.2.7]:1234", nil, "192.0.2.7", false},
		{"IPv6 by a proxy", "[fd00::1]:1234", []string{"2001:db8::1"}, "2001:db8::1", true},
		{"a chain without end", "10.0.0.1:1234", []string{"192.0.2.7" + strings.Repeat(", 10.0.0.2", 100)}, "10.0.0.2", true},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		for _, f := range c.forwarded {
			r.Header.Add("X-Forwarded-For", f)
		}
		client, proxied, _ := trusted.client(r, XForwardedFor)
		require.Equal(t, c.client, client.String(), c.what)
		require.Equal(t, c.proxied, proxied, c.what)
	}
}

// TestAddress_IPv6CountsByNetwork: an IPv6 address counts by its network.
func TestAddress_IPv6CountsByNetwork(t *testing.T) {
	of := func(text string) (keys []string) {
		for _, network := range originOf(netip.MustParseAddr(text)) {
			keys = append(keys, bucket(network))
		}
		return keys
	}
	require.Equal(t, []string{"192.0.2.7", "192.0.2.0/24", "192.0.0.0/16"}, of("192.0.2.7"))
	require.Equal(t, []string{"2001:db8:1:2::/64", "2001:db8:1::/56", "2001:db8:1::/48"}, of("2001:db8:1:2:3:4:5:6"))
	require.Equal(t, of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::"))
	require.NotEqual(t, of("2001:db8:1:2::1"), of("2001:db8:1:3::1"))
	require.Equal(t, []string{"127.0.0.2"}, of("127.0.0.2"), "each of this machine's by itself")
	require.Len(t, originOf(netip.Addr{}), 1, "what is no address is somebody, too")
}
