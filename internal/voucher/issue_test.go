package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type issueCommand = voucher.Signed[voucher.Issue]

// anything allows all that terms can allow.
func anything(in *voucher.CreateCampaign) {
	in.Transfer, in.Void, in.PerHolder, in.PerDay, in.Stores = true, true, 0, 0, nil
}

// owners is a list whose entries are wallets 1, 2, 3.
func owners() []voucher.Address { return []voucher.Address{wallet(1), wallet(2), wallet(3)} }

// issues builds the merchant's next issue for a list.
func (w *world) issues(c voucher.CampaignID, list []voucher.Address) issueCommand {
	return issueCommand{Intent: voucher.Issue{
		Author: merchant(), Merchant: merchant(), Campaign: c, Root: voucher.IssueRoot(list),
		First: w.readCampaign(c).Issued, Count: uint32(len(list)), Deadline: w.now + 60,
	}}
}

func place(issue voucher.Hash, list []voucher.Address, index uint32) voucher.Place {
	return voucher.Place{Issue: issue, Index: index, Path: voucher.IssueProof(list, index)}
}

func issueScene() scene[issueCommand] {
	return scene[issueCommand]{unsealedBuild(func(w *world) (issueCommand, []voucher.Address) {
		return w.issues(w.campaign(anything), owners()), []voucher.Address{merchant()}
	}), unsealed[issueCommand]}
}

func issueRefusals() []refusal[issueCommand] {
	type command = issueCommand
	return []refusal[command]{
		{"nothing", voucher.KindMalformed, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Count = 0 }},
		{"by another", voucher.KindBadSignature, func(_ *world, _ *command, by []voucher.Address) { by[0] = rival() }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *command, _ []voucher.Address) { w.now += 61 }},
		{"early", voucher.KindDeadlineTooFar, func(w *world, c *command, _ []voucher.Address) {
			c.Intent.Deadline = w.now + voucher.IntentLife + 1
		}},
		{"of nobody", voucher.KindUnknownMerchant, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Merchant = stranger() }},
		{"suspended", voucher.KindMerchantSuspended, func(w *world, _ *command, _ []voucher.Address) { w.suspend(merchant()) }},
		{"by a till", voucher.KindNotAuthorised, func(_ *world, c *command, by []voucher.Address) {
			by[0], c.Intent.Author = till(1), till(1)
		}},
		{"no such campaign", voucher.KindUnknownCampaign, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Campaign[0]++ }},
		{"another merchant's campaign", voucher.KindUnknownCampaign, func(_ *world, c *command, by []voucher.Address) {
			by[0], c.Intent.Author, c.Intent.Merchant = rival(), rival(), rival()
		}},
		{"paused", voucher.KindCampaignInactive, func(w *world, c *command, _ []voucher.Address) {
			w.accept(changeCampaign{Intent: voucher.ChangeCampaign{
				Author: merchant(), Merchant: merchant(), Campaign: c.Intent.Campaign, Version: 1,
				Status: voucher.CampaignPaused, Supply: 8, Open: 5, Deadline: w.now,
			}}, merchant())
		}},
		{"after another", voucher.KindWrongVersion, func(_ *world, c *command, _ []voucher.Address) { c.Intent.First = 1 }},
		{"one too many", voucher.KindSupplyExceeded, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Count = 4 }},
		{"2^32-1", voucher.KindSupplyExceeded, func(_ *world, c *command, _ []voucher.Address) { c.Intent.Count = 1<<32 - 1 }},
		{"after the end", voucher.KindExpired, func(w *world, c *command, _ []voucher.Address) {
			w.now = validUntil
			c.Intent.Deadline = w.now
		}},
	}
}

func TestIssue_EveryRule(t *testing.T) {
	issueScene().run(t, issueRefusals())

	w, c, by := issueScene().build(t)
	in := c.Intent
	require.Equal(t, voucher.Events{voucher.CampaignIssued{
		Campaign: in.Campaign, Issue: id(in), Author: merchant(), Root: in.Root, First: 0, Count: 3,
	}}, w.accept(c, by...))
	require.Equal(t, uint32(3), w.readCampaign(in.Campaign).Issued)
	list, ok, err := voucher.ReadIssuance(w.state, id(in))
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, voucher.Issuance{Campaign: in.Campaign, Root: in.Root, Count: 3, Expiry: validUntil}, list)
}

// The second issue goes on below the first.
func TestIssue_SerialsFromTheTopDown(t *testing.T) {
	w := newWorld(t)
	campaign := w.campaign(anything)
	first, second := owners()[:2], owners()[2:]
	w.accept(w.issues(campaign, first), merchant())
	c := w.issues(campaign, second)
	w.accept(c, merchant())
	w.accept(deliverCommand{Deliver: voucher.Deliver{Issue: id(c.Intent), Owner: wallet(3)}})
	require.Equal(t, wallet(3), w.voucher(voucher.Ref{Campaign: campaign, Serial: 10 - 1 - 2}).Owner)
}
