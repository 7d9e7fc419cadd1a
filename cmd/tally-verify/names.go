package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"tally/internal/terminal"
	"tally/internal/terms"
	"tally/internal/voucher"
)

// campaign is what a history said of a campaign, as far as texts need it.
type campaign struct {
	Title    string           `json:"title"`
	Merchant voucher.Address  `json:"merchant"`
	Currency voucher.Currency `json:"currency"`
	Offsets  []voucher.Offset `json:"offsets"` // of its time zone
	Supply   uint32           `json:"supply"`
}

// clock writes an instant as clocks in the campaign's zone show it; in UTC where the
// campaign is not known.
func (c campaign) clock(unix uint64) string { return terminal.Clock(unix, c.Offsets) }

// titlePlaces is how much of a title a line of text has, in places of a terminal. JSON
// has the whole.
const titlePlaces = 40

// titled is an id with its title: Ten cups (cmp_…). Without a title it is the id.
func titled(title, id string) string {
	if title == "" {
		return id
	}
	return terminal.Short(title, titlePlaces) + " (" + id + ")"
}

// names are what campaigns and merchants are called, by the events that were read so
// far. They are in the state, so that any number of them takes the same memory. Without a
// state nothing is known, as of a receipt's campaign.
type names struct{ kept *state }

func campaignName(id voucher.CampaignID) string    { return "verify/campaign/" + id.String() }
func merchantName(merchant voucher.Address) string { return "verify/merchant/" + merchant.String() }

// learn reads the names in a command's events.
func (n names) learn(events voucher.Events) error {
	for _, e := range events {
		switch e := e.(type) {
		case voucher.CampaignCreated:
			c := campaign{terms.Title(e.Create.Terms), e.Create.Merchant, e.Create.Currency, e.Create.Offsets, e.Create.Supply}
			if err := n.kept.putJSON(campaignName(e.Campaign), c); err != nil {
				return err
			}
		case voucher.CampaignChanged:
			if err := n.changed(e); err != nil {
				return err
			}
		case voucher.MerchantAdmitted:
			if err := n.kept.Put(merchantName(e.Merchant), []byte(e.Name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// changed follows a change. Of a campaign whose creation is not in the pack nothing is known.
func (n names) changed(e voucher.CampaignChanged) error {
	c, known, err := n.campaign(e.Campaign)
	if err != nil || !known {
		return err
	}
	c.Supply = e.Supply
	if c.Offsets = slices.Concat(c.Offsets, e.Offsets); len(c.Offsets) > voucher.MaxOffsets {
		c.Offsets = c.Offsets[:voucher.MaxOffsets] // more than the rules allow: a part is not replayed
	}
	return n.kept.putJSON(campaignName(e.Campaign), c)
}

// campaign is what is known of a campaign.
func (n names) campaign(id voucher.CampaignID) (c campaign, known bool, err error) {
	if n.kept == nil {
		return c, false, nil
	}
	known, err = n.kept.getJSON(campaignName(id), &c)
	return c, known, err
}

// merchant is a merchant's name, or nothing.
func (n names) merchant(id voucher.Address) (string, error) {
	name, err := n.kept.Get(merchantName(id))
	return string(name), err
}

// putJSON keeps a value of this program's own.
func (s *state) putJSON(key string, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return undecidedError{fmt.Errorf("state: %w", err)}
	}
	return s.Put(key, raw)
}

// getJSON reads what putJSON kept. ok is false where there is nothing.
func (s *state) getJSON(key string, into any) (ok bool, err error) {
	raw, err := s.Get(key)
	if err != nil || raw == nil {
		return false, err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return false, undecidedError{fmt.Errorf("state: %w", err)}
	}
	return true, nil
}
