package voucher

import "cmp"

// What a rollback does with the units.
const (
	RollbackNone    uint8 = iota // no rollback
	RollbackRestore              // they return to the voucher
	RollbackForfeit              // they are forfeited
)

// Rollback undoes a redemption or a part of it. Author: a key with
// ScopeRollback, or the root.
type Rollback struct {
	Author     Address  `json:"author"`
	Merchant   Address  `json:"merchant"`
	Redemption Hash     `json:"redemption"` // the id of the redeem or capture
	Returns    []Return `json:"returns"`    // ascending
	Details    Hash     `json:"details"`
	Deadline   uint64   `json:"deadline"`
}

// Return gives units of one redeemed voucher back.
type Return struct {
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	Units    uint64     `json:"units"`    // to give back now
	Taken    uint64     `json:"taken"`    // by the redemption
	Returned uint64     `json:"returned"` // given back so far: the state that it expects
}

func (b Return) ref() Ref { return Ref{Campaign: b.Campaign, Serial: b.Serial} }

func (Rollback) verb() Verb { return VerbRollback }

func (in Rollback) flaw() string {
	return cmp.Or(
		each("returns", in.Returns, func(_ int, back Return) (name, want string) {
			if back.Units == 0 {
				return ".units", "at least 1 is wanted"
			}
			return "", ""
		}),
		miscounted("returns", len(in.Returns), 1, MaxLines),
		disordered("returns", in.Returns, func(a, b Return) int { return compareRef(a.ref(), b.ref()) }),
	)
}

func (in Rollback) author() Address { return in.Author }

func (in Rollback) touches(Hash) (keys []string) {
	for _, back := range in.Returns {
		ref := back.ref()
		keys = append(keys, voucherKey(ref), returnedKey(in.Redemption, ref), extendedKey(ref))
	}
	return keys
}

func (in Rollback) reads() []string {
	return append([]string{merchantKey(in.Merchant)}, readOf(refs(in.Returns, Return.ref), voucherKey)...)
}

// RolledBack gives units of a redemption back; VoucherReturned follows.
type RolledBack struct {
	Redemption Hash    `json:"redemption"`
	Author     Address `json:"author"`
	Details    Hash    `json:"details"`
}

func (RolledBack) isEvent() {}

// VoucherReturned is what a rollback gave back to one voucher.
type VoucherReturned struct {
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	Voucher  Slot       `json:"voucher"`
	Units    uint64     `json:"units"`
	Forfeit  bool       `json:"forfeit"`
}

func (VoucherReturned) isEvent() {}

func (e VoucherReturned) after() (Ref, Slot) { return Ref{e.Campaign, e.Serial}, e.Voucher }

func (in Rollback) judge(r *ruling) Kind {
	if kind := r.checkDeadline(in.Deadline, IntentLife); kind != KindAccepted {
		return kind
	}
	if !withinTaken(in.Returns) {
		return KindRollbackExceeds
	}
	m, kind := r.actsFor(in.Merchant, in.Author, ScopeRollback)
	if kind != KindAccepted {
		return kind
	}
	r.emit(RolledBack{Redemption: in.Redemption, Author: in.Author, Details: in.Details})
	for _, back := range in.Returns {
		if kind := r.returnLine(in, m, back); kind != KindAccepted {
			return kind
		}
	}
	return KindAccepted
}

// withinTaken reports whether no voucher gets more back than the redemption took of it.
func withinTaken(returns []Return) bool {
	for _, back := range returns {
		if back.Taken > MaxUnits || back.Returned > back.Taken || back.Units > back.Taken-back.Returned {
			return false
		}
	}
	return true
}

// returnLine gives units back to one voucher, which may have another owner now.
func (r *ruling) returnLine(in Rollback, m Merchant, back Return) Kind {
	ref := back.ref()
	c, ok := r.campaign(back.Campaign)
	switch {
	case !ok || c.Merchant != in.Merchant:
		return KindUnknownCampaign
	case c.Rollback == RollbackNone:
		return KindNotReturnable
	}
	v, ok := r.voucher(ref)
	switch {
	case !ok:
		return KindUnknownVoucher
	case v.State == StateVoid:
		return KindVoided
	case r.number(returnedKey(in.Redemption, ref)) != back.Returned:
		return KindWrongReturned
	case back.Units > c.Units-v.Units: // whatever was redeemed, it was not more
		return KindRollbackExceeds
	}
	slot := v.Pack()
	if c.Rollback == RollbackRestore {
		slot = r.restore(ref, v, back.Units, c, r.extension(m, back.Campaign))
	}
	r.put(returnedKey(in.Redemption, ref), number{back.Returned + back.Units})
	r.emit(VoucherReturned{
		Campaign: ref.Campaign, Serial: ref.Serial, Voucher: slot, Units: back.Units,
		Forfeit: c.Rollback == RollbackForfeit,
	})
	return KindAccepted
}

func (r *ruling) restore(ref Ref, v Voucher, units uint64, c Campaign, extension uint64) Slot {
	v.Units += units
	v.State = StateClaimed
	if later := r.graced(v.Expiry, uint64(c.Grace), extension); later > v.Expiry {
		if _, extended := r.numberAt(extendedKey(ref)); !extended {
			r.put(extendedKey(ref), number{v.Expiry})
			v.Expiry = later
		}
	}
	return r.putVoucher(ref, v)
}

// graced is the expiry of a voucher that a rollback extends: the grace is
// counted from now, and never goes beyond the grace after the expiry.
func (r *ruling) graced(expiry, grace, extension uint64) uint64 {
	return min(expiry+grace, nextQuarter(minus(r.now+grace, extension)), MaxInstant)
}
