// Package ledgertest is one suite for every ledger: the same names and the same
// results whatever the ledger is made of. It also has the cast that tests need:
// an operator, a merchant with tills, wallets, and their signed commands.
package ledgertest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Actor is somebody with a key. Actors are derived from their names, so that a
// failing test can be run again with the same keys.
type Actor struct {
	Key     *ecdsa.PrivateKey
	Address voucher.Address
}

// NewActor makes the actor of a name.
func NewActor(name string) Actor {
	seed := sha256.Sum256([]byte("tally test actor " + name))
	d := new(big.Int).SetBytes(seed[:])
	key, err := crypto.ToECDSA(d.FillBytes(seed[:]))
	if err != nil {
		panic(err) // one seed in 2^128 is no key
	}
	return Actor{Key: key, Address: intent.Address(key)}
}

// World is a ledger and its cast. Its methods sign commands; Must and Refuse
// submit them.
type World struct {
	T        testing.TB
	Ledger   ledger.Ledger
	Domain   *intent.Domain
	Now      func() time.Time
	Operator Actor
	Merchant Actor
	Till     Actor // at store 1
	Other    Actor // a till at store 2
	Alice    Actor
	Bob      Actor
}

// Start is when every test ledger's clock starts: 2026-11-23T08:00:00Z.
func Start() time.Time { return time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC) }

// Operators is the operator that a test ledger is founded with.
func Operators() []voucher.Address { return []voucher.Address{NewActor("operator").Address} }

// NewWorld gives a cast to a ledger.
func NewWorld(t testing.TB, l ledger.Ledger, now func() time.Time) *World {
	t.Helper()
	w := Cast(t, intent.NewDomain(l.ID()), now)
	w.Ledger = l
	return w
}

// Cast is a world that signs for a ledger which it cannot reach by itself.
func Cast(t testing.TB, d *intent.Domain, now func() time.Time) *World {
	t.Helper()
	return &World{
		T: t, Domain: d, Now: now,
		Operator: NewActor("operator"), Merchant: NewActor("merchant"),
		Till: NewActor("till 1"), Other: NewActor("till 2"),
		Alice: NewActor("alice"), Bob: NewActor("bob"),
	}
}

// Unix is the ledger's clock.
func (w *World) Unix() uint64 { return voucher.Unix(w.Now()) }

// Sign signs an intent.
func (w *World) Sign(by Actor, in any) voucher.Signature {
	w.T.Helper()
	s, err := w.Domain.Sign(by.Key, in)
	require.NoError(w.T, err)
	return s
}

// signed is the command of an intent that one author signs alone.
func signed[T voucher.SingleIntent](w *World, by Actor, in T) voucher.Signed[T] {
	w.T.Helper()
	return voucher.Signed[T]{Intent: in, Signature: w.Sign(by, in)}
}

// Submit sends one command and returns its outcome, which is final.
func (w *World) Submit(c voucher.Command) voucher.Outcome {
	w.T.Helper()
	outcomes, err := w.Ledger.Submit(context.Background(), w.Domain.AuthorAll(c))
	require.NoError(w.T, err)
	require.Len(w.T, outcomes, 1)
	return outcomes[0]
}

// Must sends a command that has to be accepted.
func (w *World) Must(c voucher.Command) voucher.Outcome {
	w.T.Helper()
	out := w.Submit(c)
	require.Equal(w.T, voucher.StatusAccepted, out.Status, "refused: %s", out.Kind)
	return out
}

// Refuse sends a command that has to be refused with this kind.
func (w *World) Refuse(kind voucher.Kind, c voucher.Command) {
	w.T.Helper()
	out := w.Submit(c)
	require.Equal(w.T, kind.String(), out.Kind.String())
	require.Equal(w.T, voucher.StatusRefused, out.Status)
	require.Empty(w.T, out.Events)
}

// Found admits the merchant and opens stores 1 and 2 with a till each.
func (w *World) Found() {
	w.T.Helper()
	w.Must(w.Admit(w.Merchant, "Jasmine & Co"))
	w.Must(w.PutStore(1, 1, "Central"))
	w.Must(w.PutStore(2, 2, "Mong Kok"))
	w.Must(w.PutKey(3, w.Till.Address, voucher.ScopeRedeem, 1))
	w.Must(w.PutKey(4, w.Other.Address, voucher.ScopeRedeem, 2))
}

