package voucher

// Touches names the state that a command with this id may write, so that a pipeline never
// has two batches under way that meet. It may name more than is written in the
// end; it never names less.
func Touches(c Command, id Hash) []string {
	switch c := c.(type) {
	case Approved[SetOperators], JointlyProven[SetOperators]:
		return []string{operatorsKey}
	case Approved[SetAuditor]:
		return []string{auditorKey(c.Intent.Auditor), auditorsKey}
	case Signed[PutAttestor]:
		return []string{attestorKey(c.Intent.Campaign, c.Intent.Attestor), attestorsKey(c.Intent.Campaign)}
	case Signed[CreateCampaign]:
		return []string{campaignKey(CampaignOf(id)), lostKey(CampaignOf(id))}
	case Signed[ChangeCampaign]:
		return []string{campaignKey(c.Intent.Campaign)}
	case Signed[Issue]:
		return []string{campaignKey(c.Intent.Campaign), issueKey(id)}
	default:
		if m, ok := merchantOf(c); ok {
			return append([]string{merchantKey(m), standingKey(m)}, touchedByRoot(c)...)
		}
		return touchedVouchers(c)
	}
}

// merchantOf is the merchant that a command changes itself.
func merchantOf(c Command) (m Address, ok bool) {
	switch c := c.(type) {
	case Signed[AdmitMerchant]:
		return c.Intent.Merchant, true
	case Proven[AdmitMerchant]:
		return c.Intent.Merchant, true
	case Signed[SuspendMerchant]:
		return c.Intent.Merchant, true
	case Signed[ReinstateMerchant]:
		return c.Intent.Merchant, true
	case Signed[RotateRoot]:
		return c.Intent.Merchant, true
	case Proven[RotateRoot]:
		return c.Intent.Merchant, true
	case Approved[RecoverRoot]:
		return c.Intent.Merchant, true
	case JointlyProven[RecoverRoot]:
		return c.Intent.Merchant, true
	case Signed[PutStore]:
		return c.Intent.Merchant, true
	case Signed[PutKey]:
		return c.Intent.Merchant, true
	default:
		return Address{}, false
	}
}

// touchedByRoot are the keys of what a merchant's root puts beside its record.
func touchedByRoot(c Command) []string {
	switch c := c.(type) {
	case Signed[PutStore]:
		return []string{storeKey(c.Intent.Merchant, c.Intent.Store)}
	case Signed[PutKey]:
		return []string{keyKey(c.Intent.Merchant, c.Intent.Key)}
	default:
		return nil
	}
}

// touchedVouchers are the keys of commands that change vouchers. A Deliver's
// voucher only its issue's record can name, so it names the place, as every
// command does that carries the place.
func touchedVouchers(c Command) []string {
	switch c := c.(type) {
	case DeliverCommand:
		return []string{placeKey(c.Deliver.Issue, c.Deliver.Index)}
	case ClaimCommand:
		return touchedByClaim(c)
	case TransferCommand:
		return touched([]Ref{{c.Transfer.Campaign, c.Transfer.Serial}}, c.Place)
	case RedeemCommand:
		return touched(refs(c.Offer.Lines, Line.Ref), c.Places...)
	case Signed[Capture]:
		return touched(refs(c.Intent.Takes, Take.ref))
	case Signed[Release]:
		return touched(c.Intent.Vouchers)
	case CancelCommand:
		return touched(refs(c.Offer.Lines, Line.Ref), c.Places...)
	case Signed[Rollback]:
		return touchedByRollback(c.Intent)
	case VoidCommand:
		return touched([]Ref{{c.Void.Campaign, c.Void.Serial}}, c.Place)
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

func touchedByRollback(in Rollback) (keys []string) {
	for _, back := range in.Returns {
		ref := back.ref()
		keys = append(keys, voucherKey(ref), returnedKey(in.Redemption, ref), extendedKey(ref))
	}
	return keys
}

// touched are the keys of vouchers and their holds, and of their places.
func touched(vouchers []Ref, places ...Place) (keys []string) {
	for _, ref := range vouchers {
		keys = append(keys, voucherKey(ref), holdKey(ref))
	}
	for _, p := range places {
		if !p.Issue.IsZero() {
			keys = append(keys, placeKey(p.Issue, p.Index))
		}
	}
	return keys
}

func refs[T any](lines []T, of func(T) Ref) []Ref {
	vouchers := make([]Ref, len(lines))
	for i, line := range lines {
		vouchers[i] = of(line)
	}
	return vouchers
}
