package shop

// Try is one of the tries to spend a voucher: at the first till, or at the
// second one, which comes later and is a double spend.
type Try struct {
	Voucher int // counted from 0
	Till    int // 0 or 1
}

// Twice is the order in which n vouchers are spent. One voucher in every is spent
// twice: its second try comes behind others after the first, or at the end.
func Twice(n, every, behind int) []Try {
	order := make([]Try, 0, n+n/every+1)
	for i := range n + behind {
		if i < n {
			order = append(order, Try{Voucher: i})
		}
		if at := i - behind; at >= 0 && at < n && at%every == 0 {
			order = append(order, Try{Voucher: at, Till: 1})
		}
	}
	return order
}
