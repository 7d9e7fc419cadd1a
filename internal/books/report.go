package books

import "tally/internal/voucher"

// Report is a campaign's books at an instant. Vouchers are counted once, void
// before spent before held before expired; a held one is live. Units are
// accounted for one by one.
type Report struct {
	Campaign string   `json:"campaign"`
	At       uint64   `json:"at"`
	Vouchers Vouchers `json:"vouchers"`
	Units    Units    `json:"units"`
	Sales    Sales    `json:"sales"`
	Holds    bool     `json:"holds"`            // both sides are equal and no term is negative
	Broken   string   `json:"broken,omitempty"` // what does not add up first
}

// Vouchers is minted = unclaimed + live + spent + expired + void.
type Vouchers struct {
	Minted    uint64 `json:"minted"`
	Unclaimed uint64 `json:"unclaimed"`
	Live      uint64 `json:"live"`
	Spent     uint64 `json:"spent"`
	Expired   uint64 `json:"expired"`
	Void      uint64 `json:"void"`
}

// Units is issued = available + held + redeemed + forfeited + expired + void,
// issued being claimed vouchers × units per voucher. What a rollback restored is
// not redeemed any more.
type Units struct {
	Issued    uint64 `json:"issued"`
	Available uint64 `json:"available"`
	Held      uint64 `json:"held"`
	Redeemed  uint64 `json:"redeemed"`
	Forfeited uint64 `json:"forfeited"`
	Expired   uint64 `json:"expired"`
	Void      uint64 `json:"void"`
}

// add counts one voucher, and what is open of its latest hold, among the vouchers
// and the units that are available, held, expired or void. extension is by how
// many seconds its expiry is put off.
func (r *Report) add(h holding, now, extension uint64) {
	v, held := h.voucher, uint64(0)
	if h.hold.Open(now) {
		held = min(h.hold.Units, v.Units)
	}
	expired := now >= v.Expiry+extension
	switch {
	case v.State == voucher.StateVoid:
		r.Vouchers.Void++
		r.Units.Void += v.Units
		return
	case v.State == voucher.StateSpent:
		r.Vouchers.Spent++
		return
	case expired && held == 0:
		r.Vouchers.Expired++
	default:
		r.Vouchers.Live++
	}
	r.Units.Held += held
	if expired {
		r.Units.Expired += v.Units - held
	} else {
		r.Units.Available += v.Units - held
	}
}

// balance says what does not add up first, if something does not. The vouchers at
// the end are there in number, and hold the units kept.
func (r *Report) balance(s *sums, there, kept uint64) {
	for _, check := range []struct {
		wrong bool
		what  string
	}{
		{there != s.seen, "the state has other vouchers than those that appeared"},
		{there > r.Vouchers.Minted, "there are more vouchers than were minted"},
		{r.Imbalance() != "", r.Imbalance()},
		{r.Units.Issued != kept+s.taken+s.forfeited, unitsWrong},
		{!s.known, "the campaign was never created"},
	} {
		if check.wrong && r.Broken == "" {
			r.Broken = check.what
		}
	}
	r.Holds = r.Broken == ""
}

const unitsWrong = "units do not add up"

// Imbalance is which of the sums does not add up, or nothing. A reader of
// a report can add its figures up again.
func (r Report) Imbalance() string {
	v, u := r.Vouchers, r.Units
	switch {
	case v.Minted != v.Unclaimed+v.Live+v.Spent+v.Expired+v.Void:
		return "vouchers do not add up"
	case u.Issued != u.Available+u.Held+u.Redeemed+u.Forfeited+u.Expired+u.Void:
		return unitsWrong
	case !r.Sales.Units.holds() || r.Sales.Units.Net != u.Redeemed:
		return "the units of sales do not add up"
	case !r.Sales.Discount.holds():
		return "the discounts of sales do not add up"
	default:
		return ""
	}
}
