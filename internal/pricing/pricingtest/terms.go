// Package pricingtest tests package pricing: an oracle that tries everything, written
// apart from the engine, and random terms, carts and vouchers.
package pricingtest

import (
	"slices"

	"pgregory.net/rapid"

	"tally/internal/pricing"
)

// Terms draws terms of any form.
func Terms(t *rapid.T) pricing.Terms {
	terms := pricing.Terms{
		Name:     rapid.SampledFrom([]string{"HK$15 off", "<b>&", "半價", "\u2019"}).Draw(t, "name"),
		TimeZone: rapid.SampledFrom([]string{"", "Asia/Hong_Kong", "Etc/GMT+1"}).Draw(t, "zone"),
		Bearer:   rapid.Bool().Draw(t, "bearer"), Offer: Offer(t), Combine: combine(t), GiveBack: pricing.WithLast,
		When: rapid.SliceOfN(rapid.Custom(condition), 0, 3).Draw(t, "when"),
	}
	if rapid.Bool().Draw(t, "zones") {
		terms.Zones = []pricing.Zone{{Name: "Asia/Tokyo", Stores: []uint32{1, 65535}}, {Name: "UTC", Stores: []uint32{2}}}
	}
	if rapid.Bool().Draw(t, "texts") {
		terms.Texts = []pricing.Text{{Locale: "en", Title: "Off"}, {Locale: "zh-Hant", Title: "減", Terms: "每單一張"}}
	}
	switch terms.Offer.(type) {
	case pricing.StoredValue, pricing.Exchange:
	default:
		terms.GiveBack = rapid.SampledFrom([]pricing.GiveBackPolicy{pricing.WithLast, pricing.Requalify}).Draw(t, "give back")
	}
	return sound(terms)
}

// sound gives slices without items the one form in which terms are read.
func sound(terms pricing.Terms) pricing.Terms {
	if len(terms.When) == 0 {
		terms.When = nil
	}
	if len(terms.Combine.With) == 0 {
		terms.Combine.With = nil
	}
	return terms
}

// groups are the names that random terms have for each other. Few names make many
// pairs that agree.
func groups() []string { return []string{"a", "b", "c"} }

func combine(t *rapid.T) pricing.Combine {
	c := pricing.Combine{
		Group:  rapid.SampledFrom(groups()).Draw(t, "group"),
		With:   subset(t, "with", groups()...),
		Tender: rapid.IntRange(0, 9).Draw(t, "tender") > 0, Most: 1,
		Order: rapid.SampledFrom([]uint64{0, 500, 999}).Draw(t, "order"),
	}
	if slices.Contains(c.With, c.Group) {
		c.Most = rapid.Uint64Range(1, 3).Draw(t, "most")
	}
	return c
}

// subset draws some of the texts, ascending, or nil.
func subset(t *rapid.T, label string, of ...string) (some []string) {
	bits := rapid.IntRange(0, 1<<len(of)-1).Draw(t, label)
	for i, text := range of {
		if bits>>i&1 == 1 {
			some = append(some, text)
		}
	}
	return some
}

// Offer draws an offer of any kind. Its figures are small, as those of Cart, so that
// caps, ties and remainders are frequent.
func Offer(t *rapid.T) pricing.Offer {
	switch rapid.SampledFrom([]int{3, 2, 0, 1, 3, 2, 4, 3, 2}).Draw(t, "kind") {
	case 0:
		every := uint64(0)
		if rapid.Bool().Draw(t, "has every") {
			every = rapid.Uint64Range(1, 300).Draw(t, "every")
		}
		return pricing.AmountOff{On: selector(t), Amount: rapid.Uint64Range(1, 400).Draw(t, "amount"), Every: every}
	case 1:
		return pricing.PercentOff{On: selector(t), BP: basisPoints(t), Round: rounding(t)}
	case 2:
		on := selector(t)
		if plain(on) {
			on.Tags = []string{"t1"}
		}
		return pricing.Exchange{
			On: on, Pay: rapid.SampledFrom([]uint64{0, 0, 0, 7, 60}).Draw(t, "pay"),
			Items: rapid.Uint64Range(1, 2).Draw(t, "items"), MostUnits: rapid.SampledFrom([]uint64{1, 2, 1000}).Draw(t, "most units"),
		}
	case 3:
		offer := pricing.BuyGet{
			Buy: selector(t), Get: selector(t), BP: basisPoints(t), Round: rounding(t),
			BuyCount: rapid.SampledFrom([]uint64{1, 2, 3}).Draw(t, "buy"), GetCount: rapid.SampledFrom([]uint64{1, 1, 2}).Draw(t, "get"),
			Repeat: rapid.SampledFrom([]uint64{3, 1, 2, 1000}).Draw(t, "repeat"),
		}
		if rapid.Bool().Draw(t, "same") {
			offer.Get = offer.Buy
		}
		return offer
	default:
		return pricing.StoredValue{On: selector(t), TaxPoint: rapid.SampledFrom([]pricing.TaxPoint{pricing.TaxAtUse, pricing.TaxAtIssue}).Draw(t, "tax point")}
	}
}

