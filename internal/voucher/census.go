package voucher

import (
	"maps"
	"slices"
)

// Census counts one campaign from the events of the whole ledger, in its order,
// and says whether everything adds up. It is the auditor's arithmetic: it reads
// no index.
type Census struct {
	campaign CampaignID
	create   CreateCampaign
	known    bool
	supply   uint32
	vouchers map[uint32]*tallied
	lost     map[Address]uint64 // by merchant
	before   uint64             // what the campaign's merchant had lost when it was created
	broken   string
}

// tallied is what became of the units of one voucher.
type tallied struct {
	voucher   Voucher
	redeemed  uint64
	forfeited uint64
	held      uint64
	until     uint64
}

// Conservation is a campaign's books at an instant. Vouchers are counted once,
// void before spent before held before expired; a held one is live. Units are
// accounted for one by one.
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

// UnitBalance is issued = available + held + redeemed + forfeited + expired +
// void, issued being claimed vouchers × units per voucher. What a rollback
// restored is not redeemed any more.
type UnitBalance struct {
	Issued    uint64 `json:"issued"`
	Available uint64 `json:"available"`
	Held      uint64 `json:"held"`
	Redeemed  uint64 `json:"redeemed"`
	Forfeited uint64 `json:"forfeited"`
	Expired   uint64 `json:"expired"`
	Void      uint64 `json:"void"`
}

// NewCensus starts counting a campaign.
func NewCensus(c CampaignID) *Census {
	return &Census{campaign: c, vouchers: map[uint32]*tallied{}, lost: map[Address]uint64{}}
}

// Known reports whether the campaign was met.
func (c *Census) Known() bool { return c.known }

// Count adds the events of one accepted command.
func (c *Census) Count(events []Event) {
	for _, e := range events {
		switch e := e.(type) {
		case MerchantReinstated:
			c.lost[e.Merchant] = e.Lost
		case CampaignCreated:
			if e.Campaign == c.campaign {
				c.known, c.create, c.supply = true, e.Create, e.Create.Supply
				c.before = c.lost[e.Create.Merchant]
			}
		case CampaignChanged:
			if e.Campaign == c.campaign {
				c.supply = e.Supply
			}
		default:
			c.count(e)
		}
	}
}

// count adds what became of one voucher.
func (c *Census) count(e Event) {
	switch e := e.(type) {
	case VoucherClaimed:
		c.appeared(e.Campaign, e.Serial, e.Voucher)
	case VoucherDelivered:
		c.appeared(e.Campaign, e.Serial, e.Voucher)
	case VoucherVoided:
		if e.Voucher.Unpack().Owner.IsZero() {
			c.appeared(e.Campaign, e.Serial, e.Voucher)
			return
		}
		c.moved(e.Campaign, e.Serial, e.Voucher)
	case VoucherTransferred:
		c.moved(e.Campaign, e.Serial, e.Voucher).held = 0 // it had lapsed
	case VoucherCancelled:
		c.moved(e.Campaign, e.Serial, e.Voucher)
	case VoucherRedeemed:
		v := c.moved(e.Campaign, e.Serial, e.Voucher)
		v.redeemed += e.Units
		v.held = 0 // by a capture, or the hold had lapsed
	case VoucherHeld:
		v := c.moved(e.Campaign, e.Serial, e.Voucher)
		v.held, v.until = e.Units, e.Until
	case VoucherReleased:
		c.moved(e.Campaign, e.Serial, e.Voucher).held = 0
	case VoucherReturned:
		c.returned(e)
	}
}

func (c *Census) appeared(id CampaignID, serial uint32, slot Slot) {
	if id != c.campaign {
		return
	}
	if _, twice := c.vouchers[serial]; twice {
		c.complain("a serial appeared twice: " + Ref{id, serial}.String())
	}
	c.vouchers[serial] = &tallied{voucher: slot.Unpack()}
}

// moved brings a voucher to a later state. What is not of the campaign is
// counted nowhere.
func (c *Census) moved(id CampaignID, serial uint32, slot Slot) *tallied {
	if id != c.campaign {
		return &tallied{}
	}
	v, ok := c.vouchers[serial]
	if !ok {
		c.complain("a voucher was used that nobody claimed: " + Ref{id, serial}.String())
		return &tallied{}
	}
	v.voucher = slot.Unpack()
	return v
}

func (c *Census) returned(e VoucherReturned) {
	v := c.moved(e.Campaign, e.Serial, e.Voucher)
	if e.Campaign == c.campaign && e.Units > v.redeemed {
		c.complain("more was given back than was redeemed: " + Ref{e.Campaign, e.Serial}.String())
		return
	}
	v.redeemed -= e.Units
	if e.Forfeit {
		v.forfeited += e.Units
	}
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
	extension := c.lost[c.create.Merchant] - c.before
	for _, serial := range slices.Sorted(maps.Keys(c.vouchers)) {
		v := c.vouchers[serial]
		r.add(*v, now, extension)
		if v.voucher.Owner.IsZero() {
			continue // voided before anybody had it: it never held units
		}
		if v.voucher.Units+v.redeemed+v.forfeited != c.create.Units {
			c.complain("units do not add up: " + Ref{c.campaign, serial}.String())
		}
		r.Units.Issued += c.create.Units
	}
	there := uint64(len(c.vouchers))
	if there > r.Vouchers.Minted {
		c.complain("there are more vouchers than were minted")
	} else {
		r.Vouchers.Unclaimed = r.Vouchers.Minted - there
	}
	v, u := r.Vouchers, r.Units
	if v.Minted != v.Unclaimed+v.Live+v.Spent+v.Expired+v.Void {
		c.complain("vouchers do not add up")
	}
	if u.Issued != u.Available+u.Held+u.Redeemed+u.Forfeited+u.Expired+u.Void {
		c.complain("units do not add up")
	}
	if !c.known {
		c.complain("the campaign was never created")
	}
	r.Broken, r.Holds = c.broken, c.broken == ""
	return r
}

func (r *Conservation) add(t tallied, now, extension uint64) {
	r.Units.Redeemed += t.redeemed
	r.Units.Forfeited += t.forfeited
	r.Count(t.voucher, Hold{ID: Hash{1}, Units: t.held, Until: t.until}, now, extension)
}

// Count adds one voucher, and what is open of its latest hold, to the vouchers
// and to the units that are available, held, expired or void. extension is by
// how many seconds its expiry is put off.
func (r *Conservation) Count(v Voucher, h Hold, now, extension uint64) {
	held := uint64(0)
	if h.Open(now) {
		held = min(h.Units, v.Units)
	}
	expired := now >= v.Expiry+extension
	switch {
	case v.State == StateVoid:
		r.Vouchers.Void++
		r.Units.Void += v.Units
		return
	case v.State == StateSpent:
		r.Vouchers.Spent++
		return
	case expired && held == 0:
		r.Vouchers.Expired++
	default:
		r.Vouchers.Live++
	}
	r.Units.Held += held
	if expired {
		r.Units.Expired += v.Units - held
	} else {
		r.Units.Available += v.Units - held
	}
}
