package table_test

import (
	"encoding/binary"
	"encoding/csv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"tally/internal/exact"
	"tally/internal/exact/table"
)

func utf16Text(text string, order binary.AppendByteOrder) string {
	var raw []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		raw = order.AppendUint16(raw, unit)
	}
	return string(raw)
}

func TestRead_SameList(t *testing.T) {
	want := []table.Row{{1, []string{"name", "wallet"}}, {2, []string{"Lee, 李", "0x1"}}, {3, []string{"b", "0x2"}}}
	const comma = "name,wallet\n\"Lee, 李\",0x1\nb,0x2\n"
	semicolon := strings.NewReplacer(",wallet", ";wallet", ",0x", ";0x").Replace(comma)
	for name, text := range map[string]string{
		"commas": comma, "semicolons": semicolon, "tabs": strings.ReplaceAll(semicolon, ";", "\t"),
		"CRLF": strings.ReplaceAll(comma, "\n", "\r\n"), "CR": strings.ReplaceAll(comma, "\n", "\r"),
		"no last end of line": strings.TrimSuffix(comma, "\n"), "a byte order mark": "\ufeff" + comma,
		"a byte order mark before quotes": "\ufeff\"name\",\"wallet\"\n" + strings.TrimPrefix(comma, "name,wallet\n"),
		"UTF-16 LE":                       utf16Text(semicolon, binary.LittleEndian), "UTF-16 BE": utf16Text(comma, binary.BigEndian),
		"UTF-16 LE with tabs and CRLF": utf16Text(strings.NewReplacer(";", "\t", "\n", "\r\n").Replace(semicolon), binary.LittleEndian),
	} {
		got, err := table.Read([]byte(text))
		require.NoError(t, err, name)
		require.Equal(t, table.Table{Rows: want}, got, name)
	}
}

func TestRead_LinesAndSkips(t *testing.T) {
	for _, c := range []struct {
		text    string
		rows    []table.Row
		skipped int
	}{
		{"", nil, 0}, {"\n\n", nil, 2}, {"\ufeff", nil, 0}, {"# a remark\n\na\n", []table.Row{{3, []string{"a"}}}, 2},
		{"sep=;\na;b\n", []table.Row{{2, []string{"a", "b"}}}, 1}, {"SEP=,\r\na;b,c\r\n", []table.Row{{2, []string{"a;b", "c"}}}, 1},
		{"sep=\t\na\n", []table.Row{{2, []string{"a"}}}, 1}, {"a\n\n\n", []table.Row{{1, []string{"a"}}}, 2}, {"a\n,,\nb\n", []table.Row{{1, []string{"a"}}, {3, []string{"b"}}}, 1},
		{"\"a\nb\",c\nd\n", []table.Row{{1, []string{"a\nb", "c"}}, {3, []string{"d"}}}, 0}, {"a,\"x\ny\"\nd\n", []table.Row{{1, []string{"a", "x\ny"}}, {3, []string{"d"}}}, 0},
	} {
		got, err := table.Read([]byte(c.text))
		require.NoError(t, err, "%q", c.text)
		require.Equal(t, c.rows, got.Rows, "%q", c.text)
		require.Equal(t, c.skipped, got.Skipped, "%q", c.text)
	}
}

func TestRead_Refused(t *testing.T) {
	for text, says := range map[string]string{
		"a\n\"b\n":         "line 2: a field in quotes",
		"a\nb\"c\n":        "line 2: a field in quotes",
		"sep=;\na\n\"b":    "line 3: a field in quotes",
		"sep=|\na":         "line 1: sep= is wanted",
		"sep=\na":          "line 1: sep= is wanted",
		"a;b,c\n":          "line 1: one separator is wanted",
		"\n#x\na\tb;c":     "line 3: one separator",
		"a\nb\nCaf\xe9\n":  "line 3: a list in UTF-8",
		"a\x00b\x00":       "UTF-16 with a byte order mark",
		"\xff\xfea":        "ends within a character",
		"\xff\xfe\x00\xd8": "whole characters",
	} {
		_, err := table.Read([]byte(text))
		require.ErrorContains(t, err, says, "%q", text)
		require.ErrorAs(t, err, new(*exact.Error))
	}
}

// FuzzRead: what is read is the same when it is written as CSV and read again.
func FuzzRead(f *testing.F) {
	for _, text := range []string{"a,b\nc,d\n", "sep=;\n\"a\"\"b\";c\r\n", "\xff\xfea\x00", "# x\n\na\tb", "\"a\nb\"\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := table.Read(raw)
		if err != nil {
			require.ErrorAs(t, err, new(*exact.Error))
			return
		}
		require.GreaterOrEqual(t, got.Skipped, 0)
		var text strings.Builder
		text.WriteString("sep=,\n")
		w := csv.NewWriter(&text)
		for _, row := range got.Rows {
			require.NotEmpty(t, row.Fields)
			if row.Fields[0] != "" && row.Fields[0][0] == '#' {
				return // the writer does not quote it
			}
			require.NoError(t, w.Write(row.Fields))
		}
		w.Flush()
		again, err := table.Read([]byte(text.String()))
		require.NoError(t, err)
		require.Len(t, again.Rows, len(got.Rows))
		for i, row := range again.Rows {
			require.Equal(t, got.Rows[i].Fields, row.Fields)
		}
	})
}
