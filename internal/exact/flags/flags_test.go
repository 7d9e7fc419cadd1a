package flags_test

import (
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"

	"tally/internal/exact/flags"
)

type address [20]byte

type grammar struct {
	Store   uint32
	Units   []uint64
	Open    *uint32
	Offset  int16 `least:"-480" most:"480"`
	Use     float64
	Life    time.Duration `short:"l" aliases:"lifetime"`
	Name    string
	Names   []string
	Till    address
	From    uint8 `env:"FLAGS_TEST_FROM"`
	Default int   `default:"7"`
	Loss    int8
	Share   float32       `least:"0.25" most:"1"`
	Wait    time.Duration `least:"1s" most:"1h30m"`
	Later   time.Duration `least:"1s"`
	Shop    uint32        `type:"shop"`
	Title   string        `type:"title"`
	Quiet   bool          `negatable:""`
}

func parse(t *testing.T, args ...string) (g grammar, err error) {
	t.Helper()
	parser, err := kong.New(&g, flags.Exact(), flags.Addresses[address](), flags.Number("shop", 1, 65535), flags.Text("title", 8))
	require.NoError(t, err)
	_, err = parser.Parse(args)
	return g, err
}

func TestExact_Accepted(t *testing.T) {
	five := uint32(5)
	t.Setenv("FLAGS_TEST_FROM", "200")
	g, err := parse(t, "--store=4294967295", "--units=1,2", "--units", "3", "--open", "5", "--offset=-480", "--use=0.5", "--life", "1h30m", "--name", "茉莉", "--names=a,b",
		"--till=0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "--shop=65535", "--title=tea shop")
	require.NoError(t, err)
	require.Equal(t, byte(0x5a), g.Till[0])
	g.Till = address{}
	require.Equal(t, grammar{
		Store: 4294967295, Units: []uint64{1, 2, 3}, Open: &five, Offset: -480, Use: 0.5, Life: 90 * time.Minute, Name: "茉莉", Names: []string{"a", "b"}, From: 200, Default: 7, Shop: 65535, Title: "tea shop",
	}, g)
}

func TestExact_Refused(t *testing.T) {
	for flag, says := range map[string]string{
		"--store=0500": "--store: a whole number from 0 to 4294967295 is wanted, without a zero in front: 0500", "--store=0x10": "digits 0 to 9 alone: 0x10", "--store=1_000": "digits",
		"--store=1e3": "digits", "--store=-1": "digits", "--store=": "not nothing", "--store=4294967296": "from 0 to 4294967295", "--units=1,02": "zero in front", "--units=1.0": "digits",
		"--open=0b1": "digits", "--offset=+1": "digits", "--store=-0": "digits", "--store=+1": "digits", "--store=１２": "digits", "--store= 1": "digits", "--offset=-0": "a whole number", "--offset=-01": "zero in front", "--offset=１２": "digits",
		"--offset=0x10": "digits", "--offset=1_000": "digits", "--use=-0": "a number is wanted", "--use=+1": "a number is wanted", "--use=1e3": "a number is wanted", "--use=0x1p4": "a number is wanted", "--use=1_000": "a number is wanted", "--use=１": "a number is wanted", "--offset=481": "--offset: a whole number from -480 to 480 is wanted: 481", "--offset=-481": "from -480 to 480 is wanted", "--loss=-1": "--loss: a whole number from 0 to 127 is wanted: -1", "--use=nan": "a number is wanted", "--life=1.5h": "a length of time", "--life=90": "a length of time",
		"--share=0.2": "--share: a number from 0.25 to 1 is wanted: 0.2", "--share=1.01": "from 0.25 to 1", "--wait=0": "--wait: a length of time from 1s to 1h30m is wanted: 0", "--wait=1h31m": "from 1s to 1h30m", "--later=999ms": "a length of time of at least 1s is wanted: 999ms",
		"--name=Caf\xe9": "in UTF-8", "--names=a,\xff": "in UTF-8", "--till=0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed": "checksum", "--till=alice": "an address is wanted",
		"--shop=0": "--shop: a whole number from 1 to 65535 is wanted: 0", "--shop=65536": "from 1 to 65535", "--title=": "nothing to see", "--title=a\x1b[2J": "U+001B", "--title=nine byte": "and this has 9 bytes",
	} {
		_, err := parse(t, flag)
		require.ErrorContains(t, err, says, flag)
	}
	t.Setenv("FLAGS_TEST_FROM", "0x10")
	_, err := parse(t)
	require.ErrorContains(t, err, "digits 0 to 9 alone: 0x10")
}

// TestExact_FlagTwice: a flag that takes one value stands on a line once, however it is
// written. Lists take it several times.
func TestExact_FlagTwice(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--name=a", "--name=b"}, "--name: this flag is there more than once: give it once"},
		{[]string{"--name", "a", "--name", "a"}, "--name: this flag is there more than once"},
		{[]string{"--store=1", "--name=a", "--store=2"}, "--store: this flag"},
		{[]string{"--till=0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "--till=0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"}, "--till: this flag"},
		{[]string{"--open=1", "--open=1"}, "--open: this flag"},
		{[]string{"--quiet", "--quiet"}, "--quiet: this flag"},
		{[]string{"--quiet", "--no-quiet"}, "--quiet: this flag"},
		{[]string{"-l", "1h", "--life=2h"}, "--life: this flag"},
		{[]string{"--life=2h", "--lifetime=1h"}, "--life: this flag"},
		{[]string{"--from=1", "--from=2"}, "--from: this flag"},
	} {
		_, err := parse(t, c.args...)
		require.ErrorContains(t, err, c.says, "%q", c.args)
	}
	t.Setenv("FLAGS_TEST_FROM", "200")
	g, err := parse(t, "--units=1", "--units=1", "--names=a", "--names=b,c", "--from=1")
	require.NoError(t, err)
	require.Equal(t, []uint64{1, 1}, g.Units)
	require.Equal(t, []string{"a", "b", "c"}, g.Names)
	require.Equal(t, uint8(1), g.From, "a flag wins over the environment")
}
