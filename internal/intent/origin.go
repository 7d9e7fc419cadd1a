package intent

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// MaxOrigin is how many bytes an origin may have.
const MaxOrigin = 255

// ErrOrigin says that a text names no server.
var ErrOrigin = errors.New("not the address of a server: write https://tally.example, or http://127.0.0.1:8480")

// Origin is the origin of a URL (RFC 6454, section 6.2): scheme, host and, unless it
// is the scheme's own, port, in lower case. One server has one text.
//
//	HTTPS://Tally.Example:443/v1/ledger -> https://tally.example
//	http://127.0.0.1:8480               -> http://127.0.0.1:8480
func Origin(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil {
		return "", ErrOrigin
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
		host = "[" + ip.String() + "]"
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return "", ErrOrigin
	case u.Scheme == "http" && port == "80", u.Scheme == "https" && port == "443":
		port = ""
	}
	origin := u.Scheme + "://" + host
	if port != "" {
		origin += ":" + port
	}
	if len(origin) > MaxOrigin {
		return "", fmt.Errorf("%w: at most %d bytes", ErrOrigin, MaxOrigin)
	}
	return origin, nil
}
