package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/edge"
	"tally/internal/exact/flags/flagstest"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
)

const exampleFile = "../../scripts/tallyd.yaml"

var update = flag.Bool("update", false, "write scripts/tallyd.yaml anew")

// parse is what tallyd would run with.
func parse(t *testing.T, args ...string) (*cli, *kong.Context, error) {
	t.Helper()
	parser, err := newParser(t.Context())
	require.NoError(t, err)
	ctx, err := parser.Parse(args)
	var c *cli
	if err == nil {
		c = parser.Model.Target.Addr().Interface().(*cli)
	}
	return c, ctx, err
}

// config writes a configuration file.
func config(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tallyd.yaml")
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	return path
}

// TestConfig_FlagBeforeEnvironmentBeforeFileBeforeDefault, for one and the same setting.
func TestConfig_FlagBeforeEnvironmentBeforeFileBeforeDefault(t *testing.T) {
	file := config(t, "rate-token: 3/3s")
	token := func(args ...string) string {
		c, _, err := parse(t, append([]string{"serve"}, args...)...)
		require.NoError(t, err)
		return c.Serve.RateToken.String()
	}
	require.Equal(t, "600/10s", token())
	require.Equal(t, "3/3s", token("--config", file))
	t.Setenv("TALLYD_CONFIG", file)
	require.Equal(t, "3/3s", token(), "the file's name from the environment")
	t.Setenv("TALLYD_RATE_TOKEN", "2/2s")
	require.Equal(t, "2/2s", token())
	require.Equal(t, "1/1s", token("--rate-token", "1/1s"))
}

func TestConfig_EmptyVariableIsNotSet(t *testing.T) {
	t.Setenv("TALLYD_TLS_CERT", "")
	t.Setenv("TALLYD_TLS_KEY", "")
	t.Setenv("TALLYD_RATE_TOKEN", "")
	forgetEmpty()
	c, _, err := parse(t, "serve")
	require.NoError(t, err)
	require.Empty(t, c.Serve.TLSCert)
	require.Equal(t, "600/10s", c.Serve.RateToken.String())
}

func TestConfig_EveryKindOfValueFromAFile(t *testing.T) {
	operators := ledgertest.Operators()
	c, _, err := parse(t, "serve", "--config", config(t,
		"operator: ["+operators[0].String()+", 0x00000000000000000000000000000000000000bb]",
		"threshold: 2",
		"accept-clock-jump: true",
		"log-level: debug",
		"drain-grace: 1m",
		"trusted-proxy:", "  - 10.0.0.0/8", "  - fd00::/8",
		"cors-origin: [https://wallet.example]",
		"rate-address: off",
		"max-requests: 16",
		"listen: 127.0.0.1:0"))
	require.NoError(t, err)
	s := c.Serve
	require.Len(t, s.Operator, 2)
	require.Equal(t, operators[0], s.Operator[0], "an address is no number")
	require.Equal(t, uint32(2), s.Threshold)
	require.True(t, s.Own.AcceptClockJump)
	require.Equal(t, "DEBUG", s.LogLevel.String())
	require.Equal(t, time.Minute, s.DrainGrace)
	require.Equal(t, "[10.0.0.0/8 fd00::/8]", fmt.Sprint(s.TrustedProxy))
	require.Equal(t, edge.Origins{"https://wallet.example"}, s.CORSOrigin)
	require.True(t, s.RateAddress.Off())
	require.Equal(t, 16, s.MaxRequests)
	require.Equal(t, "127.0.0.1:0", s.Listen)
}

