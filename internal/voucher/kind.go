package voucher

import (
	"fmt"
	"net/http"
)

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

// Refusal is one row of the refusal table.
type Refusal struct {
	Code     string // stable name: API problem code and chaincode code
	Status   int    // HTTP
	Sentence string // what is wrong
	Remedy   string // what to do
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
	const (
		bad      = http.StatusBadRequest
		denied   = http.StatusForbidden
		missing  = http.StatusNotFound
		conflict = http.StatusConflict
		rule     = http.StatusUnprocessableEntity
		held     = http.StatusLocked
	)
	return [kindsEnd]Refusal{
		KindAccepted:          {"none", http.StatusOK, "The command was not refused.", "Nothing."},
		KindMalformed:         {"malformed", bad, "A part of the command is out of its limits or out of order.", "Build it again by the documented limits; lists are ascending and without repeats."},
		KindBadSignature:      {"bad_signature", denied, "A signature is not by the author that the intent names.", "Sign with the named key, over this ledger's domain, with the low s."},
		KindDeadlinePassed:    {"deadline_passed", rule, "The intent's deadline has passed.", "Sign a new one."},
		KindDeadlineTooFar:    {"deadline_too_far", rule, "The deadline is further away than this intent may have.", "Sign a nearer deadline."},
		KindSignedAhead:       {"signed_ahead", rule, "The intent was signed more than 60 seconds in the ledger's future.", "Set the phone's clock and sign again."},
		KindUnknownMerchant:   {"unknown_merchant", missing, "No such merchant.", "Check the merchant's address, or have an operator admit it."},
		KindMerchantSuspended: {"merchant_suspended", denied, "The merchant is suspended.", "Ask the operator."},
		KindNotAuthorised:     {"not_authorised", denied, "The author holds no right to do this.", "Use a key with the scope, or have the merchant's root grant it."},
		KindExists:            {"exists", conflict, "It exists already.", "Look it up."},
		KindWrongVersion:      {"wrong_version", conflict, "It was changed in the meantime.", "Read it again and sign the version that you see."},
		KindUnknownCampaign:   {"unknown_campaign", missing, "No such campaign of this merchant.", "Check the campaign's id."},
		KindCampaignInactive:  {"campaign_inactive", conflict, "The campaign is paused or closed.", "Wait until the merchant resumes it; vouchers already held can be spent."},
		KindInvalidTerms:      {"invalid_terms", rule, "The campaign's terms contradict each other or exceed a limit.", "Correct the terms: see the fields of CreateCampaign."},
		KindSupplyExceeded:    {"supply_exceeded", rule, "That is more than the campaign's supply or cap.", "Ask for less, or raise the supply up to the cap."},
		KindOutsideWindow:     {"outside_window", rule, "The campaign cannot be claimed from at this time.", "Claim within the window."},
		KindWrongOrdinal:      {"wrong_ordinal", conflict, "The claim's ordinal is not the number of claims that this wallet made.", "Read the wallet's claims and sign the next ordinal."},
		KindLimitReached:      {"limit_reached", rule, "This holder has claimed as many as one may.", "Nothing: the limit is the campaign's."},
		KindDayLimitReached:   {"day_limit_reached", rule, "This holder has claimed as many as one may today.", "Claim tomorrow, in the campaign's time zone."},
		KindTicketInvalid:     {"ticket_invalid", rule, "The campaign asks for a ticket that this claim does not carry.", "Get a ticket for this wallet and campaign from one of its attestors."},
		KindSerialsTaken:      {"serials_taken", conflict, "None of the serials offered is free.", "Offer others."},
		KindUnknownVoucher:    {"unknown_voucher", missing, "No such voucher.", "Check the voucher's id."},
		KindNotOwner:          {"not_owner", denied, "The voucher belongs to somebody else.", "Let its owner sign."},
		KindNotYetValid:       {"not_yet_valid", rule, "The voucher cannot be spent yet.", "Wait until it is valid."},
		KindExpired:           {"expired", rule, "The voucher has expired.", "Nothing: its time is over."},
		KindInsufficientUnits: {"insufficient_units", rule, "The voucher holds fewer units.", "Take fewer units."},
		KindSpent:             {"spent", conflict, "The voucher is spent.", "Nothing is left on it."},
		KindVoided:            {"void", conflict, "The voucher is void.", "Ask the merchant."},
		KindAlreadyUsed:       {"already_used", conflict, "This code was used already, or cancelled.", "Ask the customer for a new code."},
		KindSuperseded:        {"superseded", conflict, "A newer code of this voucher was used.", "Ask the customer for a new code."},
		KindHeld:              {"held", held, "The voucher is held by an open reservation.", "Capture or release the hold, or wait until it lapses."},
		KindWrongStore:        {"wrong_store", rule, "The campaign is not accepted at this store.", "Redeem at a store that the terms name."},
		KindWrongCurrency:     {"wrong_currency", rule, "The order's currency is not the campaign's.", "Charge in the campaign's currency."},
		KindDiscountTooHigh:   {"discount_too_high", rule, "The discount is more than the terms or the order allow.", "Lower the discount."},
		KindWrongOffer:        {"wrong_offer", rule, "The acceptance is for another offer, or for another order than the owner signed.", "Accept the offer that was shown."},
		KindNotTransferable:   {"not_transferable", rule, "The terms forbid to give this voucher away.", "Nothing."},
		KindNotHeld:           {"not_held", conflict, "There is no such open hold.", "It was captured, released, or has lapsed: look it up."},
		KindHoldTooLong:       {"hold_too_long", rule, "A hold lasts at most seven days.", "Sign a nearer holdUntil."},
		KindRollbackExceeds:   {"rollback_exceeds", rule, "That is more than the redemption took.", "Give back at most what is left of it."},
		KindWrongReturned:     {"wrong_returned", conflict, "Units were given back in the meantime.", "Read the redemption again and sign what you see."},
		KindNotVoidable:       {"not_voidable", rule, "The terms forbid to void this voucher.", "Nothing."},
		KindBadPlace:          {"bad_place", rule, "The issue's list does not name this owner at this place.", "Send the proof that belongs to the voucher."},
		KindUnsupported:       {"unsupported", http.StatusNotImplemented, "This version of the ledger does not know this command.", "Upgrade the ledger, or do without it."},
		KindNotReturnable:     {"not_returnable", rule, "The terms forbid to give back what was redeemed.", "Nothing."},
		KindPossessionWanted:  {"possession_wanted", rule, "Nobody has shown that a key that this brings into force is held.", "Let the new key sign the same intent, and send its signature as the proof of possession."},
		KindOfferOver:         {"offer_over", rule, "The offer's deadline passed so long ago that there is nothing left to cancel.", "Nothing: the offer is not accepted any more. Where its outcome is unknown, use or cancel a newer code of the voucher."},
		KindRecoveryPending:   {"recovery_pending", conflict, "A recovery of the merchant's root has not taken effect yet.", "Wait until it has, or let the operators name the root in force again."},
		KindListFull:          {"list_full", rule, "The list has as many entries as it may ever have.", "Name one again that was on it before."},
	}
}
