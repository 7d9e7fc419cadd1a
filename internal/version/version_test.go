package version_test

import (
	"bytes"
	"encoding/json"
	"runtime"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"

	"tally/internal/version"
)

// TestFlag_PrintsAndLeaves: before a command is asked for, and whatever else is wrong.
func TestFlag_PrintsAndLeaves(t *testing.T) {
	for _, args := range [][]string{{"--version"}, {"serve", "--version"}, {"--version", "--json"}} {
		var out bytes.Buffer
		var g struct {
			JSON  bool     `name:"json"`
			Serve struct{} `cmd:""`
		}
		left := -1
		parser, err := kong.New(&g, kong.Name("tally-x"), kong.Writers(&out, &out), kong.Exit(func(code int) { left = code; panic("left") }), version.Flag())
		require.NoError(t, err)
		require.PanicsWithValue(t, "left", func() { _, _ = parser.Parse(args) })
		require.Zero(t, left)
		if len(args) == 2 && args[1] == "--json" {
			var b version.Build
			require.NoError(t, json.Unmarshal(out.Bytes(), &b))
			require.Equal(t, "tally-x", b.Program)
			require.Equal(t, runtime.Version(), b.Go)
			continue
		}
		require.Regexp(t, `^tally-x devel.*, go1\.`, out.String())
	}
}
