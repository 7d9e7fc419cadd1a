package api

import "tally/internal/voucher"

// The bodies of requests. What was signed is in the form of its typed data;
// a signature is 0x and 64 (EIP-2098) or 65 bytes in hex.
type (
	// SignedRequest carries one intent of one author. An intent that brings a key
	// into force wants that key's signature of the same intent, too.
	SignedRequest[T any] struct {
		Intent     T      `json:"intent"`
		Signature  string `json:"signature"`
		Possession string `json:"possession,omitempty"`
	}
	// ApprovedRequest carries one intent of several operators, with one signature
	// for each approver, in the order of the intent.
	ApprovedRequest[T any] struct {
		Intent    T        `json:"intent"`
		Approvals []string `json:"approvals"`
		// Possessions are proofs of the keys that the intent brings into force, in
		// ascending order of their holders.
		Possessions []PossessionProof `json:"possessions,omitempty"`
	}
	// PossessionProof is a new key's signature of the intent that names it.
	PossessionProof struct {
		Holder    voucher.Address `json:"holder"`
		Signature string          `json:"signature"`
	}
	// OperatorsRequest carries a SetOperators.
	OperatorsRequest = ApprovedRequest[voucher.SetOperators]
	// PlacedRequest carries one intent about one voucher and, for an issued one
	// that nobody used yet, its place in the list.
	PlacedRequest[T any] struct {
		Intent    T              `json:"intent"`
		Signature string         `json:"signature"`
		Place     *voucher.Place `json:"place,omitempty"`
	}
	// DeliveryRequest carries a Deliver, which takes no signature, and the proof
	// that the list has the owner at that index.
	DeliveryRequest struct {
		Intent voucher.Deliver `json:"intent"`
		Path   []voucher.Hash  `json:"path"`
	}
	// ClaimRequest carries a Claim and, where the campaign asks for one, a ticket.
	ClaimRequest struct {
		Intent          voucher.Claim   `json:"intent"`
		Signature       string          `json:"signature"`
		Ticket          *voucher.Ticket `json:"ticket,omitempty"`
		TicketSignature string          `json:"ticket_signature,omitempty"`
	}
	// RedemptionRequest carries the code that the owner showed and the store's half.
	// Places is empty, or has one for each line.
	RedemptionRequest struct {
		Code      string          `json:"code"`
		Accept    voucher.Accept  `json:"accept"`
		Signature string          `json:"signature"`
		Places    []voucher.Place `json:"places,omitempty"`
	}
	// HoldRequest is the same of a code that reserves.
	HoldRequest RedemptionRequest
	// CancelRequest carries a Cancel and the code that it cancels.
	CancelRequest struct {
		Intent    voucher.Cancel  `json:"intent"`
		Signature string          `json:"signature"`
		Code      string          `json:"code"`
		Places    []voucher.Place `json:"places,omitempty"`
	}
	// RecordRequest carries the record of an order or of a return, in its canonical form,
	// and the salt of the hash that was signed.
	RecordRequest struct {
		Record string       `json:"record"`
		Salt   voucher.Hash `json:"salt"`
	}
)