// Admit is a command by the operator.
func (w *World) Admit(merchant Actor, name string) voucher.Command {
	in := voucher.AdmitMerchant{Operator: w.Operator.Address, Merchant: merchant.Address, Name: name, Deadline: w.Unix() + 600}
	return voucher.Proven[voucher.AdmitMerchant]{
		Intent: in, Signature: w.Sign(w.Operator, in), Possession: w.possession(merchant, in),
	}
}

// possession is what shows that an actor holds its key; the zero actor holds none.
func (w *World) possession(of Actor, in any) voucher.Signature {
	w.T.Helper()
	if of.Key == nil {
		return voucher.Signature{}
	}
	return w.Sign(of, in)
}

// PutStore is a command by the merchant, whose version it names.
func (w *World) PutStore(version, store uint32, name string) voucher.Command {
	in := voucher.PutStore{
		Author: w.Merchant.Address, Merchant: w.Merchant.Address, Version: version,
		Store: store, Name: name, Deadline: w.Unix() + 600,
	}
	return signed(w, w.Merchant, in)
}

// PutKey is a command by the merchant, whose version it names.
func (w *World) PutKey(version uint32, key voucher.Address, scopes, store uint32) voucher.Command {
	in := voucher.PutKey{
		Author: w.Merchant.Address, Merchant: w.Merchant.Address, Version: version,
		Key: key, Scopes: scopes, Store: store, Deadline: w.Unix() + 600,
	}
	return signed(w, w.Merchant, in)
}

// Terms is a campaign of single-use coupons in HKD, all of them open to claims,
// one each, good for 30 days; edit changes it before it is signed.
func (w *World) Terms(supply uint32, edit func(*voucher.CreateCampaign)) voucher.CreateCampaign {
	now := w.Unix()
	in := voucher.CreateCampaign{
		Author: w.Merchant.Address, Merchant: w.Merchant.Address,
		Terms:    `{"name":"Buy one, get one"}`,
		Currency: voucher.Currency{'H', 'K', 'D'}, Units: 1, MaxDiscount: 3200,
		Supply: supply, Open: supply, Cap: supply, PerHolder: 1,
		ClaimFrom: now - 60, ClaimUntil: now + 10*86400,
		ValidFrom: now - 60, ValidUntil: (now/voucher.Quarter + 1 + 30*96) * voucher.Quarter,
		Rollback: voucher.RollbackRestore, Deadline: now + 600,
	}
	if edit != nil {
		edit(&in)
	}
	return in
}

// Create is the merchant's command to create a campaign of these terms.
func (w *World) Create(in voucher.CreateCampaign) voucher.Command {
	return signed(w, w.Merchant, in)
}

// Campaign creates a campaign and returns its id.
func (w *World) Campaign(supply uint32, edit func(*voucher.CreateCampaign)) voucher.CampaignID {
	w.T.Helper()
	return voucher.CampaignOf(w.Must(w.Create(w.Terms(supply, edit))).ID)
}

// Change is the merchant's command to change a campaign.
func (w *World) Change(in voucher.ChangeCampaign) voucher.Command {
	in.Author, in.Merchant = w.Merchant.Address, w.Merchant.Address
	if in.Deadline == 0 {
		in.Deadline = w.Unix() + 600
	}
	return signed(w, w.Merchant, in)
}

// Claim is a wallet's command that offers these serials.
func (w *World) Claim(by Actor, c voucher.CampaignID, ordinal uint32, serials ...uint32) voucher.ClaimCommand {
	in := voucher.Claim{Wallet: by.Address, Campaign: c, Ordinal: ordinal, Deadline: w.Unix() + 600}
	return voucher.ClaimCommand{Claim: in, Signature: w.Sign(by, in), Candidates: serials}
}

// WithTicket adds an attestor's ticket to a claim.
func (w *World) WithTicket(c voucher.ClaimCommand, attestor Actor, subject string) voucher.ClaimCommand {
	c.Ticket = voucher.Ticket{
		Campaign: c.Claim.Campaign, Wallet: c.Claim.Wallet, Attestor: attestor.Address,
		Subject: sha256.Sum256([]byte(subject)), Deadline: w.Unix() + 600,
	}
	c.TicketSignature = w.Sign(attestor, c.Ticket)
	return c
}

