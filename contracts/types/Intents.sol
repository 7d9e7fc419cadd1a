// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// ---------------------------------------------------------------------------
// Intents: what authors sign, as EIP-712 typed data. The name of a struct is
// its EIP-712 type, its members are the type's members, in this order. Times
// are Unix seconds. Lists that are "ascending" hold nothing twice. A deadline
// is the last second at which the intent may be accepted; it may be at most 24
// hours ahead (7 days where several operators sign).
// ---------------------------------------------------------------------------

/// @notice Replaces the set of operators and how many of them must agree.
/// @param approvers who signs: at least the threshold in force, at most 32, ascending, each an operator
/// @param version of the set that it replaces
/// @param operators the new set: 1 to 32 addresses, ascending, none zero
/// @param threshold how many of the new set a further change takes: 1 to their number
/// @param deadline at most 7 days ahead
struct SetOperators {
    address[] approvers;
    uint32 version;
    address[] operators;
    uint32 threshold;
    uint64 deadline;
}

/// @notice Makes a merchant, known for ever by its first root key's address. Author: an operator.
/// @param operator the author
/// @param merchant the merchant's root key; not zero
/// @param name 1 to 128 bytes of UTF-8
/// @param deadline at most 24 hours ahead
struct AdmitMerchant {
    address operator;
    address merchant;
    string name;
    uint64 deadline;
}

/// @notice Stops a merchant: no new campaigns, changes, issues, claims, redemptions, holds, rollbacks and voids. Open
/// holds still capture or release. Author: an operator.
/// @param operator the author
/// @param merchant that it stops
/// @param version of the merchant
/// @param reason 1 to 256 bytes of UTF-8
/// @param deadline at most 24 hours ahead
struct SuspendMerchant {
    address operator;
    address merchant;
    uint32 version;
    string reason;
    uint64 deadline;
}

/// @notice Ends a suspension and puts off the expiry of every voucher there was by its length, rounded up to a quarter
/// of an hour. Author: an operator.
/// @param operator the author
/// @param merchant who goes on
/// @param version of the merchant
/// @param deadline at most 24 hours ahead
struct ReinstateMerchant {
    address operator;
    address merchant;
    uint32 version;
    uint64 deadline;
}

/// @notice Opens a store of a merchant, or renames it. Author: the merchant's root.
/// @param author the merchant's root
/// @param merchant whose store it is
/// @param version of the merchant
/// @param store the merchant's own number for it, 1 to 65535
/// @param name 1 to 128 bytes of UTF-8
/// @param deadline at most 24 hours ahead
struct PutStore {
    address author;
    address merchant;
    uint32 version;
    uint32 store;
    string name;
    uint64 deadline;
}

/// @notice Gives a key its scopes for a merchant; no scope revokes it. Author: the merchant's root.
/// @param author the merchant's root
/// @param merchant for whom the key may act
/// @param version of the merchant
/// @param key not zero
/// @param scopes the sum of 1 redeem (a till), 2 issue, 4 rollback, 8 void
/// @param store the till's store, which must exist; 0 for a key that is no till
/// @param deadline at most 24 hours ahead
struct PutKey {
    address author;
    address merchant;
    uint32 version;
    address key;
    uint32 scopes;
    uint32 store;
    uint64 deadline;
}

/// @notice Replaces a merchant's root key at once. Author: the root in force.
/// @param author the merchant's root
/// @param merchant whose root it is
/// @param version of the merchant
/// @param root the next one; not zero
/// @param deadline at most 24 hours ahead
struct RotateRoot {
    address author;
    address merchant;
    uint32 version;
    address root;
    uint64 deadline;
}

/// @notice Replaces a lost or stolen root after seven days. Any change of a store, a key or the root by the root in force
/// stops it, unless the merchant is suspended: then nothing that the root does stops it. Naming the root in force takes
/// back a recovery that waits. Authors: operators.
/// @param approvers who signs: at least the threshold in force, at most 32, ascending, each an operator
/// @param merchant whose root it is
/// @param version the operators' version of the merchant, see IRecords.standingOf
/// @param root who takes over; not zero
/// @param deadline at most 7 days ahead
struct RecoverRoot {
    address[] approvers;
    address merchant;
    uint32 version;
    address root;
    uint64 deadline;
}

