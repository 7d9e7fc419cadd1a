package voucher

import "slices"

// Named lists the authors that a command's intents name, in the order of its
// signatures: who signed it, once a ledger has accepted it.
func Named(c Command) []Address {
	switch c := c.(type) {
	case Approved[SetOperators]:
		return c.Intent.Approvers
	case Approved[RecoverRoot]:
		return c.Intent.Approvers
	case Approved[SetAuditor]:
		return c.Intent.Approvers
	case JointlyProven[SetOperators], JointlyProven[RecoverRoot], Proven[AdmitMerchant], Proven[RotateRoot]:
		return namedWithProof(c)
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

// namedWithProof are the authors, then the holders of the keys that come into force.
func namedWithProof(c Command) []Address {
	switch c := c.(type) {
	case JointlyProven[SetOperators]:
		return withHolders(c.Intent.Approvers, c.Possessions)
	case JointlyProven[RecoverRoot]:
		return withHolders(c.Intent.Approvers, c.Possessions)
	case Proven[AdmitMerchant]:
		return []Address{c.Intent.Operator, c.Intent.Merchant}
	case Proven[RotateRoot]:
		return []Address{c.Intent.Author, c.Intent.Root}
	default:
		return nil
	}
}

func withHolders(approvers []Address, proofs []Possession) []Address {
	named := slices.Clone(approvers)
	for _, p := range proofs {
		named = append(named, p.Holder)
	}
	return named
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
	case Signed[PutAttestor]:
		return []Address{c.Intent.Author}
	default:
		return nil
	}
}