func TestConfig_FileIsReadStrictly(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"an unknown key":      {"listen: a:1\nlistn: secret-value", `unknown key: "listn" in line 2`},
		"a key in camel case": {"rateToken: 1/1s", `"rateToken"`},
		"a file in a file":    {"config: other.yaml", `"config"`},
		"help":                {"help: true", `"help"`},
		"check-config's own":  {"json: true", `"json"`},
		"a key twice":         {"listen: a:1\nlisten: secret-value:1", "line 2: listen: this member comes twice"},
		"no value":            {"listen:", "line 1"},
		"a mapping":           {"listen: {secret-value: 1}", "line 1"},
		"a list in a list":    {"operator: [[secret-value]]", "line 1"},
		"no mapping":          {"- secret-value", "a mapping of names to values is wanted"},
		"no YAML":             {"a: [secret-value", "not YAML"},
		"a wrong value":       {"threshold: -1", "--threshold"},
		"a list for one":      {"listen: [a, secret-value]", "line 1: listen: one value is wanted"},
		"an alias":            {"listen: *secret-value", "anchors and aliases"},
		"a second document":   {"threshold: 1\n---\nthreshold: 2", "line 2: a second YAML document"},
		"an octal number":     {"threshold: 0500", "--threshold"},
		"a hexadecimal one":   {"max-requests: 0x10", "--max-requests"},
		"a separator":         {"max-requests: 1_000", "--max-requests"},
		"a checksum":          {"operator: 0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "EIP-55"},
		"no quota":            {"rate-token: many", "--rate-token"},
		"no origin":           {"cors-origin: [wallet.example]", "--cors-origin"},
		"half of TLS":         {"tls-cert: a.pem", "--tls-key"},
		"no requests":         {"max-requests: 0", "--max-requests"},
		"too long a grace":    {"drain-grace: 1h", "--drain-grace"},
		"no Redis":            {"rate-redis: 'http://u:secret-value@h'", "--rate-redis"},
		"too long a file":     {"# " + strings.Repeat("x", maxConfig), "longer"},
	} {
		_, _, err := parse(t, "serve", "--config", config(t, c.text))
		require.ErrorContains(t, err, c.says, name)
		require.NotContains(t, err.Error(), "secret-value", name)
	}
	_, _, err := parse(t, "serve", "--config", filepath.Join(t.TempDir(), "none.yaml"))
	require.ErrorIs(t, err, os.ErrNotExist)
	_, _, err = parse(t, "serve", "--config", config(t, ""))
	require.NoError(t, err, "an empty file says nothing")
}

// TestConfig_ExampleHasEveryKey holds the example file to the flags: go test -update
// writes it anew.
func TestConfig_ExampleHasEveryKey(t *testing.T) {
	_, ctx, err := parse(t, "serve")
	require.NoError(t, err)
	want := example(ctx)
	if *update {
		require.NoError(t, os.WriteFile(exampleFile, []byte(want), 0o644))
	}
	have, err := os.ReadFile(exampleFile)
	require.NoError(t, err)
	require.Equal(t, want, string(have), "go test ./cmd/tallyd -run TestConfig_Example -update writes it")

	var uncommented []string
	for _, line := range strings.Split(want, "\n") {
		if key, ok := strings.CutPrefix(line, "#"); ok && strings.Contains(key, ":") && !strings.HasPrefix(key, " ") {
			uncommented = append(uncommented, key)
		}
	}
	require.Len(t, uncommented, len(settingsFlags(ctx)))
	given, _, err := parse(t, "serve", "--config", config(t, uncommented...))
	require.NoError(t, err, "the defaults are values")
	plain, _, err := parse(t, "serve")
	require.NoError(t, err)
	given.Serve.Config = ""
	require.Equal(t, fmt.Sprint(plain.Serve), fmt.Sprint(given.Serve), "and the same as without a file")
}

// example is the example file: each flag's help, and its key as a comment.
func example(ctx *kong.Context) string {
	var b strings.Builder
	b.WriteString("# Configuration of tallyd serve --config: every key, with its default.\n" +
		"# The environment goes before this file, flags before both. Look it through with\n" +
		"#\n#\ttallyd check-config --config tallyd.yaml\n")
	for _, flag := range settingsFlags(ctx) {
		b.WriteString("\n")
		for _, line := range wrap(flag.Help, 76) {
			b.WriteString("# " + line + "\n")
		}
		if flag.PlaceHolder != "" && flag.Default == "" {
			b.WriteString("# For example " + flag.PlaceHolder + "\n")
		}
		b.WriteString("#" + flag.Name + ": " + exampleValue(flag) + "\n")
	}
	return b.String()
}

func exampleValue(flag *kong.Flag) string {
	switch {
	case flag.IsSlice():
		return "[]"
	case flag.IsBool():
		return "false"
	case flag.Default == "":
		return `""`
	default:
		return flag.Default
	}
}

func wrap(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(lines, line)
}

// checked runs check-config.
func checked(t *testing.T, args ...string) (r report, text string, err error) {
	t.Helper()
	_, ctx, err := parse(t, append([]string{"check-config", "--json"}, args...)...)
	require.NoError(t, err)
	text, err = printed(t, func() error { return ctx.Run() })
	require.NoError(t, json.Unmarshal([]byte(text), &r), text)
	return r, text, err
}

