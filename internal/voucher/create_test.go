package voucher_test

import (
	"crypto/sha256"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type createCampaign = voucher.Signed[voucher.CreateCampaign]

func createCampaignScene() scene[createCampaign] {
	return scene[createCampaign]{unsealedBuild(func(w *world) (createCampaign, []voucher.Address) {
		return createCampaign{Intent: w.terms()}, []voucher.Address{merchant()}
	}), unsealed[createCampaign]}
}

// terms makes a refusal that edits nothing but the intent.
func terms(name string, kind voucher.Kind, edit func(in *voucher.CreateCampaign)) refusal[createCampaign] {
	return refusal[createCampaign]{name, kind, func(_ *world, c *createCampaign, _ []voucher.Address) { edit(&c.Intent) }}
}

func createCampaignRefusals() []refusal[createCampaign] {
	malformed, invalid := voucher.KindMalformed, voucher.KindInvalidTerms
	offsets := func(n int) (table []voucher.Offset) {
		for i := range n {
			table = append(table, voucher.Offset{From: uint64(i) * 900})
		}
		return table
	}
	numbers := func(n uint32) (stores []uint32) {
		for i := range n {
			stores = append(stores, i+1)
		}
		return stores
	}
	return []refusal[createCampaign]{
		terms("no terms", malformed, func(in *voucher.CreateCampaign) { in.Terms = "" }),
		terms("terms of 8193 bytes", malformed, func(in *voucher.CreateCampaign) { in.Terms = text(8193) }),
		terms("a currency in small letters", malformed, func(in *voucher.CreateCampaign) { in.Currency = voucher.Currency{'t', 'w', 'd'} }),
		terms("a currency with a hole", malformed, func(in *voucher.CreateCampaign) { in.Currency = voucher.Currency{'T', 'W', 0} }),
		terms("no units", malformed, func(in *voucher.CreateCampaign) { in.Units = 0 }),
		terms("2^36 units", malformed, func(in *voucher.CreateCampaign) { in.Units = 1 << 36 }),
		terms("a discount of 2^53", malformed, func(in *voucher.CreateCampaign) { in.MaxDiscount = 1 << 53 }),
		terms("nine attestors", malformed, func(in *voucher.CreateCampaign) {
			for n := range byte(9) {
				in.Attestors = append(in.Attestors, address(n+1))
			}
		}),
		terms("an attestor twice", malformed, func(in *voucher.CreateCampaign) {
			in.Attestors = []voucher.Address{attestor(), attestor()}
		}),
		terms("the zero attestor", malformed, func(in *voucher.CreateCampaign) { in.Attestors = []voucher.Address{{}} }),
		terms("257 stores", malformed, func(in *voucher.CreateCampaign) { in.Stores = numbers(257) }),
		terms("store 0", malformed, func(in *voucher.CreateCampaign) { in.Stores = []uint32{0, 1} }),
		terms("store 65536", malformed, func(in *voucher.CreateCampaign) { in.Stores = []uint32{1, 65536} }),
		terms("a store twice", malformed, func(in *voucher.CreateCampaign) { in.Stores = []uint32{1, 1} }),
		terms("stores out of order", malformed, func(in *voucher.CreateCampaign) { in.Stores = []uint32{2, 1} }),
		terms("65 offsets", malformed, func(in *voucher.CreateCampaign) { in.Offsets = offsets(65) }),
		terms("an offset of 855 minutes", malformed, func(in *voucher.CreateCampaign) { in.Offsets[0].Minutes = 855 }),
		terms("an offset of -855 minutes", malformed, func(in *voucher.CreateCampaign) { in.Offsets[0].Minutes = -855 }),
		terms("an offset of 7 minutes", malformed, func(in *voucher.CreateCampaign) { in.Offsets[0].Minutes = 7 }),
		terms("an offset after the end of time", malformed, func(in *voucher.CreateCampaign) { in.Offsets[0].From = voucher.MaxInstant + 900 }),
		terms("two offsets at once", malformed, func(in *voucher.CreateCampaign) { in.Offsets = []voucher.Offset{{From: 900}, {From: 900}} }),
		terms("an offset off the quarter of an hour", malformed, func(in *voucher.CreateCampaign) {
			in.Offsets = []voucher.Offset{{}, {From: start + 1}}
		}),
		{"by another", voucher.KindBadSignature, func(_ *world, _ *createCampaign, by []voucher.Address) { by[0] = rival() }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *createCampaign, _ []voucher.Address) { w.now += 61 }},
		terms("early", voucher.KindDeadlineTooFar, func(in *voucher.CreateCampaign) { in.Deadline = start + voucher.IntentLife + 1 }),
		terms("more open than minted", invalid, func(in *voucher.CreateCampaign) { in.Open = in.Supply + 1 }),
		terms("more minted than the cap", invalid, func(in *voucher.CreateCampaign) { in.Supply = in.Cap + 1 }),
		terms("a cap of none", invalid, func(in *voucher.CreateCampaign) { in.Open, in.Supply, in.Cap = 0, 0, 0 }),
		terms("a cap above 2^31", invalid, func(in *voucher.CreateCampaign) { in.Cap = 1<<31 + 1 }),
		terms("a window without an instant", invalid, func(in *voucher.CreateCampaign) { in.ClaimUntil = in.ClaimFrom }),
		terms("claims after the validity", invalid, func(in *voucher.CreateCampaign) { in.ClaimUntil = in.ValidUntil + 1 }),
		terms("valid at no instant", invalid, func(in *voucher.CreateCampaign) { in.ValidFrom = in.ValidUntil }),
		terms("over before it begins", invalid, func(in *voucher.CreateCampaign) {
			in.ValidUntil = start - start%900
			in.ClaimFrom, in.ClaimUntil, in.ValidFrom = 0, in.ValidUntil, 0
		}),
		terms("valid for more than ten years", invalid, func(in *voucher.CreateCampaign) {
			in.ValidUntil = (start+voucher.CampaignLife)/900*900 + 900
		}),
		terms("validity off the quarter of an hour", invalid, func(in *voucher.CreateCampaign) { in.ValidUntil++ }),
		terms("validity that overflows", invalid, func(in *voucher.CreateCampaign) { in.ValidUntil = math.MaxUint64 }),
		terms("3661 days", invalid, func(in *voucher.CreateCampaign) { in.ValidDays = 3661 }),
		terms("a grace of more than a year", invalid, func(in *voucher.CreateCampaign) { in.Grace = voucher.MaxGrace + 900 }),
		terms("a grace off the quarter of an hour", invalid, func(in *voucher.CreateCampaign) { in.Grace = 901 }),
		terms("no such policy of rollback", invalid, func(in *voucher.CreateCampaign) { in.Rollback = 3 }),
		terms("stored value at another rate", invalid, func(in *voucher.CreateCampaign) { in.StoredValue = true }),
		terms("of nobody", voucher.KindUnknownMerchant, func(in *voucher.CreateCampaign) { in.Merchant = stranger() }),
		{"suspended", voucher.KindMerchantSuspended, func(w *world, _ *createCampaign, _ []voucher.Address) { w.suspend(merchant()) }},
		{"by another merchant", voucher.KindNotAuthorised, func(_ *world, c *createCampaign, by []voucher.Address) {
			by[0], c.Intent.Author = rival(), rival()
		}},
		{"by a till", voucher.KindNotAuthorised, func(_ *world, c *createCampaign, by []voucher.Address) {
			by[0], c.Intent.Author = till(1), till(1)
		}},
		{"created before", voucher.KindExists, func(w *world, c *createCampaign, by []voucher.Address) { w.accept(*c, by...) }},
	}
}

