package voucher

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// ErrFounded says that a ledger has operators already.
var ErrFounded = errors.New("the ledger was founded before")

// State is the ledger's state as the rules see it: point reads and writes of
// small values, so that the same rules run over a map, over Fabric's stub and
// in the auditor's replay. Get returns nil where nothing was put.
type State interface {
	Get(key string) ([]byte, error)
	Put(key string, value []byte) error
}

// The keys of the state. Every one names what it holds, so that two commands
// conflict only where they really meet; nothing counts across a campaign.
//
//	operators
//	merchant/0x…                          Merchant
//	standing/0x…merchant                  Standing, where it is not that of a new merchant
//	key/0x…merchant/0x…key                Key
//	store/0x…merchant/7                   one byte, 1
//	campaign/cmp_…                        Campaign
//	voucher/vch_…                         Slot
//	wallet/cmp_…/0x…                      Holder, by wallet
//	subject/cmp_…/0x…attestor/0x…         Holder, by a ticket's subject: each attestor has its own
//	lost/cmp_…                            what the merchant had Lost when it created the campaign, unless 0
//	attestor/cmp_…/0x…attestor            Attestor, where PutAttestor named it
//	attestors/cmp_…                       Roll: those of them that CreateCampaign did not name
//	auditor/0x…                           Auditor
//	auditors                              Roll: every auditor that was ever named
//	issue/0x…id                           Issuance
//	place/0x…issue/7                      (no record) key under which Touches reports a voucher that only the issue's record can name
//	hold/vch_…                            Hold; all zero where it was closed
//	returned/0x…redemption/vch_…          the units given back of one voucher of one redemption
//	extended/vch_…                        the expiry that a voucher had before a rollback extended it
const (
	operatorsKey = "operators"
	auditorsKey  = "auditors"
	voucherKeys  = "voucher/"
)

func merchantKey(m Address) string             { return "merchant/" + m.String() }
func standingKey(m Address) string             { return "standing/" + m.String() }
func auditorKey(a Address) string              { return "auditor/" + a.String() }
func attestorsKey(c CampaignID) string         { return "attestors/" + c.String() }
func keyKey(m, k Address) string               { return "key/" + m.String() + "/" + k.String() }
func storeKey(m Address, store uint32) string  { return fmt.Sprintf("store/%s/%d", m, store) }
func campaignKey(c CampaignID) string          { return "campaign/" + c.String() }
func voucherKey(r Ref) string                  { return r.textAfter(voucherKeys + voucherPrefix) }
func walletKey(c CampaignID, w Address) string { return "wallet/" + c.String() + "/" + w.String() }

func attestorKey(c CampaignID, a Address) string {
	return "attestor/" + c.String() + "/" + a.String()
}

func lostKey(c CampaignID) string { return "lost/" + c.String() }
func issueKey(issue Hash) string  { return "issue/" + issue.String() }
func holdKey(r Ref) string        { return r.textAfter("hold/" + voucherPrefix) }
func extendedKey(r Ref) string    { return "extended/" + r.String() }

func placeKey(issue Hash, index uint32) string { return fmt.Sprintf("place/%s/%d", issue, index) }
func returnedKey(redemption Hash, r Ref) string {
	return "returned/" + redemption.String() + "/" + r.String()
}

func subjectKey(c CampaignID, t Ticket) string {
	return "subject/" + c.String() + "/" + t.Attestor.String() + "/" + t.Subject.String()
}

// Operators are who runs the system, and how many of them a change of
// themselves takes.
type Operators struct {
	Version   uint32    `json:"version"`
	Members   []Address `json:"members"` // ascending
	Threshold uint32    `json:"threshold"`
}

// Merchant is what the state holds of a merchant.
type Merchant struct {
	Version       uint32  `json:"version"`
	Root          Address `json:"root"`
	NextRoot      Address `json:"nextRoot"` // takes over at nextFrom, if not zero
	NextFrom      uint64  `json:"nextFrom"`
	SuspendedFrom uint64  `json:"suspendedFrom"` // 0: not suspended
	Lost          uint64  `json:"lost"`          // seconds of earlier suspensions
}

