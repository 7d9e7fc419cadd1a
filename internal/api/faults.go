package api

import (
	"net/http"
	"slices"
	"strings"

	"tally/internal/voucher"
)

// Fault is a problem that is not a refusal of the ledger.
type Fault uint8

// The faults.
const (
	FaultInvalidRequest Fault = iota
	FaultBodyTooLarge
	FaultBodyIncomplete
	FaultNotFound
	FaultMethod
	FaultUnauthorised
	FaultInternal
	FaultUnavailable
	FaultLedgerUnavailable
	FaultStorageFull
	FaultUnknown
	FaultKeyMissing
	FaultKeyMismatch
	FaultKeyReused
	FaultKeyInFlight
	FaultWrongLedger
	FaultInvalidCode
	FaultSoldOut
	FaultReceiptPending
	FaultReceiptTooLong
	FaultCurrency
	FaultAuditorUnnamed
	FaultRateLimited // answered by package edge
	FaultMediaType
	FaultOrder
	FaultNoRecords
	FaultNoRecord
	FaultOtherRecord
	FaultRecordErased
	FaultRecordDamaged
	FaultRecordsFull
	faultsEnd
)

// faults is the table: one row for each fault. Where a request makes the remedy
// clearer, its answer says that instead.
func faults() [faultsEnd]ProblemType {
	const (
		bad      = http.StatusBadRequest
		conflict = http.StatusConflict
		rule     = http.StatusUnprocessableEntity
	)
	return [faultsEnd]ProblemType{
		FaultInvalidRequest:    {Code: "invalid_request", Status: bad, Sentence: "The request is not in the documented form.", Remedy: "See /docs."},
		FaultBodyTooLarge:      {Code: "body_too_large", Status: http.StatusRequestEntityTooLarge, Sentence: "The body is too large.", Remedy: "Send at most 65536 bytes."},
		FaultBodyIncomplete:    {Code: "body_incomplete", Status: http.StatusRequestTimeout, Sentence: "The body did not come whole, or not in time.", Remedy: "It had no effect. Send it again.", Effect: Untried},
		FaultNotFound:          {Code: "not_found", Status: http.StatusNotFound, Sentence: "There is nothing here for you.", Remedy: "Check the address, and show a token of the holder.", Effect: Untried},
		FaultMethod:            {Code: "method_not_allowed", Status: http.StatusMethodNotAllowed, Sentence: "This address does not know this method.", Remedy: "See /docs.", Effect: Untried},
		FaultUnauthorised:      {Code: "unauthorised", Status: http.StatusUnauthorized, Sentence: "A read token is wanted.", Remedy: "Sign a ReadToken of this ledger and send it as a bearer token.", Effect: Untried},
		FaultInternal:          {Code: "internal", Status: http.StatusInternalServerError, Sentence: "Something went wrong here.", Remedy: "Tell the operator the request id.", Effect: Unsettled},
		FaultUnavailable:       {Code: "unavailable", Status: http.StatusServiceUnavailable, Sentence: "The ledger cannot take the command now.", Remedy: "It had no effect. Send it again.", Effect: Unsettled},
		FaultLedgerUnavailable: {Code: "ledger_unavailable", Status: http.StatusServiceUnavailable, Sentence: "The ledger is not available now.", Remedy: "Send the request again when Retry-After has passed.", Effect: Unsettled},
		FaultStorageFull:       {Code: "storage_full", Status: http.StatusServiceUnavailable, Sentence: "The ledger's disk is nearly full, and takes no commands.", Remedy: "This request had no effect. Tell the operator, and send it again when there is room.", Effect: Unsettled},
		FaultUnknown:           {Code: "outcome_unknown", Status: http.StatusAccepted, Sentence: "The outcome is not known yet.", Remedy: "Ask for the command by its id, or send the same request again: it takes effect at most once.", Effect: Unsettled},
		FaultKeyMissing:        {Code: "idempotency_key_missing", Status: bad, Sentence: "An Idempotency-Key is wanted.", Remedy: "Send a key of your own for each sale, and its SHA-256 as the reference that the till signs."},
		FaultKeyMismatch:       {Code: "idempotency_key_mismatch", Status: rule, Sentence: "The Idempotency-Key is not the one that the till signed.", Remedy: "The reference is the SHA-256 of the key."},
		FaultKeyReused:         {Code: "idempotency_key_reused", Status: rule, Sentence: "This Idempotency-Key named another redemption.", Remedy: "Use a new key for a new sale."},
		FaultKeyInFlight:       {Code: "idempotency_key_in_flight", Status: conflict, Sentence: "A redemption with this Idempotency-Key is under way.", Remedy: "Wait for its answer.", Effect: Unsettled},
		FaultWrongLedger:       {Code: "wrong_ledger", Status: rule, Sentence: "The code belongs to another ledger.", Remedy: "Send it to the server of its ledger: see /v1/ledger."},
		FaultInvalidCode:       {Code: "invalid_code", Status: bad, Sentence: "This is not a voucher code.", Remedy: "Scan it again."},
		FaultSoldOut:           {Code: "sold_out", Status: conflict, Sentence: "Sold out.", Remedy: "Every voucher open to claims is taken."},
		FaultReceiptPending:    {Code: "receipt_pending", Status: conflict, Sentence: "The log has not reached this command yet.", Remedy: "It was accepted. Ask for its receipt again.", Effect: Unsettled},
		FaultReceiptTooLong:    {Code: "receipt_too_long", Status: rule, Sentence: "The command does not fit into a receipt.", Remedy: "An auditor's evidence pack has it.", Effect: Unsettled},
		FaultCurrency:          {Code: "unknown_currency", Status: rule, Sentence: "The currency is unknown.", Remedy: "Use an ISO 4217 code in force."},
		FaultAuditorUnnamed:    {Code: "auditor_not_named", Status: http.StatusUnauthorized, Sentence: "One operator's token does not make an auditor.", Remedy: "Have the operators name the auditor's key on the ledger, and sign a ReadToken with it.", Effect: Untried},
		FaultRateLimited:       {Code: "rate_limited", Status: http.StatusTooManyRequests, Sentence: "Too many requests.", Remedy: "It had no effect. Wait as long as Retry-After says, then send it again.", Effect: Untried},
		FaultMediaType:         {Code: "unsupported_media_type", Status: http.StatusUnsupportedMediaType, Sentence: "The body is of a kind that is not taken here.", Remedy: "Send JSON in UTF-8, with Content-Type: application/json.", Effect: Untried},
		FaultOrder:             {Code: "invalid_order", Status: rule, Sentence: "The order cannot be priced.", Remedy: "Correct what is named."},
		FaultNoRecords:         {Code: "records_off", Status: http.StatusNotImplemented, Sentence: "This server keeps no records of orders.", Remedy: "Keep them yourself. A server whose data directory is the whole ledger keeps them, unless tallyd is told not to.", Effect: Untried},
		FaultNoRecord:          {Code: "no_record", Status: http.StatusNotFound, Sentence: "No record of this order was deposited here.", Remedy: "The till that sold it, or who took it back, may have it.", Effect: Untried},
		FaultOtherRecord:       {Code: "record_mismatch", Status: rule, Sentence: "This is not the record that was signed.", Remedy: "Send the record of this very command, byte for byte, and the salt that was kept with it."},
		FaultRecordErased:      {Code: "record_erased", Status: http.StatusGone, Sentence: "The record was erased, for good.", Remedy: "The ledger's hash stays. Who kept the record can still prove it."},
		FaultRecordDamaged:     {Code: "record_damaged", Status: http.StatusInternalServerError, Sentence: "The server's copy of the record is damaged.", Remedy: "Tell the operator the request id, and deposit the record again from another copy.", Effect: Untried},
		FaultRecordsFull:       {Code: "records_full", Status: conflict, Sentence: "The merchant has as many records here as it may.", Remedy: "It had no effect. Have old records erased, or ask the operator for more room (tallyd serve --record-bytes)."},
	}
}

// Problem is the problem of a fault.
func (f Fault) Problem() *Problem { return faults()[f].Problem() }

// Because is the problem of a fault with a remedy, or a reason, of its own.
func (f Fault) Because(detail string) *Problem {
	p := f.Problem()
	p.Detail = detail
	return p
}

// Code is the stable code of a fault's problems.
func (f Fault) Code() string { return faults()[f].Code }

// Look finds the problem type of a code. ok is false for a code that no Tally server
// answers with.
func Look(code string) (t ProblemType, ok bool) {
	for _, t := range faults() {
		if t.Code == code {
			return t, true
		}
	}
	var kind voucher.Kind
	if kind.UnmarshalText([]byte(code)) != nil || kind == voucher.KindAccepted {
		return ProblemType{}, false
	}
	return Refusal(kind)
}

// Catalogue lists every problem that the API answers with, by code: the faults
// and the ledger's refusals.
func Catalogue() []ProblemType {
	table := faults()
	list := table[:]
	for k := voucher.KindAccepted + 1; ; k++ {
		r, ok := Refusal(k)
		if !ok {
			break
		}
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b ProblemType) int { return strings.Compare(a.Code, b.Code) })
	return list
}