func TestCreateCampaign_EveryRule(t *testing.T) {
	createCampaignScene().run(t, createCampaignRefusals())

	w, c, by := createCampaignScene().build(t)
	campaign := voucher.CampaignOf(id(c.Intent))
	require.Equal(t, voucher.Events{voucher.CampaignCreated{Campaign: campaign, Create: c.Intent}}, w.accept(c, by...))
	in := c.Intent
	require.Equal(t, voucher.Campaign{
		Version: 1, Status: voucher.CampaignActive, Merchant: merchant(), TermsHash: sha256.Sum256([]byte(in.Terms)),
		Currency: in.Currency, Units: 10, MaxDiscount: 5000, Supply: 8, Open: 5, Cap: 10, PerHolder: 3, PerDay: 2,
		ClaimFrom: in.ClaimFrom, ClaimUntil: in.ClaimUntil, ValidFrom: in.ValidFrom, ValidUntil: in.ValidUntil,
		Offsets: in.Offsets, Rollback: voucher.RollbackRestore, Grace: 86400, Stores: []uint32{1},
	}, w.readCampaign(campaign))
}

func TestCreateCampaign_UpToEveryLimit(t *testing.T) {
	for name, edit := range map[string]func(in *voucher.CreateCampaign){
		"terms of 8192 bytes":  func(in *voucher.CreateCampaign) { in.Terms = text(voucher.MaxTerms) },
		"the most units":       func(in *voucher.CreateCampaign) { in.Units = voucher.MaxUnits },
		"the highest discount": func(in *voucher.CreateCampaign) { in.MaxDiscount = voucher.MaxAmount },
		"the largest supply": func(in *voucher.CreateCampaign) {
			in.Open, in.Supply, in.Cap = voucher.MaxSupply, voucher.MaxSupply, voucher.MaxSupply
		},
		"nothing minted yet":         func(in *voucher.CreateCampaign) { in.Open, in.Supply, in.Cap = 0, 0, 1 },
		"the longest life":           func(in *voucher.CreateCampaign) { in.ValidUntil = (start + voucher.CampaignLife) / 900 * 900 },
		"claims to the last instant": func(in *voucher.CreateCampaign) { in.ClaimUntil = in.ValidUntil },
		"14 hours ahead":             func(in *voucher.CreateCampaign) { in.Offsets = []voucher.Offset{{Minutes: 840}} },
		"14 hours behind":            func(in *voucher.CreateCampaign) { in.Offsets = []voucher.Offset{{Minutes: -840}} },
		"the longest deadline":       func(in *voucher.CreateCampaign) { in.Deadline = start + voucher.IntentLife },
		"a deadline of now":          func(in *voucher.CreateCampaign) { in.Deadline = start },
		"stored value":               func(in *voucher.CreateCampaign) { in.StoredValue, in.MaxDiscount = true, 1 },
		"forfeit":                    func(in *voucher.CreateCampaign) { in.Rollback = voucher.RollbackForfeit },
		"a year of grace":            func(in *voucher.CreateCampaign) { in.Grace = voucher.MaxGrace },
		"ten years of days":          func(in *voucher.CreateCampaign) { in.ValidDays = voucher.MaxValidDays },
		"every store":                func(in *voucher.CreateCampaign) { in.Stores = nil },
		"the greatest store":         func(in *voucher.CreateCampaign) { in.Stores = []uint32{voucher.MaxStore} },
		"eight attestors": func(in *voucher.CreateCampaign) {
			for n := range byte(voucher.MaxAttestors) {
				in.Attestors = append(in.Attestors, address(n+1))
			}
		},
		"256 stores": func(in *voucher.CreateCampaign) {
			in.Stores = nil
			for n := range uint32(voucher.MaxStores) {
				in.Stores = append(in.Stores, n+1)
			}
		},
		"64 offsets": func(in *voucher.CreateCampaign) {
			in.Offsets = nil
			for n := range uint64(voucher.MaxOffsets) {
				in.Offsets = append(in.Offsets, voucher.Offset{From: 900 * n})
			}
		},
		"an offset at the end of time": func(in *voucher.CreateCampaign) { in.Offsets = []voucher.Offset{{From: voucher.MaxInstant}} },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c := w.campaign(edit)
			require.Equal(t, uint32(1), w.readCampaign(c).Version)
		})
	}
}

