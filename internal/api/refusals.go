package api

import (
	"net/http"
	"strings"

	"tally/internal/voucher"
)

// RefusalProblem is the problem of a refusal of the ledger. Vouchers of others look
// like vouchers that are not there.
func RefusalProblem(kind voucher.Kind) *Problem {
	if kind == voucher.KindNotOwner {
		kind = voucher.KindUnknownVoucher
	}
	t, _ := Refusal(kind)
	return t.Problem()
}

// ReasonedProblem is the problem of a refusal whose reason is known: a field, and what is
// wanted there, without a full stop. It stands in front of the remedy.
func ReasonedProblem(kind voucher.Kind, reason string) *Problem {
	p := RefusalProblem(kind)
	if reason != "" {
		p.Detail = strings.TrimSuffix(reason, ".") + ". " + p.Detail
	}
	return p
}

// Refusal is the problem type of a kind of refusal: the rules' code and sentence,
// with the status and the remedy. ok is false for a number that is no kind.
func Refusal(kind voucher.Kind) (t ProblemType, ok bool) {
	r, ok := kind.Refusal()
	if !ok {
		return ProblemType{}, false
	}
	a := answers()[kind]
	return ProblemType{Code: r.Code, Status: a.status, Sentence: r.Sentence, Remedy: a.remedy}, true
}

// answer is what HTTP makes of a refusal.
type answer struct {
	status int
	remedy string // what to do
}

// answers is the table: one row for each kind of refusal.
func answers() []answer {
	const (
		bad      = http.StatusBadRequest
		denied   = http.StatusForbidden
		missing  = http.StatusNotFound
		conflict = http.StatusConflict
		rule     = http.StatusUnprocessableEntity
		held     = http.StatusLocked
	)
	return []answer{
		voucher.KindAccepted:          {http.StatusOK, "Nothing."},
		voucher.KindMalformed:         {bad, "Build it again by the documented limits; lists are ascending and without repeats."},
		voucher.KindBadSignature:      {denied, "Sign with the named key, over this ledger's domain, with the low s."},
		voucher.KindDeadlinePassed:    {rule, "Sign a new one. If that has passed, too, the clock of the phone or machine that signs is slow: set it."},
		voucher.KindDeadlineTooFar:    {rule, "Sign a nearer deadline. If it is near by the clock of the phone or machine that signs, that clock is ahead: set it."},
		voucher.KindSignedAhead:       {rule, "The clock of the phone or machine that signed is ahead: set it and sign again."},
		voucher.KindUnknownMerchant:   {missing, "Check the merchant's address, or have an operator admit it."},
		voucher.KindMerchantSuspended: {denied, "Ask the operator."},
		voucher.KindNotAuthorised:     {denied, "Use a key with the scope, or have the merchant's root grant it."},
		voucher.KindExists:            {conflict, "Look it up."},
		voucher.KindWrongVersion:      {conflict, "Read it again and sign the version that you see."},
		voucher.KindUnknownCampaign:   {missing, "Check the campaign's id."},
		voucher.KindCampaignInactive:  {conflict, "Wait until the merchant resumes it; vouchers already held can be spent."},
		voucher.KindInvalidTerms:      {rule, "Correct the terms and sign them anew."},
		voucher.KindSupplyExceeded:    {rule, "Ask for less, or raise the supply up to the cap."},
		voucher.KindOutsideWindow:     {rule, "Claim within the window."},
		voucher.KindWrongOrdinal:      {conflict, "Read the wallet's claims and sign the next ordinal."},
		voucher.KindLimitReached:      {rule, "The limit is the campaign's: this holder can claim no more of it."},
		voucher.KindDayLimitReached:   {rule, "Claim tomorrow, in the campaign's time zone."},
		voucher.KindTicketInvalid:     {rule, "Get a ticket for this wallet and campaign from one of its attestors."},
		voucher.KindSerialsTaken:      {conflict, "Offer others."},
		voucher.KindUnknownVoucher:    {missing, "Check the voucher's id."},
		voucher.KindNotOwner:          {denied, "Let its owner sign."},
		voucher.KindNotYetValid:       {rule, "Wait until it is valid."},
		voucher.KindExpired:           {rule, "Its time is over: ask the merchant."},
		voucher.KindInsufficientUnits: {rule, "Take fewer units."},
		voucher.KindSpent:             {conflict, "Nothing is left on it."},
		voucher.KindVoided:            {conflict, "Ask the merchant."},
		voucher.KindAlreadyUsed:       {conflict, "Ask the customer for a new code."},
		voucher.KindSuperseded:        {conflict, "Ask the customer for a new code. If that is superseded, too, the clock of the phone that signed before it was ahead: a code that is signed a minute from now is accepted."},
		voucher.KindHeld:              {held, "Capture or release the hold, or wait until it lapses."},
		voucher.KindWrongStore:        {rule, "Redeem at a store that the terms name."},
		voucher.KindWrongCurrency:     {rule, "Charge in the campaign's currency."},
		voucher.KindDiscountTooHigh:   {rule, "Lower the discount."},
		voucher.KindWrongOffer:        {rule, "Accept the offer that was shown: accept.offer is the digest of the code's offer, and accept.details is the order that the code names, where it names one."},
		voucher.KindNotTransferable:   {rule, "Its holder can use it: the campaign is not transferable, for good."},
		voucher.KindNotHeld:           {conflict, "It was captured, released, or has lapsed: look the hold up."},
		voucher.KindHoldTooLong:       {rule, "Sign a nearer holdUntil."},
		voucher.KindRollbackExceeds:   {rule, "Give back at most what is left of it."},
		voucher.KindWrongReturned:     {conflict, "Read the redemption again and sign what you see."},
		voucher.KindNotVoidable:       {rule, "Let it expire: the campaign is not voidable, or its stored value was claimed."},
		voucher.KindBadPlace:          {rule, "Send the place that belongs to the owner: the issue, the index in its list, and the proof."},
		voucher.KindUnsupported:       {http.StatusNotImplemented, "Upgrade the ledger, or do without it."},
		voucher.KindNotReturnable:     {rule, "Give the money back without the ledger: the campaign has no rollback, for good."},
		voucher.KindPossessionWanted:  {rule, "Let the new key sign the same intent, and send its signature as the proof of possession."},
		voucher.KindOfferOver:         {rule, "There is nothing to cancel: the offer is not accepted any more. Where its outcome is unknown, use or cancel a newer code of the voucher."},
		voucher.KindRecoveryPending:   {conflict, "Wait until it has, or let the operators name the root in force again."},
		voucher.KindListFull:          {rule, "Name one again that was on it before."},
	}
}
