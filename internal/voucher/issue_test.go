package voucher_test

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/voucher"
)

type (
	issueCommand    = voucher.Signed[voucher.Issue]
	deliverCommand  = voucher.DeliverCommand
	transferCommand = voucher.TransferCommand
)

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

func TestIssue(t *testing.T) {
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

func deliverScene() scene[deliverCommand] {
	return scene[deliverCommand]{unsealedBuild(func(w *world) (deliverCommand, []voucher.Address) {
		issue := w.issues(w.campaign(anything), owners())
		w.accept(issue, merchant())
		return deliverCommand{
			Deliver: voucher.Deliver{Issue: id(issue.Intent), Index: 2, Owner: wallet(3)}, Path: voucher.IssueProof(owners(), 2),
		}, nil
	}), unsealed[deliverCommand]}
}

func deliverRefusals() []refusal[deliverCommand] {
	type command = deliverCommand
	return []refusal[command]{
		{"to nobody", voucher.KindMalformed, func(_ *world, c *command, _ []voucher.Address) { c.Deliver.Owner = voucher.Address{} }},
		{"a proof of 33 hashes", voucher.KindMalformed, func(_ *world, c *command, _ []voucher.Address) { c.Path = make([]voucher.Hash, 33) }},
		{"of no issue", voucher.KindBadPlace, func(_ *world, c *command, _ []voucher.Address) { c.Deliver.Issue = voucher.Hash{} }},
		{"beyond the list", voucher.KindBadPlace, func(_ *world, c *command, _ []voucher.Address) { c.Deliver.Index = 3 }},
		{"to another", voucher.KindBadPlace, func(_ *world, c *command, _ []voucher.Address) { c.Deliver.Owner = wallet(1) }},
		{"without its proof", voucher.KindBadPlace, func(_ *world, c *command, _ []voucher.Address) { c.Path = nil }},
		{"a proof of 32 hashes", voucher.KindBadPlace, func(_ *world, c *command, _ []voucher.Address) { c.Path = make([]voucher.Hash, 32) }},
		{"with a longer proof", voucher.KindBadPlace, func(_ *world, c *command, _ []voucher.Address) { c.Path = append(c.Path, voucher.Hash{}) }},
		{"void", voucher.KindExists, func(w *world, c *command, _ []voucher.Address) {
			list, _, _ := voucher.ReadIssuance(w.state, c.Deliver.Issue)
			w.accept(voidCommand{Void: voucher.Void{
				Author: merchant(), Merchant: merchant(), Campaign: list.Campaign, Serial: 7, Reason: "Lost", Deadline: w.now,
			}}, merchant())
		}},
	}
}

func TestDeliver(t *testing.T) {
	deliverScene().run(t, deliverRefusals())

	w, c, _ := deliverScene().build(t)
	w.suspend(merchant()) // which takes nothing from whom it was promised to
	list, _, err := voucher.ReadIssuance(w.state, c.Deliver.Issue)
	require.NoError(t, err)
	v := voucher.Voucher{Owner: wallet(3), Units: 10, Expiry: validUntil, State: voucher.StateClaimed}
	require.Equal(t, voucher.Events{voucher.VoucherDelivered{
		Campaign: list.Campaign, Serial: 7, Voucher: v.Pack(), Issue: c.Deliver.Issue, Index: 2,
	}}, w.accept(c))
	require.Equal(t, v, w.voucher(voucher.Ref{Campaign: list.Campaign, Serial: 7}))
}

// The second issue goes on below the first.
func TestIssuesTakeSerialsFromTheTopDown(t *testing.T) {
	w := newWorld(t)
	campaign := w.campaign(anything)
	first, second := owners()[:2], owners()[2:]
	w.accept(w.issues(campaign, first), merchant())
	c := w.issues(campaign, second)
	w.accept(c, merchant())
	w.accept(deliverCommand{Deliver: voucher.Deliver{Issue: id(c.Intent), Owner: wallet(3)}})
	require.Equal(t, wallet(3), w.voucher(voucher.Ref{Campaign: campaign, Serial: 10 - 1 - 2}).Owner)
}

func placedScene() scene[redeemCommand] {
	return scene[redeemCommand]{unsealedBuild(func(w *world) (redeemCommand, []voucher.Address) {
		campaign := w.campaign(anything)
		claimed := w.claim(campaign, wallet(2), 0)
		issue := w.issues(campaign, owners())
		w.accept(issue, merchant())
		c := w.accepts(w.offers(wallet(2), line(claimed, 1), line(voucher.Ref{Campaign: campaign, Serial: 8}, 2)))
		c.Places = []voucher.Place{{}, place(id(issue.Intent), owners(), 1)}
		c.Accept.Offer = voucher.Hash{}
		return c, []voucher.Address{wallet(2), till(1)}
	}), sealRedeem}
}

func TestAPlaceLetsAVoucherAppear(t *testing.T) {
	placed := func(name string, edit func(p *voucher.Place)) refusal[redeemCommand] {
		return refusal[redeemCommand]{name, voucher.KindBadPlace, func(_ *world, c *redeemCommand, _ []voucher.Address) { edit(&c.Places[1]) }}
	}
	placedScene().run(t, []refusal[redeemCommand]{
		{"no place", voucher.KindUnknownVoucher, func(_ *world, c *redeemCommand, _ []voucher.Address) { c.Places = nil }},
		{"a place of nothing", voucher.KindUnknownVoucher, func(_ *world, c *redeemCommand, _ []voucher.Address) { c.Places[1] = voucher.Place{} }},
		placed("of no such issue", func(p *voucher.Place) { p.Issue[0]++ }),
		placed("another's", func(p *voucher.Place) { p.Index = 0 }),
		placed("a proof of 32 hashes", func(p *voucher.Place) { p.Path = make([]voucher.Hash, 32) }),
		{"of another serial", voucher.KindBadPlace, func(_ *world, c *redeemCommand, _ []voucher.Address) { c.Offer.Lines[1].Serial = 9 }},
		{"of another campaign", voucher.KindBadPlace, func(w *world, c *redeemCommand, _ []voucher.Address) {
			other := w.campaign(anything, func(in *voucher.CreateCampaign) { in.Terms = "{}" })
			c.Offer.Lines[1].Campaign = other
			slices.SortFunc(c.Offer.Lines, func(a, b voucher.Line) int { return slices.Compare(a.Campaign[:], b.Campaign[:]) })
			if c.Offer.Lines[0].Campaign == other {
				slices.Reverse(c.Places)
			}
			for i := range c.Offer.Lines {
				c.Accept.Parts[i].Units = 1
			}
		}},
		placed("beyond the list", func(p *voucher.Place) { p.Index = 3 }),
		placed("a wrong proof", func(p *voucher.Place) { p.Path[0][0]++ }),
		placed("a shorter proof", func(p *voucher.Place) { p.Path = p.Path[1:] }),
		{"void", voucher.KindVoided, func(w *world, c *redeemCommand, _ []voucher.Address) {
			w.put(c.Offer.Lines[1].Ref(), voucher.Voucher{State: voucher.StateVoid})
		}},
	})
	w, c, by := placedScene().build(t)
	sealRedeem(&c)
	events := w.accept(c, by...)
	require.Len(t, events, 4)
	require.IsType(t, voucher.VoucherRedeemed{}, events[1])
	before := voucher.Voucher{Owner: wallet(2), Units: 10, Expiry: validUntil, State: voucher.StateClaimed}
	after := voucher.Voucher{Owner: wallet(2), Units: 8, Expiry: validUntil, SignedAt: start, State: voucher.StateClaimed}
	campaign := c.Offer.Lines[1].Campaign
	require.Equal(t, voucher.Events{
		voucher.VoucherDelivered{Campaign: campaign, Serial: 8, Voucher: before.Pack(), Issue: c.Places[1].Issue, Index: 1},
		voucher.VoucherRedeemed{Campaign: campaign, Serial: 8, Voucher: after.Pack(), Units: 2, Discount: 1},
	}, events[2:])
	require.Equal(t, after, w.voucher(c.Offer.Lines[1].Ref()))
}

func TestACancelLetsAVoucherAppear(t *testing.T) {
	w, r, _ := placedScene().build(t)
	sealRedeem(&r)
	c := w.cancels(r.Offer)
	w.refuse(voucher.KindUnknownVoucher, c, wallet(2), wallet(2))
	c.Places = r.Places
	events := w.accept(c, wallet(2), wallet(2))
	require.Len(t, events, 4)
	require.IsType(t, voucher.VoucherDelivered{}, events[2])
	w.refuse(voucher.KindAlreadyUsed, r, wallet(2), till(1))
}

func transferScene() scene[transferCommand] {
	return scene[transferCommand]{unsealedBuild(func(w *world) (transferCommand, []voucher.Address) {
		ref := w.claim(w.campaign(anything), wallet(1), 0)
		return transferCommand{Transfer: voucher.Transfer{
			Owner: wallet(1), Campaign: ref.Campaign, Serial: 0, To: wallet(2), SignedAt: w.now, Deadline: w.now + 120,
		}}, []voucher.Address{wallet(1)}
	}), unsealed[transferCommand]}
}

func transferRefusals() []refusal[transferCommand] {
	type command = transferCommand
	stored := func(name string, kind voucher.Kind, edit func(v *voucher.Voucher)) refusal[command] {
		return refusal[command]{name, kind, func(w *world, c *command, _ []voucher.Address) {
			ref := voucher.Ref{Campaign: c.Transfer.Campaign, Serial: c.Transfer.Serial}
			v := w.voucher(ref)
			edit(&v)
			w.put(ref, v)
		}}
	}
	edited := func(name string, kind voucher.Kind, edit func(in *voucher.Transfer)) refusal[command] {
		return refusal[command]{name, kind, func(_ *world, c *command, _ []voucher.Address) { edit(&c.Transfer) }}
	}
	return []refusal[command]{
		edited("to nobody", voucher.KindMalformed, func(in *voucher.Transfer) { in.To = voucher.Address{} }),
		edited("to oneself", voucher.KindMalformed, func(in *voucher.Transfer) { in.To = wallet(1) }),
		edited("signed after the end of the slot", voucher.KindMalformed, func(in *voucher.Transfer) { in.SignedAt = 1 << 32 }),
		edited("signed at the end of the slot", voucher.KindDeadlinePassed, func(in *voucher.Transfer) {
			in.SignedAt, in.Deadline = 1<<32-1, start-1
		}),
		{"a proof of 32 hashes", voucher.KindAccepted, func(_ *world, c *command, _ []voucher.Address) {
			c.Place.Path = make([]voucher.Hash, 32) // which is not read: the voucher is there
		}},
		{"a proof of 33 hashes", voucher.KindMalformed, func(_ *world, c *command, _ []voucher.Address) { c.Place.Path = make([]voucher.Hash, 33) }},
		{"by another", voucher.KindBadSignature, func(_ *world, _ *command, by []voucher.Address) { by[0] = wallet(2) }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *command, _ []voucher.Address) { w.now += 121 }},
		edited("more than ten minutes", voucher.KindDeadlineTooFar, func(in *voucher.Transfer) { in.Deadline = in.SignedAt + 601 }),
		edited("61 seconds ahead", voucher.KindSignedAhead, func(in *voucher.Transfer) { in.SignedAt += 61 }),
		edited("no such campaign", voucher.KindUnknownCampaign, func(in *voucher.Transfer) { in.Campaign[0]++ }),
		{"not transferable", voucher.KindNotTransferable, func(w *world, c *command, _ []voucher.Address) {
			c.Transfer.Campaign = w.claim(w.campaign(), wallet(1), 0).Campaign
		}},
		edited("a serial that nobody claimed", voucher.KindUnknownVoucher, func(in *voucher.Transfer) { in.Serial = 1 }),
		{"a wrong place", voucher.KindBadPlace, func(_ *world, c *command, _ []voucher.Address) {
			c.Transfer.Serial, c.Place = 9, voucher.Place{Issue: voucher.Hash{1}}
		}},
		stored("somebody else's", voucher.KindNotOwner, func(v *voucher.Voucher) { v.Owner = wallet(2) }),
		stored("void", voucher.KindVoided, func(v *voucher.Voucher) { v.State = voucher.StateVoid }),
		stored("void before anybody had it", voucher.KindVoided, func(v *voucher.Voucher) { *v = voucher.Voucher{State: voucher.StateVoid} }),
		stored("used at this second", voucher.KindAlreadyUsed, func(v *voucher.Voucher) { v.SignedAt = start }),
		stored("used a second later", voucher.KindSuperseded, func(v *voucher.Voucher) { v.SignedAt = start + 1 }),
		{"held", voucher.KindHeld, func(w *world, c *command, _ []voucher.Address) {
			w.hold(voucher.Ref{Campaign: c.Transfer.Campaign}, wallet(1), 1)
			w.now++
			c.Transfer.SignedAt++
		}},
		stored("spent", voucher.KindSpent, func(v *voucher.Voucher) { v.State, v.Units = voucher.StateSpent, 0 }),
		stored("expired", voucher.KindExpired, func(v *voucher.Voucher) { v.Expiry = start / 900 * 900 }),
	}
}

