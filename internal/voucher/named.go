package voucher

// Named lists the authors that a command's intents name, in the order of its
// signatures: who signed it, once a ledger has accepted it.
func Named(c Command) []Address {
	switch c := c.(type) {
	case Approved[SetOperators]:
		return c.Intent.Approvers
	case Approved[RecoverRoot]:
		return c.Intent.Approvers
	case ClaimCommand:
		if c.Ticket == (Ticket{}) {
			return []Address{c.Claim.Wallet}
		}
		return []Address{c.Claim.Wallet, c.Ticket.Attestor}
	case TransferCommand:
		return []Address{c.Transfer.Owner}
	case RedeemCommand:
		return []Address{c.Offer.Owner, c.Accept.Till}
	case CancelCommand:
		return []Address{c.Cancel.Author, c.Offer.Owner}
	case VoidCommand:
		return []Address{c.Void.Author}
	default:
		return namedAlone(c)
	}
}

// namedAlone is the author of a command of one intent; a Deliver has none.
func namedAlone(c Command) []Address {
	switch c := c.(type) {
	case Signed[AdmitMerchant]:
		return []Address{c.Intent.Operator}
	case Signed[SuspendMerchant]:
		return []Address{c.Intent.Operator}
	case Signed[ReinstateMerchant]:
		return []Address{c.Intent.Operator}
	case Signed[PutStore]:
		return []Address{c.Intent.Author}
	case Signed[PutKey]:
		return []Address{c.Intent.Author}
	case Signed[RotateRoot]:
		return []Address{c.Intent.Author}
	case Signed[CreateCampaign]:
		return []Address{c.Intent.Author}
	case Signed[ChangeCampaign]:
		return []Address{c.Intent.Author}
	case Signed[Issue]:
		return []Address{c.Intent.Author}
	case Signed[Capture]:
		return []Address{c.Intent.Till}
	case Signed[Release]:
		return []Address{c.Intent.Till}
	case Signed[Rollback]:
		return []Address{c.Intent.Author}
	default:
		return nil
	}
}
