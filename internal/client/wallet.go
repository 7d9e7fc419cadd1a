package client

import (
	"context"
	"crypto/ecdsa"
	"slices"
	"time"

	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// Wallet is an owner of vouchers.
type Wallet struct{ actor }

// Wallet is the wallet of a key.
func (s *Session) Wallet(key *ecdsa.PrivateKey) Wallet { return Wallet{s.actor(key)} }

// NextClaim is the ordinal of the wallet's next claim of a campaign: how many it made
// so far.
func (w Wallet) NextClaim(ctx context.Context, campaign voucher.CampaignID) (uint32, error) {
	reader, err := w.session.As(w.Key)
	if err != nil {
		return 0, err
	}
	holder, err := reader.Holder(ctx, w.Address(), campaign)
	return holder.Ordinal, err
}

// Claim claims a voucher. ordinal is that of NextClaim; ticket is nil where the
// campaign asks for none.
func (w Wallet) Claim(ctx context.Context, campaign voucher.CampaignID, ordinal uint32, ticket *Ticket) (voucher.Outcome, error) {
	command, err := w.SignClaim(voucher.Claim{
		Wallet: w.Address(), Campaign: campaign, Ordinal: ordinal, Deadline: w.session.Deadline(),
	}, ticket)
	return w.send(ctx, command, err)
}

// Claimed is the voucher that an accepted claim got.
func Claimed(out voucher.Outcome) (voucher.Ref, bool) {
	for _, e := range out.Events {
		if e, ok := e.(voucher.VoucherClaimed); ok {
			return voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}, true
		}
	}
	return voucher.Ref{}, false
}

// Transfer gives a voucher away.
func (w Wallet) Transfer(ctx context.Context, ref voucher.Ref, to voucher.Address) (voucher.Outcome, error) {
	command, err := w.SignTransfer(voucher.Transfer{
		Owner: w.Address(), Campaign: ref.Campaign, Serial: ref.Serial, To: to,
		SignedAt: voucher.Unix(w.session.Now()), Deadline: w.session.Deadline(),
	})
	return w.send(ctx, command, err)
}

// Cancel ends a code of the wallet's: it is never accepted afterwards.
func (w Wallet) Cancel(ctx context.Context, code intent.Code) (voucher.Outcome, error) {
	return w.cancel(ctx, code, voucher.Address{})
}

// cancel cancels a code as its owner, or as a till of a merchant.
func (a actor) cancel(ctx context.Context, code intent.Code, merchant voucher.Address) (voucher.Outcome, error) {
	text, err := a.Domain.Text(code)
	if err != nil {
		return voucher.Outcome{}, err
	}
	command, err := a.SignCancel(voucher.Cancel{
		Offer: a.Domain.Digest(code.Offer), Merchant: merchant, Deadline: a.session.Deadline(),
	}, text)
	return a.send(ctx, command, err)
}

// DeliverEntry lets an entry of an issue's list appear, whose owners are as they were
// issued. Nobody signs it, so nothing is kept: relay shows a token of the entry's owner,
// or of a key that may issue.
func (s *Session) DeliverEntry(ctx context.Context, relay *Client, issue voucher.Hash, owners []voucher.Address, index uint32) (voucher.Outcome, error) {
	in := voucher.Deliver{Issue: issue, Index: index, Owner: owners[index]}
	path := append([]voucher.Hash{}, voucher.IssueProof(owners, index)...) // of a list of one: empty, and an array all the same
	return relay.Send(ctx, Command{ID: s.Domain.Digest(in), Request: api.DeliveryRequest{Intent: in, Path: path}})
}

// Offer is an owner's half, to be signed by SignOffer: up to units of each voucher, in
// the order that the rules want.
func Offer(refs []voucher.Ref, units uint64, now time.Time, life time.Duration) voucher.Redeem {
	in := voucher.Redeem{SignedAt: voucher.Unix(now), Deadline: voucher.Unix(now.Add(life))}
	refs = slices.Clone(refs)
	slices.SortFunc(refs, func(a, b voucher.Ref) int {
		if a.Less(b) {
			return -1
		}
		return 1
	})
	for _, ref := range slices.Compact(refs) {
		in.Lines = append(in.Lines, voucher.Line{Campaign: ref.Campaign, Serial: ref.Serial, Units: units})
	}
	return in
}
