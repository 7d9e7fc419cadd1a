package httpapi_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/exact"
	"tally/internal/httpapi/apitest"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// provoked is a shop where every refusal of the rules can be met.
type provoked struct {
	*shop
	campaign voucher.CampaignID // one voucher a holder, 3200 a unit, good at store 1
	ref      voucher.Ref        // Alice's, of another campaign: 10 units, everything allowed
	other    voucher.Ref        // the same
	open     voucher.CampaignID // theirs
	version  uint32             // the merchant's
}

func newProvoked(t *testing.T) *provoked {
	t.Helper()
	p := &provoked{shop: newShop(t), version: 5}
	p.campaign = p.create(3, func(c *voucher.CreateCampaign) { c.Stores = []uint32{1} })
	p.open = p.create(0, func(c *voucher.CreateCampaign) { anything(c); c.Attestors = nil })
	p.ref, p.other = p.claim(p.Alice, p.open, 0), p.claim(p.Alice, p.open, 1)
	p.advance(2 * time.Second)
	return p
}

// one signs an intent of one author.
func one[T voucher.SingleIntent](p *provoked, by ledgertest.Actor, in T) error {
	_, err := p.client.Send(p.ctx(), apitest.Command(p.Domain, api.SignedRequest[T]{Intent: in, Signature: intent.FormatSignature(p.Sign(by, in))}))
	return err
}

// sell sells Alice's voucher as the edits have it.
func (p *provoked) sell(ref voucher.Ref, offer func(*voucher.Redeem), accept func(*voucher.Accept)) error {
	o := p.Offer(p.Alice, ref)
	o.Lines[0].Units = 2
	if offer != nil {
		offer(&o)
	}
	a := p.Accept(o)
	a.Reference = api.Reference("k")
	if accept != nil {
		accept(&a)
	}
	request := api.RedemptionRequest{Code: p.code(p.Alice, o), Accept: a, Signature: intent.FormatSignature(p.Sign(p.Till, a))}
	command := apitest.Keyed(p.Domain, request, "k")
	if o.HoldUntil != 0 {
		command = apitest.Keyed(p.Domain, api.HoldRequest(request), "k")
	}
	_, err := p.client.Send(p.ctx(), command)
	return err
}

func (p *provoked) store(edit func(*voucher.PutStore), by ledgertest.Actor) error {
	in := voucher.PutStore{Author: p.Merchant.Address, Merchant: p.Merchant.Address, Version: p.version, Store: 7, Name: "Wan Chai", Deadline: p.Unix() + 600}
	edit(&in)
	return one(p, by, in)
}

func (p *provoked) change(edit func(*voucher.ChangeCampaign)) error {
	in := voucher.ChangeCampaign{
		Author: p.Merchant.Address, Merchant: p.Merchant.Address, Campaign: p.open, Version: 1, Status: voucher.CampaignActive, Supply: 8, Open: 4, Deadline: p.Unix() + 600,
	}
	edit(&in)
	return one(p, p.Merchant, in)
}

func (p *provoked) created(edit func(*voucher.CreateCampaign)) error {
	return one(p, p.Merchant, p.Terms(1, edit))
}

func (p *provoked) claimed(by ledgertest.Actor, c voucher.CampaignID, ordinal uint32, ticket *voucher.Ticket) error {
	request := p.claimRequest(by, c, ordinal)
	if ticket != nil {
		request.Ticket, request.TicketSignature = ticket, intent.FormatSignature(p.Sign(p.Bob, *ticket))
	}
	_, err := p.client.Send(p.ctx(), apitest.Command(p.Domain, request))
	return err
}

func (p *provoked) given(edit func(*voucher.Transfer)) error {
	in := voucher.Transfer{Owner: p.Alice.Address, To: p.Bob.Address, Campaign: p.ref.Campaign, Serial: p.ref.Serial, SignedAt: p.Unix(), Deadline: p.Unix() + 600}
	edit(&in)
	_, err := p.client.Send(p.ctx(), apitest.Command(p.Domain, api.PlacedRequest[voucher.Transfer]{Intent: in, Signature: intent.FormatSignature(p.Sign(p.Alice, in))}))
	return err
}

