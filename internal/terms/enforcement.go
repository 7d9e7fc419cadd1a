package terms

import (
	"encoding/json"
	"maps"
	"slices"

	"tally/internal/pricing/cond"
	"tally/internal/voucher"
)

// Enforcer is who sees to it that a condition is kept.
type Enforcer string

// Who enforces conditions.
const (
	Ledger    Enforcer = "the ledger"
	Till      Enforcer = "the till"
	Attestors Enforcer = "the attestors"
	Nobody    Enforcer = "nobody"
)

// Rule is a condition of campaigns and who enforces it. Members are those of a campaign
// file that set it.
type Rule struct {
	What    string
	By      Enforcer
	How     string
	Members []string
}

// Enforcement is the one table of who enforces what: README.md, `tally campaign check`,
// `tally campaign show` and the API's campaigns have it from here. What terms say beside
// their offer, nobody enforces.
func Enforcement() []Rule {
	return []Rule{
		{"who may act; one use of each code", Ledger, "every change is signed by its author, and a used code is refused", nil},
		{"never more vouchers than minted", Ledger, "a claim or an issue takes free serials", []string{"supply", "open", "cap"}},
		{"when vouchers can be claimed", Ledger, "by its own clock", []string{"claim.from", "claim.until"}},
		{
			"when vouchers can be spent", Ledger, "by its own clock, and the offsets of the time zone that the merchant signed",
			[]string{"valid.from", "valid.until", "valid.days", "time_zone"},
		},
		{"how many a holder claims, ever and in a local day", Ledger, "it counts persons where there are attestors, else keys, and keys are free", []string{"per_holder", "per_day"}},
		{"how many units a till takes", Ledger, "never more than the voucher holds and the code offers", []string{"units"}},
		{
			"the greatest discount, and its currency", Ledger, "it refuses more; whether an order deserves the discount it does not know",
			[]string{"currency", "max_discount", "stored_value"},
		},
		{"at which stores", Ledger, "by the keys of their tills", []string{"stores"}},
		{"what may be given away, given back or ended", Ledger, "by the author's key and the campaign", []string{"transferable", "rollback", "grace", "voidable"}},
		{"one holder for each person", Attestors, "each claim carries a ticket of one; the ledger checks the ticket, not the person", []string{"attestors"}},
		{
			"the cart: which goods, at which price, one for each order, not with other offers", Till,
			"the ledger knows amounts, never prices; where terms have an offer, the till computes it and signs a hash of the order, and an auditor computes it again",
			[]string{"examples"},
		},
		{"everything else that holders read", Nobody, "it is kept on the ledger and evaluated nowhere: tell the staff at the till", []string{"name", "terms"}},
		{"that goods changed hands", Nobody, "a signed acceptance says that the store says so", nil},
	}
}

// Condition is one member of a campaign's file, and who enforces it.
type Condition struct {
	Member string   `json:"member" help:"As in a campaign file."`
	By     Enforcer `json:"enforced_by" help:"the ledger, the attestors, the till or nobody."`
	What   string   `json:"what" help:"The condition that it sets."`
	How    string   `json:"how" help:"How it is enforced."`
}

// Conditions are those that a campaign sets, in the order of the table. Each member of
// its terms is one.
func Conditions(in voucher.CreateCampaign) (list []Condition) {
	_, err := cond.New().ReadTerms([]byte(in.Terms))
	for _, rule := range Enforcement() {
		for _, member := range rule.Members {
			for _, name := range membersOf(in, member, err == nil) {
				list = append(list, Condition{name, rule.By, rule.What, rule.How})
			}
		}
	}
	return list
}

// priced are the members of the terms that say what an offer does.
func priced() []string {
	return []string{"offer", "when", "combine", "give_back", "zones", "bearer"}
}

// membersOf are the names under which a campaign sets a member of its file: none where
// it leaves the member out, and for the terms one each. computed says that these can be.
func membersOf(in voucher.CreateCampaign, member string, computed bool) []string {
	set := map[string]bool{
		"per_holder": in.PerHolder > 0, "per_day": in.PerDay > 0, "valid.days": in.ValidDays > 0, "time_zone": len(in.Offsets) > 0,
		"stores": len(in.Stores) > 0, "attestors": len(in.Attestors) > 0, "grace": in.Grace > 0,
		"stored_value": in.StoredValue, "max_discount": !in.StoredValue,
	}
	switch is, known := set[member]; {
	case member == "terms":
		return termMembers(in.Terms, computed, false)
	case member == "examples": // which the ledger does not have
		return termMembers(in.Terms, computed, true)
	case known && !is:
		return nil
	default:
		return []string{member}
	}
}

// termMembers are the members of a document of terms that the file has under terms: those
// of an offer that can be computed, or the others.
func termMembers(document string, computed, ofOffer bool) (names []string) {
	var members map[string]any
	if json.Unmarshal([]byte(document), &members) != nil {
		if ofOffer {
			return nil
		}
		return []string{"terms"}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if name != "name" && name != "time_zone" && (computed && slices.Contains(priced(), name)) == ofOffer {
			names = append(names, "terms."+name)
		}
	}
	return names
}