// Standing is what stands beside a merchant's record.
type Standing struct {
	// OperatorsVersion counts what operators did to the merchant, its admission
	// included: 1 before the first suspension or recovery. Only their acts move it.
	OperatorsVersion uint32 `json:"operatorsVersion"`
	// RootSince is when the root of the record took effect; 0 is the merchant's first root.
	RootSince uint64 `json:"rootSince"`
}

// Auditor is until when a party may read all that this ledger's servers show.
type Auditor struct {
	Version uint32 `json:"version"` // 0: it was never named
	Until   uint64 `json:"until"`   // the first instant too late
}

// At reports whether the auditor may read at an instant.
func (a Auditor) At(now uint64) bool { return now < a.Until }

// Attestor is whether a party's tickets are good for a campaign.
type Attestor struct {
	Version uint32 `json:"version"` // 0: it was never named; 1: CreateCampaign named it, and nothing since
	Allowed bool   `json:"allowed"`
}

// NamedAuditor is an auditor's record under its name.
type NamedAuditor struct {
	Auditor Address `json:"auditor"`
	Version uint32  `json:"version"`
	Until   uint64  `json:"until"`
}

// NamedAttestor is an attestor's record under its name.
type NamedAttestor struct {
	Attestor Address `json:"attestor"`
	Version  uint32  `json:"version"`
	Allowed  bool    `json:"allowed"`
}

// RootAt is the root in force at an instant.
func (m Merchant) RootAt(now uint64) Address {
	if m.hasNextAt(now) {
		return m.NextRoot
	}
	return m.Root
}

// hasNextAt reports whether the next root has taken over at an instant.
func (m Merchant) hasNextAt(now uint64) bool { return !m.NextRoot.IsZero() && now >= m.NextFrom }

// Key is what one key may do for one merchant.
type Key struct {
	Scopes uint32 `json:"scopes"`
	Store  uint32 `json:"store"`
}

// The states of a campaign.
const (
	CampaignActive uint8 = 1 + iota
	CampaignPaused       // no claims, no issues
	CampaignClosed       // the same, for good
)

// Campaign is what the ledger enforces of a campaign.
type Campaign struct {
	Version     uint32    `json:"version"`
	Status      uint8     `json:"status"`
	Merchant    Address   `json:"merchant"`
	TermsHash   Hash      `json:"termsHash"` // SHA-256 of the terms document
	Currency    Currency  `json:"currency"`
	Units       uint64    `json:"units"`
	MaxDiscount uint64    `json:"maxDiscount"`
	StoredValue bool      `json:"storedValue"`
	Supply      uint32    `json:"supply"`
	Open        uint32    `json:"open"`
	Cap         uint32    `json:"cap"`
	Issued      uint32    `json:"issued"`
	PerHolder   uint32    `json:"perHolder"`
	PerDay      uint32    `json:"perDay"`
	Attestors   []Address `json:"attestors"`
	ClaimFrom   uint64    `json:"claimFrom"`
	ClaimUntil  uint64    `json:"claimUntil"`
	ValidFrom   uint64    `json:"validFrom"`
	ValidUntil  uint64    `json:"validUntil"`
	ValidDays   uint32    `json:"validDays"`
	Offsets     []Offset  `json:"offsets"`
	Transfer    bool      `json:"transferable"`
	Void        bool      `json:"voidable"`
	Rollback    uint8     `json:"rollback"`
	Grace       uint32    `json:"grace"`
	Stores      []uint32  `json:"stores"`
}

// Holder counts the claims of a wallet, or of the person behind it, in one campaign.
type Holder struct {
	Claims uint32 `json:"claims"`
	Day    uint64 `json:"day"`   // the local day of the latest claim
	Today  uint32 `json:"today"` // claims on that day
}

