// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Every limit of the rules, in one place. internal/voucher/limits.go holds the same numbers.
library Limits {
    /// @notice Units one voucher can hold: 36 bits of its slot.
    uint256 internal constant UNITS = 2 ** 36 - 1;
    /// @notice Minor units of money in one figure: exact in every JSON reader.
    uint256 internal constant AMOUNT = 2 ** 53 - 1;
    /// @notice Lines of one redeem.
    uint256 internal constant LINES = 30;
    /// @notice Vouchers of one campaign.
    uint256 internal constant SUPPLY = 2 ** 31;
    /// @notice Bytes of a terms document.
    uint256 internal constant TERMS = 8192;
    /// @notice Bytes of a merchant's or store's name.
    uint256 internal constant NAME = 128;
    /// @notice Bytes of the reason of a suspension or a void.
    uint256 internal constant REASON = 256;
    /// @notice Operators of the system.
    uint256 internal constant OPERATORS = 32;
    /// @notice Signatures of one command: approvals, and proofs of possession.
    uint256 internal constant SIGNERS = 2 * OPERATORS;
    /// @notice Attestors that CreateCampaign names.
    uint256 internal constant ATTESTORS = 8;
    /// @notice Attestors that one campaign ever has, revoked ones included.
    uint256 internal constant NAMED = 256;
    /// @notice Auditors that one ledger ever has, ended ones included.
    uint256 internal constant AUDITORS = 256;
    /// @notice Stores that one campaign names.
    uint256 internal constant STORES = 256;
    /// @notice Greatest number of a store.
    uint256 internal constant STORE = 65535;
    /// @notice UTC-offset transitions of one campaign.
    uint256 internal constant OFFSETS = 64;
    /// @notice Bytes of one encoded command.
    uint256 internal constant COMMAND = 49152;
    /// @notice Serials that one claim may offer.
    uint256 internal constant CANDIDATES = 4;
    /// @notice Hashes that place an entry in an issue's list.
    uint256 internal constant PROOF = 32;
    /// @notice Seconds signedAt may be ahead of the ledger's clock.
    uint256 internal constant CLOCK_SKEW = 60;
    /// @notice Seconds from signedAt to the latest deadline of a redeem.
    uint256 internal constant REDEEM_LIFE = 10 minutes;
    /// @notice Seconds after an offer's deadline in which its owner can still cancel it.
    uint256 internal constant CANCEL_LIFE = 15 minutes;
    /// @notice Seconds after it in which a till that was shown it can.
    uint256 internal constant TILL_CANCEL = 7 days;
    /// @notice Seconds from signedAt to the latest holdUntil.
    uint256 internal constant HOLD_LIFE = 7 days;
    /// @notice Seconds from now to the latest deadline of any other intent.
    uint256 internal constant INTENT_LIFE = 1 days;
    /// @notice The same where several operators must sign.
    uint256 internal constant APPROVAL_LIFE = 7 days;
    /// @notice Seconds from now to the latest until of an auditor.
    uint256 internal constant AUDITOR_LIFE = 366 days;
    /// @notice Seconds before a root set by the operators takes effect.
    uint256 internal constant RECOVER_DELAY = 7 days;
    /// @notice Seconds from now to the latest validUntil.
    uint256 internal constant CAMPAIGN_LIFE = 3660 days;
    /// @notice Greatest number of days that a voucher is valid after its claim.
    uint256 internal constant VALID_DAYS = 3660;
    /// @notice Seconds that a rollback may add to the expiry.
    uint256 internal constant GRACE = 366 days;
    /// @notice Seconds: expiry is kept in quarters of an hour.
    uint256 internal constant QUARTER = 15 minutes;
    /// @notice Greatest expiry that a slot can hold.
    uint256 internal constant INSTANT = (2 ** 24 - 1) * QUARTER;
    /// @notice Greatest signedAt that a slot can hold.
    uint256 internal constant SIGNED_AT = 2 ** 32 - 1;
    /// @notice Greatest UTC offset in minutes, either way.
    int16 internal constant MINUTES = 14 * 60;
    /// @notice Minutes: UTC offsets are multiples of a quarter of an hour.
    int16 internal constant MINUTES_STEP = 15;
}
