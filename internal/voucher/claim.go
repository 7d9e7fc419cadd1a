package voucher

// Claim takes a free voucher of a campaign. Author: the wallet.
type Claim struct {
	Wallet   Address    `json:"wallet"`
	Campaign CampaignID `json:"campaign"`
	Ordinal  uint32     `json:"ordinal"` // claims this wallet made in this campaign before
	Deadline uint64     `json:"deadline"`
}

// Ticket is an attestor's word that the wallet belongs to one person, known in
// this campaign as subject. Author: the attestor.
type Ticket struct {
	Campaign CampaignID `json:"campaign"`
	Wallet   Address    `json:"wallet"`
	Attestor Address    `json:"attestor"`
	Subject  Hash       `json:"subject"`
	Deadline uint64     `json:"deadline"`
}

// ClaimCommand carries a Claim, its ticket (all zero where the campaign asks
// for none), and the serials to try: the first free one is taken.
type ClaimCommand struct {
	Claim           Claim     `json:"claim"`
	Signature       Signature `json:"signature"`
	Ticket          Ticket    `json:"ticket"`
	TicketSignature Signature `json:"ticketSignature"`
	Candidates      []uint32  `json:"candidates"` // 1 to 4
}

// Verb implements Command.
func (ClaimCommand) Verb() Verb { return VerbClaim }

// Intents implements Command.
func (c ClaimCommand) Intents() []any {
	if c.Ticket == (Ticket{}) {
		return []any{c.Claim}
	}
	return []any{c.Claim, c.Ticket}
}

// Signatures implements Command.
func (c ClaimCommand) Signatures() []Signature {
	if c.Ticket == (Ticket{}) {
		return []Signature{c.Signature}
	}
	return []Signature{c.Signature, c.TicketSignature}
}

func (c ClaimCommand) signers() []Address {
	if c.Ticket == (Ticket{}) {
		return []Address{c.Claim.Wallet}
	}
	return []Address{c.Claim.Wallet, c.Ticket.Attestor}
}

func (c ClaimCommand) touches(Hash) []string {
	keys := []string{walletKey(c.Claim.Campaign, c.Claim.Wallet)}
	if !c.Ticket.Subject.IsZero() {
		keys = append(keys, subjectKey(c.Claim.Campaign, c.Ticket))
	}
	for _, serial := range c.Candidates {
		keys = append(keys, voucherKey(Ref{Campaign: c.Claim.Campaign, Serial: serial}))
	}
	return keys
}

// reads names the first serial only, which is read unless it is not open to
// claims. The others are read only where the first is taken, and what is not read
// cannot conflict.
func (c ClaimCommand) reads() []string {
	keys := []string{campaignKey(c.Claim.Campaign), walletKey(c.Claim.Campaign, c.Claim.Wallet)}
	if !c.Ticket.Subject.IsZero() {
		keys = append(keys, subjectKey(c.Claim.Campaign, c.Ticket), attestorKey(c.Claim.Campaign, c.Ticket.Attestor))
	}
	if len(c.Candidates) > 0 {
		keys = append(keys, voucherKey(Ref{Campaign: c.Claim.Campaign, Serial: c.Candidates[0]}))
	}
	return keys
}

func (c ClaimCommand) flaw() string {
	if c.Ticket == (Ticket{}) && c.TicketSignature != (Signature{}) {
		return "ticketSignature: nothing is wanted where there is no ticket"
	}
	return miscounted("candidates", len(c.Candidates), 1, Candidates)
}

func (c ClaimCommand) examine(a Authors) Kind {
	switch {
	case c.flaw() != "":
		return KindMalformed
	case !a.signedBy(0, c.Claim.Wallet):
		return KindBadSignature
	default:
		return KindAccepted
	}
}

// examineAhead judges a ticket. The rules judge it after they have read the
// campaign, which may ask for none.
func (c ClaimCommand) examineAhead(a Authors) Kind {
	if c.Ticket != (Ticket{}) && !c.Ticket.vouchesFor(c.Claim, a) {
		return KindTicketInvalid
	}
	return KindAccepted
}

// VoucherClaimed is a voucher that a wallet took.
type VoucherClaimed struct {
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
	Voucher  Slot       `json:"voucher"`
	Ordinal  uint32     `json:"ordinal"`
	Attestor Address    `json:"attestor"`
	Subject  Hash       `json:"subject"`
}

func (VoucherClaimed) isEvent() {}