func (p *provoked) ended(ref voucher.Ref) error {
	c := p.World.Void(p.Merchant, ref)
	_, err := p.client.Send(p.ctx(), apitest.Command(p.Domain, api.PlacedRequest[voucher.Void]{Intent: c.Void, Signature: intent.FormatSignature(c.Signature)}))
	return err
}

func (p *provoked) cancelled(by ledgertest.Actor, offer voucher.Redeem, edit func(*voucher.Cancel)) error {
	in := voucher.Cancel{Offer: p.Domain.Digest(offer), Author: by.Address, Deadline: p.Unix() + 600}
	edit(&in)
	_, err := p.client.Send(p.ctx(), apitest.Command(p.Domain, api.CancelRequest{Intent: in, Signature: intent.FormatSignature(p.Sign(by, in)), Code: p.code(p.Alice, offer)}))
	return err
}

// back gives units of a redemption of two units back.
func (p *provoked) back(ref voucher.Ref, units, taken, returned uint64) error {
	offer := p.Offer(p.Alice, ref)
	offer.Lines[0].Units = 2
	out := p.Must(p.Join(p.Alice, offer, p.Till, p.Accept(offer)))
	p.advance(time.Second)
	_, err := p.client.Send(p.ctx(), apitest.Command(p.Domain, apitest.Request[voucher.Rollback](p.t, p.World.Rollback(p.Merchant, out.ID, ledgertest.Return(ref, units, taken, returned)))))
	return err
}

func (p *provoked) joint(in voucher.SetAuditor, by ...ledgertest.Actor) error {
	request := api.ApprovedRequest[voucher.SetAuditor]{Intent: in}
	for _, actor := range by {
		request.Approvals = append(request.Approvals, intent.FormatSignature(p.Sign(actor, in)))
	}
	_, err := p.client.Send(p.ctx(), apitest.Command(p.Domain, request))
	return err
}

func (p *provoked) auditor(edit func(*voucher.SetAuditor)) error {
	in := voucher.SetAuditor{Approvers: []voucher.Address{p.Operator.Address}, Auditor: p.Bob.Address, Until: p.Unix() + 3600, Deadline: p.Unix() + 600}
	edit(&in)
	return p.joint(in, p.Operator)
}

