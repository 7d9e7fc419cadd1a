package client

import (
	"context"
	"crypto/ecdsa"

	"tally/internal/voucher"
)

// Merchant is a merchant's root key, or a scoped one. Its acts fill in the author and
// the deadline of what they are given.
type Merchant struct{ actor }

// Merchant is the merchant of a key.
func (s *Session) Merchant(key *ecdsa.PrivateKey) Merchant { return Merchant{s.actor(key)} }

// PutStore opens a store or renames it.
func (m Merchant) PutStore(ctx context.Context, in voucher.PutStore) (voucher.Outcome, error) {
	in.Author, in.Deadline = m.Address(), m.session.Deadline()
	return sendAlone(ctx, m.actor, in)
}

// PutKey lets a key in, changes what it may do, or revokes it.
func (m Merchant) PutKey(ctx context.Context, in voucher.PutKey) (voucher.Outcome, error) {
	in.Author, in.Deadline = m.Address(), m.session.Deadline()
	return sendAlone(ctx, m.actor, in)
}

// RotateRoot replaces the root key. possession is the new root's signature of the
// intent, which is therefore sent as it is given.
func (m Merchant) RotateRoot(ctx context.Context, in voucher.RotateRoot, possession string) (voucher.Outcome, error) {
	command, err := SignProven(m.Signer, in, possession)
	return m.send(ctx, command, err)
}

// CreateCampaign publishes a campaign and mints its supply.
func (m Merchant) CreateCampaign(ctx context.Context, in voucher.CreateCampaign) (voucher.Outcome, error) {
	in.Author, in.Deadline = m.Address(), m.session.Deadline()
	return sendAlone(ctx, m.actor, in)
}

// ChangeCampaign pauses, resumes or closes a campaign, or mints more.
func (m Merchant) ChangeCampaign(ctx context.Context, in voucher.ChangeCampaign) (voucher.Outcome, error) {
	in.Author, in.Deadline = m.Address(), m.session.Deadline()
	return sendAlone(ctx, m.actor, in)
}

// PutAttestor lets an attestor's tickets count for a campaign, or no more.
func (m Merchant) PutAttestor(ctx context.Context, in voucher.PutAttestor) (voucher.Outcome, error) {
	in.Author, in.Deadline = m.Address(), m.session.Deadline()
	return sendAlone(ctx, m.actor, in)
}

// Issue promises a voucher to each owner of a list, which the merchant keeps.
func (m Merchant) Issue(ctx context.Context, in voucher.Issue) (voucher.Outcome, error) {
	in.Author, in.Deadline = m.Address(), m.session.Deadline()
	return sendAlone(ctx, m.actor, in)
}

// Rollback gives units of a redemption back.
func (m Merchant) Rollback(ctx context.Context, in voucher.Rollback) (voucher.Outcome, error) {
	in.Author, in.Deadline = m.Address(), m.session.Deadline()
	return sendAlone(ctx, m.actor, in)
}

// Void ends a voucher.
func (m Merchant) Void(ctx context.Context, in voucher.Void) (voucher.Outcome, error) {
	in.Author, in.Deadline = m.Address(), m.session.Deadline()
	command, err := m.SignVoid(in)
	return m.send(ctx, command, err)
}

// AttestorVersion is the version of an attestor of a campaign, which its next change
// names: 0 for one that was never named.
func (c *Client) AttestorVersion(ctx context.Context, campaign voucher.CampaignID, attestor voucher.Address) (uint32, error) {
	known, err := c.Attestors(ctx, campaign)
	for _, one := range known.Attestors {
		if one.Attestor == attestor {
			return one.Version, err
		}
	}
	return 0, err
}
