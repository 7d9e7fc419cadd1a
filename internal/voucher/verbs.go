package voucher

import "reflect"

// Verb is a command's first byte. Never reorder.
type Verb uint8

// The verbs.
const (
	VerbSetOperators Verb = 1 + iota
	VerbAdmitMerchant
	VerbSuspendMerchant
	VerbReinstateMerchant
	VerbPutStore
	VerbPutKey
	VerbRotateRoot
	VerbRecoverRoot
	VerbCreateCampaign
	VerbChangeCampaign
	VerbIssue
	VerbDeliver
	VerbClaim
	VerbTransfer
	VerbRedeem // and hold, by holdUntil
	VerbCapture
	VerbRelease
	VerbCancel
	VerbRollback
	VerbVoid
	VerbSetOperatorsProven
	VerbAdmitMerchantProven
	VerbRotateRootProven
	VerbRecoverRootProven
	VerbSetAuditor
	VerbPutAttestor
	verbsEnd
)

// verbNames are the verbs in words, by their numbers.
func verbNames() [verbsEnd]string {
	return [verbsEnd]string{
		VerbSetOperators: "set_operators", VerbAdmitMerchant: "admit_merchant", VerbSuspendMerchant: "suspend_merchant",
		VerbReinstateMerchant: "reinstate_merchant", VerbPutStore: "put_store", VerbPutKey: "put_key",
		VerbRotateRoot: "rotate_root", VerbRecoverRoot: "recover_root", VerbCreateCampaign: "create_campaign",
		VerbChangeCampaign: "change_campaign", VerbIssue: "issue", VerbDeliver: "deliver", VerbClaim: "claim",
		VerbTransfer: "transfer", VerbRedeem: "redeem", VerbCapture: "capture", VerbRelease: "release",
		VerbCancel: "cancel", VerbRollback: "rollback", VerbVoid: "void",
		VerbSetOperatorsProven: "set_operators_proven", VerbAdmitMerchantProven: "admit_merchant_proven",
		VerbRotateRootProven: "rotate_root_proven", VerbRecoverRootProven: "recover_root_proven",
		VerbSetAuditor: "set_auditor", VerbPutAttestor: "put_attestor",
	}
}

// String is the verb in one lower-case word or two; a hold is a redeem.
func (v Verb) String() string {
	if v == 0 || v >= verbsEnd {
		return "unknown"
	}
	return verbNames()[v]
}

func verbOf(intent any) Verb {
	switch intent.(type) {
	case SetOperators:
		return VerbSetOperators
	case AdmitMerchant:
		return VerbAdmitMerchant
	case SuspendMerchant:
		return VerbSuspendMerchant
	case ReinstateMerchant:
		return VerbReinstateMerchant
	case PutStore:
		return VerbPutStore
	case PutKey:
		return VerbPutKey
	case RotateRoot:
		return VerbRotateRoot
	case RecoverRoot:
		return VerbRecoverRoot
	case CreateCampaign:
		return VerbCreateCampaign
	case ChangeCampaign:
		return VerbChangeCampaign
	case Issue:
		return VerbIssue
	case Capture:
		return VerbCapture
	case Release:
		return VerbRelease
	case Rollback:
		return VerbRollback
	case SetAuditor:
		return VerbSetAuditor
	case PutAttestor:
		return VerbPutAttestor
	}
	return 0
}

// EmptyCommand is a command of a verb without any content. ok is false for a
// number that is no verb.
func EmptyCommand(v Verb) (c Command, ok bool) {
	target := newCommand(v)
	if target == nil {
		return nil, false
	}
	c, ok = reflect.ValueOf(target).Elem().Interface().(Command)
	return c, ok
}

// newCommand is an empty command to decode into, or nil for an unknown verb.
func newCommand(v Verb) any {
	switch v {
	case VerbSetOperators:
		return new(Approved[SetOperators])
	case VerbAdmitMerchant:
		return new(Signed[AdmitMerchant])
	case VerbSuspendMerchant:
		return new(Signed[SuspendMerchant])
	case VerbReinstateMerchant:
		return new(Signed[ReinstateMerchant])
	case VerbPutStore:
		return new(Signed[PutStore])
	case VerbPutKey:
		return new(Signed[PutKey])
	case VerbRotateRoot:
		return new(Signed[RotateRoot])
	case VerbRecoverRoot:
		return new(Approved[RecoverRoot])
	case VerbCreateCampaign:
		return new(Signed[CreateCampaign])
	case VerbChangeCampaign:
		return new(Signed[ChangeCampaign])
	case VerbIssue:
		return new(Signed[Issue])
	case VerbDeliver:
		return new(DeliverCommand)
	case VerbClaim:
		return new(ClaimCommand)
	case VerbTransfer:
		return new(TransferCommand)
	case VerbRedeem:
		return new(RedeemCommand)
	case VerbCapture:
		return new(Signed[Capture])
	case VerbRelease:
		return new(Signed[Release])
	case VerbCancel:
		return new(CancelCommand)
	case VerbRollback:
		return new(Signed[Rollback])
	case VerbVoid:
		return new(VoidCommand)
	default:
		return newLaterCommand(v)
	}
}

// newLaterCommand is the same of the verbs that came later.
func newLaterCommand(v Verb) any {
	switch v {
	case VerbSetOperatorsProven:
		return new(JointlyProven[SetOperators])
	case VerbAdmitMerchantProven:
		return new(Proven[AdmitMerchant])
	case VerbRotateRootProven:
		return new(Proven[RotateRoot])
	case VerbRecoverRootProven:
		return new(JointlyProven[RecoverRoot])
	case VerbSetAuditor:
		return new(Approved[SetAuditor])
	case VerbPutAttestor:
		return new(Signed[PutAttestor])
	}
	return nil
}
