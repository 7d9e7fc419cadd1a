package refusal

import (
	"fmt"

	"tally/internal/voucher"
	"tally/internal/zone"
)

// clock writes an instant in UTC.
func clock(t uint64) string { return zone.Clock(t, nil) }

// time is the reason of a refusal by what was signed and by the clock alone.
func (l look) time(kind voucher.Kind) string {
	if l.now == 0 { // nobody's clock judged it
		return ""
	}
	deadline, _ := field[uint64](l.command, "Deadline")
	signed, offered := field[uint64](l.command, "SignedAt")
	hold, _ := field[uint64](l.command, "HoldUntil")
	until, auditor := field[uint64](l.command, "Until")
	over := deadline
	if of, ok := l.command.(voucher.CancelCommand); ok && kind != voucher.KindDeadlinePassed { // of the offer that is cancelled
		over = of.Offer.Deadline
	}
	switch {
	case kind == voucher.KindSignedAhead:
		return fmt.Sprintf("signedAt: at most %d seconds after the ledger's clock, which shows %s, is wanted, not %s", voucher.ClockSkew, clock(l.now), clock(signed))
	case kind == voucher.KindHoldTooLong:
		return fmt.Sprintf("holdUntil: at most %d days after signedAt, which is %s, is wanted, not %s", voucher.HoldLife/day, clock(signed), clock(hold))
	case kind == voucher.KindOfferOver:
		return fmt.Sprintf("offer.deadline: %s is longer ago than %d minutes for the owner, or %d days for a till, by the ledger's clock, which shows %s", clock(over), voucher.CancelLife/60, voucher.TillCancel/day, clock(l.now))
	case kind == voucher.KindDeadlinePassed && deadline >= l.now && auditor:
		return l.past("until", until)
	case kind == voucher.KindDeadlinePassed && deadline >= l.now:
		return l.past("holdUntil", hold)
	case kind == voucher.KindDeadlinePassed:
		return l.past("deadline", deadline)
	case offered:
		return fmt.Sprintf("deadline: at most %d minutes after signedAt, which is %s, is wanted, not %s", voucher.RedeemLife/60, clock(signed), clock(over))
	case auditor && deadline <= l.now+voucher.ApprovalLife:
		return fmt.Sprintf("until: at most %d days after the ledger's clock, which shows %s, is wanted, not %s", voucher.AuditorLife/day, clock(l.now), clock(until))
	default:
		return l.tooFar(deadline)
	}
}

const day = 86400 // seconds

func (l look) past(name string, t uint64) string {
	return fmt.Sprintf("%s: an instant after the ledger's clock, which shows %s, is wanted, not %s", name, clock(l.now), clock(t))
}

// tooFar is the reason of a deadline that is counted from the ledger's clock.
func (l look) tooFar(deadline uint64) string {
	life := "24 hours"
	if _, several := field[[]voucher.Address](l.command, "Approvers"); several {
		life = "7 days"
	}
	return fmt.Sprintf("deadline: at most %s after the ledger's clock, which shows %s, is wanted, not %s", life, clock(l.now), clock(deadline))
}