func TestTransfer(t *testing.T) {
	transferScene().run(t, transferRefusals())

	w, c, by := transferScene().build(t)
	w.suspend(merchant())
	ref := voucher.Ref{Campaign: c.Transfer.Campaign}
	after := voucher.Voucher{Owner: wallet(2), Units: 10, Expiry: validUntil, SignedAt: start, State: voucher.StateClaimed}
	require.Equal(t, voucher.Events{voucher.VoucherTransferred{
		Campaign: ref.Campaign, Serial: 0, Voucher: after.Pack(), From: wallet(1),
	}}, w.accept(c, by...))
	require.Equal(t, after, w.voucher(ref))
	w.refuse(voucher.KindNotOwner, w.cancels(w.offers(wallet(1), line(ref, 1))), wallet(1), wallet(1))
}

func TestAVoucherMayBeGivenAwayBeforeItIsValid(t *testing.T) {
	w, c, by := transferScene().build(t)
	w.now, c.Transfer.SignedAt = start-1, start-1
	w.accept(c, by...)
}

// The tree is RFC 6962's, by literals that were computed by hand with SHA-256.
func TestTheTreeOfAnIssueIsRFC6962(t *testing.T) {
	leaf := func(i byte, owner voucher.Address) []byte {
		h := sha256.Sum256(append([]byte{0, 0, 0, 0, i}, owner[:]...))
		return h[:]
	}
	node := func(l, r []byte) []byte {
		h := sha256.Sum256(append(append([]byte{1}, l...), r...))
		return h[:]
	}
	list := []voucher.Address{wallet(1), wallet(2), wallet(3), wallet(4), wallet(5)}
	leaves := make([][]byte, len(list))
	for i, owner := range list {
		leaves[i] = leaf(byte(i), owner)
	}
	four := node(node(leaves[0], leaves[1]), node(leaves[2], leaves[3]))
	for n, want := range [][]byte{1: leaves[0], 2: node(leaves[0], leaves[1]), 3: node(node(leaves[0], leaves[1]), leaves[2]), 4: four, 5: node(four, leaves[4])} {
		if n > 0 {
			require.Equal(t, voucher.Hash(want), voucher.IssueRoot(list[:n]))
		}
	}
	require.Equal(t, []voucher.Hash{voucher.Hash(four)}, voucher.IssueProof(list, 4))
	require.Equal(t, []voucher.Hash{
		voucher.Hash(leaves[3]), voucher.Hash(node(leaves[0], leaves[1])), voucher.Hash(leaves[4]),
	}, voucher.IssueProof(list, 2))
	require.Nil(t, voucher.IssueProof(list, 5))
	empty := voucher.IssueRoot(nil)
	require.Equal(t, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", hex.EncodeToString(empty[:]))
}

// Every entry of a list of any size is proven, and no other owner or place.
func TestEveryEntryOfAnIssueIsProven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		n := rapid.IntRange(1, 70).Draw(t, "size")
		list := make([]voucher.Address, n)
		for i := range list {
			list[i] = wallet(byte(i))
		}
		campaign := w.campaign(anything, func(in *voucher.CreateCampaign) { in.Supply, in.Open, in.Cap = 80, 0, 80 })
		issue := w.issues(campaign, list)
		w.accept(issue, merchant())
		at := uint32(rapid.IntRange(0, n-1).Draw(t, "index"))
		c := deliverCommand{
			Deliver: voucher.Deliver{Issue: id(issue.Intent), Index: at, Owner: list[at]}, Path: voucher.IssueProof(list, at),
		}
		other := uint32(rapid.IntRange(0, n-1).Draw(t, "other"))
		if other != at {
			wrong := c
			wrong.Deliver.Index = other
			w.refuse(voucher.KindBadPlace, wrong)
			wrong.Deliver.Owner = list[other]
			w.refuse(voucher.KindBadPlace, wrong)
		}
		w.accept(c)
	})
}
