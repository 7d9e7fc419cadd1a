package voucher_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// TestFlaw_NamesFieldAndLimit: what makes a command malformed is a field and what is
// wanted there, and nothing is malformed without one.
func TestFlaw_NamesFieldAndLimit(t *testing.T) {
	some := voucher.Address{1}
	line := voucher.Line{Serial: 1, Units: 10}
	offer := voucher.Redeem{Owner: some, Lines: []voucher.Line{line}, SignedAt: 100, Deadline: 200}
	redeem := func(edit func(o *voucher.Redeem, a *voucher.Accept)) voucher.Command {
		o, a := offer, voucher.Accept{Parts: []voucher.Part{{Units: 1}}}
		o.Lines = []voucher.Line{line}
		edit(&o, &a)
		return voucher.RedeemCommand{Offer: o, Accept: a}
	}
	many := make([]voucher.Line, 31)
	for i := range many {
		many[i] = voucher.Line{Serial: uint32(i), Units: 1}
	}
	campaign := func(edit func(*voucher.CreateCampaign)) voucher.Command {
		in := voucher.CreateCampaign{Terms: "{}", Currency: voucher.Currency{'H', 'K', 'D'}, Units: 1}
		edit(&in)
		return voucher.Signed[voucher.CreateCampaign]{Intent: in}
	}
	capture := func(takes ...voucher.Take) voucher.Command {
		return voucher.Signed[voucher.Capture]{Intent: voucher.Capture{Takes: takes}}
	}
	for says, c := range map[string]voucher.Command{
		"offer.lines[0].units: a whole number from 1 to 68719476735 is wanted":                           redeem(func(o *voucher.Redeem, _ *voucher.Accept) { o.Lines[0].Units = 0 }),
		"offer.lines: a list of 1 to 30 entries is wanted, not of 0":                                     redeem(func(o *voucher.Redeem, _ *voucher.Accept) { o.Lines = nil }),
		"offer.lines: a list of 1 to 30 entries is wanted, not of 31":                                    redeem(func(o *voucher.Redeem, _ *voucher.Accept) { o.Lines = many }),
		"offer.lines: a list in ascending order is wanted":                                               redeem(func(o *voucher.Redeem, _ *voucher.Accept) { o.Lines = []voucher.Line{line, line} }),
		"offer.signedAt: a whole number from 0 to 4294967295":                                            redeem(func(o *voucher.Redeem, _ *voucher.Accept) { o.SignedAt, o.Deadline = 1<<40, 1<<41 }),
		"offer.deadline: an instant that is not before signedAt":                                         redeem(func(o *voucher.Redeem, _ *voucher.Accept) { o.Deadline = 99 }),
		"accept.parts: one for each of the offer's 1 lines is wanted, not 2":                             redeem(func(_ *voucher.Redeem, a *voucher.Accept) { a.Parts = make([]voucher.Part, 2) }),
		"accept.parts[0].units: a whole number from 1 to the 10 that the offer allows is wanted, not 11": redeem(func(_ *voucher.Redeem, a *voucher.Accept) { a.Parts[0].Units = 11 }),
		"accept.parts[0].units: a whole number from 1 to the 10 that the offer allows is wanted, not 0":  redeem(func(_ *voucher.Redeem, a *voucher.Accept) { a.Parts[0].Units = 0 }),
		"accept.parts[0].discount: at most 9007199254740991 is wanted":                                   redeem(func(_ *voucher.Redeem, a *voucher.Accept) { a.Parts[0].Discount = 1 << 53 }),
		"accept.amount: a whole number from 0 to 9007199254740991 is wanted":                             redeem(func(_ *voucher.Redeem, a *voucher.Accept) { a.Amount = 1 << 53 }),
		"places: none are wanted, or one for each of the offer's 1 lines, not 2":                         voucher.RedeemCommand{Offer: offer, Accept: voucher.Accept{Parts: []voucher.Part{{Units: 1}}}, Places: make([]voucher.Place, 2)},
		"places[0].path: a list of 0 to 32 entries is wanted, not of 33":                                 voucher.CancelCommand{Offer: offer, Places: []voucher.Place{{Path: make([]voucher.Hash, 33)}}},

		"takes: a list of 1 to 30 entries":                        capture(),
		"takes: at least one unit is wanted":                      capture(voucher.Take{}),
		"takes[1].discount: 0 is wanted where no units are taken": capture(voucher.Take{Units: 1}, voucher.Take{Serial: 1, Discount: 1}),
		"takes[0].units: at most 68719476735 is wanted":           capture(voucher.Take{Units: 1 << 36}),
		"takes: a list in ascending order":                        capture(voucher.Take{Units: 1}, voucher.Take{Units: 1}),

		"currency: three capital letters":                campaign(func(in *voucher.CreateCampaign) { in.Currency = voucher.Currency{'h', 'k', 'd'} }),
		"terms: a document of 1 to 8192 bytes is wanted": campaign(func(in *voucher.CreateCampaign) { in.Terms = strings.Repeat("x", 8193) }),
		"units: a whole number from 1 to":                campaign(func(in *voucher.CreateCampaign) { in.Units = 0 }),
		"maxDiscount: a whole number from 0 to":          campaign(func(in *voucher.CreateCampaign) { in.MaxDiscount = 1 << 53 }),
		"attestors[0]: an address other than zero":       campaign(func(in *voucher.CreateCampaign) { in.Attestors = make([]voucher.Address, 1) }),
		"attestors: a list of 0 to 8 entries is wanted":  campaign(func(in *voucher.CreateCampaign) { in.Attestors = make([]voucher.Address, 9) }),
		"stores[1]: a whole number from 1 to 65535":      campaign(func(in *voucher.CreateCampaign) { in.Stores = []uint32{1, 65536} }),
		"stores: a list in ascending order":              campaign(func(in *voucher.CreateCampaign) { in.Stores = []uint32{2, 1} }),
		"offsets[0].minutes: a multiple of 15":           campaign(func(in *voucher.CreateCampaign) { in.Offsets = []voucher.Offset{{Minutes: 7}} }),
		"offsets[0].from: a multiple of 900":             campaign(func(in *voucher.CreateCampaign) { in.Offsets = []voucher.Offset{{From: 1}} }),
		"offsets: a list in ascending order":             campaign(func(in *voucher.CreateCampaign) { in.Offsets = make([]voucher.Offset, 2) }),

		"status: a whole number from 1 to 3 is wanted, not 0":                                       voucher.Signed[voucher.ChangeCampaign]{},
		"count: a whole number from 1 to 4294967295 is wanted":                                      voucher.Signed[voucher.Issue]{},
		"vouchers: a list of 1 to 30 entries":                                                       voucher.Signed[voucher.Release]{},
		"returns[0].units: at least 1 is wanted":                                                    voucher.Signed[voucher.Rollback]{Intent: voucher.Rollback{Returns: make([]voucher.Return, 1)}},
		"store: a whole number from 1 to 65535 is wanted, not 0":                                    voucher.Signed[voucher.PutStore]{},
		"name: a text of 1 to 128 bytes without control characters is wanted, and this has 2 bytes": voucher.Signed[voucher.PutStore]{Intent: voucher.PutStore{Store: 1, Name: "a\n"}},
		"scopes: a whole number from 0 to 15 is wanted, not 16":                                     voucher.Signed[voucher.PutKey]{Intent: voucher.PutKey{Scopes: 16}},
		"store: a whole number from 1 to 65535 is wanted, not 65536":                                voucher.Signed[voucher.PutKey]{Intent: voucher.PutKey{Key: some, Scopes: voucher.ScopeRedeem, Store: 65536}},
		"store: 0 is wanted for a key that is no till's":                                            voucher.Signed[voucher.PutKey]{Intent: voucher.PutKey{Key: some, Scopes: voucher.ScopeVoid, Store: 1}},
		"key: an address other than zero is wanted":                                                 voucher.Signed[voucher.PutKey]{},
		"reason: a text of 1 to 256 bytes":                                                          voucher.VoidCommand{},
		"place.path: a list of 0 to 32 entries":                                                     voucher.VoidCommand{Void: voucher.Void{Reason: "x"}, Place: voucher.Place{Path: make([]voucher.Hash, 33)}},
		"owner: an address other than zero is wanted":                                               voucher.DeliverCommand{},
		"path: a list of 0 to 32 entries":                                                           voucher.DeliverCommand{Deliver: voucher.Deliver{Owner: some}, Path: make([]voucher.Hash, 33)},
		"candidates: a list of 1 to 4 entries is wanted, not of 0":                                  voucher.ClaimCommand{},
		"ticketSignature: nothing is wanted where there is no ticket":                               voucher.ClaimCommand{TicketSignature: voucher.Signature{R: voucher.Hash{1}}},
		"to: another address than the owner's":                                                      voucher.TransferCommand{Transfer: voucher.Transfer{Owner: some, To: some}},
		"to: an address other than zero is wanted":                                                  voucher.TransferCommand{Transfer: voucher.Transfer{Owner: some}},
		"threshold: a whole number from 1 to 1 is wanted, not 2":                                    voucher.JointlyProven[voucher.SetOperators]{Intent: voucher.SetOperators{Operators: []voucher.Address{some}, Threshold: 2}},
		"operators: a list of 1 to 32 entries":                                                      voucher.JointlyProven[voucher.SetOperators]{},
		"approvers: a list in ascending order":                                                      voucher.Approved[voucher.SetAuditor]{Intent: voucher.SetAuditor{Auditor: some, Approvers: make([]voucher.Address, 2)}},
		"possessions: proofs of keys that the intent brings into force":                             voucher.JointlyProven[voucher.RecoverRoot]{Intent: voucher.RecoverRoot{Root: some}, Possessions: make([]voucher.Possession, 1)},
		"root: an address other than zero is wanted":                                                voucher.Proven[voucher.RotateRoot]{},
	} {
		require.Equal(t, voucher.KindMalformed, voucher.ExamineShape(c), says)
		flaw := voucher.Flaw(c)
		require.Contains(t, flaw, says)
		require.Regexp(t, `^[a-z][A-Za-z.]*(\[\d+\])?[A-Za-z.]*: \S`, flaw, "a field, and what is wanted there")
		require.NotRegexp(t, `uint|int64|voucher\.|\[\]`, flaw, "no Go type")
	}
	require.Empty(t, voucher.Flaw(redeem(func(*voucher.Redeem, *voucher.Accept) {})))
	require.Empty(t, voucher.Flaw(capture(voucher.Take{Units: 1}, voucher.Take{Serial: 1})))
	require.Empty(t, voucher.Flaw(campaign(func(*voucher.CreateCampaign) {})))
}

