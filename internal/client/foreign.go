package client

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// maxWord is how many bytes of a stranger's text an error repeats.
const maxWord = 100

// ForeignError says that what answered is not a Tally server, or not about what was
// asked: a proxy, a login page, a server elsewhere. It is an ErrNoAnswer.
type ForeignError struct {
	Status   int    // of HTTP
	Seen     string // what came, in words
	Location string // the address to give as the server instead; "" unless the answer redirects
}

// Error says what was seen, and what to do.
func (e *ForeignError) Error() string {
	if e.Location != "" {
		return fmt.Sprintf("the server redirects (%d) to %s: give that as --server", e.Status, e.Location)
	}
	return fmt.Sprintf("the server answered %d with %s, not with Tally's answer: check the address and what stands between", e.Status, e.Seen)
}

// Unwrap makes it an ErrNoAnswer.
func (*ForeignError) Unwrap() error { return ErrNoAnswer }

// foreign is the error of a reply that does not count. seen is "" where the media type
// says what came.
func (r reply) foreign(seen string) error {
	if to := r.redirect(); to != "" {
		return &ForeignError{Status: r.status, Seen: "a redirect", Location: to}
	}
	if seen == "" {
		seen = r.looks()
	}
	return &ForeignError{Status: r.status, Seen: seen}
}

// looks says what a reply looks like.
func (r reply) looks() string {
	switch media := r.media(); {
	case len(r.body) == 0:
		return "nothing"
	case media == "text/html", strings.HasPrefix(strings.TrimSpace(string(r.body[:min(len(r.body), maxWord)])), "<"):
		return "a page"
	case media == "":
		return "something without a media type"
	default:
		return "something of the type " + clip(media)
	}
}

// redirect is the server's address that a redirect leads to, as --server takes it: the
// path of the request, where the redirect kept it, is not part of it.
func (r reply) redirect() string {
	location := r.header.Get("Location")
	if r.status < http.StatusMultipleChoices || r.status >= http.StatusBadRequest || location == "" {
		return ""
	}
	to, err := r.request.URL.Parse(location)
	if err != nil || to.Host == "" {
		return clip(location)
	}
	base := url.URL{Scheme: to.Scheme, Host: to.Host}
	if prefix, kept := strings.CutSuffix(to.Path, r.request.URL.Path); kept {
		base.Path = prefix
	}
	return clip(base.String())
}

// clip cuts a stranger's text short.
func clip(text string) string { return text[:min(len(text), maxWord)] }
