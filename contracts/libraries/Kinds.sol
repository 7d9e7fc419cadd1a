// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Why a command was refused: a closed set, the same on every ledger. The number is what `Refused` logs. Never
/// reorder; a kind that is no longer used keeps its number.
///
/// @dev A rule returns its kind; it does not revert. All commands of a call share one transaction, and a revert would undo
/// those before it and lose the refusal's event. A try of each command as a call of its own would cost gas and a second
/// entry point. The price is that every step hands its kind on: `if (kind != Kinds.ACCEPTED) return kind`.
library Kinds {
    /// @notice Not a refusal.
    uint8 internal constant ACCEPTED = 0;
    /// @notice A part of the command is out of its limits or out of order.
    uint8 internal constant MALFORMED = 1;
    /// @notice A signature is not by the author that the intent names.
    uint8 internal constant BAD_SIGNATURE = 2;
    /// @notice The intent's deadline has passed.
    uint8 internal constant DEADLINE_PASSED = 3;
    /// @notice The deadline is further away than this intent may have.
    uint8 internal constant DEADLINE_TOO_FAR = 4;
    /// @notice The intent was signed more than 60 seconds in the ledger's future.
    uint8 internal constant SIGNED_AHEAD = 5;
    /// @notice No such merchant.
    uint8 internal constant UNKNOWN_MERCHANT = 6;
    /// @notice The merchant is suspended.
    uint8 internal constant MERCHANT_SUSPENDED = 7;
    /// @notice The author holds no right to do this.
    uint8 internal constant NOT_AUTHORISED = 8;
    /// @notice It exists already.
    uint8 internal constant EXISTS = 9;
    /// @notice It was changed in the meantime.
    uint8 internal constant WRONG_VERSION = 10;
    /// @notice No such campaign of this merchant.
    uint8 internal constant UNKNOWN_CAMPAIGN = 11;
    /// @notice The campaign is paused or closed.
    uint8 internal constant CAMPAIGN_INACTIVE = 12;
    /// @notice The campaign's terms contradict each other or exceed a limit.
    uint8 internal constant INVALID_TERMS = 13;
    /// @notice More than the campaign's supply or cap.
    uint8 internal constant SUPPLY_EXCEEDED = 14;
    /// @notice The campaign cannot be claimed from at this time.
    uint8 internal constant OUTSIDE_WINDOW = 15;
    /// @notice The ordinal is not the number of claims that this wallet made.
    uint8 internal constant WRONG_ORDINAL = 16;
    /// @notice This holder has claimed as many as one may.
    uint8 internal constant LIMIT_REACHED = 17;
    /// @notice This holder has claimed as many as one may today.
    uint8 internal constant DAY_LIMIT_REACHED = 18;
    /// @notice The claim's ticket is missing, wrong, or not asked for.
    uint8 internal constant TICKET_INVALID = 19;
    /// @notice None of the serials offered is free.
    uint8 internal constant SERIALS_TAKEN = 20;
    /// @notice No such voucher.
    uint8 internal constant UNKNOWN_VOUCHER = 21;
    /// @notice The voucher belongs to somebody else.
    uint8 internal constant NOT_OWNER = 22;
    /// @notice The voucher cannot be spent yet.
    uint8 internal constant NOT_YET_VALID = 23;
    /// @notice The voucher has expired.
    uint8 internal constant EXPIRED = 24;
    /// @notice The voucher holds fewer units.
    uint8 internal constant INSUFFICIENT_UNITS = 25;
    /// @notice The voucher is spent.
    uint8 internal constant SPENT = 26;
    /// @notice The voucher is void.
    uint8 internal constant VOIDED = 27;
    /// @notice This code was used already, or cancelled.
    uint8 internal constant ALREADY_USED = 28;
    /// @notice A newer code of this voucher was used.
    uint8 internal constant SUPERSEDED = 29;
    /// @notice The voucher is held by an open reservation.
    uint8 internal constant HELD = 30;
    /// @notice The campaign is not accepted at this store, or the merchant has no such store.
    uint8 internal constant WRONG_STORE = 31;
    /// @notice The order's currency is not the campaign's.
    uint8 internal constant WRONG_CURRENCY = 32;
    /// @notice The discount is more than the terms or the order allow.
    uint8 internal constant DISCOUNT_TOO_HIGH = 33;
    /// @notice The acceptance or cancel is for another offer, or for another order than the owner signed.
    uint8 internal constant WRONG_OFFER = 34;
    /// @notice The terms forbid to give this voucher away.
    uint8 internal constant NOT_TRANSFERABLE = 35;
    /// @notice There is no such open hold.
    uint8 internal constant NOT_HELD = 36;
    /// @notice A hold lasts at most seven days.
    uint8 internal constant HOLD_TOO_LONG = 37;
    /// @notice More than the redemption took.
    uint8 internal constant ROLLBACK_EXCEEDS = 38;
    /// @notice Units were given back in the meantime.
    uint8 internal constant WRONG_RETURNED = 39;
    /// @notice The terms forbid to void this voucher.
    uint8 internal constant NOT_VOIDABLE = 40;
    /// @notice The issue's list does not name this owner at this place.
    uint8 internal constant BAD_PLACE = 41;
    /// @notice This version of the ledger does not know this command.
    uint8 internal constant UNSUPPORTED = 42;
    /// @notice The terms allow no rollback.
    uint8 internal constant NOT_RETURNABLE = 43;
    /// @notice Nobody has shown that a key that this brings into force is held.
    uint8 internal constant POSSESSION_WANTED = 44;
    /// @notice The offer's deadline passed so long ago that there is nothing left to cancel.
    uint8 internal constant OFFER_OVER = 45;
    /// @notice A recovery of the merchant's root has not taken effect yet.
    uint8 internal constant RECOVERY_PENDING = 46;
    /// @notice The list has as many entries as it may ever have.
    uint8 internal constant LIST_FULL = 47;
}
