package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type putAttestor = voucher.Signed[voucher.PutAttestor]

func ticketedCampaign(w *world) voucher.CampaignID {
	return w.campaign(func(in *voucher.CreateCampaign) { in.Attestors, in.PerDay = []voucher.Address{attestor()}, 0 })
}

func attestorScene() scene[putAttestor] {
	return scene[putAttestor]{unsealedBuild(func(w *world) (putAttestor, []voucher.Address) {
		return putAttestor{Intent: voucher.PutAttestor{
			Author: merchant(), Merchant: merchant(), Campaign: ticketedCampaign(w), Attestor: stranger(), Allowed: true,
			Deadline: w.now + 60,
		}}, []voucher.Address{merchant()}
	}), unsealed[putAttestor]}
}

func attestorRefusals() []refusal[putAttestor] {
	type command = putAttestor
	edited := func(name string, kind voucher.Kind, edit func(w *world, in *voucher.PutAttestor)) refusal[command] {
		return refusal[command]{name, kind, func(w *world, c *command, _ []voucher.Address) { edit(w, &c.Intent) }}
	}
	roll := func(n int) func(w *world, in *voucher.PutAttestor) {
		return func(w *world, in *voucher.PutAttestor) {
			w.state["attestors/"+in.Campaign.String()] = voucher.EncodeABI(voucher.Roll{Members: make([]voucher.Address, n)})
		}
	}
	return []refusal[command]{
		edited("nobody", voucher.KindMalformed, func(_ *world, in *voucher.PutAttestor) { in.Attestor = voucher.Address{} }),
		{"by another", voucher.KindBadSignature, func(_ *world, _ *command, by []voucher.Address) { by[0] = rival() }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *command, _ []voucher.Address) { w.now += 61 }},
		edited("early", voucher.KindDeadlineTooFar, func(w *world, in *voucher.PutAttestor) { in.Deadline = w.now + voucher.IntentLife + 1 }),
		edited("of nobody", voucher.KindUnknownMerchant, func(_ *world, in *voucher.PutAttestor) { in.Merchant = stranger() }),
		edited("suspended", voucher.KindMerchantSuspended, func(w *world, _ *voucher.PutAttestor) { w.suspend(merchant()) }),
		{"by a till", voucher.KindNotAuthorised, func(_ *world, c *command, by []voucher.Address) {
			by[0], c.Intent.Author = till(1), till(1)
		}},
		{"of another's campaign", voucher.KindUnknownCampaign, func(_ *world, c *command, by []voucher.Address) {
			by[0], c.Intent.Author, c.Intent.Merchant = rival(), rival(), rival()
		}},
		edited("of no campaign", voucher.KindUnknownCampaign, func(_ *world, in *voucher.PutAttestor) { in.Campaign[0]++ }),
		edited("of a closed campaign", voucher.KindCampaignInactive, func(w *world, in *voucher.PutAttestor) {
			w.accept(changeCampaign{Intent: voucher.ChangeCampaign{
				Author: merchant(), Merchant: merchant(), Campaign: in.Campaign, Version: 1, Status: voucher.CampaignClosed,
				Supply: 8, Open: 5, Deadline: w.now,
			}}, merchant())
		}),
		edited("of a campaign that asks for no tickets", voucher.KindInvalidTerms, func(w *world, in *voucher.PutAttestor) {
			in.Campaign = w.campaign()
		}),
		edited("of the version to come", voucher.KindWrongVersion, func(_ *world, in *voucher.PutAttestor) { in.Version = 1 }),
		edited("one of the first ones", voucher.KindWrongVersion, func(_ *world, in *voucher.PutAttestor) { in.Attestor = attestor() }),
		edited("one of the first ones again", voucher.KindExists, func(_ *world, in *voucher.PutAttestor) {
			in.Attestor, in.Version = attestor(), 1
		}),
		edited("the revocation of one that was never named", voucher.KindExists, func(_ *world, in *voucher.PutAttestor) { in.Allowed = false }),
		edited("one too many", voucher.KindListFull, roll(voucher.MaxNamed-1)),
		edited("the last one", voucher.KindAccepted, roll(voucher.MaxNamed-2)),
	}
}

func TestPutAttestor_EveryRule(t *testing.T) {
	attestorScene().run(t, attestorRefusals())

	w, c, by := attestorScene().build(t)
	version := w.readCampaign(c.Intent.Campaign).Version
	require.Equal(t, voucher.Events{voucher.AttestorPut{
		Campaign: c.Intent.Campaign, Attestor: stranger(), Version: 1, Allowed: true,
	}}, w.accept(c, by...))
	require.Equal(t, version, w.readCampaign(c.Intent.Campaign).Version, "it races with no other change")
	list, err := voucher.ReadAttestors(w.state, c.Intent.Campaign)
	require.NoError(t, err)
	require.Equal(t, []voucher.NamedAttestor{
		{Attestor: attestor(), Version: 1, Allowed: true}, {Attestor: stranger(), Version: 1, Allowed: true},
	}, list)
}

// A revoked attestor's tickets are refused from then on, those that it signed
// before too; claims made before stand, and others vouch for the campaign.
func TestPutAttestor_Revoked(t *testing.T) {
	w := newWorld(t)
	campaign := ticketedCampaign(w)
	before := w.ticketed(campaign, wallet(1), 1, 0)
	signed := w.ticketed(campaign, wallet(2), 2, 1)
	w.accept(before, wallet(1), attestor())
	put := func(a voucher.Address, version uint32, allowed bool) {
		w.accept(putAttestor{Intent: voucher.PutAttestor{
			Author: merchant(), Merchant: merchant(), Campaign: campaign, Attestor: a, Version: version, Allowed: allowed, Deadline: w.now,
		}}, merchant())
	}
	put(attestor(), 1, false)
	w.refuse(voucher.KindTicketInvalid, signed, wallet(2), attestor())
	require.Equal(t, wallet(1), w.voucher(voucher.Ref{Campaign: campaign}).Owner)
	put(stranger(), 0, true)
	signed.Ticket.Attestor = stranger()
	w.accept(signed, wallet(2), stranger())
	put(attestor(), 2, true)
	w.accept(w.ticketed(campaign, wallet(3), 3, 2), wallet(3), attestor())
}
