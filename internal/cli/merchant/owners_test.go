package merchant_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/cli/merchant"
	"tally/internal/voucher"
)

const (
	aaa     = "0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	bbb     = "0xBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
	mixed   = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
	missing = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe"
)

func TestParseOwners_Accepted(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{aaa, "1 wallets taken"},
		{aaa + "\n" + bbb + "\n" + mixed + "\n", "3 wallets taken"},
		{"\ufeff" + aaa + "\r\n", "1 wallets taken"},
		{"wallet\n" + aaa, "1 wallets taken, after a line of titles"},
		{"name;Address;note\nLee;" + aaa + ";vip\n\nWong;" + bbb + ";\n", "2 wallets taken, after a line of titles; 1 empty lines or remarks skipped"},
		{"\ufeff\"Owner\"\n\"" + mixed + "\"\n", "1 wallets taken, after a line of titles"},
		{aaa + "\n" + aaa + "\n" + bbb, "3 wallets taken; 1 stand in the list more than once, and get a voucher for each line"},
		{aaa + ",x\n" + bbb, "2 wallets taken"},
	} {
		list, err := merchant.ParseOwners([]byte(c.text))
		require.NoError(t, err, "%q", c.text)
		require.Equal(t, c.says, list.String())
		require.Equal(t, byte(0xaa), max(list.Owners[0][0], 0xaa))
	}
	list, err := merchant.ParseOwners([]byte("x,owner\n1," + bbb))
	require.NoError(t, err)
	require.Equal(t, []voucher.Address{voucher.Address([]byte(strings.Repeat("\xbb", 20)))}, list.Owners)
}

func TestParseOwners_Refused(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{"", "names none"}, {"\n# nothing\n", "names none"}, {"wallet\n", "titles alone"},
		{"name,phone\nLee,1\n", "line 1: an address is wanted in the first column, or titles"}, {"alice\n" + aaa, "line 1: an address is wanted"},
		{"wallet,owner\n" + aaa + "," + bbb, "line 1: one column of wallets is wanted"}, {missing + "\n" + aaa, "line 1: " + missing},
		{aaa[2:] + "\n" + aaa, "the 0x is missing"}, {aaa + "\nalice\n" + missing + "\n", "of 3 lines only 1 have an address: line 2: alice"},
		{aaa + "\n" + strings.ToUpper(mixed[:5]) + mixed[5:], "line 2: "}, {aaa + "\n0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "checksum"},
		{"name,wallet\nLee\n", "line 2: "}, {aaa + "\n" + strings.Repeat("x\n", 12), "and 2 lines more"}, {"\"" + aaa, "line 1: a field in quotes"},
		{strings.Repeat(aaa+"\n", merchant.MaxOwners+1), fmt.Sprintf("line %d: a list has at most 1000000 wallets", merchant.MaxOwners+1)},
	} {
		_, err := merchant.ParseOwners([]byte(c.text))
		require.ErrorContains(t, err, c.says, "%.200q", c.text)
	}
}