// Claimed claims one serial and returns the voucher.
func (w *World) Claimed(by Actor, c voucher.CampaignID, ordinal, serial uint32) voucher.Ref {
	w.T.Helper()
	w.Must(w.Claim(by, c, ordinal, serial))
	return voucher.Ref{Campaign: c, Serial: serial}
}

// Offer is an owner's half, signed now, for one unit of each voucher.
func (w *World) Offer(by Actor, refs ...voucher.Ref) voucher.Redeem {
	offer := voucher.Redeem{Owner: by.Address, SignedAt: w.Unix(), Deadline: w.Unix() + voucher.RedeemLife}
	for _, ref := range refs {
		offer.Lines = append(offer.Lines, voucher.Line{Campaign: ref.Campaign, Serial: ref.Serial, Units: 1})
	}
	return offer
}

// Accept is the store's half at store 1 for all units offered, HKD 64.00, and
// HKD 32.00 off for each line.
func (w *World) Accept(offer voucher.Redeem) voucher.Accept {
	a := voucher.Accept{
		Offer: w.Domain.Digest(offer), Merchant: w.Merchant.Address, Till: w.Till.Address, Store: 1,
		Currency: voucher.Currency{'H', 'K', 'D'}, Amount: 6400 * uint64(len(offer.Lines)),
		Details: sha256.Sum256([]byte("details")), Reference: sha256.Sum256([]byte("reference")),
	}
	for _, line := range offer.Lines {
		a.Parts = append(a.Parts, voucher.Part{Units: line.Units, Discount: 3200})
	}
	return a
}

// Join signs both halves of a redemption.
func (w *World) Join(owner Actor, offer voucher.Redeem, till Actor, accept voucher.Accept) voucher.RedeemCommand {
	return voucher.RedeemCommand{
		Offer: offer, OfferSignature: w.Sign(owner, offer),
		Accept: accept, AcceptSignature: w.Sign(till, accept),
	}
}

// Redeem is an owner's redemption of one unit of each voucher at store 1.
func (w *World) Redeem(by Actor, refs ...voucher.Ref) voucher.RedeemCommand {
	offer := w.Offer(by, refs...)
	return w.Join(by, offer, w.Till, w.Accept(offer))
}

// Cancel is the owner's cancel of an offer.
func (w *World) Cancel(owner Actor, offer voucher.Redeem) voucher.CancelCommand {
	in := voucher.Cancel{Offer: w.Domain.Digest(offer), Author: owner.Address, Deadline: w.Unix() + 600}
	return voucher.CancelCommand{
		Cancel: in, Signature: w.Sign(owner, in), Offer: offer, OfferSignature: w.Sign(owner, offer),
	}
}

// TillCancel is a till's cancel of an offer that it was shown.
func (w *World) TillCancel(till, owner Actor, offer voucher.Redeem) voucher.CancelCommand {
	in := voucher.Cancel{
		Offer: w.Domain.Digest(offer), Author: till.Address, Merchant: w.Merchant.Address, Deadline: w.Unix() + 600,
	}
	return voucher.CancelCommand{
		Cancel: in, Signature: w.Sign(till, in), Offer: offer, OfferSignature: w.Sign(owner, offer),
	}
}

// Hold is an owner's hold of one unit of each voucher at store 1.
func (w *World) Hold(by Actor, until uint64, refs ...voucher.Ref) voucher.RedeemCommand {
	return w.HoldUnits(by, until, 1, refs...)
}

// HoldUnits is an owner's hold of a number of units of each voucher at store 1.
func (w *World) HoldUnits(by Actor, until, units uint64, refs ...voucher.Ref) voucher.RedeemCommand {
	offer := w.Offer(by, refs...)
	offer.HoldUntil = until
	for i := range offer.Lines {
		offer.Lines[i].Units = units
	}
	return w.Join(by, offer, w.Till, w.Accept(offer))
}

// Take is what a capture takes of one voucher.
func Take(ref voucher.Ref, units, discount uint64) voucher.Take {
	return voucher.Take{Campaign: ref.Campaign, Serial: ref.Serial, Units: units, Discount: discount}
}