func basisPoints(t *rapid.T) uint64 {
	return rapid.OneOf(rapid.SampledFrom([]uint64{1, 1000, 3333, 5000, 10000}), rapid.Uint64Range(1, pricing.Whole)).Draw(t, "bp")
}

func rounding(t *rapid.T) pricing.Rounding {
	return rapid.SampledFrom([]pricing.Rounding{
		pricing.RoundDown, pricing.RoundDown, pricing.RoundHalfUp, pricing.RoundHalfEven, pricing.RoundUp,
	}).Draw(t, "round")
}

func plain(s pricing.Selector) bool {
	return s.Tags == nil && s.NotTags == nil && s.SKUs == nil && s.NotSKUs == nil && s.MaxUnit == 0 &&
		s.Reduced == pricing.ReducedToo && !s.AddOns && !s.Fees
}

// selector draws a selection of the lines that Cart draws.
func selector(t *rapid.T) (s pricing.Selector) {
	switch rapid.IntRange(0, 7).Draw(t, "select") {
	case 0, 1, 2:
	case 3:
		s.Tags = []string{rapid.SampledFrom([]string{"t1", "t2"}).Draw(t, "tag")}
	case 4:
		s.NotTags = []string{rapid.SampledFrom([]string{"t1", "t2"}).Draw(t, "tag")}
	case 5:
		s.SKUs = []string{"A", "B"}
	case 6:
		s.NotSKUs, s.AddOns = []string{"C"}, true
	default:
		s.Reduced = rapid.SampledFrom([]pricing.Reduced{pricing.NotReduced, pricing.OnlyReduced}).Draw(t, "reduced")
		s.MaxUnit, s.Fees = rapid.SampledFrom([]uint64{0, 50}).Draw(t, "max unit"), rapid.Bool().Draw(t, "fees")
	}
	return s
}

func own(t *rapid.T) *pricing.Selector {
	if rapid.Bool().Draw(t, "own") {
		return nil
	}
	s := selector(t)
	return &s
}

// condition draws a condition of any kind.
func condition(t *rapid.T) (c pricing.Condition) {
	if rapid.Bool().Draw(t, "reason") {
		c.Reason = []pricing.Localised{{Locale: "en", Text: "No."}, {Locale: "fil", Text: "Hindi."}}
	}
	words := rapid.SampledFrom([][]string{{"counter", "tng"}, {"cash", "delivery"}}).Draw(t, "words")
	switch rapid.IntRange(0, 10).Draw(t, "test") {
	case 0:
		c.Test = pricing.MinSpend{
			Amount: rapid.Uint64Range(1, 600).Draw(t, "amount"), On: own(t),
			Basis: rapid.SampledFrom([]pricing.Basis{pricing.BasisNet, pricing.BasisList, pricing.BasisLeft}).Draw(t, "basis"),
		}
	case 1:
		least := rapid.Uint64Range(0, 4).Draw(t, "min")
		most := rapid.SampledFrom([]uint64{0, least, least + 3}).Draw(t, "max")
		if least == 0 && most == 0 {
			least = 1
		}
		c.Test = pricing.Quantity{Min: least, Max: most, On: own(t)}
	case 2:
		c.Test = pricing.Hours{
			{Days: []uint32{1, 5}, From: 1320, Until: rapid.SampledFrom([]uint16{180, 1440}).Draw(t, "until")},
			{From: rapid.SampledFrom([]uint16{0, 600}).Draw(t, "from"), Until: 1080},
		}
	case 3:
		c.Test = pricing.NotDates{"2024-02-29", "2027-01-04"}
	case 4:
		c.Test = pricing.Stores{1, 2}
	case 5:
		c.Test = pricing.NotStores{9}
	case 6:
		c.Test = pricing.Areas{"north"}
	case 7:
		c.Test = pricing.Channels(words)
	case 8:
		c.Test = pricing.Payments(words)
	case 9:
		c.Test = pricing.FirstPurchase{}
	default:
		c.Test, c.Reason = pricing.CEL{Expression: "true"}, []pricing.Localised{{Locale: "en", Text: "No."}}
	}
	return c
}
