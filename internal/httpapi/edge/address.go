package edge

import (
	"net/http"
	"net/netip"
	"strings"
)

// maxHops is how many addresses of X-Forwarded-For are looked at.
const maxHops = 16

// Proxies are the networks of the proxies that may speak for others.
type Proxies []netip.Prefix

// Trust tells whether an address is one of them.
func (p Proxies) Trust(a netip.Addr) bool {
	for _, network := range p {
		if network.Contains(a) {
			return true
		}
	}
	return false
}

// client is who sent a request: the nearest address that is no trusted proxy.
// Only trusted proxies are believed, so nobody can choose what is found here.
// The zero address stands for none.
func (p Proxies) client(r *http.Request) (client netip.Addr, proxied bool) {
	client = peer(r.RemoteAddr)
	if !p.Trust(client) {
		return client, false
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && len(hops)-i <= maxHops; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return client, true // the proxy before it cannot say more
		}
		client = hop.Unmap().WithZone("")
		if !p.Trust(client) {
			return client, true
		}
	}
	return client, true
}

// peer is the address of a connection's other end.
func peer(remote string) netip.Addr {
	end, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	return end.Addr().Unmap().WithZone("")
}

// bucket is the text that stands for an address where requests are counted. One
// IPv6 subscriber has at least a /64, so that is what counts.
//
//	192.0.2.7                  192.0.2.7
//	2001:db8:1:2:3:4:5:6       2001:db8:1:2::/64
func bucket(a netip.Addr) string {
	if a.Is6() {
		network, err := a.Prefix(64)
		if err == nil {
			return network.String()
		}
	}
	return a.String()
}
