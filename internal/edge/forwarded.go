package edge

import (
	"errors"
	"iter"
	"net/netip"
	"strconv"
	"strings"
)

// ProxyHeader is the header field in which trusted proxies name who sent a request.
// Only this one is read. A proxy passes on what clients say in the other.
type ProxyHeader string

// The header fields that proxies set.
const (
	XForwardedFor ProxyHeader = "X-Forwarded-For"
	Forwarded     ProxyHeader = "Forwarded" // RFC 7239
)

// maxHops is how many addresses of a proxy's header are looked at.
const maxHops = 16

var (
	// errHidden says that a proxy does not tell the address: "unknown", or an
	// obfuscated identifier such as "_hidden" (RFC 7239, section 6).
	errHidden = errors.New("the address is not told")
	// errNode says that a text is not an address as proxies write it.
	errNode = errors.New("not an address as proxies write it")
)

// read reads one element of the header: the address of one hop. The error is
// errHidden or errNode.
func (h ProxyHeader) read(element string) (netip.Addr, error) {
	if h != Forwarded {
		return nodeAddress(unquoted(element))
	}
	node, err := forPair(element)
	if err != nil {
		return netip.Addr{}, err
	}
	return nodeAddress(node)
}

// backwards yields the elements of a list header from its end. A proxy adds an
// element at the end, so what it added comes first, and what is before it, which a
// client may have written, has no influence on how it is read. Empty elements are
// left out (RFC 9110, section 5.6.1).
func backwards(lines []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := len(lines) - 1; i >= 0; i-- {
			for rest, more := lines[i], true; more; {
				var element string
				rest, element, more = cutLast(rest)
				if element = strings.Trim(element, " \t"); element != "" && !yield(element) {
					return
				}
			}
		}
	}
}

// cutLast cuts a list at its last comma that is not in a quoted string. A quoted
// string that is not closed belongs to the last element.
func cutLast(list string) (rest, last string, found bool) {
	quoted := false
	for i := len(list) - 1; i >= 0; i-- {
		switch {
		case list[i] == '"' && !escaped(list[:i]):
			quoted = !quoted
		case list[i] == ',' && !quoted:
			return list[:i], list[i+1:], true
		}
	}
	return "", list, false
}

// escaped reports whether what follows a text is escaped: whether the text ends
// with an odd number of backslashes.
func escaped(before string) bool {
	return (len(before)-len(strings.TrimRight(before, `\`)))%2 == 1
}

// forPair is the value of the parameter "for" in an element of Forwarded. The error
// is errHidden where there is none, and errNode where it is there twice, or the
// element is malformed.
//
//	for="[2001:db8::1]:443";proto=https      [2001:db8::1]:443
func forPair(element string) (node string, err error) {
	found := false
	for element != "" {
		name, rest, ok := strings.Cut(element, "=")
		if !ok || !isToken(name) {
			return "", errNode
		}
		value, rest, ok := cutValue(rest)
		if !ok {
			return "", errNode
		}
		if strings.EqualFold(name, "for") {
			if found {
				return "", errNode
			}
			node, found = value, true
		}
		element = rest
	}
	if !found {
		return "", errHidden
	}
	return node, nil
}

// cutValue reads a token or a quoted string, and the semicolon behind it.
func cutValue(text string) (value, rest string, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		value, rest, _ = strings.Cut(text, ";")
		return value, strings.TrimLeft(rest, " \t"), isToken(value)
	}
	var unescaped strings.Builder
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			rest = strings.TrimLeft(text[i+1:], " \t")
			after, semicolon := strings.CutPrefix(rest, ";")
			return unescaped.String(), strings.TrimLeft(after, " \t"), semicolon || rest == ""
		case '\\':
			if i++; i == len(text) {
				return "", "", false
			}
		}
		unescaped.WriteByte(text[i])
	}
	return "", "", false
}

// isToken reports whether a text is a token of HTTP (RFC 9110, section 5.6.2).
func isToken(text string) bool {
	for i := range len(text) {
		c := text[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return text != ""
}

// unquoted takes the quotes from a text that has them around it.
func unquoted(text string) string {
	if len(text) >= 2 && text[0] == '"' && text[len(text)-1] == '"' {
		return text[1 : len(text)-1]
	}
	return text
}

// nodeAddress reads an address with or without a port, as proxies write it. A port
// and a zone say nothing of who it is, and are left out.
//
//	192.0.2.7   192.0.2.7:54127   2001:db8::1   [2001:db8::1]   [2001:db8::1]:443   [fe80::1%eth0]:443
func nodeAddress(node string) (netip.Addr, error) {
	if strings.EqualFold(node, "unknown") || strings.HasPrefix(node, "_") {
		return netip.Addr{}, errHidden
	}
	text, six := node, false
	if inside, bracketed := strings.CutPrefix(node, "["); bracketed {
		var after string
		text, after, six = strings.Cut(inside, "]")
		if port, has := strings.CutPrefix(after, ":"); !six || after != "" && (!has || !isPort(port)) {
			return netip.Addr{}, errNode
		}
	} else if host, port, has := strings.Cut(node, ":"); has && !strings.Contains(port, ":") {
		if text = host; !isPort(port) {
			return netip.Addr{}, errNode
		}
	}
	address, err := netip.ParseAddr(text)
	if err != nil || six && address.Is4() {
		return netip.Addr{}, errNode
	}
	return address.WithZone("").Unmap(), nil
}

// isPort reports whether a text is a port, or an obfuscated one such as "_x".
func isPort(text string) bool {
	if hidden, ok := strings.CutPrefix(text, "_"); ok {
		return isToken(hidden)
	}
	_, err := strconv.ParseUint(text, 10, 16)
	return err == nil && text[0] != '+'
}
