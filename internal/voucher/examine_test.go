package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// TestExamine_WellShapedFits holds the limits of the rules against the longest
// encoding that a ledger reads: what is well-shaped is never too long.
func TestExamine_WellShapedFits(t *testing.T) {
	path := make([]voucher.Hash, voucher.MaxProof)
	places := make([]voucher.Place, voucher.MaxLines)
	lines, parts := make([]voucher.Line, voucher.MaxLines), make([]voucher.Part, voucher.MaxLines)
	returns, takes := make([]voucher.Return, voucher.MaxLines), make([]voucher.Take, voucher.MaxLines)
	for i := range places {
		places[i].Path = path
	}
	stores, offsets := make([]uint32, voucher.MaxStores), make([]voucher.Offset, voucher.MaxOffsets)
	operators, approvals := make([]voucher.Address, voucher.MaxOperators), make([]voucher.Signature, voucher.MaxOperators)
	for _, c := range []voucher.Command{
		voucher.Approved[voucher.SetOperators]{
			Intent: voucher.SetOperators{Approvers: operators, Operators: operators}, Approvals: approvals,
		},
		voucher.JointlyProven[voucher.SetOperators]{
			Intent: voucher.SetOperators{Approvers: operators, Operators: operators}, Approvals: approvals,
			Possessions: make([]voucher.Possession, voucher.MaxOperators),
		},
		voucher.Signed[voucher.CreateCampaign]{Intent: voucher.CreateCampaign{
			Terms: string(make([]byte, voucher.MaxTerms)), Attestors: operators[:voucher.MaxAttestors], Offsets: offsets, Stores: stores,
		}},
		voucher.RedeemCommand{
			Offer: voucher.Redeem{Lines: lines}, Accept: voucher.Accept{Parts: parts}, Places: places,
		},
		voucher.CancelCommand{Offer: voucher.Redeem{Lines: lines}, Places: places},
		voucher.Signed[voucher.Capture]{Intent: voucher.Capture{Takes: takes}},
		voucher.Signed[voucher.Rollback]{Intent: voucher.Rollback{Returns: returns}},
		voucher.DeliverCommand{Path: path},
		voucher.TransferCommand{Place: places[0]},
		voucher.VoidCommand{Void: voucher.Void{Reason: string(make([]byte, voucher.MaxReason))}, Place: places[0]},
	} {
		require.LessOrEqual(t, len(voucher.EncodeCommand(c)), voucher.MaxCommand, "%T", c)
	}
}

// TestExamine_TicketOfAnother has a claim carry a ticket that its attestor did
// not sign, or that is for another wallet: no look-up is needed to refuse it.
func TestExamine_TicketOfAnother(t *testing.T) {
	claim := voucher.ClaimCommand{
		Claim:  voucher.Claim{Wallet: wallet(1), Campaign: voucher.CampaignID{1}},
		Ticket: voucher.Ticket{Campaign: voucher.CampaignID{1}, Wallet: wallet(1), Attestor: wallet(2), Subject: voucher.Hash{1}},
	}
	claim.Candidates = []uint32{0}
	signed := func(c voucher.ClaimCommand, attestor voucher.Address) voucher.Kind {
		return voucher.Examine(voucher.Authored{Command: c, Authors: voucher.Authors{Signers: []voucher.Address{wallet(1), attestor}}})
	}
	require.Equal(t, voucher.KindAccepted, signed(claim, wallet(2)))
	require.Equal(t, voucher.KindTicketInvalid, signed(claim, wallet(3)))
	other := claim
	other.Ticket.Wallet = wallet(3)
	require.Equal(t, voucher.KindTicketInvalid, signed(other, wallet(2)))
	other = claim
	other.Ticket.Campaign = voucher.CampaignID{2}
	require.Equal(t, voucher.KindTicketInvalid, signed(other, wallet(2)))
}
