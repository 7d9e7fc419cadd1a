package pricing

import (
	"fmt"
	"slices"
)

// TermsVersion is the version of the terms document that this engine reads.
const TermsVersion = 1

// Terms are what a merchant signed about an offer. ReadTerms reads them and Canonical
// writes them. Where the document leaves a member out, its default stands here.
type Terms struct {
	Name     string
	TimeZone string // IANA name; empty is UTC
	Zones    []Zone // stores whose clock is not TimeZone's, by name
	Bearer   bool
	Offer    Offer // never nil
	When     []Condition
	Combine  Combine
	GiveBack GiveBackPolicy
	Texts    []Text // by locale
}

// Zone is a time zone and the stores in it.
type Zone struct {
	Name   string
	Stores []uint32 // ascending
}

// GiveBackPolicy is when a voucher's unit returns if items are given back.
type GiveBackPolicy string

// The policies of giving back.
const (
	WithLast  GiveBackPolicy = "with_last" // with the last item that the voucher took something off
	Requalify GiveBackPolicy = "requalify" // once what the customer keeps does not qualify any more
)

// Text is what holders read, in one language.
type Text struct {
	Locale string
	Title  string
	Terms  string
}

// ReadTerms reads a terms document of at most MaxTerms bytes. The error is a RefusalError.
// Order and white space mean nothing; the ledger wants Canonical.
func ReadTerms(data []byte) (Terms, error) {
	v, err := parse(data, MaxTerms)
	if err != nil {
		return Terms{}, err
	}
	if err := checkVersion(v); err != nil {
		return Terms{}, err
	}
	r := &reader{}
	t := r.terms(v)
	if r.err != nil {
		return Terms{}, r.err
	}
	if err := t.check(); err != nil {
		return Terms{}, err
	}
	return t, nil
}

// checkVersion comes before all else: what another version's members mean is
// unknown here.
func checkVersion(v value) error {
	for _, m := range v.members {
		if m.name == "version" && (m.is != isNumber || m.text != fmt.Sprint(TermsVersion)) {
			return refuse(FaultVersion, m.path, "%s reads version %d only", Engine, TermsVersion)
		}
	}
	return nil
}

func (r *reader) terms(v value) Terms {
	o := r.object(v, "version", "name", "time_zone", "zones", "bearer", "offer", "when", "combine", "give_back", "texts")
	o.need("name", "offer")
	offer, _ := o.find("offer")
	t := Terms{
		Name: o.text("name", MaxName), TimeZone: o.zone("time_zone"), Bearer: o.yes("bearer", false),
		Offer: r.offer(offer), Combine: r.combine(o), GiveBack: oneOf(o, "give_back", WithLast, Requalify),
		Texts: r.texts(o, "texts"), Zones: r.zones(o),
	}
	for _, item := range o.items("when", MaxConditions) {
		t.When = append(t.When, r.condition(item))
	}
	return t
}

// zone is the name of a time zone. Whether there is such a zone, the caller knows.
func (o object) zone(name string) string {
	text := o.text(name, MaxZoneName)
	if text != "" && !isZone(text) {
		o.r.refuse(FaultForm, join(o.path, name), "%s is no name of a time zone, as Asia/Hong_Kong is", clip(text))
	}
	return text
}

func isZone(text string) bool {
	for i := range len(text) {
		c := text[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || (c < '0' || c > '9') && c != '_' && c != '+' && c != '-' && c != '/') {
			return false
		}
	}
	return true
}

func (r *reader) zones(o object) (zones []Zone) {
	v, ok := o.typed("zones", isObject)
	if !ok {
		return nil
	}
	r.size(v, MaxZones)
	for _, m := range v.members {
		if !isZone(m.name) || m.name == "" || len(m.name) > MaxZoneName {
			r.refuse(FaultForm, m.path, "%s is no name of a time zone, as Asia/Hong_Kong is", clip(m.name))
		}
		one := object{r, value{path: v.path, is: isObject, members: []member{m}}}
		zones = append(zones, Zone{m.name, one.stores(m.name)})
	}
	slices.SortFunc(zones, func(a, b Zone) int { return compare(a.Name, b.Name) })
	return zones
}

// size refuses an object with no member, or with more than most.
func (r *reader) size(v value, most int) {
	switch n := len(v.members); {
	case n == 0:
		r.refuse(FaultForm, v.path, "the object is empty: leave the member out")
	case n > most:
		r.refuse(FaultTooMany, v.path, "%d members, and at most %d are allowed", n, most)
	}
}

// check refuses members that cannot both hold.
func (t Terms) check() error {
	alone := !slices.Contains(t.Combine.With, t.Combine.Group)
	_, tender := t.Offer.(StoredValue)
	_, exchange := t.Offer.(Exchange)
	switch {
	case t.Combine.Most > 1 && alone && !tender:
		return refuse(FaultContradiction, "combine.most", "%d in one order, and combine.with does not name their own group, %s", t.Combine.Most, t.Combine.Group)
	case t.GiveBack == Requalify && (tender || exchange):
		return refuse(FaultContradiction, "give_back", "units of %s return with their items: leave the member out", t.Offer.Kind())
	}
	return t.checkZones()
}

func (t Terms) checkZones() error {
	var all []uint32
	for _, z := range t.Zones {
		for _, store := range z.Stores {
			if slices.Contains(all, store) {
				return refuse(FaultContradiction, join("zones", z.Name), "store %d is in two zones", store)
			}
			all = append(all, store)
		}
	}
	return nil
}

// Zone is the name of a store's time zone; empty is UTC.
func (t Terms) Zone(store uint32) string {
	for _, z := range t.Zones {
		if slices.Contains(z.Stores, store) {
			return z.Name
		}
	}
	return t.TimeZone
}

// Canonical is the document in the form of RFC 8785, with what is a default left out
// and lists without order ascending: one text for one meaning.
func (t Terms) Canonical() string {
	doc := tree{"version": TermsVersion, "name": t.Name, "offer": t.Offer.tree()}
	doc.put("time_zone", t.TimeZone)
	doc.put("bearer", t.Bearer)
	doc.put("zones", zoneTree(t.Zones))
	doc.put("when", whenTree(t.When))
	doc.put("combine", t.Combine.tree())
	doc.put("texts", textTree(t.Texts))
	if t.GiveBack != WithLast {
		doc["give_back"] = t.GiveBack
	}
	return doc.canonical()
}

// tree is a JSON object that is being written.
type tree map[string]any

// put adds a member, unless it is empty: false, zero, or without items.
func (t tree) put(name string, v any) {
	switch v := v.(type) {
	case string:
		put(t, name, v, v != "")
	case bool:
		put(t, name, v, v)
	case uint64:
		put(t, name, v, v != 0)
	case tree:
		put(t, name, v, len(v) > 0)
	case []tree:
		put(t, name, v, len(v) > 0)
	case []string:
		put(t, name, v, len(v) > 0)
	case []uint32:
		put(t, name, v, len(v) > 0)
	}
}

func put(t tree, name string, v any, there bool) {
	if there {
		t[name] = v
	}
}

func zoneTree(zones []Zone) tree {
	t := tree{}
	for _, z := range zones {
		t[z.Name] = z.Stores
	}
	return t
}

// ReadsClock reports whether a condition looks at the store's clock.
func (t Terms) ReadsClock() bool {
	return slices.ContainsFunc(t.When, func(c Condition) bool {
		switch c.Test.(type) {
		case Hours, NotDates:
			return true
		default:
			return false
		}
	})
}
