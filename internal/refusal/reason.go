// Package refusal says what a refused command ran into: the field, the limit, and what
// was given. The rules refuse with a kind alone, because every ledger must decide alike
// and one of them is a contract. So the numbers are read from the ledger afterwards.
//
// It tells nothing of vouchers that are not the author's: for the kinds that say so, it
// has no words. A refusal of any other kind comes after the rules found that the author
// holds the voucher.
package refusal

import (
	"context"
	"fmt"
	"reflect"

	"tally/internal/exact"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Reason is the reason of a refusal: a field of the command, and what is wanted there,
// without a full stop, such as
//
//	accept.parts[0].discount: at most 32.00 HKD is wanted for 1 unit, not 64.00 HKD
//
// It is "" where the sentence of the kind says all that there is, where the ledger
// cannot be read, and where the ledger has changed since.
func Reason(ctx context.Context, r ledger.Reader, c voucher.Command, refused voucher.Outcome) string {
	l := look{reader: r, command: c, now: refused.Time}
	switch refused.Kind { //nolint:exhaustive // the sentences of the others say all
	case voucher.KindMalformed:
		return oversized(c)
	case voucher.KindDeadlinePassed, voucher.KindDeadlineTooFar, voucher.KindSignedAhead, voucher.KindHoldTooLong, voucher.KindOfferOver:
		return l.time(refused.Kind)
	case voucher.KindUnknownMerchant, voucher.KindMerchantSuspended, voucher.KindNotAuthorised, voucher.KindRecoveryPending, voucher.KindListFull, voucher.KindExists:
		return l.party(ctx, refused.Kind)
	case voucher.KindWrongVersion:
		return l.version(ctx)
	case voucher.KindUnknownCampaign, voucher.KindCampaignInactive, voucher.KindInvalidTerms, voucher.KindSupplyExceeded, voucher.KindOutsideWindow:
		return l.campaign(ctx, refused.Kind)
	case voucher.KindWrongOrdinal, voucher.KindLimitReached, voucher.KindDayLimitReached, voucher.KindTicketInvalid:
		return l.claim(ctx, refused.Kind)
	case voucher.KindNotYetValid, voucher.KindExpired, voucher.KindHeld, voucher.KindInsufficientUnits, voucher.KindDiscountTooHigh, voucher.KindWrongCurrency, voucher.KindWrongStore:
		return l.order(ctx, refused.Kind)
	case voucher.KindRollbackExceeds, voucher.KindWrongReturned:
		return l.rollback(ctx, refused.Kind)
	default:
		return ""
	}
}

// look is a refused command, and where to read what it ran into.
type look struct {
	reader  ledger.Reader
	command voucher.Command
	now     uint64 // by the ledger's clock, when it refused
}

// oversized is the reason of a command that is well shaped and malformed: that it is
// longer than a ledger takes.
func oversized(c voucher.Command) string {
	if length := len(voucher.EncodeCommand(c)); length > voucher.MaxCommand {
		return fmt.Sprintf("the command: at most %d bytes in the ledger's encoding are wanted, not %d: send fewer lines, or a shorter text", voucher.MaxCommand, length)
	}
	return ""
}

// field is the field of a command's first intent that has one of this name and type.
func field[T any](c voucher.Command, name string) (value T, ok bool) {
	for _, in := range c.Intents() {
		found := reflect.ValueOf(in).FieldByName(name)
		if !found.IsValid() {
			continue
		}
		if value, ok = found.Interface().(T); ok {
			return value, true
		}
	}
	return value, false
}

// address writes an address with the checksum of EIP-55.
func address(a voucher.Address) string { return exact.Checksum(a.String()) }
