package voucher

// A slot holds its voucher's expiry as if the merchant was never suspended.
// What suspensions took since the campaign was created, to the second, is added
// wherever an expiry is judged: no slot needs to be written when a merchant is
// reinstated, and two short suspensions add no more than one as long as both. A
// slot keeps quarters of an hour: a voucher that appears after a suspension is
// rounded up once, so it ends at most 15 minutes late, and never early.

// extension is by how much the expiry in the slots of a campaign is put off.
func (r *ruling) extension(m Merchant, id CampaignID) uint64 {
	if m.Lost == 0 {
		return 0
	}
	return m.Lost - r.number(lostKey(id))
}

// expired reports whether a voucher's time is over.
func (r *ruling) expired(v Voucher, extension uint64) bool { return r.now >= v.Expiry+extension }

// expiry is what the slot of a voucher that appears now says; ok is false if it
// would have expired already.
func (r *ruling) expiry(c Campaign, extension uint64) (expiry uint64, ok bool) {
	ends := c.ValidUntil + extension
	if c.ValidDays > 0 {
		ends = min(ends, dayEnd(c.Offsets, localDay(c.Offsets, r.now)+uint64(c.ValidDays)))
	}
	return nextQuarter(minus(ends, extension)), ends > r.now
}

// minus is a - b, and never below 0, whatever the clock did.
func minus(a, b uint64) uint64 { return a - min(a, b) }

// nextQuarter rounds up to a quarter of an hour.
func nextQuarter(seconds uint64) uint64 { return (seconds + Quarter - 1) / Quarter * Quarter }