// refusals is what each kind says, and how it is met. What a kind says names the field
// and the limit; its remedy follows in every text.
func refusals(p *provoked) map[voucher.Kind][]refusalCase {
	never := func(*voucher.PutStore) {}
	checked := func(a ledgertest.Actor) string { return exact.Checksum(a.Address.String()) }
	return map[voucher.Kind][]refusalCase{
		voucher.KindMalformed: {
			{"store: a whole number from 1 to 65535 is wanted, not 0.", func() error { return p.store(func(in *voucher.PutStore) { in.Store = 0 }, p.Merchant) }},
			{"accept.parts[0].units: a whole number from 1 to the 2 that the offer allows is wanted, not 3.", func() error { return p.sell(p.ref, nil, func(a *voucher.Accept) { a.Parts[0].Units = 3 }) }},
			{"to: another address than the owner's is wanted.", func() error { return p.given(func(in *voucher.Transfer) { in.To = in.Owner }) }},
		},
		voucher.KindBadSignature: {
			{"signature 1 of 1: that of " + checked(p.Merchant) + " is wanted.", func() error { return p.store(never, p.Bob) }},
			{"Sign with the named key", func() error {
				in := p.Terms(1, nil)
				_, err := p.client.Send(p.ctx(), apitest.Command(p.Domain, api.SignedRequest[voucher.CreateCampaign]{Intent: in, Signature: "0x1234"}))
				return err
			}},
		},
		voucher.KindDeadlinePassed: {
			{"deadline: an instant after the ledger's clock, which shows 2026-11-23T08:00:02Z, is wanted, not 2026-11-23T07:59:59Z.", func() error { return p.store(func(in *voucher.PutStore) { in.Deadline = p.Unix() - 3 }, p.Merchant) }},
			{"holdUntil: an instant after the ledger's clock", func() error {
				return p.sell(p.ref, func(o *voucher.Redeem) { o.SignedAt -= 60; o.Deadline -= 60; o.HoldUntil = p.Unix() - 10 }, nil)
			}},
			{"until: an instant after the ledger's clock", func() error { return p.auditor(func(in *voucher.SetAuditor) { in.Until = p.Unix() - 1 }) }},
		},
		voucher.KindDeadlineTooFar: {
			{"deadline: at most 24 hours after the ledger's clock, which shows 2026-11-23T08:00:02Z, is wanted, not 2026-11-25T", func() error { return p.store(func(in *voucher.PutStore) { in.Deadline += 2 * 86400 }, p.Merchant) }},
			{"deadline: at most 7 days after the ledger's clock", func() error { return p.auditor(func(in *voucher.SetAuditor) { in.Deadline += 8 * 86400 }) }},
			{"until: at most 366 days after the ledger's clock", func() error { return p.auditor(func(in *voucher.SetAuditor) { in.Until += 400 * 86400 }) }},
			{"deadline: at most 10 minutes after signedAt, which is 2026-11-23T08:00:02Z, is wanted, not 2026-11-23T08:10:03Z.", func() error { return p.given(func(in *voucher.Transfer) { in.Deadline++ }) }},
		},
		voucher.KindSignedAhead: {{"signedAt: at most 60 seconds after the ledger's clock, which shows 2026-11-23T08:00:02Z, is wanted, not 2026-11-23T08:01:03Z.", func() error {
			return p.sell(p.ref, func(o *voucher.Redeem) { o.SignedAt += 61; o.Deadline += 61 }, nil)
		}}},
		voucher.KindUnknownMerchant: {{"merchant: " + checked(p.Bob) + " was not admitted to this ledger.", func() error {
			return p.store(func(in *voucher.PutStore) { in.Merchant, in.Author = p.Bob.Address, p.Bob.Address }, p.Bob)
		}}},
		voucher.KindNotAuthorised: {
			{"author: " + checked(p.Bob) + " is neither the root of the merchant " + checked(p.Merchant), func() error { return p.store(func(in *voucher.PutStore) { in.Author = p.Bob.Address }, p.Bob) }},
			{"till: " + checked(p.Till) + " is no till of store 2 of the merchant " + checked(p.Merchant), func() error { return p.sell(p.ref, nil, func(a *voucher.Accept) { a.Store = 2 }) }},
			{"approvers: at least 1, all of them of the 1 operators, are wanted; 1 are named", func() error {
				in := voucher.SetAuditor{Approvers: []voucher.Address{p.Bob.Address}, Auditor: p.Bob.Address, Until: p.Unix() + 60, Deadline: p.Unix() + 60}
				return p.joint(in, p.Bob)
			}},
			{"operator: " + checked(p.Bob) + " is no operator", func() error {
				return one(p, p.Bob, voucher.SuspendMerchant{Operator: p.Bob.Address, Merchant: p.Merchant.Address, Version: 1, Reason: "x", Deadline: p.Unix() + 60})
			}},
		},
		voucher.KindExists: {{"merchant: " + checked(p.Merchant) + " was admitted before.", func() error {
			_, err := p.client.Send(p.ctx(), apitest.Command(p.Domain, apitest.Request[voucher.AdmitMerchant](p.t, p.Admit(p.Merchant, "Again"))))
			return err
		}}},
		voucher.KindWrongVersion: {
			{"version: 5 is wanted now, not 4.", func() error { return p.store(func(in *voucher.PutStore) { in.Version = 4 }, p.Merchant) }},
			{"version: 1 is wanted now, not 9.", func() error { return p.change(func(in *voucher.ChangeCampaign) { in.Version = 9 }) }},
			{"version: 0 is wanted now, not 3.", func() error { return p.auditor(func(in *voucher.SetAuditor) { in.Version = 3 }) }},
			{"first: 0 is wanted now, not 2.", func() error {
				return one(p, p.Merchant, p.World.Issue(p.Merchant, p.open, 2, p.Bob.Address).(voucher.Signed[voucher.Issue]).Intent)
			}},
		},
		voucher.KindUnknownCampaign: {{"campaign: cmp_00000000000000000000000000000009 is none of this merchant on this ledger.", func() error {
			return p.claimed(p.Alice, voucher.CampaignID{15: 9}, 0, nil)
		}}},
		voucher.KindInvalidTerms: {
			{"claimUntil: an instant that is not after validUntil is wanted.", func() error { return p.created(func(c *voucher.CreateCampaign) { c.ClaimUntil = c.ValidUntil + 900 }) }},
			{"open: a whole number from 0 to 1 is wanted, not 2.", func() error { return p.created(func(c *voucher.CreateCampaign) { c.Open = 2 }) }},
			{"offsets: at most 64 are wanted, each later than the ledger's clock", func() error {
				return p.change(func(in *voucher.ChangeCampaign) { in.Offsets = []voucher.Offset{{From: 900}} })
			}},
			{"attestor: this campaign asks for no tickets", func() error {
				return one(p, p.Merchant, p.PutAttestor(p.open, p.Bob.Address, 0, true).(voucher.Signed[voucher.PutAttestor]).Intent)
			}},
		},
		voucher.KindSupplyExceeded: {
			{"supply: at most 8, the cap of the terms, is wanted, not 9.", func() error { return p.change(func(in *voucher.ChangeCampaign) { in.Supply = 9 }) }},
			{"open: at most 8, the supply, is wanted, not 9.", func() error { return p.change(func(in *voucher.ChangeCampaign) { in.Open = 9 }) }},
			{"open: at least 4 is wanted, not 3", func() error { return p.change(func(in *voucher.ChangeCampaign) { in.Open = 3 }) }},
			{"supply: at least 9 is wanted, not 8: the 4 that are kept for issues", func() error { return p.change(func(in *voucher.ChangeCampaign) { in.Open = 5 }) }},
			{"count: at most 4 is wanted", func() error {
				return one(p, p.Merchant, p.World.Issue(p.Merchant, p.open, 0, make([]voucher.Address, 5)...).(voucher.Signed[voucher.Issue]).Intent)
			}},
		},
		voucher.KindOutsideWindow: {{"campaign: claims are taken from 2026-11-23T17:00:02+08:00 to 2026-12-03", func() error {
			later := p.create(3, func(c *voucher.CreateCampaign) { c.ClaimFrom += 3660; c.Offsets = []voucher.Offset{{Minutes: 480}} })
			return p.claimed(p.Alice, later, 0, nil)
		}}},
		voucher.KindWrongOrdinal: {{"ordinal: 2 is wanted now, not 7.", func() error { return p.claimed(p.Alice, p.open, 7, nil) }}},
		voucher.KindLimitReached: {{"campaign: 1 is the most that one holder may claim of it.", func() error {
			return errors.Join(p.claimed(p.Alice, p.campaign, 0, nil), p.claimed(p.Alice, p.campaign, 1, nil))
		}}},
		voucher.KindDayLimitReached: {{"campaign: 1 is the most that one holder may claim of it in a day; by its clock it is 2026-11-23T", func() error {
			daily := p.create(3, func(c *voucher.CreateCampaign) { c.PerHolder, c.PerDay = 0, 1 })
			return errors.Join(p.claimed(p.Alice, daily, 0, nil), p.claimed(p.Alice, daily, 1, nil))
		}}},
		voucher.KindTicketInvalid: {
			{"ticket: one for the wallet " + checked(p.Alice) + " and this campaign is wanted, signed by an attestor", func() error {
				vouched := p.create(3, func(c *voucher.CreateCampaign) { c.Attestors = []voucher.Address{p.Other.Address} })
				ticket := voucher.Ticket{Campaign: vouched, Wallet: p.Alice.Address, Attestor: p.Bob.Address, Subject: voucher.Hash{1}, Deadline: p.Unix() + 60}
				return p.claimed(p.Alice, vouched, 0, &ticket)
			}},
		},
		voucher.KindUnknownVoucher: {{"No such voucher.", func() error { return p.sell(voucher.Ref{Campaign: p.open, Serial: 7}, nil, nil) }}},
		voucher.KindNotOwner: {{"No such voucher.", func() error {
			return p.sell(p.claim(p.Bob, p.open, 0), nil, nil)
		}}},
		voucher.KindNotYetValid: {{"its campaign's vouchers are good from 2026-11-24T", func() error {
			later := p.create(3, func(c *voucher.CreateCampaign) { c.ValidFrom += 86400 })
			return p.sell(p.claim(p.Alice, later, 0), func(o *voucher.Redeem) { o.Lines[0].Units = 1 }, nil)
		}}},
		voucher.KindInsufficientUnits: {{"accept.parts[0].units: at most 10, what the voucher has left, is wanted, not 11.", func() error {
			return p.sell(p.ref, func(o *voucher.Redeem) { o.Lines[0].Units = 11 }, nil)
		}}},
		voucher.KindHeld: {{"it is held until 2026-11-23T09:", func() error {
			p.Must(p.HoldUnits(p.Alice, p.Unix()+3600, 1, p.other))
			p.advance(time.Second)
			return p.sell(p.other, nil, nil)
		}}},
		voucher.KindWrongStore: {
			{"store: the merchant has no store 9: name it before a till is let in there.", func() error {
				return one(p, p.Merchant, voucher.PutKey{Author: p.Merchant.Address, Merchant: p.Merchant.Address, Version: p.version, Key: p.Bob.Address, Scopes: voucher.ScopeRedeem, Store: 9, Deadline: p.Unix() + 60})
			}},
			{"store: one of 2, 3 is wanted, where the terms say that the vouchers are good, not 1.", func() error {
				elsewhere := p.create(3, func(c *voucher.CreateCampaign) { c.Stores = []uint32{2, 3} })
				return p.sell(p.claim(p.Alice, elsewhere, 0), nil, nil)
			}},
		},
		voucher.KindWrongCurrency: {{"currency: HKD, the campaign's, is wanted, not USD.", func() error {
			return p.sell(p.ref, nil, func(a *voucher.Accept) { a.Currency = voucher.Currency{'U', 'S', 'D'} })
		}}},
		voucher.KindDiscountTooHigh: {
			{"accept.parts[0].discount: at most 64.00 HKD is wanted, 32.00 HKD for each of the 2 units, not 64.01 HKD.", func() error {
				return p.sell(p.ref, nil, func(a *voucher.Accept) { a.Parts[0].Discount = 6401 })
			}},
			{"amount: at least the sum of the discounts, 32.00 HKD, is wanted, not 31.99 HKD.", func() error {
				return p.sell(p.ref, nil, func(a *voucher.Accept) { a.Amount = 3199 })
			}},
			{"accept.parts[0].discount: 0.02 HKD, what the units are worth, is wanted, not 0.03 HKD.", func() error {
				card := p.create(3, func(c *voucher.CreateCampaign) { c.StoredValue, c.MaxDiscount, c.Units = true, 1, 5000 })
				return p.sell(p.claim(p.Alice, card, 0), nil, func(a *voucher.Accept) { a.Parts[0].Discount = 3 })
			}},
		},
		voucher.KindWrongOffer: {{"accept.offer", func() error { return p.sell(p.ref, nil, func(a *voucher.Accept) { a.Offer = voucher.Hash{1} }) }}},
		voucher.KindNotTransferable: {{"transferable", func() error {
			ref := p.claim(p.Bob, p.campaign, 0)
			c := p.World.Transfer(p.Bob, p.Alice.Address, ref)
			_, err := p.client.Send(p.ctx(), apitest.Command(p.Domain, api.PlacedRequest[voucher.Transfer]{Intent: c.Transfer, Signature: intent.FormatSignature(c.Signature)}))
			return err
		}}},
		voucher.KindNotHeld: {{"hold", func() error {
			_, err := p.client.Send(p.ctx(), apitest.Keyed(p.Domain, p.captureRequest(voucher.Hash{1}, "k", ledgertest.Take(p.ref, 1, 0)), "k"))
			return err
		}}},
		voucher.KindRollbackExceeds: {
			{"returns[0].units: at most 2 is wanted, not 3: the redemption took 2, and 0 were given back.", func() error { return p.back(p.ref, 3, 2, 0) }},
			{"returns[0].taken: 2 is wanted now, not 9.", func() error { return p.back(p.ref, 3, 9, 0) }},
			{"redemption: 0x0100000000000000000000000000000000000000000000000000000000000000 is none of this merchant's.", func() error {
				_, err := p.client.Send(p.ctx(), apitest.Command(p.Domain, apitest.Request[voucher.Rollback](p.t, p.World.Rollback(p.Merchant, voucher.Hash{1}, ledgertest.Return(p.ref, 1, 1, 0)))))
				return err
			}},
		},
		voucher.KindWrongReturned: {{"returns[0].returned: 0 is wanted now, not 1.", func() error { return p.back(p.ref, 1, 2, 1) }}},
		voucher.KindNotVoidable:   {{"voidable", func() error { return p.ended(voucher.Ref{Campaign: p.campaign, Serial: 1}) }}},
		voucher.KindNotReturnable: {{"rollback", func() error {
			final := p.create(3, func(c *voucher.CreateCampaign) { c.Rollback, c.Units = voucher.RollbackNone, 2 })
			return p.back(p.claim(p.Alice, final, 0), 1, 2, 0)
		}}},
		voucher.KindPossessionWanted: {{"possession", func() error {
			in := voucher.RotateRoot{Author: p.Merchant.Address, Merchant: p.Merchant.Address, Version: p.version, Root: p.Bob.Address, Deadline: p.Unix() + 60}
			_, err := p.client.Send(p.ctx(), apitest.Command(p.Domain, api.SignedRequest[voucher.RotateRoot]{Intent: in, Signature: intent.FormatSignature(p.Sign(p.Merchant, in))}))
			return err
		}}},
		voucher.KindOfferOver: {{"offer.deadline: ", func() error {
			old := p.Offer(p.Alice, p.ref)
			old.SignedAt, old.Deadline = old.SignedAt-3600, old.Deadline-3600
			return p.cancelled(p.Alice, old, func(*voucher.Cancel) {})
		}}},
		voucher.KindBadPlace: {{"place", func() error {
			issue := p.Must(p.World.Issue(p.Merchant, p.open, 0, p.Bob.Address, p.Alice.Address))
			request := api.DeliveryRequest{Intent: voucher.Deliver{Issue: issue.ID, Index: 1, Owner: p.Bob.Address}, Path: voucher.IssueProof([]voucher.Address{p.Bob.Address, p.Alice.Address}, 1)}
			_, err := p.as(p.Bob).Send(p.ctx(), apitest.Command(p.Domain, request))
			return err
		}}},
		voucher.KindAlreadyUsed: {{"code", func() error {
			p.advance(2 * time.Second)
			sold := p.Must(p.World.Redeem(p.Alice, p.ref))
			require.NotZero(p.t, sold)
			return p.sell(p.ref, nil, nil)
		}}},
		voucher.KindSuperseded: {{"signed", func() error {
			return p.sell(p.ref, func(o *voucher.Redeem) { o.SignedAt -= 60; o.Deadline -= 60 }, nil)
		}}},
		voucher.KindSpent: {{"spent", func() error {
			single := p.claim(p.Alice, p.create(3, nil), 0)
			p.Must(p.World.Redeem(p.Alice, single))
			p.advance(time.Second)
			return p.sell(single, func(o *voucher.Redeem) { o.Lines[0].Units = 1 }, nil)
		}}},
		voucher.KindRecoveryPending: {{"merchant: the root " + checked(p.Bob) + " takes over at 2026-12-3", func() error {
			p.Must(p.World.RecoverRoot(p.Bob))
			return one(p, p.Operator, p.World.Reinstate().(voucher.Signed[voucher.ReinstateMerchant]).Intent)
		}}},
		voucher.KindCampaignInactive: {{"is paused", func() error {
			return errors.Join(p.change(func(in *voucher.ChangeCampaign) { in.Status = voucher.CampaignPaused }), p.claimed(p.Bob, p.open, 1, nil))
		}}},
		voucher.KindVoided: {{"void", func() error {
			p.advance(2 * time.Hour) // a hold is over
			return errors.Join(p.ended(p.other), p.sell(p.other, nil, nil))
		}}},
		voucher.KindExpired: {{"it was good until 2026-12-23T", func() error {
			p.advance(31 * 24 * time.Hour)
			return p.sell(p.ref, nil, nil)
		}}},
		voucher.KindMerchantSuspended: {{"merchant: " + checked(p.Merchant) + " is suspended since 2026-1", func() error {
			p.Must(p.World.Suspend())
			return p.store(never, p.Merchant)
		}}},
	}
}