// Issuance is a list of owners to whom vouchers were promised. A voucher
// appears when the first command needs it.
type Issuance struct {
	Campaign CampaignID `json:"campaign"`
	Root     Hash       `json:"root"`
	First    uint32     `json:"first"`
	Count    uint32     `json:"count"`
	Expiry   uint64     `json:"expiry"` // of its vouchers
}

// Hold is what one hold reserves of one voucher.
type Hold struct {
	ID       Hash    `json:"id"` // of the held Redeem; zero: there is no hold
	Merchant Address `json:"merchant"`
	Store    uint32  `json:"store"`
	Units    uint64  `json:"units"`
	Until    uint64  `json:"until"` // the first instant too late to capture
	Lines    uint32  `json:"lines"` // vouchers of the hold
}

// Open reports whether the hold reserves anything at an instant.
func (h Hold) Open(now uint64) bool { return !h.ID.IsZero() && now < h.Until }

// number is a record of one number.
type number struct {
	Value uint64 `json:"value"`
}

// ReadOperators is the set of operators; its version is 0 where none was set.
func ReadOperators(s State) (o Operators, err error) {
	_, err = read(s, operatorsKey, &o)
	return o, err
}

// ReadMerchant is a merchant's record.
func ReadMerchant(s State, m Address) (r Merchant, ok bool, err error) {
	ok, err = read(s, merchantKey(m), &r)
	return r, ok, err
}

// ReadStanding is what stands beside a merchant's record.
func ReadStanding(s State, m Address) (t Standing, err error) {
	ok, err := read(s, standingKey(m), &t)
	if err == nil && !ok {
		t.OperatorsVersion = 1
	}
	return t, err
}

// RootSinceAt is when the root took effect that is in force at an instant.
func (t Standing) RootSinceAt(m Merchant, now uint64) uint64 {
	if m.hasNextAt(now) {
		return m.NextFrom
	}
	return t.RootSince
}

// ReadAuditor is an auditor's record; its version is 0 where it was never named.
func ReadAuditor(s State, a Address) (r Auditor, err error) {
	_, err = read(s, auditorKey(a), &r)
	return r, err
}

// ReadAuditors lists every auditor that was ever named, in the order of their naming.
func ReadAuditors(s State) ([]NamedAuditor, error) {
	var roll Roll
	if _, err := read(s, auditorsKey, &roll); err != nil {
		return nil, err
	}
	var list []NamedAuditor
	for _, a := range roll.Members {
		r, err := ReadAuditor(s, a)
		if err != nil {
			return nil, err
		}
		list = append(list, NamedAuditor{a, r.Version, r.Until})
	}
	return list, nil
}

// ReadAttestor is an attestor's record in a campaign, whose own record is c.
func ReadAttestor(s State, id CampaignID, c Campaign, a Address) (r Attestor, err error) {
	ok, err := read(s, attestorKey(id, a), &r)
	if err == nil && !ok && slices.Contains(c.Attestors, a) {
		r = Attestor{Version: 1, Allowed: true}
	}
	return r, err
}

// ReadAttestors lists a campaign's attestors, revoked ones included: those that
// CreateCampaign named, then the others in the order of their naming.
func ReadAttestors(s State, id CampaignID) ([]NamedAttestor, error) {
	c, _, err := ReadCampaign(s, id)
	if err != nil {
		return nil, err
	}
	var roll Roll
	if _, err := read(s, attestorsKey(id), &roll); err != nil {
		return nil, err
	}
	var list []NamedAttestor
	for _, a := range slices.Concat(c.Attestors, roll.Members) {
		r, err := ReadAttestor(s, id, c, a)
		if err != nil {
			return nil, err
		}
		list = append(list, NamedAttestor{a, r.Version, r.Allowed})
	}
	return list, nil
}

// ReadKey is what a key may do for a merchant.
func ReadKey(s State, m, key Address) (k Key, err error) {
	_, err = read(s, keyKey(m, key), &k)
	return k, err
}

