package voucher

// Reads names state that an accepted command of vouchers has read, as far as
// the command itself tells: the records that every ruling of its verb starts
// from. A ledger for which each read is a round trip fetches them at once;
// Apply reads what else it needs by itself. Commands of operators and merchants
// are rare and name nothing.
func Reads(c Command) []string {
	switch c := c.(type) {
	case DeliverCommand:
		return []string{issueKey(c.Deliver.Issue)}
	case ClaimCommand:
		return readByClaim(c)
	case TransferCommand:
		return readOf([]Ref{{c.Transfer.Campaign, c.Transfer.Serial}}, voucherKey, holdKey)
	case RedeemCommand:
		return append(readByKey(c.Accept.Merchant, c.Accept.Till), readOf(refs(c.Offer.Lines, Line.Ref), voucherKey, holdKey)...)
	case Signed[Capture]:
		return append(readByKey(c.Intent.Merchant, c.Intent.Till), readOf(refs(c.Intent.Takes, Take.ref), voucherKey, holdKey)...)
	case Signed[Release]:
		return append(readByKey(c.Intent.Merchant, c.Intent.Till), recordsOf(c.Intent.Vouchers, voucherKey, holdKey)...)
	case CancelCommand:
		return readOf(refs(c.Offer.Lines, Line.Ref), voucherKey)
	case Signed[Rollback]:
		return append([]string{merchantKey(c.Intent.Merchant)}, readOf(refs(c.Intent.Returns, Return.ref), voucherKey)...)
	case VoidCommand:
		return append([]string{merchantKey(c.Void.Merchant)}, readOf([]Ref{{c.Void.Campaign, c.Void.Serial}}, voucherKey)...)
	default:
		return nil
	}
}

// readByClaim names one serial, which is read unless it is not open to claims.
// The others are read only where it is taken, and what is not read cannot
// conflict.
func readByClaim(c ClaimCommand) []string {
	keys := []string{campaignKey(c.Claim.Campaign), walletKey(c.Claim.Campaign, c.Claim.Wallet)}
	if !c.Ticket.Subject.IsZero() {
		keys = append(keys, subjectKey(c.Claim.Campaign, c.Ticket), attestorKey(c.Claim.Campaign, c.Ticket.Attestor))
	}
	if len(c.Candidates) > 0 {
		keys = append(keys, voucherKey(Ref{Campaign: c.Claim.Campaign, Serial: c.Candidates[0]}))
	}
	return keys
}

// readByKey are the records of a merchant and of one of its keys.
func readByKey(merchant, key Address) []string {
	return []string{merchantKey(merchant), keyKey(merchant, key)}
}

// readOf are the records of vouchers, and of their campaigns.
func readOf(vouchers []Ref, records ...func(Ref) string) (keys []string) {
	var last CampaignID
	for i, ref := range vouchers {
		if i == 0 || ref.Campaign != last { // lists of vouchers are in order
			keys = append(keys, campaignKey(ref.Campaign))
		}
		last = ref.Campaign
	}
	return append(keys, recordsOf(vouchers, records...)...)
}

func recordsOf(vouchers []Ref, records ...func(Ref) string) (keys []string) {
	for _, ref := range vouchers {
		for _, key := range records {
			keys = append(keys, key(ref))
		}
	}
	return keys
}