// refusalCase is one way to meet a refusal.
type refusalCase struct {
	says string
	meet func() error
}

// unmet are the kinds that no request of this test meets, and why.
func unmet() map[voucher.Kind]string {
	return map[voucher.Kind]string{
		voucher.KindAccepted:     "it is none",
		voucher.KindSerialsTaken: "the teller offers others, and says sold_out",
		voucher.KindUnsupported:  "every ledger of this repository knows every command",
		voucher.KindHoldTooLong:  "no code has room for it: see TestReason_HoldTooLong of package refusal",
		voucher.KindListFull:     "256 commands are needed first: see TestReason_ListFull of package refusal",
	}
}

var (
	goType = regexp.MustCompile(`\b(uint(8|16|32|64)?|int(16|32|64)?|float64|struct|nil|interface)\b|map\[|\[\]|\b(voucher|api|exact)\.[A-Z]`)
	// secret is a code, a token or a signature: 64 bytes in hex, or as long in base64.
	secret = regexp.MustCompile(`TALLY1-|[0-9a-fA-F]{100}|[A-Za-z0-9_-]{100}`)
)

// TestRefusals_EachNamesFieldAndLimit meets every refusal of the rules over HTTP. Each
// says which field is wrong and what is wanted there, and what to do; none names a type
// of Go, and none repeats a secret.
func TestRefusals_EachNamesFieldAndLimit(t *testing.T) {
	p := newProvoked(t)
	all := refusals(p)
	for _, kind := range inOrder(t, all) {
		for i, c := range all[kind] {
			shown := kind
			if kind == voucher.KindNotOwner {
				shown = voucher.KindUnknownVoucher // to everybody
			}
			refused := problem(t, c.meet(), kind)
			want := api.RefusalProblem(shown)
			require.Equal(t, want.Code, refused.Code, "%s %d: %s %s", kind, i, refused.Title, refused.Detail)
			text := refused.Title + " " + refused.Detail
			require.Contains(t, text, c.says, kind)
			require.Contains(t, refused.Detail, want.Detail, "%s: what to do", kind)
			require.LessOrEqual(t, len(refused.Detail), api.MaxDetail)
			require.NotContains(t, refused.Detail, "…", "%s: cut off", kind)
			require.NotRegexp(t, goType, text, kind)
			require.NotRegexp(t, secret, text, kind)
		}
	}
}

