// Package offsets holds the offset tables that merchants signed, from which
// every ledger computes local days, against a time zone database. The rules do
// not know time zones, and governments change them, so a difference breaks no
// history: it is for the auditor to ask about.
package offsets

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"tally/internal/voucher"
	"tally/internal/zone"
)

// Tables are the tables of a history's campaigns while it is read.
type Tables struct {
	campaigns map[voucher.CampaignID]*signed
}

// signed is what a merchant signed of local time.
type signed struct {
	zone        string
	from, until uint64 // the campaign's life, with the grace that a rollback adds
	table       []voucher.Offset
}

// Finding says how a campaign's table compares with the database.
type Finding struct {
	Campaign string `json:"campaign"`       // cmp_…
	Zone     string `json:"zone,omitempty"` // that the terms name
	Agrees   bool   `json:"agrees"`
	Why      string `json:"why,omitempty"` // if it does not
}

// New makes empty tables, to which Count adds a history.
func New() *Tables { return &Tables{campaigns: map[voucher.CampaignID]*signed{}} }

// Count adds the events of one accepted command.
func (t *Tables) Count(events []voucher.Event) {
	for _, e := range events {
		switch e := e.(type) {
		case voucher.CampaignCreated:
			t.campaigns[e.Campaign] = read(e.Create)
		case voucher.CampaignChanged:
			if s, ok := t.campaigns[e.Campaign]; ok {
				s.table = append(s.table, e.Offsets...)
			}
		}
	}
}

func read(c voucher.CreateCampaign) *signed {
	const day = 24 * 60 * 60
	var terms struct {
		Zone any `json:"time_zone"`
	}
	_ = json.Unmarshal([]byte(c.Terms), &terms) // terms of another form name no zone
	name, _ := terms.Zone.(string)
	return &signed{
		zone: name, from: min(c.ClaimFrom, c.ValidFrom), until: c.ValidUntil + uint64(c.Grace) + day, table: slices.Clone(c.Offsets),
	}
}

// Check compares every table with a database, campaign by campaign in ascending
// order. Terms without a time_zone, a member of the document that holders read,
// mean UTC.
func (t *Tables) Check(d zone.Database) []Finding {
	ids := slices.SortedFunc(maps.Keys(t.campaigns), func(x, y voucher.CampaignID) int { return slices.Compare(x[:], y[:]) })
	all := make([]Finding, 0, len(ids))
	for _, id := range ids {
		s := t.campaigns[id]
		why := s.differs(d)
		all = append(all, Finding{Campaign: id.String(), Zone: s.zone, Agrees: why == "", Why: why})
	}
	return all
}

// differs says where a table first is not what the database has.
func (s *signed) differs(d zone.Database) string {
	location, err := d.Location(cmp.Or(s.zone, "UTC"))
	if err != nil {
		return err.Error()
	}
	has, err := zone.Table(location, voucher.Time(s.from), voucher.Time(s.until))
	if err != nil {
		return err.Error()
	}
	changes := []uint64{s.from}
	for _, o := range slices.Concat(s.table, has) {
		if s.from < o.From && o.From < s.until {
			changes = append(changes, o.From)
		}
	}
	slices.Sort(changes)
	for _, at := range changes {
		if signed, has := zone.Minutes(s.table, at), zone.Minutes(has, at); signed != has {
			return fmt.Sprintf("from %s on the table has %+d minutes, the database %+d", voucher.Time(at).Format(time.RFC3339), signed, has)
		}
	}
	return ""
}
