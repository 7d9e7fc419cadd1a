package voucher

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

// row is what is known of a verb by its number alone. What the verb means, the
// methods of its command say, in the verb's own file.
type row struct {
	name     string
	command  ruled // without any content
	unproven bool  // it brings a key into force and carries no proof of possession: refused
}

// row is a verb's row, and the only list of the verbs with what they are; ok is
// false for a number that is no verb. It is a switch, and no table: a table would be
// state of the package, or be built anew at each look.
func (v Verb) row() (r row, ok bool) {
	switch v {
	case VerbSetOperators:
		return row{name: "set_operators", command: Approved[SetOperators]{}, unproven: true}, true
	case VerbAdmitMerchant:
		return row{name: "admit_merchant", command: Signed[AdmitMerchant]{}, unproven: true}, true
	case VerbSuspendMerchant:
		return row{name: "suspend_merchant", command: Signed[SuspendMerchant]{}}, true
	case VerbReinstateMerchant:
		return row{name: "reinstate_merchant", command: Signed[ReinstateMerchant]{}}, true
	case VerbPutStore:
		return row{name: "put_store", command: Signed[PutStore]{}}, true
	case VerbPutKey:
		return row{name: "put_key", command: Signed[PutKey]{}}, true
	case VerbRotateRoot:
		return row{name: "rotate_root", command: Signed[RotateRoot]{}, unproven: true}, true
	case VerbRecoverRoot:
		return row{name: "recover_root", command: Approved[RecoverRoot]{}, unproven: true}, true
	case VerbCreateCampaign:
		return row{name: "create_campaign", command: Signed[CreateCampaign]{}}, true
	case VerbChangeCampaign:
		return row{name: "change_campaign", command: Signed[ChangeCampaign]{}}, true
	case VerbIssue:
		return row{name: "issue", command: Signed[Issue]{}}, true
	case VerbDeliver:
		return row{name: "deliver", command: DeliverCommand{}}, true
	case VerbClaim:
		return row{name: "claim", command: ClaimCommand{}}, true
	case VerbTransfer:
		return row{name: "transfer", command: TransferCommand{}}, true
	case VerbRedeem:
		return row{name: "redeem", command: RedeemCommand{}}, true
	case VerbCapture:
		return row{name: "capture", command: Signed[Capture]{}}, true
	case VerbRelease:
		return row{name: "release", command: Signed[Release]{}}, true
	case VerbCancel:
		return row{name: "cancel", command: CancelCommand{}}, true
	case VerbRollback:
		return row{name: "rollback", command: Signed[Rollback]{}}, true
	case VerbVoid:
		return row{name: "void", command: VoidCommand{}}, true
	case VerbSetOperatorsProven:
		return row{name: "set_operators_proven", command: JointlyProven[SetOperators]{}}, true
	case VerbAdmitMerchantProven:
		return row{name: "admit_merchant_proven", command: Proven[AdmitMerchant]{}}, true
	case VerbRotateRootProven:
		return row{name: "rotate_root_proven", command: Proven[RotateRoot]{}}, true
	case VerbRecoverRootProven:
		return row{name: "recover_root_proven", command: JointlyProven[RecoverRoot]{}}, true
	case VerbSetAuditor:
		return row{name: "set_auditor", command: Approved[SetAuditor]{}}, true
	case VerbPutAttestor:
		return row{name: "put_attestor", command: Signed[PutAttestor]{}}, true
	default:
		return row{}, false
	}
}

// String is the verb in one lower-case word or two; a hold is a redeem.
func (v Verb) String() string {
	if r, ok := v.row(); ok {
		return r.name
	}
	return "unknown"
}

// EmptyCommand is a command of a verb without any content. ok is false for a
// number that is no verb.
func EmptyCommand(v Verb) (c Command, ok bool) {
	r, ok := v.row()
	return r.command, ok
}
