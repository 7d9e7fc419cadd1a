package voucher

import "fmt"

// Kind is why a command was refused: a closed set. The number is the code that
// the contract logs, the name is the chaincode's code and the API's. Never
// reorder; a kind that is no longer used keeps its number.
type Kind uint8

// The kinds of refusal, in the order of their codes.
const (
	KindAccepted Kind = iota // not a refusal
	KindMalformed
	KindBadSignature
	KindDeadlinePassed
	KindDeadlineTooFar
	KindSignedAhead
	KindUnknownMerchant
	KindMerchantSuspended
	KindNotAuthorised
	KindExists
	KindWrongVersion
	KindUnknownCampaign
	KindCampaignInactive
	KindInvalidTerms
	KindSupplyExceeded
	KindOutsideWindow
	KindWrongOrdinal
	KindLimitReached
	KindDayLimitReached
	KindTicketInvalid
	KindSerialsTaken
	KindUnknownVoucher
	KindNotOwner
	KindNotYetValid
	KindExpired
	KindInsufficientUnits
	KindSpent
	KindVoided
	KindAlreadyUsed
	KindSuperseded
	KindHeld
	KindWrongStore
	KindWrongCurrency
	KindDiscountTooHigh
	KindWrongOffer
	KindNotTransferable
	KindNotHeld
	KindHoldTooLong
	KindRollbackExceeds
	KindWrongReturned
	KindNotVoidable
	KindBadPlace
	KindUnsupported
	KindNotReturnable
	KindPossessionWanted
	KindOfferOver
	KindRecoveryPending
	KindListFull
	kindsEnd
)

// Refusal is one row of the refusal table. What HTTP makes of a kind, and what to
// do about it, package api knows.
type Refusal struct {
	Code     string // stable name: API problem code and chaincode code
	Sentence string // what is wrong
}

// Refusal is the row of a kind. ok is false for a number that is no kind.
func (k Kind) Refusal() (r Refusal, ok bool) {
	if k >= kindsEnd {
		return Refusal{}, false
	}
	return refusals()[k], true
}

// String is the code.
func (k Kind) String() string {
	if r, ok := k.Refusal(); ok {
		return r.Code
	}
	return fmt.Sprintf("kind_%d", uint8(k))
}

// MarshalText implements encoding.TextMarshaler.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText accepts the code of a kind.
func (k *Kind) UnmarshalText(b []byte) error {
	for i, r := range refusals() {
		if r.Code == string(b) {
			*k = Kind(i)
			return nil
		}
	}
	return fmt.Errorf("kind %q: %w", clip(b), ErrText)
}

// refusals is the table: one row for each kind.
func refusals() [kindsEnd]Refusal {
	return [kindsEnd]Refusal{
		KindAccepted:          {"none", "The command was not refused."},
		KindMalformed:         {"malformed", "A part of the command is out of its limits or out of order."},
		KindBadSignature:      {"bad_signature", "A signature is not by the author that the intent names."},
		KindDeadlinePassed:    {"deadline_passed", "The intent's deadline has passed."},
		KindDeadlineTooFar:    {"deadline_too_far", "The deadline is further away than this intent may have."},
		KindSignedAhead:       {"signed_ahead", "The intent was signed more than 60 seconds in the ledger's future."},
		KindUnknownMerchant:   {"unknown_merchant", "No such merchant."},
		KindMerchantSuspended: {"merchant_suspended", "The merchant is suspended."},
		KindNotAuthorised:     {"not_authorised", "The author holds no right to do this."},
		KindExists:            {"exists", "It exists already."},
		KindWrongVersion:      {"wrong_version", "It was changed in the meantime."},
		KindUnknownCampaign:   {"unknown_campaign", "No such campaign of this merchant."},
		KindCampaignInactive:  {"campaign_inactive", "The campaign is paused or closed."},
		KindInvalidTerms:      {"invalid_terms", "The campaign's terms contradict each other or exceed a limit."},
		KindSupplyExceeded:    {"supply_exceeded", "That is more than the campaign's supply or cap."},
		KindOutsideWindow:     {"outside_window", "The campaign cannot be claimed from at this time."},
		KindWrongOrdinal:      {"wrong_ordinal", "The claim's ordinal is not the number of claims that this wallet made."},
		KindLimitReached:      {"limit_reached", "This holder has claimed as many as one may."},
		KindDayLimitReached:   {"day_limit_reached", "This holder has claimed as many as one may today."},
		KindTicketInvalid:     {"ticket_invalid", "The campaign asks for a ticket that this claim does not carry."},
		KindSerialsTaken:      {"serials_taken", "None of the serials offered is free."},
		KindUnknownVoucher:    {"unknown_voucher", "No such voucher."},
		KindNotOwner:          {"not_owner", "The voucher belongs to somebody else."},
		KindNotYetValid:       {"not_yet_valid", "The voucher cannot be spent yet."},
		KindExpired:           {"expired", "The voucher has expired."},
		KindInsufficientUnits: {"insufficient_units", "The voucher holds fewer units."},
		KindSpent:             {"spent", "The voucher is spent."},
		KindVoided:            {"void", "The voucher is void."},
		KindAlreadyUsed:       {"already_used", "This code was used already, or cancelled."},
		KindSuperseded:        {"superseded", "Something that was signed later of this voucher was accepted: a code, a transfer or a cancel."},
		KindHeld:              {"held", "The voucher is held by an open reservation."},
		KindWrongStore:        {"wrong_store", "The campaign is not accepted at this store."},
		KindWrongCurrency:     {"wrong_currency", "The order's currency is not the campaign's."},
		KindDiscountTooHigh:   {"discount_too_high", "The discount is more than the terms or the order allow."},
		KindWrongOffer:        {"wrong_offer", "The acceptance is for another offer, or for another order than the owner signed."},
		KindNotTransferable:   {"not_transferable", "The terms forbid to give this voucher away."},
		KindNotHeld:           {"not_held", "There is no such open hold."},
		KindHoldTooLong:       {"hold_too_long", "A hold lasts at most seven days."},
		KindRollbackExceeds:   {"rollback_exceeds", "That is more than the redemption took."},
		KindWrongReturned:     {"wrong_returned", "Units were given back in the meantime."},
		KindNotVoidable:       {"not_voidable", "The terms forbid to void this voucher."},
		KindBadPlace:          {"bad_place", "The issue's list does not name this owner at this place."},
		KindUnsupported:       {"unsupported", "This version of the ledger does not know this command."},
		KindNotReturnable:     {"not_returnable", "The terms forbid to give back what was redeemed."},
		KindPossessionWanted:  {"possession_wanted", "Nobody has shown that a key that this brings into force is held."},
		KindOfferOver:         {"offer_over", "The offer's deadline passed so long ago that there is nothing left to cancel."},
		KindRecoveryPending:   {"recovery_pending", "A recovery of the merchant's root has not taken effect yet."},
		KindListFull:          {"list_full", "The list has as many entries as it may ever have."},
	}
}