// TestContradiction_NamesTheField: each of the conditions on terms has a field of its own.
func TestContradiction_NamesTheField(t *testing.T) {
	const now, day = 1_800_000_000, 86400
	sound := voucher.CreateCampaign{Cap: 5, Supply: 5, Open: 5, ClaimUntil: now + day, ValidUntil: now + 2*day}
	require.Empty(t, voucher.Contradiction(sound, now))
	for says, edit := range map[string]func(*voucher.CreateCampaign){
		"cap: a whole number from 1 to 2147483648 is wanted, not 0": func(in *voucher.CreateCampaign) { in.Cap = 0 },
		"supply: a whole number from 0 to 5 is wanted, not 6":       func(in *voucher.CreateCampaign) { in.Supply = 6 },
		"open: a whole number from 0 to 5 is wanted, not 7":         func(in *voucher.CreateCampaign) { in.Open = 7 },
		"claimFrom: an instant before claimUntil":                   func(in *voucher.CreateCampaign) { in.ClaimFrom = in.ClaimUntil },
		"claimUntil: an instant that is not after validUntil":       func(in *voucher.CreateCampaign) { in.ClaimUntil = in.ValidUntil + 1 },
		"validFrom: an instant before validUntil":                   func(in *voucher.CreateCampaign) { in.ValidFrom = in.ValidUntil },
		"validUntil: an instant that is to come, at most 3660 days": func(in *voucher.CreateCampaign) { in.ValidUntil = now + 3661*day },
		"validUntil: a whole quarter of an hour":                    func(in *voucher.CreateCampaign) { in.ValidUntil++ },
		"validDays: a whole number from 0 to 3660 is wanted":        func(in *voucher.CreateCampaign) { in.ValidDays = 3661 },
		"grace: a whole number from 0 to 31622400 is wanted":        func(in *voucher.CreateCampaign) { in.Grace = 367 * day },
		"grace: a whole number of quarters":                         func(in *voucher.CreateCampaign) { in.Grace = 1 },
		"rollback: a whole number from 0 to 2 is wanted, not 3":     func(in *voucher.CreateCampaign) { in.Rollback = 3 },
		"maxDiscount: 1 is wanted for stored value":                 func(in *voucher.CreateCampaign) { in.StoredValue = true },
	} {
		in := sound
		edit(&in)
		require.Contains(t, voucher.Contradiction(in, now), says)
	}
}