// printed is what a function wrote to standard output.
func printed(t *testing.T, do func() error) (string, error) {
	t.Helper()
	read, write, err := os.Pipe()
	require.NoError(t, err)
	was := os.Stdout
	os.Stdout = write
	text := make(chan []byte)
	go func() {
		b, _ := io.ReadAll(read)
		text <- b
	}()
	failed := do()
	os.Stdout = was
	require.NoError(t, write.Close())
	return string(<-text), failed
}

func (r report) check(t *testing.T, what string) check {
	t.Helper()
	for _, c := range r.Checks {
		if c.What == what {
			return c
		}
	}
	require.Fail(t, "no check of "+what)
	return check{}
}

func (r report) setting(name string) setting {
	for _, s := range r.Settings {
		if s.Name == name {
			return s
		}
	}
	return setting{}
}

func TestCheckConfig_SaysWhatIsInForce(t *testing.T) {
	t.Setenv("TALLYD_THRESHOLD", "1")
	t.Setenv("TALLYD_RATE_REDIS", "redis://user:secret-value@127.0.0.1:1/0")
	file := config(t, "rate-token: 7/7s", "operator: ["+ledgertest.Operators()[0].String()+"]", "threshold: 9")
	r, text, err := checked(t, "--config", file, "--listen", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "new"))
	require.ErrorIs(t, err, errChecks, "nothing is at port 1")
	require.False(t, r.OK)
	require.NotContains(t, text, "secret-value")
	require.Equal(t, setting{"rate-token", "7/7s", "file"}, r.setting("rate-token"))
	require.Equal(t, setting{"threshold", "1", "environment"}, r.setting("threshold"))
	require.Equal(t, setting{"listen", "127.0.0.1:0", "flag"}, r.setting("listen"))
	require.Equal(t, setting{"rate-address", "600/10s", "default"}, r.setting("rate-address"))
	require.Equal(t, setting{"rate-redis", "redis://127.0.0.1:1/…", "environment"}, r.setting("rate-redis"))
	require.False(t, r.check(t, "rate-redis").OK)
	require.True(t, r.check(t, "listen").OK)
	require.True(t, r.check(t, "data").OK)
}

func TestCheckConfig_MasksSecrets(t *testing.T) {
	for text, want := range map[string]string{
		"127.0.0.1:8480":                  "127.0.0.1:8480",
		"redis://user:pw@host:6379/0":     "redis://host:6379/…",
		"redis://host:6379":               "redis://host:6379",
		"https://node.example/v3/api-key": "https://node.example/…",
		"https://node.example?key=secret": "https://node.example/…",
		"unix:///run/redis.sock":          "unix:///run/redis.sock",
		"redis://:p%ss@host":              "…",
		"https://wallet.example":          "https://wallet.example",
		"/etc/tally/key.pem":              "/etc/tally/key.pem",
	} {
		require.Equal(t, want, maskedText(text))
	}
}

func TestCheckConfig_FindsMistakes(t *testing.T) {
	operator := []string{"--operator", ledgertest.Operators()[0].String()}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close() //nolint:errcheck // it is only in the way
	dir := t.TempDir()
	open := filepath.Join(dir, "open")
	require.NoError(t, os.WriteFile(open, bytes.Repeat([]byte("a"), 64), 0o644))
	text := filepath.Join(dir, "text")
	require.NoError(t, os.WriteFile(text, []byte("x"), 0o600))

	for what, c := range map[string]struct {
		args []string
		says string
	}{
		"listen":         {append(operator, "--listen", taken.Addr().String()), "in use"},
		"metrics-listen": {append(operator, "--metrics-listen", taken.Addr().String()), "in use"},
		"rpc-token-file": {append(operator, "--rpc-token-file", open), "chmod 600"},
		"tls-key":        {append(operator, "--tls-cert", text, "--tls-key", filepath.Join(dir, "none")), "no such file"},
		"certificate":    {append(operator, "--tls-cert", text, "--tls-key", text), "certificate"},
		"data":           {nil, "needs an --operator"},
		"redis":          {append(operator, "--index", "redis", "--redis", "unix://"+filepath.Join(dir, "none")), "no such file"},
		"log-key":        {append(operator, "--log-key", filepath.Join(dir, "none")), "no such file"},
		"rate-redis":     {append(operator, "--rate-redis", "unix://"+filepath.Join(dir, "none")), "no such file"},
	} {
		args := flagstest.UnlessGiven(c.args, flagstest.Flag{"--listen", "127.0.0.1:0"}, flagstest.Flag{"--data", filepath.Join(dir, "new")})
		r, _, err := checked(t, args...)
		require.ErrorIs(t, err, errChecks, what)
		found := r.check(t, what)
		require.False(t, found.OK, what)
		require.Contains(t, found.Detail, c.says, what)
	}
	for _, data := range []string{text, filepath.Join(text, "below")} {
		r, _, err := checked(t, append(operator, "--listen", "127.0.0.1:0", "--data", data)...)
		require.ErrorIs(t, err, errChecks)
		require.False(t, r.check(t, "data").OK)
	}
	r, _, err := checked(t, append(operator, "--threshold", "2", "--listen", "127.0.0.1:0", "--data", filepath.Join(dir, "new"))...)
	require.ErrorIs(t, err, errChecks)
	require.Contains(t, r.check(t, "data").Detail, "--threshold")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 2, "nothing is left behind")
}

