package voucher

import (
	"maps"
	"slices"
)

// Census counts one campaign from its events, in the ledger's order, and says
// whether everything adds up. It is the auditor's arithmetic: it reads no index.
type Census struct {
	campaign CampaignID
	create   CreateCampaign
	known    bool
	supply   uint32
	vouchers map[uint32]*tallied
	broken   string
}

// tallied is what became of the units of one voucher.
type tallied struct {
	voucher  Voucher
	redeemed uint64
}

// Conservation is a campaign's books at an instant. Vouchers are counted once,
// void before spent before expired before live; units are accounted for one by
// one.
type Conservation struct {
	Campaign string         `json:"campaign"`
	At       uint64         `json:"at"`
	Vouchers VoucherBalance `json:"vouchers"`
	Units    UnitBalance    `json:"units"`
	Holds    bool           `json:"holds"`            // both sides are equal and no term is negative
	Broken   string         `json:"broken,omitempty"` // what does not add up first
}

// VoucherBalance is minted = unclaimed + live + spent + expired + void.
type VoucherBalance struct {
	Minted    uint64 `json:"minted"`
	Unclaimed uint64 `json:"unclaimed"`
	Live      uint64 `json:"live"`
	Spent     uint64 `json:"spent"`
	Expired   uint64 `json:"expired"`
	Void      uint64 `json:"void"`
}

// UnitBalance is issued = available + redeemed + expired + void, issued being
// claimed vouchers × units per voucher.
type UnitBalance struct {
	Issued    uint64 `json:"issued"`
	Available uint64 `json:"available"`
	Redeemed  uint64 `json:"redeemed"`
	Expired   uint64 `json:"expired"`
	Void      uint64 `json:"void"`
}

// NewCensus starts counting a campaign.
func NewCensus(c CampaignID) *Census {
	return &Census{campaign: c, vouchers: map[uint32]*tallied{}}
}

// Known tells whether the campaign was met.
func (c *Census) Known() bool { return c.known }

// Count adds the events of one accepted command.
func (c *Census) Count(events []Event) {
	for _, e := range events {
		switch e := e.(type) {
		case CampaignCreated:
			if e.Campaign == c.campaign {
				c.known, c.create, c.supply = true, e.Create, e.Create.Supply
			}
		case CampaignChanged:
			if e.Campaign == c.campaign {
				c.supply = e.Supply
			}
		case VoucherClaimed:
			c.claimed(e)
		case VoucherRedeemed:
			c.used(e.Campaign, e.Serial, e.Voucher, e.Units)
		case VoucherCancelled:
			c.used(e.Campaign, e.Serial, e.Voucher, 0)
		}
	}
}

func (c *Census) claimed(e VoucherClaimed) {
	if e.Campaign != c.campaign {
		return
	}
	if _, twice := c.vouchers[e.Serial]; twice {
		c.complain("a serial was claimed twice: " + Ref{c.campaign, e.Serial}.String())
	}
	c.vouchers[e.Serial] = &tallied{voucher: e.Voucher.Unpack()}
}

// used moves a voucher to a later state, in which so many units were redeemed.
func (c *Census) used(id CampaignID, serial uint32, slot Slot, redeemed uint64) {
	if id != c.campaign {
		return
	}
	v, ok := c.vouchers[serial]
	if !ok {
		c.complain("a voucher was used that nobody claimed: " + Ref{id, serial}.String())
		return
	}
	v.voucher = slot.Unpack()
	v.redeemed += redeemed
}

func (c *Census) complain(what string) {
	if c.broken == "" {
		c.broken = what
	}
}

// Report is the books at an instant.
func (c *Census) Report(now uint64) Conservation {
	r := Conservation{Campaign: c.campaign.String(), At: now}
	r.Vouchers.Minted = uint64(c.supply)
	for _, serial := range slices.Sorted(maps.Keys(c.vouchers)) {
		v := c.vouchers[serial]
		if v.voucher.Units+v.redeemed != c.create.Units {
			c.complain("units do not add up: " + Ref{c.campaign, serial}.String())
		}
		r.Units.Issued += c.create.Units
		r.Units.Redeemed += v.redeemed
		r.add(v.voucher, now)
	}
	claimed := uint64(len(c.vouchers))
	if claimed > r.Vouchers.Minted {
		c.complain("more vouchers were claimed than minted")
	} else {
		r.Vouchers.Unclaimed = r.Vouchers.Minted - claimed
	}
	v, u := r.Vouchers, r.Units
	if v.Minted != v.Unclaimed+v.Live+v.Spent+v.Expired+v.Void {
		c.complain("vouchers do not add up")
	}
	if u.Issued != u.Available+u.Redeemed+u.Expired+u.Void {
		c.complain("units do not add up")
	}
	if !c.known {
		c.complain("the campaign was never created")
	}
	r.Broken, r.Holds = c.broken, c.broken == ""
	return r
}

func (r *Conservation) add(v Voucher, now uint64) {
	switch {
	case v.State == StateVoid:
		r.Vouchers.Void++
		r.Units.Void += v.Units
	case v.State == StateSpent:
		r.Vouchers.Spent++
	case now >= v.Expiry:
		r.Vouchers.Expired++
		r.Units.Expired += v.Units
	default:
		r.Vouchers.Live++
		r.Units.Available += v.Units
	}
}
