package exact_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/exact"
)

// The vectors of EIP-55.
var checksummed = []string{
	"0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
	"0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
	"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
	"0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
}

func TestAddress_Accepted(t *testing.T) {
	for _, text := range checksummed {
		for _, form := range []string{text, strings.ToLower(text), "0x" + strings.ToUpper(text[2:])} {
			got, err := exact.Address(form)
			require.NoError(t, err, form)
			require.Equal(t, strings.ToLower(text[2:]), hex.EncodeToString(got[:]))
		}
		require.Equal(t, text, exact.Checksum(strings.ToLower(text)))
	}
}

func TestAddress_Refused(t *testing.T) {
	const good = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
	for text, says := range map[string]string{
		"":                                      "not nothing",
		strings.Replace(good, "aA", "AA", 1):    "checksum is right (EIP-55)",
		strings.Replace(good, "3F", "3f", 1):    "checksum is right (EIP-55)",
		strings.Replace(good, "60", "61", 1):    "checksum is right (EIP-55)",
		"0X" + good[2:]:                         "a small x",
		good[2:]:                                "the 0x is missing",
		good + "0":                              "and these are 41",
		good[:41]:                               "and these are 39",
		" " + good:                              "without blanks",
		good + "\n":                             "without blanks",
		good[:40] + "zz":                        "one of these is none",
		"XE7338O073KYGTWWZN0F2WZ0R8PX5ZPPZS":    "ICAP",
		"tea-chain.eth":                         "ENS",
		"alice":                                 "0x and 40 hex digits",
		"0x" + strings.Repeat("٣", 20):          "one of these is none",
		"0x" + strings.Repeat("0", 39) + "\x00": "one of these is none",
	} {
		_, err := exact.Address(text)
		require.ErrorContains(t, err, says, "%q", text)
	}
}

// FuzzAddress: an address that is accepted is the same in its checksummed form, and
// any letter of that in the other case is refused.
func FuzzAddress(f *testing.F) {
	for _, text := range checksummed {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := exact.Address(text)
		if err != nil {
			return
		}
		sum := exact.Checksum("0x" + hex.EncodeToString(got[:]))
		again, err := exact.Address(sum)
		require.NoError(t, err)
		require.Equal(t, got, again)
		require.True(t, strings.EqualFold(sum, text))
	})
}
