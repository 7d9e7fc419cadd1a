package main

// sizes are how much of everything is measured.
type sizes struct {
	redeem []step // for each number of clients
}

// step is so many redemptions by so many clients.
type step struct{ clients, vouchers int }

// full is enough for the slowest of many to be few, within about twenty minutes
// on two cores.
func full() sizes {
	return sizes{
		redeem: []step{{1, 500}, {8, 2000}, {32, 5000}, {200, 8000}, {1000, 12_000}},
	}
}

// tiny is enough to see every line of every table.
func tiny() sizes {
	return sizes{
		redeem: []step{{1, 20}, {8, 40}, {32, 40}, {200, 40}, {1000, 40}},
	}
}

// vouchers is how many a section redeems in so many runs.
func (s sizes) vouchers(runs int) (n int) {
	for _, step := range s.redeem {
		n += step.vouchers * runs
	}
	return n
}
