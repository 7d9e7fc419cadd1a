package voucher

// Every limit of the rules, in one place. The contract holds the same numbers.
const (
	MaxUnits     = 1<<36 - 1 // units one voucher can hold: 36 bits of its slot
	MaxAmount    = 1<<53 - 1 // minor units of money in one figure: exact in every JSON reader
	MaxLines     = 30        // lines of one redeem
	MaxSupply    = 1 << 31   // vouchers of one campaign
	MaxTerms     = 8192      // bytes of a terms document
	MaxName      = 128       // bytes of a merchant's or store's name
	MaxReason    = 256       // bytes of the reason of a suspension or a void
	MaxOperators = 32
	MaxSigners   = 2 * MaxOperators // signatures of one command: approvals, and proofs of possession
	MaxAttestors = 8                // attestors that CreateCampaign names
	MaxNamed     = 256              // attestors that one campaign ever has, revoked ones included
	MaxAuditors  = 256              // auditors that one ledger ever has, ended ones included
	MaxStores    = 256              // stores one campaign names
	MaxStore     = 65535            // greatest number of a store
	MaxOffsets   = 64               // UTC-offset transitions of one campaign
	MaxCommand   = 48 << 10         // bytes of one encoded command
	MaxProof     = 32               // hashes that place an entry in an issue's list
	Candidates   = 4                // serials one claim may offer

	ClockSkew    = 60               // seconds signedAt may be ahead of the ledger's clock
	RedeemLife   = 10 * 60          // seconds from signedAt to the latest deadline of a redeem
	CancelLife   = 15 * 60          // seconds after an offer's deadline in which its owner can still cancel it
	TillCancel   = 7 * 86400        // seconds after it in which a till that was shown it can
	HoldLife     = 7 * 86400        // seconds from signedAt to the latest holdUntil
	IntentLife   = 24 * 3600        // seconds from now to the latest deadline of any other intent
	ApprovalLife = 7 * 86400        // the same where several operators must sign
	AuditorLife  = 366 * 86400      // seconds from now to the latest until of an auditor
	RecoverDelay = 7 * 86400        // seconds before a root set by the operators takes effect
	CampaignLife = 10 * 366 * 86400 // seconds from now to the latest validUntil
	MaxValidDays = 3660
	MaxGrace     = 366 * 86400

	Quarter     = 900                     // seconds: expiry is kept in quarters of an hour
	MaxInstant  = 1<<24*Quarter - Quarter // greatest expiry that a slot can hold
	MaxSignedAt = 1<<32 - 1               // greatest signedAt that a slot can hold
	MaxMinutes  = 14 * 60                 // greatest UTC offset
	secondsADay = 86400
)
