package merchant

import (
	"bytes"
	"encoding/csv"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/books/daybook"
	"tally/internal/voucher"
)

// TestReport_Sheet: whatever a campaign is called, its name is a text in one cell, and
// the columns of numbers add up to the totals.
func TestReport_Sheet(t *testing.T) {
	hkd := voucher.Currency{'H', 'K', 'D'}
	lines := []daybook.Line{
		{Did: daybook.Sale, Day: "2026-12-01", Store: 1, Campaign: "cmp_1", Currency: hkd, Orders: 1, Amount: 9600, Units: 2, Discount: 6400, Deposited: new(true)},
		{Did: daybook.Return, Day: "2026-12-02", Store: 1, Campaign: "cmp_1", Currency: hkd, Units: 1, Discount: 3200, Redemption: &voucher.Hash{1}, Deposited: new(false)},
		{Did: daybook.Sale, Day: "2026-12-02", Store: 1, Campaign: "cmp_1", Currency: hkd},
	}
	for _, name := range []string{"=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)", "半糖 ☕", "a,b;c\td", "two\nlines", "\"quoted\"", "\u202eright to left"} {
		for separator, comma := range map[string]rune{"comma": ',', "semicolon": ';', "tab": '\t'} {
			r := ReportAnswer{Sums: []ReportSum{}, by: daybook.By{Day: true}}
			for _, l := range lines {
				r.Lines = append(r.Lines, ReportLine{l, name})
			}
			c := reportCmd{Lines: true, Separator: separator}
			out, err := c.sheet(r)
			require.NoError(t, err)
			text, marked := bytes.CutPrefix(out, []byte("\ufeff"))
			require.True(t, marked)
			read := csv.NewReader(bytes.NewReader(text))
			read.Comma = comma
			rows, err := read.ReadAll()
			require.NoError(t, err)
			require.Len(t, rows, 4)
			for i, last := range []string{"deposited", "yes", "no", ""} {
				require.Equal(t, last, rows[i][len(rows[i])-1], "a column that is new comes last")
			}
			require.NotContains(t, "=+-@", rows[1][6][:1])
			require.NotContains(t, rows[1][6], "\n")
			require.Equal(t, []string{"2", "6400"}, rows[1][10:12])
			require.Equal(t, []string{"-1", "-3200"}, rows[2][10:12], "numbers, without an apostrophe")
		}
	}
}