/// @notice Names a party that may read all that the ledger's servers show, or ends that. Authors: operators.
/// @param approvers who signs: at least the threshold in force, at most 32, ascending, each an operator
/// @param auditor whom it names; not zero
/// @param version of this auditor: 0 where it was never named; 256 can be in all
/// @param until the first instant too late to read, in the future and at most 366 days ahead; 0 ends it at once
/// @param deadline at most 7 days ahead
struct SetAuditor {
    address[] approvers;
    address auditor;
    uint32 version;
    uint64 until;
    uint64 deadline;
}

/// @notice From this instant a campaign's local time is minutes_ ahead of UTC. Before the first instant of a
/// table its first offset holds; an empty table is UTC.
/// @param from the instant, a multiple of 900, at most 15,099,493,500
/// @param minutes_ (a keyword of Solidity without the underscore; signed as "minutes") a multiple of 15, at most 840 either way
struct Offset {
    uint64 from;
    int16 minutes_;
}

/// @notice Publishes terms and mints a supply, whatever its size. Author: the merchant's root. The campaign's id is
/// the first 16 bytes of this intent's digest. Serials 0 to open-1 are open to claims; issues take serials from cap-1
/// downwards, supply-open of them in all.
/// @param author the merchant's root
/// @param merchant who owns the campaign
/// @param terms a JSON document (RFC 8785), 1 to 8192 bytes: whole in the event, its SHA-256 in the state
/// @param currency ISO 4217, three capital letters: of every amount
/// @param units in each voucher, 1 to 2^36-1: 1 a single-use coupon, 10 a ten-cup pass
/// @param maxDiscount minor units of money one unit may take off an order, at most 2^53-1
/// @param storedValue a unit is a minor unit of money: the discount equals the units; then maxDiscount is 1
/// @param supply vouchers minted, at most cap
/// @param open of the supply, open to claims; the rest is for issues
/// @param cap the supply can never be more: 1 to 2^31
/// @param perHolder claims a holder may make; 0 is no limit
/// @param perDay the same in one local day; 0 is no limit
/// @param attestors if any, a claim needs a ticket of one of them; at most 8, ascending, none zero
/// @param claimFrom the first instant of the claim window
/// @param claimUntil the first instant too late to claim; after claimFrom, at most validUntil
/// @param validFrom the first instant to spend
/// @param validUntil the first instant too late to spend; after validFrom and now, at most 3660 days ahead, a multiple
/// of 900 and at most 15,099,493,500
/// @param validDays if any, at most 3660: until the end of this local day after the claim's, never past validUntil
/// @param offsets of the campaign's time zone, at most 64, ascending
/// @param transferable whether a voucher may be given away
/// @param voidable whether a voucher may be voided
/// @param rollback 0 none, 1 units return to the voucher, 2 they are forfeited
/// @param grace seconds a rollback may add to the expiry, once; a multiple of 900, at most 366 days
/// @param stores where it is accepted, at most 256 of 1 to 65535, ascending; none is every store of the merchant
/// @param deadline at most 24 hours ahead
struct CreateCampaign {
    address author;
    address merchant;
    string terms;
    bytes3 currency;
    uint64 units;
    uint64 maxDiscount;
    bool storedValue;
    uint32 supply;
    uint32 open;
    uint32 cap;
    uint32 perHolder;
    uint32 perDay;
    address[] attestors;
    uint64 claimFrom;
    uint64 claimUntil;
    uint64 validFrom;
    uint64 validUntil;
    uint32 validDays;
    Offset[] offsets;
    bool transferable;
    bool voidable;
    uint8 rollback;
    uint32 grace;
    uint32[] stores;
    uint64 deadline;
}

/// @notice Pauses, resumes, closes, mints more, or lengthens the offset table: it names the whole of what may change.
/// Holders may always redeem. Author: the merchant's root.
/// @param author the merchant's root
/// @param merchant who owns the campaign
/// @param campaign its id
/// @param version of the campaign
/// @param status 1 active, 2 paused, 3 closed, which is for good
/// @param supply the new supply, absolute, up to the cap
/// @param open of it, open to claims; neither part may shrink
/// @param offsets added to the end of the table, which must not be empty: later than its last and than now; 64 in all
/// @param deadline at most 24 hours ahead
struct ChangeCampaign {
    address author;
    address merchant;
    bytes16 campaign;
    uint32 version;
    uint8 status;
    uint32 supply;
    uint32 open;
    Offset[] offsets;
    uint64 deadline;
}