// inOrder lists every kind of the rules, those that change the shop for good last. It
// fails for a kind that is neither met nor known to be unmet.
func inOrder(t *testing.T, all map[voucher.Kind][]refusalCase) (order []voucher.Kind) {
	t.Helper()
	last := []voucher.Kind{voucher.KindCampaignInactive, voucher.KindVoided, voucher.KindExpired, voucher.KindMerchantSuspended, voucher.KindRecoveryPending}
	late := map[voucher.Kind]bool{}
	for _, kind := range last {
		late[kind] = true
	}
	for kind := voucher.KindAccepted; ; kind++ {
		if _, ok := kind.Refusal(); !ok {
			return append(order, last...)
		}
		require.NotEqual(t, len(all[kind]) > 0, unmet()[kind] != "", "%s is either met or has a reason why not", kind)
		if len(all[kind]) > 0 && !late[kind] {
			order = append(order, kind)
		}
	}
}

func problem(t *testing.T, err error, kind voucher.Kind) *api.Problem {
	t.Helper()
	var p *api.Problem
	require.ErrorAs(t, err, &p, kind)
	return p
}

// TestCatalogue_SaysWhatToDo: every problem has a sentence and a remedy of whole sentences.
func TestCatalogue_SaysWhatToDo(t *testing.T) {
	for _, of := range api.Catalogue() {
		for _, text := range []string{of.Sentence, of.Remedy} {
			require.Regexp(t, `^[A-Z].*\.$`, text, of.Code)
			require.NotRegexp(t, goType, text, of.Code)
		}
		require.NotEqual(t, "Nothing.", of.Remedy, of.Code)
		require.NotContains(t, strings.ToLower(of.Remedy), "see the fields", of.Code)
	}
}
