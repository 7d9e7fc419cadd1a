package api

import (
	"tally/internal/books"
	"tally/internal/intent"
	"tally/internal/terms"
	"tally/internal/voucher"
)

// The bodies of answers. A command that was accepted is answered with its
// outcome, voucher.Outcome in its canonical form: the same bytes whenever it is
// sent again.
type (
	// LedgerInfo is all that a wallet's developer needs to sign.
	LedgerInfo struct {
		ID      voucher.Hash              `json:"id"`
		Head    voucher.Position          `json:"head"`
		Time    int64                     `json:"time"` // of this server's clock, Unix seconds
		Domain  intent.TypedDomain        `json:"domain"`
		Types   map[string][]intent.Field `json:"types"`
		Log     *LogInfo                  `json:"log,omitempty"`
		Chain   *ChainInfo                `json:"chain,omitempty"`
		Journal *JournalInfo              `json:"journal,omitempty"`
		Channel *ChannelInfo              `json:"channel,omitempty"`
	}
	// FrontInfo is what stands at the root of a server.
	FrontInfo struct {
		Name   string            `json:"name"`
		Ledger voucher.Hash      `json:"ledger"` // its id
		Links  map[string]string `json:"links"`  // addresses on this server
	}
	// IntentInfo is the typed data of one intent by itself: domain, primaryType and
	// types are what a library takes to sign it. DomainType is the type EIP712Domain,
	// for wallets that want it among the types.
	IntentInfo struct {
		Domain intent.TypedDomain `json:"domain"`
		intent.Schema
		DomainType []intent.Field `json:"domainType"`
	}
	// IntentsInfo lists every intent.
	IntentsInfo struct {
		Intents []IntentInfo `json:"intents"`
	}
	// LogInfo names the transparency log of the ledger. What it proves, it proves
	// to those who have the key from elsewhere.
	LogInfo struct {
		Origin string `json:"origin"` // the first line of its checkpoints
		Key    string `json:"key"`    // as C2SP signed-note writes it
	}
	// ChannelInfo is what a Fabric channel's blocks are held against, by those who
	// pinned it beforehand: the two make the ledger's id.
	ChannelInfo struct {
		Genesis   voucher.Hash `json:"genesis"` // the hash of block 0
		Chaincode string       `json:"chaincode"`
	}
	// ChainInfo is what the proofs of an embedded chain are held against, by those
	// who have it from elsewhere.
	ChainInfo struct {
		Genesis  voucher.Hash    `json:"genesis"` // the hash of block 0
		Sealer   voucher.Address `json:"sealer"`
		Contract voucher.Address `json:"contract"`
	}
	// JournalInfo is what the proofs of a journal are held against, by those who have it
	// from elsewhere: the two make the ledger's id.
	JournalInfo struct {
		Genesis voucher.Hash    `json:"genesis"` // the hash of block 0
		Sealer  voucher.Address `json:"sealer"`
	}
	// ReceiptedOutcome is the answer to a redemption, a hold or a capture that asks
	// for its receipt.
	ReceiptedOutcome struct {
		Outcome voucher.Outcome `json:"outcome"`
		Receipt string          `json:"receipt,omitempty"` // left out where it was not there in time
	}
	// OperatorsInfo is who runs the system.
	OperatorsInfo struct {
		Version   uint32            `json:"version"`
		Operators []voucher.Address `json:"operators"`
		Threshold uint32            `json:"threshold"`
	}
	// MerchantInfo is a merchant, its version being the ledger's. Instants are Unix seconds.
	MerchantInfo struct {
		ID      voucher.Address `json:"id"`
		Name    string          `json:"name"`
		Version uint32          `json:"version"`
		// OperatorsVersion is what a suspension, a reinstatement or a recovery names.
		OperatorsVersion uint32           `json:"operators_version"`
		Root             voucher.Address  `json:"root"`                // in force
		NextRoot         *voucher.Address `json:"next_root,omitempty"` // takes over at next_from
		NextFrom         uint64           `json:"next_from,omitempty"`
		SuspendedFrom    uint64           `json:"suspended_from,omitempty"`
		Lost             uint64           `json:"lost,omitempty"` // seconds of earlier suspensions
		Stores           []Store          `json:"stores"`
		Keys             []Key            `json:"keys"`
		NextCursor       string           `json:"next_cursor,omitempty"` // of the next stores and keys; see MaxNames
	}
	// Store is one of a merchant's places of sale, under the merchant's own number.
	Store struct {
		Store uint32 `json:"store"`
		Name  string `json:"name"`
	}
	// Key is a merchant's scoped key. Scopes are voucher.ScopeRedeem and its like;
	// Store is that of a till's key, else 0.
	Key struct {
		Key    voucher.Address `json:"key"`
		Scopes uint32          `json:"scopes"`
		Store  uint32          `json:"store"`
	}
	// AuditorsInfo lists every auditor that was ever named.
	AuditorsInfo struct {
		Auditors []AuditorInfo `json:"auditors"`
	}
	// AuditorInfo is one of them: it reads until an instant, in Unix seconds; 0 is no more.
	AuditorInfo struct {
		Auditor voucher.Address `json:"auditor"`
		Version uint32          `json:"version"`
		Until   uint64          `json:"until"`
	}
	// AttestorsInfo lists a campaign's attestors, revoked ones included.
	AttestorsInfo struct {
		Attestors []AttestorInfo `json:"attestors"`
	}
	// AttestorInfo is one of them, and whether its tickets are good.
	AttestorInfo struct {
		Attestor voucher.Address `json:"attestor"`
		Version  uint32          `json:"version"`
		Allowed  bool            `json:"allowed"`
	}
	// CampaignInfo is a campaign, with its figures for those who may read them.
	CampaignInfo struct {
		ID       string                 `json:"id"`
		Version  uint32                 `json:"version"`
		Status   string                 `json:"status"`
		Supply   uint32                 `json:"supply"`
		Open     uint32                 `json:"open"`
		Issued   *uint32                `json:"issued,omitempty"` // by lists, for those who may see figures, of one campaign
		Create   voucher.CreateCampaign `json:"create"`
		Figures  *Figures               `json:"figures,omitempty"`
		Position voucher.Position       `json:"position"`

		Conditions []terms.Condition `json:"conditions,omitempty"` // who enforces what, of one campaign
	}
	// Figures count a campaign's vouchers and units, as the index has them.
	Figures struct {
		Claimed  uint32 `json:"claimed"`  // vouchers, those that were issued and appeared included
		Spent    uint32 `json:"spent"`    // vouchers with nothing left
		Redeemed uint64 `json:"redeemed"` // units, less what rollbacks restored
		Discount uint64 `json:"discount"` // minor units of money, gross: see the audit for what was given back

		Units books.Flow `json:"units"` // redeemed gross, given back, and net
	}
	// VoucherInfo is a voucher as its holder sees it.
	VoucherInfo struct {
		ID        string          `json:"id"`
		Campaign  string          `json:"campaign"`
		Serial    uint32          `json:"serial"`
		State     string          `json:"state"`      // claimed, held, spent, void, or expired
		Units     uint64          `json:"units"`      // held ones included
		Expires   string          `json:"expires"`    // ExpiresAt in RFC 3339; deprecated
		ExpiresAt uint64          `json:"expires_at"` // Unix seconds, the first instant too late; suspensions are counted in
		SignedAt  uint64          `json:"signed_at"`
		Owner     voucher.Address `json:"owner"`
		Held      *HeldInfo       `json:"held,omitempty"`
		Use       *VoucherUse     `json:"use,omitempty"` // of a list that asks what can be used now
	}
	// VoucherUse is whether a voucher can be used now, as far as that is known without a cart.
	VoucherUse struct {
		Now      string           `json:"now"`      // UseYes, UseMaybe or UseNo
		Merchant voucher.Address  `json:"merchant"` // whose stores take it
		Currency voucher.Currency `json:"currency"`
		Reasons  []QuoteReason    `json:"reasons,omitempty"` // why not
		Asks     []VoucherAsk     `json:"asks,omitempty"`    // what depends on the order
	}
	// VoucherAsk is a condition that only an order can fulfil, by the code of the reason that
	// a quote would have for it, or AskStoreDecides.
	VoucherAsk struct {
		Code string `json:"code"`
		Need uint64 `json:"need,omitempty"` // of min_spend minor units of money, of quantity pieces
	}
	// HeldInfo is the open hold of a voucher.
	HeldInfo struct {
		Hold  voucher.Hash `json:"hold"`
		Units uint64       `json:"units"`
		Until uint64       `json:"until"` // Unix seconds, the first instant too late to capture
	}
	// HistoryItem is one command that touched a voucher.
	HistoryItem struct {
		Command  voucher.Hash      `json:"command"`
		Verb     string            `json:"verb"`
		Signers  []voucher.Address `json:"signers"` // in the order of the command's signatures
		Position voucher.Position  `json:"position"`
		Time     uint64            `json:"time"`   // the ledger's clock, Unix seconds
		Events   voucher.Events    `json:"events"` // those of the voucher
	}
	// HoldInfo is a hold and what became of it.
	HoldInfo struct {
		ID      voucher.Hash    `json:"id"`
		State   string          `json:"state"`           // open, captured, released, or lapsed
		Ended   *voucher.Hash   `json:"ended,omitempty"` // the command that captured or released it
		Until   uint64          `json:"until"`           // Unix seconds, the first instant too late to capture
		Outcome voucher.Outcome `json:"outcome"`         // of the hold
	}
	// ReturnedInfo is what a rollback of a redemption has to name.
	ReturnedInfo struct {
		Redemption voucher.Hash     `json:"redemption"`
		Time       uint64           `json:"time"` // of the redemption, by the ledger's clock, Unix seconds
		Currency   voucher.Currency `json:"currency"`
		Lines      []ReturnedLine   `json:"lines"`
		Rollbacks  []RollbackInfo   `json:"rollbacks"` // a page of them, newest first
		NextCursor string           `json:"next_cursor,omitempty"`
		HasMore    bool             `json:"has_more"`
	}
	// ReturnedLine is what a redemption took of one voucher, and what was given back.
	ReturnedLine struct {
		Voucher   string `json:"voucher"`
		Taken     uint64 `json:"taken"`
		Returned  uint64 `json:"returned"`
		Discount  uint64 `json:"discount"`   // minor units of money
		GivenBack uint64 `json:"given_back"` // of the discount, in proportion to units: see books.GivenBack
	}
	// RollbackInfo is one rollback of a redemption.
	RollbackInfo struct {
		Command voucher.Hash   `json:"command"`
		Time    uint64         `json:"time"` // the ledger's clock, Unix seconds
		Lines   []RollbackLine `json:"lines"`
	}
	// RollbackLine is what a rollback gave back of one voucher.
	RollbackLine struct {
		Voucher   string `json:"voucher"`
		Units     uint64 `json:"units"`
		Forfeited bool   `json:"forfeited"`
		GivenBack uint64 `json:"given_back"` // of the discount, minor units of money
	}
	// RecordInfo is the record of an order or of a return that was deposited.
	RecordInfo struct {
		Command voucher.Hash `json:"command"` // the redemption, capture or rollback
		Kind    string       `json:"kind"`    // order or return
		Record  string       `json:"record"`  // in the canonical form that was signed
		Salt    voucher.Hash `json:"salt"`    // of its hash
	}
	// RecordKept says that a record is on the server's disk.
	RecordKept struct {
		Command voucher.Hash `json:"command"`
		Kind    string       `json:"kind"`
		Bytes   int          `json:"bytes"` // of the record
	}
	// RecordErased says that a record is on the server's disk no more.
	RecordErased struct {
		Command voucher.Hash `json:"command"`
		Erased  bool         `json:"erased"`
	}
	// IssueInfo is the list of an issue: its root, not its entries, which the
	// merchant keeps.
	IssueInfo struct {
		ID        voucher.Hash `json:"id"`
		Campaign  string       `json:"campaign"`
		Root      voucher.Hash `json:"root"`
		First     uint32       `json:"first"`
		Count     uint32       `json:"count"`
		Expires   string       `json:"expires"`    // ExpiresAt in RFC 3339; deprecated
		ExpiresAt uint64       `json:"expires_at"` // Unix seconds
	}
	// HolderInfo is what a wallet needs to sign its next claim.
	HolderInfo struct {
		Wallet  voucher.Address `json:"wallet"`
		Ordinal uint32          `json:"ordinal"`
	}
	// Page is one page of a list, newest first.
	Page[T any] struct {
		Data       []T    `json:"data"`
		NextCursor string `json:"next_cursor,omitempty"`
		HasMore    bool   `json:"has_more"`
	}
)

// FrontLinks are the addresses of a server that a newcomer looks for.
func FrontLinks() map[string]string {
	return map[string]string{
		"docs": "/docs", "openapi": "/v1/openapi.json", "problems": "/problems", "ledger": "/v1/ledger", "intents": "/v1/intents",
		"campaigns": "/v1/campaigns", "log": "/v1/log/checkpoint", "health": "/healthz", "ready": "/readyz",
	}
}
