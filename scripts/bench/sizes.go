package main

// sizes are how much of everything is measured.
type sizes struct {
	redeem []step // for each number of clients
	lookup struct{ vouchers, requests int }
	quote  struct{ wallets, requests int }
	drop   struct{ vouchers, wallets int }
	bulk   struct{ supply, owners, deliveries int }
	// rebuild is vouchers, each claimed and redeemed.
	rebuild int
	start   struct{ minted, claimed int }
	size    struct {
		claimed  []int // ascending
		redeemed int   // in each run at each of them
	}
	command struct{ campaigns, each int } // times each command line is played in a run
	profile int                           // vouchers
	door    []step
	// refusals is how many commands are refused, of each sort.
	refusals int
}

// step is a number of clients, and how many vouchers they redeem together.
type step struct{ clients, vouchers int }

// full is enough for the slowest of many to be few, within about twenty minutes
// on two cores.
func full() (s sizes) {
	s.redeem = []step{{1, 500}, {8, 2000}, {32, 5000}, {200, 8000}, {1000, 12_000}}
	s.lookup.vouchers, s.lookup.requests = 10_000, 20_000
	s.quote.wallets, s.quote.requests = 1200, 10_000
	s.drop.vouchers, s.drop.wallets = 2000, 4000
	s.bulk.supply, s.bulk.owners, s.bulk.deliveries = 1_000_000, 100_000, 1000
	s.rebuild = 500_000
	s.start.minted, s.start.claimed = 1_000_000, 100_000
	s.command.campaigns, s.command.each = 10_000, 5
	s.size.claimed, s.size.redeemed = []int{10_000, 100_000, 1_000_000}, 3000
	s.profile = 15_000
	s.door, s.refusals = []step{{1, 500}, {32, 5000}}, 20_000
	return s
}

// tiny is enough to see every line of every table.
func tiny() (s sizes) {
	s.redeem = []step{{1, 20}, {8, 40}, {32, 40}, {200, 40}, {1000, 40}}
	s.lookup.vouchers, s.lookup.requests = 20, 100
	s.quote.wallets, s.quote.requests = 20, 100
	s.drop.vouchers, s.drop.wallets = 20, 40
	s.bulk.supply, s.bulk.owners, s.bulk.deliveries = 1000, 100, 20
	s.rebuild = 1000
	s.start.minted, s.start.claimed = 1000, 500
	s.command.campaigns, s.command.each = 20, 1
	s.size.claimed, s.size.redeemed = []int{20, 40}, 20
	s.profile = 100
	s.door, s.refusals = []step{{1, 20}, {32, 40}}, 100
	return s
}

// vouchers is how many vouchers a section redeems in the given number of runs.
func (s sizes) vouchers(runs int) (n int) {
	for _, step := range s.redeem {
		n += step.vouchers * runs
	}
	return n
}
