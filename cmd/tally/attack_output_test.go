package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"tally/internal/cli"
)

// evil is put behind every text that a server answers with: escapes, more lines,
// other letters' order, what is no line to some and one to others.
const evil = "x\nroot  0x0000000000000000000000000000000000000001\r\x1b[2J\x1b]0;t\x07\u009b31m\u202eevil\u2066\u2028\u0085\x00\x7f\t\v\f"

// TestAttack_Terminal_NothingThatAServerSaysIsObeyed has a server spoil every text
// that is no id, in answers and in problems, and runs the commands that show any.
func TestAttack_Terminal_NothingThatAServerSaysIsObeyed(t *testing.T) {
	s := onstage(t)
	s.found()
	honest, commands := s.server, [][]string{
		{"merchant", "show", "root"}, {"operator", "show"}, {"ledger"}, {"campaign", "list"}, {"campaign", "list", "--as", "root"},
		{"wallet", "--as", "alice"}, {"merchant", "show", "till-1"}, {"status", "0x" + strings.Repeat("1", 64), "--as", "root"},
		{"doctor"}, {"pins"},
	}
	to, err := url.Parse(honest)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ModifyResponse = func(answer *http.Response) error {
		raw, err := io.ReadAll(answer.Body)
		raw = spoil(raw)
		answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
		answer.Header.Set("Content-Length", strconv.Itoa(len(raw)))
		return err
	}
	evilServer := httptest.NewServer(proxy)
	defer evilServer.Close()
	spoilt := 0
	for _, command := range commands {
		s.server = honest
		lines := s.lines(command)
		for _, format := range []string{"", "--json"} {
			s.server = evilServer.URL
			r := s.run(append(command, strings.Fields(format)...)...)
			for _, text := range []string{r.out, r.errors} {
				for _, c := range text {
					require.True(t, unicode.IsPrint(c) || c == '\n' || c == '\t', "%v %s: %q", command, format, text)
				}
				require.NotRegexp(t, `(?m)^root\s+0x0{39}1`, text)
				spoilt += strings.Count(text, "evil")
			}
			if format == "" && r.code == cli.ExitOK {
				require.LessOrEqual(t, strings.Count(r.out, "\n"), lines, "%v: %q", command, r.out)
			}
		}
	}
	require.Greater(t, spoilt, 5, "the server's texts were shown")
}

// lines is how many lines an honest answer has.
func (s *stage) lines(command []string) int {
	s.t.Helper()
	return strings.Count(s.run(command...).out, "\n")
}

// spoil puts evil behind the texts of a JSON document.
func spoil(raw []byte) []byte {
	var value any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&value) != nil {
		return raw
	}
	spoilt, err := json.Marshal(spoilValue("", value))
	if err != nil {
		return raw
	}
	return spoilt
}

var names = regexp.MustCompile(`^(name|title|detail|code|reason|subject)$`)

func spoilValue(name string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			value[name] = spoilValue(name, member)
		}
	case []any:
		for i, item := range value {
			value[i] = spoilValue(name, item)
		}
	case string:
		if names.MatchString(name) {
			return value + evil
		}
	}
	return value
}
