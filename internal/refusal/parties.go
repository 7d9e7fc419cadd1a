package refusal

import (
	"context"
	"fmt"

	"tally/internal/voucher"
)

// party is the reason of a refusal by who acts, and for whom.
func (l look) party(ctx context.Context, kind voucher.Kind) string {
	merchant, _ := field[voucher.Address](l.command, "Merchant")
	switch kind { //nolint:exhaustive // those of Reason
	case voucher.KindUnknownMerchant:
		return fmt.Sprintf("merchant: %s was not admitted to this ledger", address(merchant))
	case voucher.KindMerchantSuspended:
		if m, _, err := l.reader.Merchant(ctx, merchant); err == nil && m.SuspendedFrom > 0 {
			return fmt.Sprintf("merchant: %s is suspended since %s", address(merchant), clock(m.SuspendedFrom))
		}
	case voucher.KindExists:
		if _, admits := field[string](l.command, "Name"); admits {
			return fmt.Sprintf("merchant: %s was admitted before", address(merchant))
		}
	case voucher.KindRecoveryPending:
		if m, _, err := l.reader.Merchant(ctx, merchant); err == nil && m.NextFrom > l.now {
			return fmt.Sprintf("merchant: the root %s takes over at %s", address(m.NextRoot), clock(m.NextFrom))
		}
	case voucher.KindListFull:
		if attestor, ok := field[voucher.Address](l.command, "Attestor"); ok {
			return fmt.Sprintf("attestor: %s would be one more than the %d that a campaign ever has", address(attestor), voucher.MaxNamed)
		}
		auditor, _ := field[voucher.Address](l.command, "Auditor")
		return fmt.Sprintf("auditor: %s would be one more than the %d that a ledger ever has", address(auditor), voucher.MaxAuditors)
	case voucher.KindNotAuthorised:
		return l.unauthorised(ctx, merchant)
	}
	return ""
}

// unauthorised says which right is missing, and to whom.
func (l look) unauthorised(ctx context.Context, merchant voucher.Address) string {
	if till, ok := field[voucher.Address](l.command, "Till"); ok {
		store, _ := field[uint32](l.command, "Store")
		return fmt.Sprintf("till: %s is no till of store %d of the merchant %s", address(till), store, address(merchant))
	}
	if approvers, ok := field[[]voucher.Address](l.command, "Approvers"); ok {
		set, err := l.reader.Operators(ctx)
		if err != nil {
			return ""
		}
		return fmt.Sprintf("approvers: at least %d, all of them of the %d operators, are wanted; %d are named", set.Threshold, len(set.Members), len(approvers))
	}
	if operator, ok := field[voucher.Address](l.command, "Operator"); ok {
		return fmt.Sprintf("operator: %s is no operator of this ledger", address(operator))
	}
	author, _ := field[voucher.Address](l.command, "Author")
	return fmt.Sprintf("author: %s is neither the root of the merchant %s nor a key with the scope for this", address(author), address(merchant))
}

// version is the reason of a change that was signed for another state.
func (l look) version(ctx context.Context) string {
	if in, ok := l.command.(voucher.Signed[voucher.Issue]); ok {
		c, _, err := l.reader.Campaign(ctx, in.Intent.Campaign)
		return wanted("first", uint64(c.Issued), uint64(in.Intent.First), err)
	}
	signed, ok := field[uint32](l.command, "Version")
	if !ok {
		return ""
	}
	now, err := l.versionNow(ctx)
	return wanted("version", uint64(now), uint64(signed), err)
}

// versionNow is the version that is in force of what a command changes.
func (l look) versionNow(ctx context.Context) (uint32, error) {
	merchant, _ := field[voucher.Address](l.command, "Merchant")
	switch l.command.Verb() { //nolint:exhaustive // the others change a merchant by its own version
	case voucher.VerbSetOperators, voucher.VerbSetOperatorsProven:
		set, err := l.reader.Operators(ctx)
		return set.Version, err
	case voucher.VerbSetAuditor:
		auditor, _ := field[voucher.Address](l.command, "Auditor")
		of, err := l.reader.Auditor(ctx, auditor)
		return of.Version, err
	case voucher.VerbPutAttestor:
		return l.attestorVersion(ctx)
	case voucher.VerbChangeCampaign:
		campaign, _ := field[voucher.CampaignID](l.command, "Campaign")
		c, _, err := l.reader.Campaign(ctx, campaign)
		return c.Version, err
	case voucher.VerbSuspendMerchant, voucher.VerbReinstateMerchant, voucher.VerbRecoverRoot, voucher.VerbRecoverRootProven:
		standing, err := l.reader.Standing(ctx, merchant)
		return standing.OperatorsVersion, err
	default:
		m, _, err := l.reader.Merchant(ctx, merchant)
		return m.Version, err
	}
}

func (l look) attestorVersion(ctx context.Context) (uint32, error) {
	campaign, _ := field[voucher.CampaignID](l.command, "Campaign")
	attestor, _ := field[voucher.Address](l.command, "Attestor")
	list, err := l.reader.Attestors(ctx, campaign)
	for _, named := range list {
		if named.Attestor == attestor {
			return named.Version, err
		}
	}
	return 0, err
}

// wanted is the reason of a number that must be another one.
func wanted(name string, want, given uint64, err error) string {
	if err != nil || want == given {
		return ""
	}
	return fmt.Sprintf("%s: %d is wanted now, not %d", name, want, given)
}