func (e VoucherClaimed) after() (Ref, Slot) { return Ref{e.Campaign, e.Serial}, e.Voucher }

func (c ClaimCommand) judge(r *ruling) Kind {
	in := c.Claim
	if kind := r.checkDeadline(in.Deadline, IntentLife); kind != KindAccepted {
		return kind
	}
	campaign, extension, kind := r.claimable(in.Campaign)
	if kind != KindAccepted {
		return kind
	}
	if !r.ticketHolds(c, campaign) {
		return KindTicketInvalid
	}
	if kind := r.countClaim(c, campaign); kind != KindAccepted {
		return kind
	}
	ref, ok := r.firstFree(in.Campaign, campaign.Open, c.Candidates)
	if !ok {
		return KindSerialsTaken
	}
	expiry, ok := r.expiry(campaign, extension)
	if !ok {
		return KindExpired
	}
	v := Voucher{Owner: in.Wallet, Units: campaign.Units, Expiry: expiry, State: StateClaimed}
	r.emit(VoucherClaimed{
		Campaign: ref.Campaign, Serial: ref.Serial, Voucher: r.putVoucher(ref, v),
		Ordinal: in.Ordinal, Attestor: c.Ticket.Attestor, Subject: c.Ticket.Subject,
	})
	return KindAccepted
}

// claimable reads a campaign that can be claimed from now, and its extension.
func (r *ruling) claimable(id CampaignID) (Campaign, uint64, Kind) {
	c, ok := r.campaign(id)
	if !ok {
		return c, 0, KindUnknownCampaign
	}
	m, kind := r.activeMerchant(c.Merchant)
	switch {
	case kind != KindAccepted:
		return c, 0, kind
	case c.Status != CampaignActive:
		return c, 0, KindCampaignInactive
	case r.now < c.ClaimFrom || r.now >= c.ClaimUntil:
		return c, 0, KindOutsideWindow
	default:
		return c, r.extension(m, id), KindAccepted
	}
}

// ticketHolds checks the ticket of a campaign that asks for one, and that there
// is none where it does not.
func (r *ruling) ticketHolds(c ClaimCommand, campaign Campaign) bool {
	t := c.Ticket
	if len(campaign.Attestors) == 0 {
		return t == Ticket{}
	}
	return r.attestor(c.Claim.Campaign, campaign, t.Attestor).Allowed && t.Deadline >= r.now && t.vouchesFor(c.Claim, r.authors)
}

// vouchesFor reports whether a ticket is for a claim, and signed by the attestor
// that it names.
func (t Ticket) vouchesFor(in Claim, a Authors) bool {
	return t.Campaign == in.Campaign && t.Wallet == in.Wallet && !t.Subject.IsZero() && a.signedBy(1, t.Attestor)
}

// countClaim counts the claim for the wallet and, with a ticket, for the person.
// Without tickets the wallet is the holder, and keys are free.
func (r *ruling) countClaim(c ClaimCommand, campaign Campaign) Kind {
	in := c.Claim
	day := localDay(campaign.Offsets, r.now)
	key := walletKey(in.Campaign, in.Wallet)
	wallet := r.holder(key)
	if in.Ordinal != wallet.Claims {
		return KindWrongOrdinal
	}
	next := counted(wallet, day)
	r.put(key, next)
	if len(campaign.Attestors) > 0 { // the limits are the person's
		key = subjectKey(in.Campaign, c.Ticket)
		next = counted(r.holder(key), day)
		r.put(key, next)
	}
	switch {
	case campaign.PerHolder > 0 && next.Claims > campaign.PerHolder:
		return KindLimitReached
	case campaign.PerDay > 0 && next.Today > campaign.PerDay:
		return KindDayLimitReached
	default:
		return KindAccepted
	}
}

func (r *ruling) holder(key string) (h Holder) {
	_, err := read(r.state, key, &h)
	r.keep(err)
	return h
}

func counted(h Holder, day uint64) Holder {
	if day > h.Day { // a clock that goes back counts for the later day
		h.Day, h.Today = day, 0
	}
	h.Claims++
	h.Today++
	return h
}

// firstFree is the first candidate open to claims that nobody owns.
func (r *ruling) firstFree(id CampaignID, open uint32, candidates []uint32) (Ref, bool) {
	for _, serial := range candidates {
		ref := Ref{Campaign: id, Serial: serial}
		if serial >= open {
			continue
		}
		if _, taken := r.voucher(ref); !taken {
			return ref, true
		}
	}
	return Ref{}, false
}