/// @notice Adds an attestor to a campaign that asks for tickets, or revokes one: its tickets are refused from then on, and
/// claims made before stand. A campaign that asks for none cannot start to. Author: the merchant's root.
/// @param author the merchant's root
/// @param merchant who owns the campaign
/// @param campaign its id
/// @param attestor whom it is about; not zero; 256 can be in all
/// @param version of this attestor in this campaign: 0 never named, 1 named by CreateCampaign
/// @param allowed whether its tickets are good from now on; not what they are already
/// @param deadline at most 24 hours ahead
struct PutAttestor {
    address author;
    address merchant;
    bytes16 campaign;
    address attestor;
    uint32 version;
    bool allowed;
    uint64 deadline;
}

/// @notice Gives vouchers away by a list: entry i owns serial cap-1-(first+i). A voucher appears with the first command
/// that carries its place in the list. Author: a key with the issue scope, or the root.
/// @param author the author
/// @param merchant who owns the campaign
/// @param campaign its id
/// @param root the head of an RFC 6962 tree with SHA-256, whose entry i is i in 4 bytes, big-endian, and the owner
/// @param first vouchers issued before
/// @param count entries of the list, at least 1
/// @param deadline at most 24 hours ahead
struct Issue {
    address author;
    address merchant;
    bytes16 campaign;
    bytes32 root;
    uint32 first;
    uint32 count;
    uint64 deadline;
}

/// @notice Makes an issued voucher appear. It says nothing that the issue did not say, so nobody signs it.
/// @param issue the id of the issue
/// @param index the entry's place in the list
/// @param owner whom the list names there
struct Deliver {
    bytes32 issue;
    uint32 index;
    address owner;
}

/// @notice Takes a free voucher of a campaign. Author: the wallet.
/// @param wallet the author
/// @param campaign its id
/// @param ordinal claims this wallet made in this campaign before
/// @param deadline at most 24 hours ahead
struct Claim {
    address wallet;
    bytes16 campaign;
    uint32 ordinal;
    uint64 deadline;
}

/// @notice An attestor's word that the wallet belongs to one person, known in this campaign as subject.
/// @param campaign the claim's
/// @param wallet the claim's
/// @param attestor the author, one of the campaign's
/// @param subject a pseudonym, not zero; each attestor has its own
/// @param deadline the last second at which it is good; no limit
struct Ticket {
    bytes16 campaign;
    address wallet;
    address attestor;
    bytes32 subject;
    uint64 deadline;
}

/// @notice Gives a voucher away. Author: its owner.
/// @param owner the author
/// @param campaign the voucher's campaign
/// @param serial the voucher's serial
/// @param to the next owner: not zero, and another one
/// @param signedAt later than the voucher's last accepted one, at most 60 seconds ahead, at most 2^32-1
/// @param deadline at most 10 minutes after signedAt
struct Transfer {
    address owner;
    bytes16 campaign;
    uint32 serial;
    address to;
    uint64 signedAt;
    uint64 deadline;
}

/// @notice Offers units of one voucher.
/// @param campaign the voucher's campaign
/// @param serial the voucher's serial
/// @param units 1 to 2^36-1
struct Line {
    bytes16 campaign;
    uint32 serial;
    uint64 units;
}

/// @notice The owner's half of a redemption: offers vouchers to whichever store accepts before the deadline.
/// @param owner the author
/// @param lines 1 to 30, ascending by campaign, then serial
/// @param signedAt later than each voucher's last accepted one, at most 60 seconds ahead, at most 2^32-1
/// @param deadline at most 10 minutes after signedAt
/// @param holdUntil 0 to spend; else the units are reserved until this instant: later than now, at most 7 days after
/// signedAt
/// @param order 0, or the details hash that the acceptance must carry
struct Redeem {
    address owner;
    Line[] lines;
    uint64 signedAt;
    uint64 deadline;
    uint64 holdUntil;
    bytes32 order;
}

/// @notice What the store takes of the line at the same place.
/// @param units 1 to the line's
/// @param discount minor units of money taken off the order, at most 2^53-1
struct Part {
    uint64 units;
    uint64 discount;
}

