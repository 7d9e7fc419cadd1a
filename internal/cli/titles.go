package cli

import (
	"context"
	"time"

	"tally/internal/client"
	"tally/internal/terminal"
	"tally/internal/terms"
	"tally/internal/voucher"
)

// titleTime is how long a command waits for a title at most: its answer is worth more
// without one than late.
const titleTime = 5 * time.Second

// Titles finds what campaigns and merchants are called, and the clock of a campaign's
// zone, once each. What cannot be found has no title, and instants in UTC: that is
// never a reason to fail.
type Titles struct {
	client    *client.Client
	campaigns map[voucher.CampaignID]Campaign
	merchants map[voucher.Address]string
}

// NewTitles asks a server for titles.
func NewTitles(c *client.Client) *Titles {
	return &Titles{c, map[voucher.CampaignID]Campaign{}, map[voucher.Address]string{}}
}

// Campaign is what a command has to know of a campaign to speak of it.
type Campaign struct {
	Known    bool // the server told it
	Name     string
	Merchant voucher.Address
	Create   voucher.CreateCampaign
}

// Clock writes an instant as clocks in the campaign's zone show it.
func (c Campaign) Clock(unix uint64) string { return terminal.Clock(unix, c.Create.Offsets) }

// Local is an instant of the API, RFC 3339, as clocks in the campaign's zone show it.
func (c Campaign) Local(instant string) string {
	t, err := time.Parse(time.RFC3339, instant)
	if err != nil || t.Unix() < 0 {
		return instant
	}
	return c.Clock(voucher.Unix(t))
}

// Campaign finds a campaign.
func (t *Titles) Campaign(ctx context.Context, id voucher.CampaignID) Campaign {
	if found, ok := t.campaigns[id]; ok {
		return found
	}
	ctx, cancel := context.WithTimeout(ctx, titleTime)
	defer cancel()
	found := Campaign{}
	if info, err := t.client.Campaign(ctx, id); err == nil && info.ID == id.String() {
		found = NewCampaign(info.Create)
	}
	t.campaigns[id] = found
	return found
}

// NewCampaign is a campaign as its merchant created it.
func NewCampaign(in voucher.CreateCampaign) Campaign {
	return Campaign{Known: true, Name: terms.Title(in.Terms), Merchant: in.Merchant, Create: in}
}

// Merchant finds a merchant's name.
func (t *Titles) Merchant(ctx context.Context, id voucher.Address) string {
	if name, ok := t.merchants[id]; ok {
		return name
	}
	ctx, cancel := context.WithTimeout(ctx, titleTime)
	defer cancel()
	name := ""
	if info, err := t.client.Merchant(ctx, id); err == nil && info.ID == id {
		name = info.Name
	}
	t.merchants[id] = name
	return name
}

// Titled is an id with its title: Ten cups (cmp_…). Without a title it is the id.
func Titled(title string, id any) string {
	if title == "" {
		return terminal.Cell(id)
	}
	return title + " (" + terminal.Cell(id) + ")"
}
