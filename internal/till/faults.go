package till

import (
	"net/http"

	"tally/internal/api"
)

// fault is a problem of the agent's own.
type fault uint8

// The faults, beside those that the agent shares with the API.
const (
	faultReferenceReused fault = iota
	faultUnknownReference
	faultRedeemed
	faultNoConnection
	faultJournalFull
	faultJournal
	faultOrigin
	faultHost
	faultToken
	faultMediaType
	faultBusy
	faultCancelled
	faultNoPrice
	faultQuote
	faultRecord
	faultUnusable
	faultsEnd
)

// faults is the table: one row for each fault.
func faults() [faultsEnd]api.ProblemType {
	const (
		denied   = http.StatusForbidden
		conflict = http.StatusConflict
		rule     = http.StatusUnprocessableEntity
		away     = http.StatusServiceUnavailable
	)
	return [faultsEnd]api.ProblemType{
		faultReferenceReused:  {Code: "reference_reused", Status: rule, Sentence: "This reference named another order.", Remedy: "Use a new reference for a new order, and the same request for the same one."},
		faultUnknownReference: {Code: "unknown_reference", Status: http.StatusNotFound, Sentence: "The journal has no sale of this reference.", Remedy: "Nothing was signed for it, or it was forgotten after its time."},
		faultRedeemed:         {Code: "redeemed", Status: conflict, Sentence: "The sale was redeemed before it could be cancelled.", Remedy: "Give the discount, or have the merchant roll it back."},
		faultNoConnection:     {Code: "no_connection", Status: http.StatusAccepted, Sentence: "There is no connection to the server.", Remedy: "Nothing was sent so far. The agent goes on trying: ask again, or cancel."},
		faultJournalFull:      {Code: "journal_full", Status: away, Sentence: "Too many sales are not settled.", Remedy: "Nothing was signed. See that the agent reaches the server."},
		faultJournal:          {Code: "journal_failed", Status: http.StatusInternalServerError, Sentence: "The journal cannot be read or written.", Remedy: "Nothing more was sent. Look at the agent's log and disk, then ask again."},
		faultOrigin:           {Code: "foreign_origin", Status: denied, Sentence: "A web page caused this request.", Remedy: "Only programs of this machine are served, and pages that tally till names with --allow-origin."},
		faultHost:             {Code: "foreign_host", Status: denied, Sentence: "This host name is not served.", Remedy: "Use the agent's address in digits, or localhost."},
		faultToken:            {Code: "unauthorised", Status: http.StatusUnauthorized, Sentence: "A token is wanted.", Remedy: "Send the agent's token as a bearer token."},
		faultMediaType:        {Code: "unsupported_media_type", Status: http.StatusUnsupportedMediaType, Sentence: "The body must be JSON.", Remedy: "Send Content-Type: application/json."},
		faultBusy:             {Code: "unavailable", Status: away, Sentence: "Too many requests are under way.", Remedy: "It had no effect. Send it again."},
		faultCancelled:        {Code: "cancelled", Status: conflict, Sentence: "The sale was cancelled while its cart was priced.", Remedy: "Nothing was signed: the reference and the code are still free."},
		faultNoPrice:          {Code: "no_price", Status: away, Sentence: "The server gave no price for the cart.", Remedy: "Nothing was signed. Send the same request again."},
		faultQuote:            {Code: "wrong_quote", Status: http.StatusBadGateway, Sentence: "The server's quote is not what the terms make of the cart.", Remedy: "Nothing was signed. Tell the operator of the server."},
		faultRecord:           {Code: "wrong_record", Status: rule, Sentence: "The order record is not what the terms make of the cart.", Remedy: "Nothing was signed. Have the wallet sign a new quote."},
		faultUnusable:         {Code: "voucher_not_usable", Status: rule, Sentence: "A voucher of the code cannot be used for this cart.", Remedy: "Nothing was signed. Ask for a code without the vouchers that are named."},
	}
}

func (f fault) problem() *api.Problem { return faults()[f].Problem() }

// known is the problem that the API has of a code.
func known(code string) *api.Problem {
	for _, r := range api.Catalogue() {
		if r.Code == code {
			return r.Problem()
		}
	}
	unknown := api.ProblemType{Code: code, Status: http.StatusInternalServerError, Sentence: "Something went wrong here."}
	return unknown.Problem()
}

func invalid(detail string) *api.Problem {
	p := known("invalid_request")
	p.Detail = detail
	return p
}
