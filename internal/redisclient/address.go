// Package redisclient makes clients of a Redis: of one server, of what Sentinels
// call the master, or of a cluster. It reads the addresses and the files that say
// how to reach it, and says which part of them is wrong, and never a secret.
package redisclient

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// Limits of an address.
const (
	MaxHosts    = 32
	defaultPort = "6379"
	sentinels   = "26379" // the port of a Sentinel
	mostDB      = 1 << 20
)

// ErrAddress says that a text is not the address of a Redis. The error around it
// names the part, and repeats nothing of the text: any part may hold the password.
var ErrAddress = errors.New("not the address of a Redis")

// Address is where a Redis is, and the user that asks it:
//
//	redis://[user[:password]@]host[:port][/db]
//	redis+sentinel://[user[:password]@]host[:port],host[:port],…/master[/db]
//	redis+cluster://[user[:password]@]host[:port],host[:port],…
//	unix://[user[:password]@]/path[?db=n]
//
// rediss, rediss+sentinel and rediss+cluster are the same over TLS.
type Address struct {
	Hosts          []string // host:port of the server, of the Sentinels, or of nodes of the cluster; or the socket's path
	Master         string   // that the Sentinels know; "" without Sentinels
	Cluster        bool
	TLS            bool
	DB             int
	User, Password string
}

func wrong(part, why string) error { return fmt.Errorf("%w: the %s %s", ErrAddress, part, why) }

// Parse reads an address. The error is ErrAddress.
func Parse(text string) (a Address, err error) { //nolint:gocognit // one case a part of a URL
	if strings.ContainsFunc(text, unicode.IsControl) {
		return a, wrong("text", "has a control character: write it as an escape")
	}
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok {
		return a, wrong("scheme", "is missing: redis://host:port/db is one")
	}
	base, kind, _ := strings.Cut(scheme, "+")
	switch {
	case scheme == "unix":
	case (base == "redis" || base == "rediss") && (kind == "sentinel" || kind == "cluster"), scheme == "redis", scheme == "rediss":
		a.TLS, a.Cluster = base == "rediss", kind == "cluster"
	default:
		return a, wrong("scheme", "is none of redis, rediss, redis+sentinel, rediss+sentinel, redis+cluster, rediss+cluster, unix")
	}
	rest, query, _ := strings.Cut(rest, "?")
	if strings.Contains(query, "#") || strings.Contains(rest, "#") {
		return a, wrong("fragment", "has no meaning: write # as %23")
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		if err := a.credentials(rest[:at]); err != nil {
			return a, err
		}
		rest = rest[at+1:]
	}
	if err := a.query(query); err != nil {
		return a, err
	}
	if scheme == "unix" {
		if !strings.HasPrefix(rest, "/") {
			return a, wrong("path", "of the socket does not begin with /")
		}
		a.Hosts = []string{rest}
		return a, nil
	}
	hosts, path, _ := strings.Cut(rest, "/")
	if err := a.hosts(hosts, kind); err != nil {
		return a, err
	}
	return a, a.path(path, kind)
}

func (a *Address) credentials(text string) (err error) {
	user, password, _ := strings.Cut(text, ":")
	if a.User, err = url.PathUnescape(user); err != nil {
		return wrong("user", "has a % that begins no escape")
	}
	if a.Password, err = url.PathUnescape(password); err != nil {
		return wrong("password", "has a % that begins no escape: write % as %25")
	}
	if strings.ContainsAny(text, "/") {
		return wrong("password", "has a character that is written as an escape: / as %2F, @ as %40")
	}
	return nil
}

func (a *Address) query(text string) error {
	if text == "" {
		return nil
	}
	name, value, _ := strings.Cut(text, "=")
	if name != "db" || strings.Contains(value, "&") {
		return wrong("query", "has a parameter that is not known: only db is")
	}
	return a.database(value)
}

func (a *Address) database(text string) error {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil || n > mostDB || strconv.FormatUint(n, 10) != text {
		return wrong("database", "is not a number such as 0")
	}
	a.DB = int(n)
	return nil
}

func (a *Address) hosts(text, kind string) error {
	list := strings.Split(text, ",")
	switch {
	case kind == "" && len(list) > 1:
		return wrong("list of hosts", "wants redis+sentinel:// or redis+cluster://")
	case len(list) > MaxHosts:
		return wrong("list of hosts", fmt.Sprintf("has more than %d", MaxHosts))
	}
	port := defaultPort
	if kind == "sentinel" {
		port = sentinels
	}
	for i, host := range list {
		part := "host"
		if len(list) > 1 {
			part = fmt.Sprintf("host number %d", i+1)
		}
		name, named, err := splitHost(host, port)
		if err != nil || name == "" || strings.ContainsAny(name, " %\t\"") {
			return wrong(part, "is missing or malformed: host, host:port or [IPv6]:port is wanted")
		}
		if n, err := strconv.ParseUint(named, 10, 16); err != nil || n == 0 {
			return wrong("port of "+part, "is not from 1 to 65535")
		}
		a.Hosts = append(a.Hosts, net.JoinHostPort(name, named))
	}
	return nil
}

func splitHost(text, port string) (host, named string, err error) {
	bare := strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
	if strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") || !strings.Contains(text, ":") {
		return bare, port, nil
	}
	return net.SplitHostPort(text)
}

func (a *Address) path(text, kind string) error {
	text = strings.TrimSuffix(text, "/")
	if kind == "sentinel" {
		a.Master, text, _ = strings.Cut(text, "/")
		if a.Master == "" {
			return wrong("master's name", "is missing: redis+sentinel://host:port/NAME")
		}
	}
	if text == "" {
		return nil
	}
	if kind == "cluster" {
		return wrong("database", "has no meaning in a cluster, which has number 0 only")
	}
	return a.database(text)
}
