package main

import (
	"context"
	"crypto/ecdsa"

	"tally/internal/httpapi"
	"tally/internal/intent"
	"tally/internal/voucher"
)

type claimCmd struct {
	As       string             `required:"" help:"The wallet's key." placeholder:"KEY"`
	Campaign voucher.CampaignID `arg:"" help:"The campaign's id, cmp_…"`
}

// Help shows an example.
func (claimCmd) Help() string {
	return "Example:\n\n    tally claim --as wallet-1 cmp_000102030405060708090a0b0c0d0e0f"
}

// Run claims a voucher.
func (c *claimCmd) Run(ctx context.Context, a *app) error {
	s, key, err := a.connectAs(ctx, c.As)
	if err != nil {
		return err
	}
	ordinal, err := s.ordinal(ctx, key, c.Campaign)
	if err != nil {
		return err
	}
	out, err := s.claim(ctx, key, c.Campaign, ordinal)
	if err != nil {
		return err
	}
	return a.accepted(out, claimFields(out)...)
}

func claimFields(out voucher.Outcome) []field {
	for _, e := range out.Events {
		if e, ok := e.(voucher.VoucherClaimed); ok {
			v := e.Voucher.Unpack()
			return []field{
				{"voucher", voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}}, {"owner", v.Owner},
				{"units", v.Units}, {"expires", clock(v.Expiry, nil)},
			}
		}
	}
	return nil
}

// ordinal is how many claims the wallet made in the campaign: what its next one
// must say.
func (s *session) ordinal(ctx context.Context, wallet *ecdsa.PrivateKey, campaign voucher.CampaignID) (uint32, error) {
	token, err := s.token(wallet)
	if err != nil {
		return 0, err
	}
	holder, err := s.client.Holder(ctx, token, intent.Address(wallet), campaign)
	return holder.Ordinal, err
}

func (s *session) claim(ctx context.Context, wallet *ecdsa.PrivateKey, campaign voucher.CampaignID, ordinal uint32) (voucher.Outcome, error) {
	request, id, err := s.claimRequest(wallet, campaign, ordinal)
	if err != nil {
		return voucher.Outcome{}, err
	}
	out, err := s.client.Claim(ctx, request)
	return out, uncertain(err, id, "look at `tally wallet` before you claim again")
}

func (s *session) claimRequest(wallet *ecdsa.PrivateKey, campaign voucher.CampaignID, ordinal uint32) (httpapi.ClaimRequest, voucher.Hash, error) {
	in := voucher.Claim{Wallet: intent.Address(wallet), Campaign: campaign, Ordinal: ordinal, Deadline: s.deadline()}
	signature, id, err := s.sign(wallet, in)
	return httpapi.ClaimRequest{Intent: in, Signature: signature}, id, err
}
