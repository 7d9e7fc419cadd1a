package terminal_test

import (
	"encoding/csv"
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/rivo/uniseg"
	"github.com/stretchr/testify/require"

	"tally/internal/terminal"
	"tally/internal/voucher"
)

func rowsOf(rows ...[]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// TestLayout_WritesAsTablesAre: a table row by row is the table of all rows.
func TestLayout_WritesAsTablesAre(t *testing.T) {
	titles := []any{"NAME", "UNITS", ""}
	rows := [][]any{{"茉莉茶", 1, "a"}, {"Tea\x1b[2J", 20, ""}, {"", uint64(3), voucher.Address{0xab}}}
	var whole, streamed strings.Builder
	require.NoError(t, terminal.Table(&whole, titles, rows))
	l := terminal.NewLayout(titles)
	for _, row := range rows {
		l.Measure(row)
	}
	require.NoError(t, l.Write(&streamed, rowsOf(rows...), 0))
	require.Equal(t, whole.String(), streamed.String())

	var none strings.Builder
	require.NoError(t, terminal.NewLayout(titles).Write(&none, rowsOf(), 0))
	require.Equal(t, "NAME  UNITS\n", none.String(), "the titles alone")
}

// TestLayout_NarrowTerminals: where a row does not fit, each is written as fields.
func TestLayout_NarrowTerminals(t *testing.T) {
	l := terminal.NewLayout([]any{"NAME", "UNITS"})
	rows := [][]any{{"Tea", 20}, {"", 3}}
	for _, row := range rows {
		l.Measure(row)
	}
	var wide, narrow strings.Builder
	require.NoError(t, l.Write(&wide, rowsOf(rows...), 11))
	require.Equal(t, "NAME  UNITS\nTea   20\n      3\n", wide.String())
	require.NoError(t, l.Write(&narrow, rowsOf(rows...), 10))
	require.Equal(t, "NAME   Tea\nUNITS  20\n\nUNITS  3\n", narrow.String())
}

// full is a writer that takes nothing.
type full struct{}

var errFull = errors.New("full")

func (full) Write([]byte) (int, error) { return 0, errFull }

// TestLayout_SaysWhatFailed: rows that cannot be read, and an answer that cannot be written.
func TestLayout_SaysWhatFailed(t *testing.T) {
	broken := errors.New("broken")
	l := terminal.NewLayout([]any{"A"})
	require.ErrorIs(t, l.Write(&strings.Builder{}, func(yield func([]any, error) bool) { yield(nil, broken) }, 0), broken)
	require.ErrorIs(t, l.Write(full{}, rowsOf([]any{""}), 0), errFull)
	require.ErrorIs(t, l.Write(full{}, rowsOf(), 0), errFull)
	c := terminal.NewCSV(full{})
	require.NoError(t, c.Row([]any{1}))
	require.ErrorIs(t, c.Flush(), errFull)
}

// TestCSV_NoFormulas: whatever a stranger wrote, a spreadsheet reads texts and numbers.
func TestCSV_NoFormulas(t *testing.T) {
	address, err := voucher.ParseAddress("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		cell any
		want string
	}{
		"a formula":             {`=HYPERLINK("http://x";"y")`, `'=HYPERLINK("http://x";"y")`},
		"a command":             {"@SUM(1+1)*cmd|' /C calc'!A0", "'@SUM(1+1)*cmd|' /C calc'!A0"},
		"a sign":                {"+1", "'+1"},
		"another sign":          {"-1+1", "'-1+1"},
		"behind blanks":         {"  =1", "'  =1"},
		"wide":                  {"＝1", "'＝1"},
		"wide, another":         {"＠A1", "'＠A1"},
		"a number below zero":   {int64(-5), "-5"},
		"a number":              {uint64(5), "5"},
		"an amount":             {"32.00", "32.00"},
		"a separator, a quote":  {`a,"b"`, `a,"b"`},
		"a line and a tab":      {"a\n=1\t", `a\n=1\u0009`},
		"an escape sequence":    {"\x1b[2J", `\u001b[2J`},
		"a tab before":          {"\t=1", `\u0009=1`},
		"a turn of direction":   {"\u202egnp", `\u202egnp`},
		"an equals sign inside": {"a=b", "a=b"},
		"nothing":               {"", ""},
		"an address":            {address, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			w := terminal.NewCSV(&out)
			require.NoError(t, w.Row([]any{"x", c.cell, "y"}))
			require.NoError(t, w.Flush())
			rows, err := csv.NewReader(strings.NewReader(out.String())).ReadAll()
			require.NoError(t, err)
			require.Equal(t, [][]string{{"x", c.want, "y"}}, rows)
			require.Equal(t, 1, strings.Count(out.String(), "\n"))
		})
	}
}

// TestShort_FitsItsPlaces: whatever the text, and no letter is cut in half.
func TestShort_FitsItsPlaces(t *testing.T) {
	for text, want := range map[string]string{
		"Ten cups":                 "Ten cups",
		"Ten cups of tea":          "Ten cups…",
		"Ten cup of tea":           "Ten cup…",
		"茉莉茶茉莉茶":                   "茉莉茶茉…",
		"a\x1b[2Jb":                `a\u001b[…`,
		"cafe\u0301 cafe\u0301 au": "cafe\u0301 caf…",
		"":                         "",
	} {
		require.Equal(t, want, terminal.Short(text, 9), text)
		require.LessOrEqual(t, uniseg.StringWidth(terminal.Short(strings.Repeat(text, 99), 9)), 9)
	}
}
