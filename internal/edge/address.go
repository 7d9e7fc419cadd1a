package edge

import (
	"errors"
	"net/http"
	"net/netip"
)

// Proxies are the networks of the proxies that may speak for others.
type Proxies []netip.Prefix

// Trust reports whether an address is one of them.
func (p Proxies) Trust(a netip.Addr) bool {
	for _, network := range p {
		if network.Contains(a) {
			return true
		}
	}
	return false
}

// client is who sent a request: the nearest address that is no trusted proxy, by the
// header that the proxies set. Only trusted proxies are believed, so nobody can
// choose what is found here. The zero address stands for none.
//
// A proxy that does not tell who is behind it is taken for the client. The error is
// errNode where that is so because it wrote what is not an address.
func (p Proxies) client(r *http.Request, by ProxyHeader) (client netip.Addr, proxied bool, err error) {
	client = peer(r.RemoteAddr)
	if !p.Trust(client) {
		return client, false, nil
	}
	hops := 0
	for element := range backwards(r.Header.Values(string(by))) {
		hop, err := by.read(element)
		if errors.Is(err, errHidden) {
			return client, true, nil
		}
		if err != nil {
			return client, true, err
		}
		client, hops = hop, hops+1
		if !p.Trust(client) || hops == maxHops {
			break
		}
	}
	return client, true, nil
}

// peer is the address of a connection's other end.
func peer(remote string) netip.Addr {
	end, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	return end.Addr().Unmap().WithZone("")
}

// origin is an address as what it may have is counted: by itself and by the
// networks around it, the nearest first. One IPv6 subscriber has a /64 at least,
// often a /56 and sometimes a /48, so these count. Of this machine each address
// counts by itself alone. The empty origin is nobody in particular and has no
// share: it is counted in the whole only.
//
//	192.0.2.7                  192.0.2.7/32 192.0.2.0/24 192.0.0.0/16
//	2001:db8:1:2:3:4:5:6       2001:db8:1:2::/64 2001:db8:1::/56 2001:db8:1::/48
//	127.0.0.2                  127.0.0.2/32
type origin []netip.Prefix

// originOf is the origin of an address. What is no address counts as one.
func originOf(a netip.Addr) origin {
	if !a.IsValid() {
		return origin{netip.Prefix{}}
	}
	if a.IsLoopback() {
		return origin{netip.PrefixFrom(a, a.BitLen())}
	}
	widths := [networks]int{32, 24, 16}
	if a.Is6() {
		widths = [networks]int{64, 56, 48}
	}
	from := make(origin, 0, networks)
	for _, bits := range widths {
		from = append(from, netip.PrefixFrom(a, bits).Masked())
	}
	return from
}

// bucket is the text that stands for a network where requests are counted: that
// of a single address is the address.
//
//	192.0.2.7/32               192.0.2.7
//	2001:db8:1:2::/64          2001:db8:1:2::/64
func bucket(network netip.Prefix) string {
	if network.IsSingleIP() {
		return network.Addr().String()
	}
	return network.String()
}
