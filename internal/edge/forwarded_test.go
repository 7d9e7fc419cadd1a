package edge

import (
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestForwarded_Nodes: what one element of each header says.
func TestForwarded_Nodes(t *testing.T) {
	for _, c := range []struct {
		by            ProxyHeader
		element, want string // "" is not an address, "hidden" is one that is not told
	}{
		{XForwardedFor, "203.0.113.7", "203.0.113.7"},
		{XForwardedFor, "203.0.113.7:54127", "203.0.113.7"},
		{XForwardedFor, "203.0.113.7:0", "203.0.113.7"},
		{XForwardedFor, "203.0.113.7:65536", ""},
		{XForwardedFor, "203.0.113.7:", ""},
		{XForwardedFor, "203.0.113.7:+1", ""},
		{XForwardedFor, "203.0.113.07", ""},
		{XForwardedFor, "203.0.113", ""},
		{XForwardedFor, "203.0.113.7 ", ""}, // backwards takes spaces away
		{XForwardedFor, "2001:db8::1", "2001:db8::1"},
		{XForwardedFor, "2001:DB8::1", "2001:db8::1"},
		{XForwardedFor, "[2001:db8::1]", "2001:db8::1"},
		{XForwardedFor, "[2001:db8::1]:443", "2001:db8::1"},
		{XForwardedFor, `"[2001:db8::1]:443"`, "2001:db8::1"},
		{XForwardedFor, `"203.0.113.7"`, "203.0.113.7"},
		{XForwardedFor, `"203.0.113.7`, ""},
		{XForwardedFor, "[2001:db8::1", ""},
		{XForwardedFor, "[2001:db8::1]443", ""},
		{XForwardedFor, "[2001:db8::1]:", ""},
		{XForwardedFor, "[203.0.113.7]:443", ""},
		{XForwardedFor, "fe80::1%eth0", "fe80::1"},
		{XForwardedFor, "[fe80::1%25eth0]:443", "fe80::1"},
		{XForwardedFor, "::ffff:203.0.113.7", "203.0.113.7"},
		{XForwardedFor, "[::ffff:203.0.113.7]:80", "203.0.113.7"},
		{XForwardedFor, "unknown", "hidden"},
		{XForwardedFor, "Unknown", "hidden"},
		{XForwardedFor, "_hidden", "hidden"},
		{XForwardedFor, "localhost", ""},
		{XForwardedFor, "for=203.0.113.7", ""},

		{Forwarded, "for=203.0.113.7", "203.0.113.7"},
		{Forwarded, "For=203.0.113.7", "203.0.113.7"},
		{Forwarded, `for="203.0.113.7:54127"`, "203.0.113.7"},
		{Forwarded, `for="203.0.113.7:_port"`, "203.0.113.7"},
		{Forwarded, `for="[2001:db8::1]"`, "2001:db8::1"},
		{Forwarded, `for="[2001:db8:cafe::17]:4711"`, "2001:db8:cafe::17"},
		{Forwarded, `for="[2001:db8::1\]"`, "2001:db8::1"},
		{Forwarded, `proto=https;by=203.0.113.43;for=203.0.113.7;host="a, b"`, "203.0.113.7"},
		{Forwarded, `for=203.0.113.7; proto=https`, "203.0.113.7"},
		{Forwarded, `for="203.0.113.7" ;proto=https`, "203.0.113.7"},
		{Forwarded, "for=unknown", "hidden"},
		{Forwarded, `for="_gazonk"`, "hidden"},
		{Forwarded, "for=_SEVKISEK;proto=http", "hidden"},
		{Forwarded, "proto=https", "hidden"},
		{Forwarded, "for=203.0.113.7;for=203.0.113.8", ""},
		{Forwarded, "for=", ""},
		{Forwarded, "for", ""},
		{Forwarded, `for="`, ""},
		{Forwarded, `for="203.0.113.7`, ""},
		{Forwarded, `for="203.0.113.7\`, ""},
		{Forwarded, `for="203.0.113.7"x`, ""},
		{Forwarded, "for=[2001:db8::1]", ""}, // it must be quoted
		{Forwarded, "for = 203.0.113.7", ""},
		{Forwarded, "203.0.113.7", ""},
	} {
		address, err := c.by.read(c.element)
		switch c.want {
		case "":
			require.ErrorIs(t, err, errNode, "%s: %s", c.by, c.element)
		case "hidden":
			require.ErrorIs(t, err, errHidden, "%s: %s", c.by, c.element)
		default:
			require.NoError(t, err, "%s: %s", c.by, c.element)
			require.Equal(t, c.want, address.String(), "%s: %s", c.by, c.element)
		}
	}
}

// TestForwarded_ThroughProxies: several headers and several proxies, both ways to
// write them, and what clients put in front.
func TestForwarded_ThroughProxies(t *testing.T) {
	trusted := proxies("10.0.0.0/8", "fd00::/8")
	for _, c := range []struct {
		by     ProxyHeader
		lines  []string
		client string
	}{
		{XForwardedFor, []string{"203.0.113.7:54127"}, "203.0.113.7"},
		{XForwardedFor, []string{"203.0.113.7:54127, 10.0.0.2:1", "[fd00::2]:443"}, "203.0.113.7"},
		{XForwardedFor, []string{"203.0.113.7,, ,10.0.0.2,"}, "203.0.113.7"},
		{XForwardedFor, []string{`" , 203.0.113.7`}, "203.0.113.7"},
		{XForwardedFor, []string{`198.51.100.1", "203.0.113.7"`}, "203.0.113.7"},
		{XForwardedFor, []string{"unknown, 203.0.113.7"}, "203.0.113.7"},
		{XForwardedFor, []string{"203.0.113.7, unknown"}, "10.0.0.1"},
		{XForwardedFor, []string{"203.0.113.7, _hidden, 10.0.0.2"}, "10.0.0.2"},
		{XForwardedFor, []string{""}, "10.0.0.1"},
		{Forwarded, []string{`for="[2001:db8::1]:443"`}, "2001:db8::1"},
		{Forwarded, []string{`for=203.0.113.7, for=10.0.0.2;proto=https`, `for="[fd00::2]"`}, "203.0.113.7"},
		{Forwarded, []string{`for="x, for=203.0.113.7;host="a,b"`}, "203.0.113.7"},
		{Forwarded, []string{`for=203.0.113.7;host="evil\",for=198.51.100.1"`}, "203.0.113.7"},
		{Forwarded, []string{`for=203.0.113.7, for=_hidden`}, "10.0.0.1"},
		{Forwarded, []string{`for=203.0.113.7, for=10.0.0.3, proto=https`}, "10.0.0.1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = "10.0.0.1:1234"
		r.Header[string(c.by)] = c.lines
		other := map[ProxyHeader]ProxyHeader{XForwardedFor: Forwarded, Forwarded: XForwardedFor}[c.by]
		r.Header.Set(string(other), map[ProxyHeader]string{Forwarded: "for=198.51.100.9", XForwardedFor: "198.51.100.9"}[other])
		client, proxied, _ := trusted.client(r, c.by)
		require.True(t, proxied)
		require.Equal(t, c.client, client.String(), "%s: %q", c.by, c.lines)
	}
}

// TestForwarded_WhatIsNotHeardIsSaid, once.
func TestForwarded_WhatIsNotHeardIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		from          string
		header, value string
		says          string
	}{
		"not trusted":    {"127.0.0.1:1", "X-Forwarded-For", "203.0.113.7", "not trusted"},
		"not understood": {"10.0.0.1:1", "X-Forwarded-For", "203.0.113.7.example", "not understood"},
		"the other one":  {"10.0.0.1:1", "Forwarded", "for=203.0.113.7", "--proxy-header"},
		"hidden":         {"10.0.0.1:1", "X-Forwarded-For", "unknown", ""},
		"an address":     {"10.0.0.1:1", "X-Forwarded-For", "203.0.113.7:54127", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var log journal
			h := open(t, Config{Proxies: proxies("10.0.0.0/8"), Log: log.logger()}, fine)
			for range 2 {
				r := httptest.NewRequest("GET", "/v1/ledger", nil)
				r.RemoteAddr = c.from
				r.Header.Set(c.header, c.value)
				h.ServeHTTP(httptest.NewRecorder(), r)
			}
			said := strings.Count(log.String(), `"level":"WARN"`)
			if c.says == "" {
				require.Zero(t, said, log.String())
				return
			}
			require.Equal(t, 1, said, log.String())
			require.Contains(t, log.String(), c.says)
		})
	}
}

