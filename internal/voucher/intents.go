package voucher

// The intents: what authors sign, as EIP-712 typed data. The name of the Go
// type is the EIP-712 type, the json tag of a field its member, the Go type of
// a field its type (Address address, Hash bytes32, CampaignID bytes16,
// Currency bytes3). Package intent derives the digests and holds the vectors.
//
// Every intent names its author, a deadline in Unix seconds, and the state it
// expects, so that it can be true once (DESIGN: one signature, one effect).

// SetOperators replaces the set of operators and how many of them must agree.
// Authors: the approvers, at least the threshold in force, in ascending order.
type SetOperators struct {
	Approvers []Address `json:"approvers"`
	Version   uint32    `json:"version"`   // of the set that it replaces
	Operators []Address `json:"operators"` // ascending
	Threshold uint32    `json:"threshold"`
	Deadline  uint64    `json:"deadline"`
}

// AdmitMerchant makes a merchant. Author: an operator. The merchant is known
// for ever by its first root key's address.
type AdmitMerchant struct {
	Operator Address `json:"operator"`
	Merchant Address `json:"merchant"`
	Name     string  `json:"name"`
	Deadline uint64  `json:"deadline"`
}

// SuspendMerchant stops a merchant; open holds still capture or release. Author: an operator.
// Its version is the operators' own, which no act of the merchant's root moves:
// a thief who holds the root cannot outrun it.
type SuspendMerchant struct {
	Operator Address `json:"operator"`
	Merchant Address `json:"merchant"`
	Version  uint32  `json:"version"` // Standing.OperatorsVersion of the merchant: 1 before the first suspension
	Reason   string  `json:"reason"`
	Deadline uint64  `json:"deadline"`
}

// ReinstateMerchant ends a suspension and extends validity by its length, to the
// second. It is refused while a recovery of the root waits to take effect.
// Author: an operator.
type ReinstateMerchant struct {
	Operator Address `json:"operator"`
	Merchant Address `json:"merchant"`
	Version  uint32  `json:"version"` // Standing.OperatorsVersion of the merchant
	Deadline uint64  `json:"deadline"`
}

// PutStore opens a store of a merchant, or renames it. Author: the merchant's root.
type PutStore struct {
	Author   Address `json:"author"`
	Merchant Address `json:"merchant"`
	Version  uint32  `json:"version"` // of the merchant
	Store    uint32  `json:"store"`   // the merchant's own number for it, 1 to 65535
	Name     string  `json:"name"`
	Deadline uint64  `json:"deadline"`
}

// The scopes of a merchant's key, to be added up.
const (
	ScopeRedeem   uint32 = 1 << iota // a till: accept redemptions and holds at its store
	ScopeIssue                       // sign issues
	ScopeRollback                    // give units back
	ScopeVoid                        // void vouchers
	allScopes     = ScopeRedeem | ScopeIssue | ScopeRollback | ScopeVoid
)

// PutKey gives a key its scopes for a merchant; no scope revokes it, also while
// the merchant is suspended. Author: the merchant's root.
type PutKey struct {
	Author   Address `json:"author"`
	Merchant Address `json:"merchant"`
	Version  uint32  `json:"version"` // of the merchant
	Key      Address `json:"key"`
	Scopes   uint32  `json:"scopes"`
	Store    uint32  `json:"store"` // the till's store; 0 for a key that is no till
	Deadline uint64  `json:"deadline"`
}

// RotateRoot replaces a merchant's root key at once. Author: the root in force.
type RotateRoot struct {
	Author   Address `json:"author"`
	Merchant Address `json:"merchant"`
	Version  uint32  `json:"version"`
	Root     Address `json:"root"`
	Deadline uint64  `json:"deadline"`
}

// RecoverRoot replaces a lost or stolen root after a visible delay. Any change of
// a store, a key or the root by the root in force stops it, unless the merchant is
// suspended: then nothing that the root does stops it. A recovery that names the
// root in force takes one back that waits. Authors: operators, as for SetOperators.
type RecoverRoot struct {
	Approvers []Address `json:"approvers"`
	Merchant  Address   `json:"merchant"`
	Version   uint32    `json:"version"` // Standing.OperatorsVersion of the merchant
	Root      Address   `json:"root"`
	Deadline  uint64    `json:"deadline"`
}

// SetAuditor names a party that may read all that this ledger's servers show, or
// ends that. Authors: operators, as for SetOperators.
type SetAuditor struct {
	Approvers []Address `json:"approvers"`
	Auditor   Address   `json:"auditor"`
	Version   uint32    `json:"version"` // of this auditor: 0 where it was never named
	Until     uint64    `json:"until"`   // the first instant too late to read; 0 ends it at once
	Deadline  uint64    `json:"deadline"`
}

// Offset says that from this instant a campaign's local time is so many
// minutes ahead of UTC. A table starts with the offset in force at its first
// instant; before that instant the same offset holds.
type Offset struct {
	From    uint64 `json:"from"`
	Minutes int16  `json:"minutes"` // a multiple of 15, at most 14 hours either way
}

