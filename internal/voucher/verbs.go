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

// rows has one row for each verb.
func rows() [verbsEnd]row {
	return [verbsEnd]row{
		VerbSetOperators:        {name: "set_operators", command: Approved[SetOperators]{}, unproven: true},
		VerbAdmitMerchant:       {name: "admit_merchant", command: Signed[AdmitMerchant]{}, unproven: true},
		VerbSuspendMerchant:     {name: "suspend_merchant", command: Signed[SuspendMerchant]{}},
		VerbReinstateMerchant:   {name: "reinstate_merchant", command: Signed[ReinstateMerchant]{}},
		VerbPutStore:            {name: "put_store", command: Signed[PutStore]{}},
		VerbPutKey:              {name: "put_key", command: Signed[PutKey]{}},
		VerbRotateRoot:          {name: "rotate_root", command: Signed[RotateRoot]{}, unproven: true},
		VerbRecoverRoot:         {name: "recover_root", command: Approved[RecoverRoot]{}, unproven: true},
		VerbCreateCampaign:      {name: "create_campaign", command: Signed[CreateCampaign]{}},
		VerbChangeCampaign:      {name: "change_campaign", command: Signed[ChangeCampaign]{}},
		VerbIssue:               {name: "issue", command: Signed[Issue]{}},
		VerbDeliver:             {name: "deliver", command: DeliverCommand{}},
		VerbClaim:               {name: "claim", command: ClaimCommand{}},
		VerbTransfer:            {name: "transfer", command: TransferCommand{}},
		VerbRedeem:              {name: "redeem", command: RedeemCommand{}},
		VerbCapture:             {name: "capture", command: Signed[Capture]{}},
		VerbRelease:             {name: "release", command: Signed[Release]{}},
		VerbCancel:              {name: "cancel", command: CancelCommand{}},
		VerbRollback:            {name: "rollback", command: Signed[Rollback]{}},
		VerbVoid:                {name: "void", command: VoidCommand{}},
		VerbSetOperatorsProven:  {name: "set_operators_proven", command: JointlyProven[SetOperators]{}},
		VerbAdmitMerchantProven: {name: "admit_merchant_proven", command: Proven[AdmitMerchant]{}},
		VerbRotateRootProven:    {name: "rotate_root_proven", command: Proven[RotateRoot]{}},
		VerbRecoverRootProven:   {name: "recover_root_proven", command: JointlyProven[RecoverRoot]{}},
		VerbSetAuditor:          {name: "set_auditor", command: Approved[SetAuditor]{}},
		VerbPutAttestor:         {name: "put_attestor", command: Signed[PutAttestor]{}},
	}
}

// row is a verb's row; ok is false for a number that is no verb.
func (v Verb) row() (r row, ok bool) {
	if v == 0 || v >= verbsEnd {
		return row{}, false
	}
	return rows()[v], true
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