/// @notice The store's half of a redemption: fixes store, units and amounts. Author: a till.
/// @param offer the digest of the Redeem, which is the command's id
/// @param merchant whose store it is
/// @param till the author: a key with the redeem scope at this store
/// @param store its number
/// @param parts one for each line of the offer
/// @param currency of the order; must be each campaign's
/// @param amount of the order before discounts, minor units, at most 2^53-1; the discounts together are at most it
/// @param details SHA-256(32 random bytes ‖ order details), or 0
/// @param reference_ (a keyword without the underscore; signed as "reference") SHA-256 of the client's reference, or 0
struct Accept {
    bytes32 offer;
    address merchant;
    address till;
    uint32 store;
    Part[] parts;
    bytes3 currency;
    uint64 amount;
    bytes32 details;
    bytes32 reference_;
}

/// @notice What a capture takes of one held voucher; no units frees it.
/// @param campaign the voucher's campaign
/// @param serial the voucher's serial
/// @param units at most what is held
/// @param discount minor units of money taken off the order, at most 2^53-1; 0 where no units are taken
struct Take {
    bytes16 campaign;
    uint32 serial;
    uint64 units;
    uint64 discount;
}

/// @notice Spends what a hold reserved, or a part of it, and frees the rest. Author: a till of the holding store.
/// @param hold the id of the held Redeem
/// @param merchant whose store it is
/// @param till the author
/// @param store its number
/// @param takes every voucher of the hold, ascending; together at least one unit
/// @param currency of the order; must be each campaign's
/// @param amount of the order before discounts, minor units, at most 2^53-1; the discounts together are at most it
/// @param details SHA-256(32 random bytes ‖ order details), or 0
/// @param reference_ (signed as "reference") SHA-256 of the client's reference, or 0
/// @param deadline at most 24 hours ahead
struct Capture {
    bytes32 hold;
    address merchant;
    address till;
    uint32 store;
    Take[] takes;
    bytes3 currency;
    uint64 amount;
    bytes32 details;
    bytes32 reference_;
    uint64 deadline;
}

/// @notice Names one voucher.
/// @param campaign the voucher's campaign
/// @param serial the voucher's serial
struct Ref {
    bytes16 campaign;
    uint32 serial;
}

/// @notice Frees what a hold reserved. Author: a till of the holding store.
/// @param hold the id of the held Redeem
/// @param merchant whose store it is
/// @param till the author
/// @param store its number
/// @param vouchers every voucher of the hold, ascending
/// @param deadline at most 24 hours ahead
struct Release {
    bytes32 hold;
    address merchant;
    address till;
    uint32 store;
    Ref[] vouchers;
    uint64 deadline;
}

/// @notice Makes sure that an offer that may still be under way can never be accepted.
/// @param offer the digest of the Redeem
/// @param author the offer's owner, or a till that was shown it
/// @param merchant the till's merchant; 0 where the owner cancels
/// @param deadline at most 24 hours ahead
struct Cancel {
    bytes32 offer;
    address author;
    address merchant;
    uint64 deadline;
}

/// @notice Gives units of one redeemed voucher back.
/// @param campaign the voucher's campaign
/// @param serial the voucher's serial
/// @param units to give back now, at least 1
/// @param taken what the redemption took of it, at most 2^36-1
/// @param returned given back so far
struct Return {
    bytes16 campaign;
    uint32 serial;
    uint64 units;
    uint64 taken;
    uint64 returned;
}

/// @notice Undoes a redemption or a part of it. The ledger bounds what is given back by the voucher and by what was
/// given back before; that the redemption took so much is for the auditor to check. Author: a key with the rollback
/// scope, or the root.
/// @param author the author
/// @param merchant who owns the campaigns
/// @param redemption the id of the redeem or capture
/// @param returns_ (a keyword without the underscore; signed as "returns") 1 to 30, ascending by campaign, then serial
/// @param details SHA-256(32 random bytes ‖ details), or 0
/// @param deadline at most 24 hours ahead
struct Rollback {
    address author;
    address merchant;
    bytes32 redemption;
    Return[] returns_;
    bytes32 details;
    uint64 deadline;
}

/// @notice Ends a voucher, or takes a serial that nobody has out of the supply, if the terms allow it. Author: a key
/// with the void scope, or the root.
/// @param author the author
/// @param merchant who owns the campaign
/// @param campaign the voucher's campaign
/// @param serial the voucher's serial
/// @param reason 1 to 256 bytes of UTF-8
/// @param deadline at most 24 hours ahead
struct Void {
    address author;
    address merchant;
    bytes16 campaign;
    uint32 serial;
    string reason;
    uint64 deadline;
}
