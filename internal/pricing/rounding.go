package pricing

import "math/bits"

// Rounding is what becomes of a part of a minor unit.
type Rounding string

// The ways of rounding.
const (
	RoundDown     Rounding = "down"      // never above what was promised
	RoundHalfUp   Rounding = "half_up"   // a half and more is one more
	RoundHalfEven Rounding = "half_even" // a half goes to the even number
	RoundUp       Rounding = "up"        // any part is one more
)

// rounding reads the member "round", or absent where there is none.
func (o object) rounding(absent Rounding) Rounding {
	if !o.has("round") {
		return absent
	}
	return oneOf(o, "round", RoundDown, RoundHalfUp, RoundHalfEven, RoundUp)
}

func (t tree) round(round Rounding) { put(t, "round", round, round != RoundDown) }

// share is a·b/whole, rounded, by way of a product of 128 bits. The caller keeps
// a·b/whole below 2^63, and whole positive.
func share(a, b, whole uint64, round Rounding) uint64 {
	high, low := bits.Mul64(a, b)
	quotient, rest := bits.Div64(high, low, whole)
	if up(quotient, rest, whole, round) {
		quotient++
	}
	return quotient
}

// up reports whether a quotient with this rest is rounded up.
func up(quotient, rest, whole uint64, round Rounding) bool {
	switch round {
	case RoundHalfUp:
		return rest >= whole-rest
	case RoundHalfEven:
		return rest > whole-rest || rest == whole-rest && quotient%2 == 1
	case RoundUp:
		return rest > 0
	default:
		return false
	}
}
