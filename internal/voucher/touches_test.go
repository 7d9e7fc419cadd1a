package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// What a command may write, as the literal keys: two commands that name none in
// common can be under way at once. Apply is held to it in every test of a rule.
func TestTouches_Literals(t *testing.T) {
	const (
		campaign = "cmp_01000000000000000000000000000000"
		first    = "vch_0100000000000000000000000000000000000000"
		second   = "vch_0100000000000000000000000000000000000001"
		issue    = "0x0700000000000000000000000000000000000000000000000000000000000000"
		sale     = "0x0900000000000000000000000000000000000000000000000000000000000000"
		alice    = "0xa000000000000000000000000000000000000051"
	)
	c := voucher.CampaignID{1}
	lines := []voucher.Line{{Campaign: c}, {Campaign: c, Serial: 1}}
	p := voucher.Place{Issue: voucher.Hash{7}, Index: 3}
	for name, example := range map[string]struct {
		command voucher.Command
		want    []string
	}{
		"claim": {
			voucher.ClaimCommand{Claim: voucher.Claim{Campaign: c, Wallet: wallet(1)}, Candidates: []uint32{1}},
			[]string{"wallet/" + campaign + "/" + alice, "voucher/" + second},
		},
		"claim with a ticket": {
			voucher.ClaimCommand{
				Claim:      voucher.Claim{Campaign: c, Wallet: wallet(1)},
				Ticket:     voucher.Ticket{Attestor: wallet(1), Subject: voucher.Hash{9}},
				Candidates: []uint32{0, 1},
			},
			[]string{
				"wallet/" + campaign + "/" + alice, "subject/" + campaign + "/" + alice + "/" + sale, "voucher/" + first, "voucher/" + second,
			},
		},
		"redeem of an issued voucher": {
			voucher.RedeemCommand{Offer: voucher.Redeem{Lines: lines}, Places: []voucher.Place{{}, p}},
			[]string{"voucher/" + first, "hold/" + first, "voucher/" + second, "hold/" + second, "place/" + issue + "/3"},
		},
		"transfer of an issued voucher": {
			voucher.TransferCommand{Transfer: voucher.Transfer{Campaign: c}, Place: p},
			[]string{"voucher/" + first, "hold/" + first, "place/" + issue + "/3"},
		},
		"deliver": {
			voucher.DeliverCommand{Deliver: voucher.Deliver{Issue: p.Issue, Index: 3}}, []string{"place/" + issue + "/3"},
		},
		"rollback": {
			voucher.Signed[voucher.Rollback]{Intent: voucher.Rollback{
				Redemption: voucher.Hash{9}, Returns: []voucher.Return{{Campaign: c}},
			}},
			[]string{"voucher/" + first, "returned/" + sale + "/" + first, "extended/" + first},
		},
		"issue": {
			voucher.Signed[voucher.Issue]{Intent: voucher.Issue{Campaign: c}}, []string{"campaign/" + campaign, "issue/" + sale},
		},
		"what no rule knows": {later{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, example.want, voucher.Touches(example.command, voucher.Hash{9}))
		})
	}
}

// What a command is sure to read, as the literal keys. Apply is held to it in
// every test of a rule.
func TestReads_Literals(t *testing.T) {
	const (
		campaign = "cmp_01000000000000000000000000000000"
		first    = "vch_0100000000000000000000000000000000000000"
		second   = "vch_0100000000000000000000000000000000000001"
		shop     = "0xa000000000000000000000000000000000000051"
		till     = "0xa000000000000000000000000000000000000052"
	)
	c := voucher.CampaignID{1}
	lines := []voucher.Line{{Campaign: c}, {Campaign: c, Serial: 1}}
	for name, example := range map[string]struct {
		command voucher.Command
		want    []string
	}{
		"claim": {
			voucher.ClaimCommand{Claim: voucher.Claim{Campaign: c, Wallet: wallet(1)}, Candidates: []uint32{1, 0}},
			[]string{"campaign/" + campaign, "wallet/" + campaign + "/" + shop, "voucher/" + second},
		},
		"redeem": {
			voucher.RedeemCommand{
				Offer: voucher.Redeem{Lines: lines}, Accept: voucher.Accept{Merchant: wallet(1), Till: wallet(2)},
			},
			[]string{
				"merchant/" + shop, "key/" + shop + "/" + till, "campaign/" + campaign,
				"voucher/" + first, "hold/" + first, "voucher/" + second, "hold/" + second,
			},
		},
		"release": {
			voucher.Signed[voucher.Release]{Intent: voucher.Release{
				Merchant: wallet(1), Till: wallet(2), Vouchers: []voucher.Ref{{Campaign: c}},
			}},
			[]string{"merchant/" + shop, "key/" + shop + "/" + till, "voucher/" + first, "hold/" + first},
		},
		"issue": {voucher.Signed[voucher.Issue]{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, example.want, voucher.Reads(example.command))
		})
	}
}
