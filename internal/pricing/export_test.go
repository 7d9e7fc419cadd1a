package pricing

import "fmt"

// CheckMost applies vouchers of an input in an order, whether or not that is lawful, and
// compares before each of them what every voucher takes off with what it was thought to
// take off at most in each state before.
func CheckMost(in Input, order []int) error {
	e := newEvaluation(in)
	w, s := e.worker, e.worker.fresh(len(e.campaigns))
	least := make([]uint64, len(e.discounts))
	for i := range least {
		least[i] = MaxAmount
	}
	for _, next := range order {
		for i, c := range e.discounts {
			least[i] = min(least[i], w.most(c, s))
			trial := w.fresh(len(e.campaigns))
			trial.set(s)
			if _, off := w.apply(c, trial); off > least[i] {
				return fmt.Errorf("%s takes off %d, and was thought to take off at most %d", c.v.Ref, off, least[i])
			}
		}
		// No exchange and no set applies after a discount that its prices do not know.
		if next < len(e.discounts) && e.discounts[next].phase <= phaseBuyGet {
			w.apply(e.discounts[next], s)
		}
	}
	for _, c := range e.discounts {
		if c.phase > phaseBuyGet {
			before := w.most(c, s)
			if _, off := w.apply(c, s); off > before {
				return fmt.Errorf("%s takes off %d, and was thought to take off at most %d", c.v.Ref, off, before)
			}
		}
	}
	return nil
}