// Capture is store 1's capture of a hold.
func (w *World) Capture(hold voucher.Hash, amount uint64, takes ...voucher.Take) voucher.Signed[voucher.Capture] {
	return w.CaptureBy(w.Till, 1, hold, amount, takes...)
}

// CaptureBy is a till's capture of a hold.
func (w *World) CaptureBy(till Actor, store uint32, hold voucher.Hash, amount uint64, takes ...voucher.Take) voucher.Signed[voucher.Capture] {
	in := voucher.Capture{
		Hold: hold, Merchant: w.Merchant.Address, Till: till.Address, Store: store, Takes: takes,
		Currency: voucher.Currency{'H', 'K', 'D'}, Amount: amount,
		Reference: sha256.Sum256([]byte("capture")), Deadline: w.Unix() + 600,
	}
	return signed(w, till, in)
}

// Release is store 1's release of a hold.
func (w *World) Release(hold voucher.Hash, refs ...voucher.Ref) voucher.Command {
	in := voucher.Release{
		Hold: hold, Merchant: w.Merchant.Address, Till: w.Till.Address, Store: 1, Vouchers: refs, Deadline: w.Unix() + 600,
	}
	return signed(w, w.Till, in)
}

// Transfer is an owner's command to give a voucher away.
func (w *World) Transfer(by Actor, to voucher.Address, ref voucher.Ref) voucher.TransferCommand {
	in := voucher.Transfer{
		Owner: by.Address, Campaign: ref.Campaign, Serial: ref.Serial, To: to,
		SignedAt: w.Unix(), Deadline: w.Unix() + voucher.RedeemLife,
	}
	return voucher.TransferCommand{Transfer: in, Signature: w.Sign(by, in)}
}

// Issue is a command to give vouchers to a list of owners.
func (w *World) Issue(by Actor, c voucher.CampaignID, first uint32, owners ...voucher.Address) voucher.Command {
	in := voucher.Issue{
		Author: by.Address, Merchant: w.Merchant.Address, Campaign: c, Root: voucher.IssueRoot(owners),
		First: first, Count: uint32(len(owners)), Deadline: w.Unix() + 600,
	}
	return signed(w, by, in)
}

// Place is an entry's place in the list of an issue.
func Place(issue voucher.Hash, owners []voucher.Address, index uint32) voucher.Place {
	return voucher.Place{Issue: issue, Index: index, Path: voucher.IssueProof(owners, index)}
}

// Deliver lets an issued voucher appear.
func (w *World) Deliver(issue voucher.Hash, owners []voucher.Address, index uint32) voucher.DeliverCommand {
	return voucher.DeliverCommand{
		Deliver: voucher.Deliver{Issue: issue, Index: index, Owner: owners[index]}, Path: voucher.IssueProof(owners, index),
	}
}

// Return is what a rollback gives back of one voucher.
func Return(ref voucher.Ref, units, taken, returned uint64) voucher.Return {
	return voucher.Return{Campaign: ref.Campaign, Serial: ref.Serial, Units: units, Taken: taken, Returned: returned}
}

// Rollback is a command to give units of a redemption back.
func (w *World) Rollback(by Actor, redemption voucher.Hash, returns ...voucher.Return) voucher.Command {
	in := voucher.Rollback{
		Author: by.Address, Merchant: w.Merchant.Address, Redemption: redemption, Returns: returns, Deadline: w.Unix() + 600,
	}
	return signed(w, by, in)
}

// Void is a command to end a voucher.
func (w *World) Void(by Actor, ref voucher.Ref) voucher.VoidCommand {
	in := voucher.Void{
		Author: by.Address, Merchant: w.Merchant.Address, Campaign: ref.Campaign, Serial: ref.Serial,
		Reason: "Printed twice", Deadline: w.Unix() + 600,
	}
	return voucher.VoidCommand{Void: in, Signature: w.Sign(by, in)}
}

// Suspend is the operator's command to stop the merchant.
func (w *World) Suspend() voucher.Command {
	in := voucher.SuspendMerchant{
		Operator: w.Operator.Address, Merchant: w.Merchant.Address, Version: w.operatorsVersion(),
		Reason: "Unpaid fees", Deadline: w.Unix() + 600,
	}
	return signed(w, w.Operator, in)
}