// ReadCampaign is a campaign's record.
func ReadCampaign(s State, c CampaignID) (r Campaign, ok bool, err error) {
	ok, err = read(s, campaignKey(c), &r)
	return r, ok, err
}

// ReadHolder counts a wallet's claims in a campaign.
func ReadHolder(s State, c CampaignID, wallet Address) (h Holder, err error) {
	_, err = read(s, walletKey(c, wallet), &h)
	return h, err
}

// ReadIssuance is the list of an issue.
func ReadIssuance(s State, issue Hash) (i Issuance, ok bool, err error) {
	ok, err = read(s, issueKey(issue), &i)
	return i, ok, err
}

// ReadHold is the latest hold of a voucher, open or lapsed, or all zero.
func ReadHold(s State, r Ref) (h Hold, err error) {
	_, err = read(s, holdKey(r), &h)
	return h, err
}

// ReadReturned is how many units of a voucher were given back of a redemption.
func ReadReturned(s State, redemption Hash, r Ref) (uint64, error) {
	var n number
	_, err := read(s, returnedKey(redemption, r), &n)
	return n.Value, err
}

// ReadExtension is by how much the expiry in the slots of a campaign's vouchers
// is put off: what its merchant was suspended since the campaign was created.
func ReadExtension(s State, merchant Address, c CampaignID) (uint64, error) {
	m, _, err := ReadMerchant(s, merchant)
	if err != nil {
		return 0, err
	}
	return ExtensionOf(s, m, c)
}

// ExtensionOf is ReadExtension for a merchant that was read.
func ExtensionOf(s State, m Merchant, c CampaignID) (uint64, error) {
	if m.Lost == 0 {
		return 0, nil
	}
	var n number
	_, err := read(s, lostKey(c), &n)
	return m.Lost - n.Value, err
}

// ReadVoucher is a voucher's slot; a serial that nobody claimed and that was not
// voided has none.
func ReadVoucher(s State, r Ref) (v Voucher, ok bool, err error) {
	b, err := s.Get(voucherKey(r))
	if err != nil || b == nil {
		return Voucher{}, false, err
	}
	if len(b) != len(Slot{}) {
		return Voucher{}, false, fmt.Errorf("state: %s: %w", r, ErrEncoding)
	}
	return Slot(b).Unpack(), true, nil
}

// VoucherKeys are the bounds of the keys of a campaign's vouchers, for a state
// that can list: the first of them, and what comes after the last.
func VoucherKeys(c CampaignID) (first, end string) {
	last := voucherKey(Ref{Campaign: c, Serial: math.MaxUint32})
	return voucherKey(Ref{Campaign: c}), last + "\x00"
}

// ParseVoucherKey reads the key of a voucher's slot.
func ParseVoucherKey(key string) (Ref, error) {
	ref, err := ParseRef(strings.TrimPrefix(key, voucherKeys))
	if err != nil || voucherKey(ref) != key {
		return Ref{}, fmt.Errorf("state: not a voucher's key: %w", ErrText)
	}
	return ref, nil
}

// Found sets the first operators of a new ledger. It is refused where there are
// operators already.
func Found(s State, members []Address, threshold uint32) error {
	if old, err := ReadOperators(s); err != nil || old.Version > 0 {
		return errors.Join(err, ErrFounded)
	}
	first := Operators{Version: 1, Members: members, Threshold: threshold}
	if (SetOperators{Operators: members, Threshold: threshold}).flaw() != "" {
		return fmt.Errorf("operators: 1 to %d in ascending order, and a threshold among them: %w", MaxOperators, ErrText)
	}
	return s.Put(operatorsKey, EncodeABI(first))
}

func read(s State, key string, into any) (bool, error) {
	b, err := s.Get(key)
	if err != nil || b == nil {
		return false, err
	}
	if err := DecodeABI(b, into); err != nil {
		return false, fmt.Errorf("state: %s: %w", key, err)
	}
	return true, nil
}
