package voucher

// touchedMerchant are the keys of a merchant's record and of what stands beside it,
// and what else the command puts.
func touchedMerchant(m Address, more ...string) []string {
	return append([]string{merchantKey(m), standingKey(m)}, more...)
}

// touched are the keys of vouchers and their holds, and of their places.
func touched(vouchers []Ref, places ...Place) (keys []string) {
	for _, ref := range vouchers {
		keys = append(keys, voucherKey(ref), holdKey(ref))
	}
	for _, p := range places {
		if !p.Issue.IsZero() {
			keys = append(keys, placeKey(p.Issue, p.Index))
		}
	}
	return keys
}

func refs[T any](lines []T, of func(T) Ref) []Ref {
	vouchers := make([]Ref, len(lines))
	for i, line := range lines {
		vouchers[i] = of(line)
	}
	return vouchers
}