// FuzzForwarded has a client write anything in front of what the proxy adds: the
// client is who the proxy says.
func FuzzForwarded(f *testing.F) {
	for _, before := range []string{"", "198.51.100.1", `"`, `for="x`, `\"`, `for=a;b="\`, ",,,", `host="a,b"`, "_hidden", "[", "unknown, "} {
		f.Add(before)
	}
	trusted, want := proxies("10.0.0.0/8"), netip.MustParseAddr("2001:db8::7")
	f.Fuzz(func(t *testing.T, before string) {
		for by, added := range map[ProxyHeader][]string{
			XForwardedFor: {"2001:db8::7", "[2001:db8::7]:443", `"[2001:db8::7]"`},
			Forwarded:     {`for="[2001:db8::7]:443"`, `proto=https;for="[2001:db8::7]";host="a,b"`},
		} {
			for _, element := range added {
				for _, lines := range [][]string{{before + "," + element}, {before, element}, {before + ", " + element, map[ProxyHeader]string{XForwardedFor: "10.0.0.2", Forwarded: "for=10.0.0.2"}[by]}} {
					r := httptest.NewRequest("GET", "/", nil)
					r.RemoteAddr = "10.0.0.1:1234"
					r.Header[string(by)] = lines
					client, proxied, err := trusted.client(r, by)
					require.NoError(t, err)
					require.True(t, proxied)
					require.Equal(t, want, client, "%q", lines)
				}
			}
			// Alone it is somebody or the proxy, and never panics.
			if client, err := by.read(before); err == nil && !client.IsValid() {
				t.Errorf("%q is no address", before)
			}
		}
	})
}