// The ends of validity, to the second: it must end later than now, within ten
// years, and within what a slot can hold.
func TestCreateCampaign_EndOfValidityIsBounded(t *testing.T) {
	const quarter = start / 900 * 900
	for _, c := range []struct {
		name       string
		now, until uint64
		kind       voucher.Kind
	}{
		{"now", quarter, quarter, voucher.KindInvalidTerms},
		{"in a quarter of an hour", quarter, quarter + 900, voucher.KindAccepted},
		{"in ten years", quarter, quarter + voucher.CampaignLife, voucher.KindAccepted},
		{"in ten years, a second too early to say so", quarter - 1, quarter + voucher.CampaignLife, voucher.KindInvalidTerms},
		{"at the end of time", voucher.MaxInstant - 1800, voucher.MaxInstant, voucher.KindAccepted},
		{"after the end of time", voucher.MaxInstant - 1800, voucher.MaxInstant + 900, voucher.KindInvalidTerms},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, create, by := createCampaignScene().build(t)
			w.now, create.Intent.Deadline = c.now, c.now
			in := &create.Intent
			in.ClaimFrom, in.ClaimUntil, in.ValidFrom, in.ValidUntil = c.now-1000, c.until, c.now-1000, c.until
			require.Equal(t, c.kind.String(), w.apply(create, by...).Kind.String())
		})
	}
}

// A campaign of a merchant that lost nothing has no record of what it had lost.
func TestCreateCampaign_KeepsEarlierSuspensions(t *testing.T) {
	w := newWorld(t)
	require.NotContains(t, w.state, "lost/"+w.campaign().String())
	w.suspend(merchant())
	w.now++
	w.reinstate(merchant())
	require.Contains(t, w.state, "lost/"+w.campaign(func(in *voucher.CreateCampaign) { in.Terms = "{}" }).String())
}
