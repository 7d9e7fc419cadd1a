package httpapi

import (
	"tally/internal/index"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// The bodies of requests. What was signed is in the form of its typed data;
// a signature is 0x and 64 (EIP-2098) or 65 bytes in hex.
type (
	// SignedRequest carries one intent of one author.
	SignedRequest[T any] struct {
		Intent    T      `json:"intent"`
		Signature string `json:"signature"`
	}
	// OperatorsRequest carries a SetOperators with one signature for each approver.
	OperatorsRequest struct {
		Intent    voucher.SetOperators `json:"intent"`
		Approvals []string             `json:"approvals"`
	}
	// ClaimRequest carries a Claim and, where the campaign asks for one, a ticket.
	ClaimRequest struct {
		Intent          voucher.Claim   `json:"intent"`
		Signature       string          `json:"signature"`
		Ticket          *voucher.Ticket `json:"ticket,omitempty"`
		TicketSignature string          `json:"ticket_signature,omitempty"`
	}
	// RedemptionRequest carries the code that the owner showed and the store's half.
	RedemptionRequest struct {
		Code      string         `json:"code"`
		Accept    voucher.Accept `json:"accept"`
		Signature string         `json:"signature"`
	}
	// CancelRequest carries a Cancel and the code that it cancels.
	CancelRequest struct {
		Intent    voucher.Cancel `json:"intent"`
		Signature string         `json:"signature"`
		Code      string         `json:"code"`
	}
)

// The bodies of answers. A command that was accepted is answered with its
// outcome, voucher.Outcome in its canonical form: the same bytes whenever it is
// sent again.
type (
	// LedgerInfo is all that a wallet's developer needs to sign.
	LedgerInfo struct {
		ID     voucher.Hash              `json:"id"`
		Head   voucher.Position          `json:"head"`
		Time   int64                     `json:"time"` // of this server's clock, Unix seconds
		Domain intent.TypedDomain        `json:"domain"`
		Types  map[string][]intent.Field `json:"types"`
	}
	// OperatorsInfo is who runs the system.
	OperatorsInfo struct {
		Version   uint32            `json:"version"`
		Operators []voucher.Address `json:"operators"`
		Threshold uint32            `json:"threshold"`
	}
	// MerchantInfo is a merchant, its version being the ledger's.
	MerchantInfo struct {
		ID      voucher.Address `json:"id"`
		Name    string          `json:"name"`
		Version uint32          `json:"version"`
		Root    voucher.Address `json:"root"`
		Stores  []index.Store   `json:"stores"`
		Keys    []index.Key     `json:"keys"`
	}
	// CampaignInfo is a campaign with its figures.
	CampaignInfo struct {
		ID       string                 `json:"id"`
		Version  uint32                 `json:"version"`
		Status   string                 `json:"status"`
		Supply   uint32                 `json:"supply"`
		Open     uint32                 `json:"open"`
		Create   voucher.CreateCampaign `json:"create"`
		Figures  index.Figures          `json:"figures"`
		Position voucher.Position       `json:"position"`
	}
	// VoucherInfo is a voucher as its holder sees it.
	VoucherInfo struct {
		ID       string          `json:"id"`
		Campaign string          `json:"campaign"`
		Serial   uint32          `json:"serial"`
		State    string          `json:"state"` // claimed, spent, void, or expired
		Units    uint64          `json:"units"`
		Expires  string          `json:"expires"` // RFC 3339, the first instant too late
		SignedAt uint64          `json:"signed_at"`
		Owner    voucher.Address `json:"owner"`
	}
	// HolderInfo is what a wallet needs to sign its next claim.
	HolderInfo struct {
		Wallet  voucher.Address `json:"wallet"`
		Ordinal uint32          `json:"ordinal"`
	}
	// CommandInfo settles an unknown outcome.
	CommandInfo struct {
		ID     voucher.Hash `json:"id"`
		Status string       `json:"status"` // accepted or unknown
	}
	// Page is one page of a list, newest first.
	Page[T any] struct {
		Data       []T    `json:"data"`
		NextCursor string `json:"next_cursor,omitempty"`
		HasMore    bool   `json:"has_more"`
	}
)
