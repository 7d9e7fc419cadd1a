package voucher

import "slices"

// ascending reports whether a list has no repeats and is in order.
func ascending[T any](list []T, compare func(a, b T) int) bool {
	for i := 1; i < len(list); i++ {
		if compare(list[i-1], list[i]) >= 0 {
			return false
		}
	}
	return true
}

// compareRef orders vouchers as lists must have them.
func compareRef(a, b Ref) int {
	switch {
	case a.Less(b):
		return -1
	case b.Less(a):
		return 1
	default:
		return 0
	}
}

func compareAddress(a, b Address) int { return slices.Compare(a[:], b[:]) }
