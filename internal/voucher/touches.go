package voucher

// Touches names the state that a command with this id may write, so that a pipeline never
// has two batches under way that meet. It may name more than is written in the
// end; it never names less.
func Touches(c Command, id Hash) []string {
	switch c := c.(type) {
	case Approved[SetOperators]:
		return []string{operatorsKey}
	case Signed[AdmitMerchant]:
		return []string{merchantKey(c.Intent.Merchant)}
	case Signed[PutStore]:
		return []string{merchantKey(c.Intent.Merchant), storeKey(c.Intent.Merchant, c.Intent.Store)}
	case Signed[PutKey]:
		return []string{merchantKey(c.Intent.Merchant), keyKey(c.Intent.Merchant, c.Intent.Key)}
	case Signed[CreateCampaign]:
		return []string{campaignKey(CampaignOf(id))}
	case Signed[ChangeCampaign]:
		return []string{campaignKey(c.Intent.Campaign)}
	case ClaimCommand:
		return touchedByClaim(c)
	case RedeemCommand:
		return touchedByLines(c.Offer.Lines)
	case CancelCommand:
		return touchedByLines(c.Offer.Lines)
	default:
		return nil // refused as unsupported: nothing is written
	}
}

func touchedByClaim(c ClaimCommand) []string {
	keys := []string{walletKey(c.Claim.Campaign, c.Claim.Wallet)}
	if !c.Ticket.Subject.IsZero() {
		keys = append(keys, subjectKey(c.Claim.Campaign, c.Ticket))
	}
	for _, serial := range c.Candidates {
		keys = append(keys, voucherKey(Ref{Campaign: c.Claim.Campaign, Serial: serial}))
	}
	return keys
}

func touchedByLines(lines []Line) []string {
	keys := make([]string, len(lines))
	for i, line := range lines {
		keys[i] = voucherKey(line.Ref())
	}
	return keys
}
