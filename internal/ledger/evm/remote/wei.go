package remote

import (
	"fmt"
	"math/big"
	"strings"

	"tally/internal/voucher"
)

// Wei is an amount of a network's money in its least unit. Its text is a decimal
// number and a unit, wei, gwei (10^9 wei) or ether (10^18 wei): 0.5ether. Without a unit
// it is wei. The zero Wei is none at all.
type Wei struct{ amount big.Int }

// maxWei bounds an amount: 2^128 wei, more than any network has.
const maxWei = 128 // bits

// Int is the amount.
func (w Wei) Int() *big.Int { return new(big.Int).Set(&w.amount) }

// units are the powers of ten that a unit is.
func units() []struct {
	name  string
	power int64
} {
	return []struct {
		name  string
		power int64
	}{{"ether", 18}, {"gwei", 9}, {"wei", 0}, {"", 0}}
}

// String is the text in ether.
func (w Wei) String() string { return ether(&w.amount) }

// ether is an amount of wei in ether, as far as its digits go.
func ether(wei *big.Int) string {
	text := new(big.Rat).SetFrac(wei, new(big.Int).Exp(big.NewInt(10), big.NewInt(18), nil)).FloatString(18)
	text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	return text + "ether"
}

// MarshalText implements encoding.TextMarshaler.
func (w Wei) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads a text. The error is voucher.ErrText.
func (w *Wei) UnmarshalText(b []byte) error {
	text := strings.TrimSpace(string(b))
	for _, unit := range units() {
		number, found := strings.CutSuffix(text, unit.name)
		if !found {
			continue
		}
		if amount, ok := whole(number, unit.power); ok {
			w.amount.Set(amount)
			return nil
		}
		break
	}
	return fmt.Errorf("amount %.20q: a decimal number with wei, gwei or ether behind it, as 0.5ether, and no part of a wei: %w",
		text, voucher.ErrText)
}

// whole is a decimal number times a power of ten, if that has no fraction.
func whole(number string, power int64) (*big.Int, bool) {
	const most = 64 // digits
	if number == "" || len(number) > most || strings.Trim(number, "0123456789.") != "" {
		return nil, false
	}
	value, ok := new(big.Rat).SetString(number)
	if !ok {
		return nil, false
	}
	value.Mul(value, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(power), nil)))
	return value.Num(), value.IsInt() && value.Num().BitLen() <= maxWei
}
