package redisclient_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/redisclient"
)

func TestParse_Forms(t *testing.T) {
	for text, want := range map[string]redisclient.Address{
		"redis://h":                          {Hosts: []string{"h:6379"}},
		"redis://h/":                         {Hosts: []string{"h:6379"}},
		"redis://127.0.0.1:6379/0":           {Hosts: []string{"127.0.0.1:6379"}},
		"redis://h:1/15":                     {Hosts: []string{"h:1"}, DB: 15},
		"redis://h?db=3":                     {Hosts: []string{"h:6379"}, DB: 3},
		"redis://[::1]":                      {Hosts: []string{"[::1]:6379"}},
		"redis://[::1]:7000/1":               {Hosts: []string{"[::1]:7000"}, DB: 1},
		"rediss://u:p@h:1":                   {Hosts: []string{"h:1"}, TLS: true, User: "u", Password: "p"},
		"redis://:p%40%2Fq%3A@h":             {Hosts: []string{"h:6379"}, Password: "p@/q:"},
		"redis://u:a@b@h":                    {Hosts: []string{"h:6379"}, User: "u", Password: "a@b"},
		"redis://u:a:b@h":                    {Hosts: []string{"h:6379"}, User: "u", Password: "a:b"},
		"redis+sentinel://a,b:1,[::1]:2/m":   {Hosts: []string{"a:26379", "b:1", "[::1]:2"}, Master: "m"},
		"redis+sentinel://u:p@a/my-master/4": {Hosts: []string{"a:26379"}, Master: "my-master", DB: 4, User: "u", Password: "p"},
		"rediss+sentinel://a/m":              {Hosts: []string{"a:26379"}, Master: "m", TLS: true},
		"redis+cluster://a:1,b:2,c:3":        {Hosts: []string{"a:1", "b:2", "c:3"}, Cluster: true},
		"rediss+cluster://u:p@a/":            {Hosts: []string{"a:6379"}, Cluster: true, TLS: true, User: "u", Password: "p"},
		"unix:///run/redis.sock":             {Hosts: []string{"/run/redis.sock"}},
		"unix://u:p@/run/redis.sock?db=2":    {Hosts: []string{"/run/redis.sock"}, DB: 2, User: "u", Password: "p"},
	} {
		got, err := redisclient.Parse(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
}

// TestParse_NamesThePart and repeats nothing of what may be a secret.
func TestParse_NamesThePart(t *testing.T) {
	many := strings.Repeat("h,", redisclient.MaxHosts) + "h"
	for text, part := range map[string]string{
		"":                                 "scheme",
		"secret":                           "scheme",
		"127.0.0.1:6379":                   "scheme",
		"http://u:secret@h":                "scheme",
		"redis+sentinels://u:secret@h/m":   "scheme",
		"unix+cluster:///secret":           "scheme",
		"redis://":                         "host",
		"redis://u:secret@":                "host",
		"redis://u:secret@:6379":           "host",
		"redis://u:secret@h:port":          "port of host ",
		"redis://u:secret@h:0":             "port",
		"redis://u:secret@h:65536":         "port",
		"redis://u:secret@h:":              "port",
		"redis://u:secret@::1":             "host",
		"redis://u:secret@h:1/none":        "database",
		"redis://u:secret@h:1/-1":          "database",
		"redis://u:secret@h:1/01":          "database",
		"redis://u:secret@h:1/99999999999": "database",
		"redis://u:secret@h?protocol=3":    "query",
		"redis://u:secret@h?db=1&x=2":      "query",
		"redis://u:secret@h#1":             "fragment",
		"redis://u:secret%@h":              "password",
		"redis://u:secret/x@h":             "password",
		"redis://u%:secret@h":              "user",
		"redis://u:secret@a,b":             "list of hosts",
		"redis+cluster://u:secret@" + many: "list of hosts",
		"redis+cluster://u:secret@a:1,b:x": "port of host number 2",
		"redis+cluster://u:secret@a,,c":    "host number 2",
		"redis+cluster://u:secret@a/3":     "database",
		"redis+sentinel://u:secret@a":      "master's name",
		"redis+sentinel://u:secret@a/":     "master's name",
		"redis+sentinel://u:secret@a/m/x":  "database",
		"unix://u:secret@run/redis.sock":   "path",
		"redis://u:sec\x7fret@h:x":         "text",
		"redis://user:pa/secret-and-more":  "port",
		"redis://u:secret@h:6379:secret":   "host",
	} {
		_, err := redisclient.Parse(text)
		require.ErrorIs(t, err, redisclient.ErrAddress, text)
		require.ErrorContains(t, err, part, text)
		require.NotContains(t, err.Error(), "secret", text)
		require.NotContains(t, err.Error(), "ret@", text)
	}
}

// FuzzParse: an address that is taken has hosts, and an error repeats no password.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"redis://u:%s@h:1/2", "redis+sentinel://:%s@a,b/m/1", "unix://u:%s@/s?db=1", "redis://h/%s", "redis://%s", "%s"} {
		f.Add(text, "hunter2hunter2")
	}
	f.Fuzz(func(t *testing.T, form, secret string) {
		text := strings.Replace(form, "%s", secret, 1)
		a, err := redisclient.Parse(text)
		if err == nil && len(a.Hosts) == 0 {
			t.Errorf("%q has no host", text)
		}
		if len(secret) >= 12 && err != nil && strings.Contains(fmt.Sprint(err), secret) && !strings.Contains(redisclient.ErrAddress.Error(), secret) {
			t.Errorf("%v repeats a secret", err)
		}
	})
}