// Reinstate is the operator's command to let the merchant go on.
func (w *World) Reinstate() voucher.Command {
	in := voucher.ReinstateMerchant{
		Operator: w.Operator.Address, Merchant: w.Merchant.Address, Version: w.operatorsVersion(), Deadline: w.Unix() + 600,
	}
	return signed(w, w.Operator, in)
}

// RotateRoot is a root's command to name its successor.
func (w *World) RotateRoot(by, root Actor) voucher.Command {
	in := voucher.RotateRoot{
		Author: by.Address, Merchant: w.Merchant.Address, Version: w.version(), Root: root.Address, Deadline: w.Unix() + 600,
	}
	return voucher.Proven[voucher.RotateRoot]{Intent: in, Signature: w.Sign(by, in), Possession: w.possession(root, in)}
}

// RecoverRoot is the operator's command to replace a lost root.
func (w *World) RecoverRoot(root Actor) voucher.Command {
	in := voucher.RecoverRoot{
		Approvers: []voucher.Address{w.Operator.Address}, Merchant: w.Merchant.Address, Version: w.operatorsVersion(),
		Root: root.Address, Deadline: w.Unix() + 600,
	}
	return voucher.JointlyProven[voucher.RecoverRoot]{
		Intent: in, Approvals: []voucher.Signature{w.Sign(w.Operator, in)},
		Possessions: []voucher.Possession{{Holder: root.Address, Signature: w.possession(root, in)}},
	}
}

// SetAuditor is the operator's command to name an auditor, or to end that.
func (w *World) SetAuditor(auditor voucher.Address, version uint32, until uint64) voucher.Command {
	in := voucher.SetAuditor{
		Approvers: []voucher.Address{w.Operator.Address}, Auditor: auditor, Version: version, Until: until, Deadline: w.Unix() + 600,
	}
	return voucher.Approved[voucher.SetAuditor]{Intent: in, Approvals: []voucher.Signature{w.Sign(w.Operator, in)}}
}

// PutAttestor is the merchant's command to add an attestor to a campaign, or to revoke one.
func (w *World) PutAttestor(id voucher.CampaignID, attestor voucher.Address, version uint32, allowed bool) voucher.Command {
	in := voucher.PutAttestor{
		Author: w.Merchant.Address, Merchant: w.Merchant.Address, Campaign: id, Attestor: attestor, Version: version,
		Allowed: allowed, Deadline: w.Unix() + 600,
	}
	return signed(w, w.Merchant, in)
}

// LedgerID is a ledger id for ledgers that do not derive one.
func LedgerID(n byte) voucher.Hash { return sha256.Sum256([]byte{n}) }

// HighS is the same signature with s in the upper half of the group order: as
// good to mathematics, and refused by Tally. The form of EIP-2098 has no room
// for most such s; what cannot be written is cut.
func HighS(s voucher.Signature) voucher.Signature {
	order := crypto.S256().Params().N
	low := new(big.Int).SetBytes(s.VS[:])
	parity := low.Bit(255)
	low.SetBit(low, 255, 0)
	high := new(big.Int).Sub(order, low)
	high.SetBit(high, 255, 1-parity)
	high.FillBytes(s.VS[:])
	return s
}

func ascending(actors []Actor) []voucher.Address {
	addresses := make([]voucher.Address, len(actors))
	for i, a := range actors {
		addresses[i] = a.Address
	}
	slices.SortFunc(addresses, func(a, b voucher.Address) int { return bytes.Compare(a[:], b[:]) })
	return addresses
}

// HighS65 is a signature's other form in the 65 bytes r ‖ s ‖ v that wallets
// write, with s in the upper half.
func HighS65(s voucher.Signature) string {
	low := new(big.Int).SetBytes(s.VS[:])
	v := byte(27 + 1 - low.Bit(255))
	low.SetBit(low, 255, 0)
	high := new(big.Int).Sub(crypto.S256().Params().N, low)
	raw := append(append(s.R[:], high.FillBytes(make([]byte, 32))...), v)
	return "0x" + hex.EncodeToString(raw)
}