// TestCheckConfig_SeesARunningServer, and that its directory is well when it is gone.
func TestCheckConfig_SeesARunningServer(t *testing.T) {
	s := launch(t, "--metrics-listen", ":0")
	r, _, err := checked(t, "--listen", s.address, "--data", s.dir)
	require.ErrorIs(t, err, errChecks)
	require.Contains(t, r.check(t, "data").Detail, "in use")
	require.Contains(t, r.check(t, "listen").Detail, "in use")
	require.NoError(t, s.terminate())
	r, text, err := checked(t, "--listen", "127.0.0.1:0", "--data", s.dir)
	require.NoError(t, err, text)
	require.True(t, r.OK)
	require.True(t, r.check(t, "sealer.key").OK)
	require.Contains(t, r.check(t, "log-key").Detail, "can be read")
	require.NoError(t, os.Chmod(filepath.Join(s.dir, "sealer.key"), 0o640))
	r, _, err = checked(t, "--listen", "127.0.0.1:0", "--data", s.dir)
	require.ErrorIs(t, err, errChecks)
	require.Contains(t, r.check(t, "sealer.key").Detail, "chmod 600")
}

// TestOperatingPage_NamesEveryFlagAndLimit holds the handbook to the flags and the limits.
func TestOperatingPage_NamesEveryFlagAndLimit(t *testing.T) {
	raw, err := os.ReadFile("operating.md")
	require.NoError(t, err)
	text := string(raw)
	_, ctx, err := parse(t, "check-config")
	require.NoError(t, err)
	defaults := map[string]string{}
	for _, flag := range ctx.Selected().Flags {
		defaults["--"+flag.Name] = flag.Default
	}
	named := regexp.MustCompile("`(--[a-z-]+)").FindAllStringSubmatch(text, -1)
	require.NotEmpty(t, named)
	for _, found := range named {
		require.Contains(t, defaults, found[1])
	}
	for _, row := range regexp.MustCompile("(?m)^\\| [^|]+ \\| ([^|]+) \\| `(--[a-z-]+)` \\|").FindAllStringSubmatch(text, -1) {
		says := strings.NewReplacer(",", "", " in ", "/", " s", "s").Replace(row[1])
		require.Equal(t, defaults[row[2]], says, row[2])
	}
	require.Contains(t, text, "`--drain-grace` ("+spaced(duration(t, defaults["--drain-grace"]))+")")
	for _, limit := range []string{
		"| addresses and tokens that are remembered | 100,000 each |",
		fmt.Sprintf("| requests under way on one HTTP/2 connection | %d |", edge.MaxStreams),
		fmt.Sprintf("| a request's header: time, size | %s, %d KiB |", spaced(edge.HeaderTimeout), api.MaxHeader>>10),
		fmt.Sprintf("| a whole request: time, size of its body | %s, %d KiB |", spaced(edge.ReadTimeout), api.MaxBody>>10),
		fmt.Sprintf("| a connection without a request | %d min |", edge.IdleTimeout/time.Minute),
		fmt.Sprintf("within %d ms", edge.SharedTimeout.Milliseconds()),
		fmt.Sprintf("within %s;", spaced(edge.ReloadEvery)),
		fmt.Sprintf("has %s to finish", spaced(shutdownAfter)),
	} {
		require.Contains(t, text, limit)
	}
	require.Equal(t, 100_000, edge.MaxBuckets)
	require.Equal(t, time.Second, edge.SharedRest, "left alone for a second")
	require.Contains(t, text, fmt.Sprintf("the queue ends at %d,%03d", ledger.MaxQueue/1000, ledger.MaxQueue%1000))
}

// spaced is a time in whole seconds as the handbook writes it.
func spaced(d time.Duration) string { return fmt.Sprintf("%d s", d/time.Second) }

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text)
	require.NoError(t, err)
	return d
}