// What a rollback does with the units.
const (
	RollbackNone    uint8 = iota // no rollback
	RollbackRestore              // they return to the voucher
	RollbackForfeit              // they are forfeited
)

// CreateCampaign publishes terms and mints a supply, whatever its size, in one
// small change. Author: the merchant's root.
//
// Serials 0 to open-1 are open to claims; issues take serials from cap-1
// downwards, supply-open of them in all. Both parts only grow, so they never meet.
type CreateCampaign struct {
	Author      Address   `json:"author"`
	Merchant    Address   `json:"merchant"`
	Terms       string    `json:"terms"`       // a JSON document (RFC 8785), kept whole in the event
	Currency    Currency  `json:"currency"`    // of every amount
	Units       uint64    `json:"units"`       // in each voucher: 1 a single-use coupon, 10 a ten-cup pass
	MaxDiscount uint64    `json:"maxDiscount"` // minor units of money one unit may take off an order
	StoredValue bool      `json:"storedValue"` // a unit is a minor unit of money: the discount equals the units
	Supply      uint32    `json:"supply"`
	Open        uint32    `json:"open"`      // of the supply, open to claims; the rest is for issues
	Cap         uint32    `json:"cap"`       // the supply can never be more
	PerHolder   uint32    `json:"perHolder"` // claims a holder may make; 0 is no limit
	PerDay      uint32    `json:"perDay"`    // the same in one local day; 0 is no limit
	Attestors   []Address `json:"attestors"` // the first ones: if any, a claim needs a ticket of an attestor; ascending
	ClaimFrom   uint64    `json:"claimFrom"`
	ClaimUntil  uint64    `json:"claimUntil"` // the first instant too late to claim
	ValidFrom   uint64    `json:"validFrom"`
	ValidUntil  uint64    `json:"validUntil"` // the first instant too late to spend; on a quarter of an hour
	ValidDays   uint32    `json:"validDays"`  // if any: until the end of this local day after the claim's, and never past validUntil
	Offsets     []Offset  `json:"offsets"`    // of the campaign's time zone, ascending; none is UTC
	Transfer    bool      `json:"transferable"`
	Void        bool      `json:"voidable"`
	Rollback    uint8     `json:"rollback"`
	Grace       uint32    `json:"grace"`  // seconds a rollback may add to the expiry, once; quarters of an hour
	Stores      []uint32  `json:"stores"` // where it is accepted, ascending; none is every store of the merchant
	Deadline    uint64    `json:"deadline"`
}

// The states of a campaign.
const (
	CampaignActive uint8 = 1 + iota
	CampaignPaused       // no claims, no issues
	CampaignClosed       // the same, for good
)

// ChangeCampaign pauses, resumes, closes, mints more, or lengthens the offset
// table: it names the whole of what may change. Holders may always redeem.
// Author: the merchant's root.
type ChangeCampaign struct {
	Author   Address    `json:"author"`
	Merchant Address    `json:"merchant"`
	Campaign CampaignID `json:"campaign"`
	Version  uint32     `json:"version"` // of the campaign
	Status   uint8      `json:"status"`
	Supply   uint32     `json:"supply"` // absolute, up to the cap
	Open     uint32     `json:"open"`
	Offsets  []Offset   `json:"offsets"` // added to the end of the table
	Deadline uint64     `json:"deadline"`
}

// PutAttestor adds an attestor to a campaign that asks for tickets, or revokes
// one: its tickets are refused from then on, and claims made before stand. A
// campaign that asks for none cannot start to. Author: the merchant's root.
type PutAttestor struct {
	Author   Address    `json:"author"`
	Merchant Address    `json:"merchant"`
	Campaign CampaignID `json:"campaign"`
	Attestor Address    `json:"attestor"`
	Version  uint32     `json:"version"` // of this attestor in this campaign: 0 never named, 1 named by CreateCampaign
	Allowed  bool       `json:"allowed"`
	Deadline uint64     `json:"deadline"`
}

// Issue gives count vouchers away by a list: entry i owns serial
// cap-1-(first+i). Root is the head of an RFC 6962 tree whose entries are the
// index (4 bytes, big-endian) followed by the owner's address. Author: a key
// with ScopeIssue, or the root.
type Issue struct {
	Author   Address    `json:"author"`
	Merchant Address    `json:"merchant"`
	Campaign CampaignID `json:"campaign"`
	Root     Hash       `json:"root"`
	First    uint32     `json:"first"` // vouchers issued before it: the state that it expects
	Count    uint32     `json:"count"`
	Deadline uint64     `json:"deadline"`
}

// Deliver makes an issued voucher appear for the owner its list names. It says
// nothing that the issue did not say, so it carries no signature.
type Deliver struct {
	Issue Hash    `json:"issue"` // the id of the issue
	Index uint32  `json:"index"`
	Owner Address `json:"owner"`
}

// Claim takes a free voucher of a campaign. Author: the wallet.
type Claim struct {
	Wallet   Address    `json:"wallet"`
	Campaign CampaignID `json:"campaign"`
	Ordinal  uint32     `json:"ordinal"` // claims this wallet made in this campaign before
	Deadline uint64     `json:"deadline"`
}

// Ticket is an attestor's word that the wallet belongs to one person, known in
// this campaign as subject. Author: the attestor.
type Ticket struct {
	Campaign CampaignID `json:"campaign"`
	Wallet   Address    `json:"wallet"`
	Attestor Address    `json:"attestor"`
	Subject  Hash       `json:"subject"`
	Deadline uint64     `json:"deadline"`
}

// Transfer gives a voucher away. Author: its owner.
type Transfer struct {
	Owner    Address    `json:"owner"`
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	To       Address    `json:"to"`
	SignedAt uint64     `json:"signedAt"`
	Deadline uint64     `json:"deadline"`
}

// Line offers at most so many units of one voucher.
type Line struct {
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	Units    uint64     `json:"units"`
}

// Ref is the voucher of a line.
func (l Line) Ref() Ref { return Ref{Campaign: l.Campaign, Serial: l.Serial} }

// Redeem is the owner's half: it offers vouchers to whichever store accepts
// before the deadline. The code shown at the till is this intent, signed; the
// phone may be offline. With holdUntil it offers to reserve, not to spend.
type Redeem struct {
	Owner     Address `json:"owner"`
	Lines     []Line  `json:"lines"`     // 1 to 30, ascending, no voucher twice
	SignedAt  uint64  `json:"signedAt"`  // later than each voucher's last accepted one
	Deadline  uint64  `json:"deadline"`  // at most 10 minutes after signedAt
	HoldUntil uint64  `json:"holdUntil"` // 0 to spend; else at most 7 days after signedAt
	Order     Hash    `json:"order"`     // 0, or the details hash that the acceptance must carry
}

// Part is what the store takes of the line at the same place.
type Part struct {
	Units    uint64 `json:"units"`
	Discount uint64 `json:"discount"` // minor units of money taken off the order
}

// Accept is the store's half of a redemption: it fixes store, units and
// amounts. Author: a till.
type Accept struct {
	Offer     Hash     `json:"offer"` // the digest of the Redeem, which is the command's id
	Merchant  Address  `json:"merchant"`
	Till      Address  `json:"till"`
	Store     uint32   `json:"store"`
	Parts     []Part   `json:"parts"` // one for each line
	Currency  Currency `json:"currency"`
	Amount    uint64   `json:"amount"`    // of the order before discounts
	Details   Hash     `json:"details"`   // SHA-256(32 random bytes ‖ order details), or 0
	Reference Hash     `json:"reference"` // SHA-256 of the client's reference, or 0
}

// Take is what a capture takes of one held voucher; no units frees it.
type Take struct {
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	Units    uint64     `json:"units"`
	Discount uint64     `json:"discount"`
}

// Capture spends what a hold reserved and frees the rest. Author: a till of the holding store.
type Capture struct {
	Hold      Hash     `json:"hold"` // the id of the held Redeem
	Merchant  Address  `json:"merchant"`
	Till      Address  `json:"till"`
	Store     uint32   `json:"store"`
	Takes     []Take   `json:"takes"` // every voucher of the hold, ascending
	Currency  Currency `json:"currency"`
	Amount    uint64   `json:"amount"`
	Details   Hash     `json:"details"`
	Reference Hash     `json:"reference"`
	Deadline  uint64   `json:"deadline"`
}

// Release frees what a hold reserved. Author: a till of the holding store.
type Release struct {
	Hold     Hash    `json:"hold"`
	Merchant Address `json:"merchant"`
	Till     Address `json:"till"`
	Store    uint32  `json:"store"`
	Vouchers []Ref   `json:"vouchers"` // every voucher of the hold, ascending
	Deadline uint64  `json:"deadline"`
}

// Cancel makes sure that an offer that may still be under way can never be
// accepted. Author: the offer's owner, or a till that was shown it (then
// merchant is the till's, else 0).
type Cancel struct {
	Offer    Hash    `json:"offer"` // the digest of the Redeem
	Author   Address `json:"author"`
	Merchant Address `json:"merchant"`
	Deadline uint64  `json:"deadline"`
}

// Return gives units of one redeemed voucher back.
type Return struct {
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	Units    uint64     `json:"units"`    // to give back now
	Taken    uint64     `json:"taken"`    // by the redemption
	Returned uint64     `json:"returned"` // given back so far: the state that it expects
}

// Rollback undoes a redemption or a part of it. Author: a key with
// ScopeRollback, or the root.
type Rollback struct {
	Author     Address  `json:"author"`
	Merchant   Address  `json:"merchant"`
	Redemption Hash     `json:"redemption"` // the id of the redeem or capture
	Returns    []Return `json:"returns"`    // ascending
	Details    Hash     `json:"details"`
	Deadline   uint64   `json:"deadline"`
}

// Void ends a voucher, if the terms allow it. Author: a key with ScopeVoid, or the root.
type Void struct {
	Author   Address    `json:"author"`
	Merchant Address    `json:"merchant"`
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	Reason   string     `json:"reason"`
	Deadline uint64     `json:"deadline"`
}
