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
/// @param merchant whom it stops
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

/// @notice From this instant a campaign's local time is so many minutes ahead of UTC. Before the first instant of a
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

/// @notice Offers at most so many units of one voucher.
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

// ---------------------------------------------------------------------------
// Commands: what `submit` is given, each as its verb, one byte, followed by
// abi.encode of the command's struct.
// ---------------------------------------------------------------------------

/// @notice A compact secp256k1 signature (EIP-2098).
/// @param r the signature's r
/// @param vs s, which must be in the lower half, with the parity of y in its top bit
struct Signature {
    bytes32 r;
    bytes32 vs;
}

/// @notice Where an issue's list names a voucher's owner: the relayer adds it to the first command that needs an issued
/// voucher.
/// @param issue the id of the issue; 0: there is no place
/// @param index the entry's place in the list
/// @param path the RFC 6962 inclusion proof, at most 32 hashes
struct Place {
    bytes32 issue;
    uint32 index;
    bytes32[] path;
}

/// @notice Verb 1.
/// @param intent what the approvers sign
/// @param approvals a signature of each approver, in their order
struct SetOperatorsCommand {
    SetOperators intent;
    Signature[] approvals;
}

/// @notice Verb 2.
/// @param intent what the operator signs
/// @param signature the operator's
struct AdmitMerchantCommand {
    AdmitMerchant intent;
    Signature signature;
}

/// @notice Verb 3.
/// @param intent what the operator signs
/// @param signature the operator's
struct SuspendMerchantCommand {
    SuspendMerchant intent;
    Signature signature;
}

/// @notice Verb 4.
/// @param intent what the operator signs
/// @param signature the operator's
struct ReinstateMerchantCommand {
    ReinstateMerchant intent;
    Signature signature;
}

/// @notice Verb 5.
/// @param intent what the root signs
/// @param signature the root's
struct PutStoreCommand {
    PutStore intent;
    Signature signature;
}

/// @notice Verb 6.
/// @param intent what the root signs
/// @param signature the root's
struct PutKeyCommand {
    PutKey intent;
    Signature signature;
}

/// @notice Verb 7.
/// @param intent what the root signs
/// @param signature the root's
struct RotateRootCommand {
    RotateRoot intent;
    Signature signature;
}

/// @notice Verb 8.
/// @param intent what the approvers sign
/// @param approvals a signature of each approver, in their order
struct RecoverRootCommand {
    RecoverRoot intent;
    Signature[] approvals;
}

/// @notice Verb 9.
/// @param intent what the root signs
/// @param signature the root's
struct CreateCampaignCommand {
    CreateCampaign intent;
    Signature signature;
}

/// @notice Verb 10.
/// @param intent what the root signs
/// @param signature the root's
struct ChangeCampaignCommand {
    ChangeCampaign intent;
    Signature signature;
}

/// @notice Verb 11.
/// @param intent what the author signs
/// @param signature the author's
struct IssueCommand {
    Issue intent;
    Signature signature;
}

/// @notice Verb 12.
/// @param deliver what appears; its digest is the command's id, though nobody signs it
/// @param path the RFC 6962 inclusion proof, at most 32 hashes
struct DeliverCommand {
    Deliver deliver;
    bytes32[] path;
}

/// @notice Verb 13.
/// @param claim what the wallet signs
/// @param signature the wallet's
/// @param ticket what the attestor signs; all zero where the campaign asks for none
/// @param ticketSignature the attestor's; zero where there is no ticket
/// @param candidates the serials to try, 1 to 4, of which the first free one is taken
struct ClaimCommand {
    Claim claim;
    Signature signature;
    Ticket ticket;
    Signature ticketSignature;
    uint32[] candidates;
}

/// @notice Verb 14.
/// @param transfer what the owner signs
/// @param signature the owner's
/// @param place of an issued voucher that nobody used yet
struct TransferCommand {
    Transfer transfer;
    Signature signature;
    Place place;
}

/// @notice Verb 15.
/// @param offer what the owner signs
/// @param offerSignature the owner's
/// @param accept what the till signs
/// @param acceptSignature the till's
/// @param places none, or one for each line
struct RedeemCommand {
    Redeem offer;
    Signature offerSignature;
    Accept accept;
    Signature acceptSignature;
    Place[] places;
}

/// @notice Verb 16.
/// @param intent what the till signs
/// @param signature the till's
struct CaptureCommand {
    Capture intent;
    Signature signature;
}

/// @notice Verb 17.
/// @param intent what the till signs
/// @param signature the till's
struct ReleaseCommand {
    Release intent;
    Signature signature;
}

/// @notice Verb 18.
/// @param cancel what the canceller signs
/// @param signature the canceller's
/// @param offer what it cancels
/// @param offerSignature the owner's: nobody can cancel what they were not shown
/// @param places none, or one for each line
struct CancelCommand {
    Cancel cancel;
    Signature signature;
    Redeem offer;
    Signature offerSignature;
    Place[] places;
}

/// @notice Verb 19.
/// @param intent what the author signs
/// @param signature the author's
struct RollbackCommand {
    Rollback intent;
    Signature signature;
}

/// @notice Verb 20.
/// @param void what the author signs
/// @param signature the author's
/// @param place is not looked at: voiding needs no owner
struct VoidCommand {
    Void void;
    Signature signature;
    Place place;
}

/// @notice Shows that a key is held: the holder signs the digest of the intent that names it, and of nothing else.
/// @param holder of the key
/// @param signature the holder's
struct Possession {
    address holder;
    Signature signature;
}

/// @notice Verb 21: verb 1 with proofs. Verb 1 itself is refused.
/// @param intent what the approvers sign
/// @param approvals a signature of each approver, in their order
/// @param possessions of operators that the intent names, ascending by holder; every one who is new must be among them
struct ProvenSetOperatorsCommand {
    SetOperators intent;
    Signature[] approvals;
    Possession[] possessions;
}

/// @notice Verb 22: verb 2 with a proof. Verb 2 itself is refused.
/// @param intent what the operator signs
/// @param signature the operator's
/// @param possession the merchant's
struct ProvenAdmitMerchantCommand {
    AdmitMerchant intent;
    Signature signature;
    Signature possession;
}

/// @notice Verb 23: verb 7 with a proof. Verb 7 itself is refused.
/// @param intent what the root signs
/// @param signature the root's
/// @param possession the next root's
struct ProvenRotateRootCommand {
    RotateRoot intent;
    Signature signature;
    Signature possession;
}

/// @notice Verb 24: verb 8 with a proof. Verb 8 itself is refused.
/// @param intent what the approvers sign
/// @param approvals a signature of each approver, in their order
/// @param possessions of the root that takes over; it must be there
struct ProvenRecoverRootCommand {
    RecoverRoot intent;
    Signature[] approvals;
    Possession[] possessions;
}

/// @notice Verb 25.
/// @param intent what the approvers sign
/// @param approvals a signature of each approver, in their order
struct SetAuditorCommand {
    SetAuditor intent;
    Signature[] approvals;
}

/// @notice Verb 26.
/// @param intent what the root signs
/// @param signature the root's
struct PutAttestorCommand {
    PutAttestor intent;
    Signature signature;
}

// ---------------------------------------------------------------------------
// Records: what the views answer.
// ---------------------------------------------------------------------------

/// @notice What the state holds of a merchant.
/// @param version counts the changes by its root; 0: there is no such merchant
/// @param root the key in force
/// @param nextRoot takes over at nextFrom, if not zero
/// @param nextFrom see nextRoot
/// @param suspendedFrom 0: not suspended
/// @param lost seconds of earlier suspensions
struct Merchant {
    uint32 version;
    address root;
    address nextRoot;
    uint64 nextFrom;
    uint64 suspendedFrom;
    uint64 lost;
}

/// @notice What the state holds of a campaign. Where a member has the name of one of CreateCampaign it is the same.
/// @param version counts the changes; 0: there is no such campaign
/// @param status 1 active, 2 paused, 3 closed
/// @param merchant its owner
/// @param termsHash SHA-256 of the terms document
/// @param currency see CreateCampaign
/// @param units see CreateCampaign
/// @param maxDiscount see CreateCampaign
/// @param storedValue see CreateCampaign
/// @param supply as changed last
/// @param open as changed last
/// @param cap see CreateCampaign
/// @param issued vouchers given away by issues
/// @param perHolder see CreateCampaign
/// @param perDay see CreateCampaign
/// @param attestors see CreateCampaign
/// @param claimFrom see CreateCampaign
/// @param claimUntil see CreateCampaign
/// @param validFrom see CreateCampaign
/// @param validUntil see CreateCampaign
/// @param validDays see CreateCampaign
/// @param offsets with all that were added
/// @param transferable see CreateCampaign
/// @param voidable see CreateCampaign
/// @param rollback see CreateCampaign
/// @param grace see CreateCampaign
/// @param stores see CreateCampaign
struct Campaign {
    uint32 version;
    uint8 status;
    address merchant;
    bytes32 termsHash;
    bytes3 currency;
    uint64 units;
    uint64 maxDiscount;
    bool storedValue;
    uint32 supply;
    uint32 open;
    uint32 cap;
    uint32 issued;
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
}

/// @notice A list of owners to whom vouchers were promised.
/// @param campaign whose vouchers; 0: there is no such issue
/// @param root see Issue
/// @param first see Issue
/// @param count see Issue
/// @param expiry of its vouchers
struct Issuance {
    bytes16 campaign;
    bytes32 root;
    uint32 first;
    uint32 count;
    uint64 expiry;
}

/// @notice What one hold reserves of one voucher. It may have lapsed.
/// @param id of the held Redeem; 0: there is no hold
/// @param merchant who holds
/// @param store its store
/// @param units reserved
/// @param until the first instant too late to capture
/// @param lines vouchers of the hold
struct Hold {
    bytes32 id;
    address merchant;
    uint32 store;
    uint64 units;
    uint64 until;
    uint32 lines;
}

/// @title Tally: vouchers that nobody can forge, double or spend twice
/// @notice Every change of state is an intent, signed by its author as EIP-712 typed data. Anybody may bring it: who
/// sends the transaction has no meaning. The domain is
///
///     EIP712Domain(string name,string version,bytes32 salt)   "Tally", "1", the ledger id
///
/// so one signature is good on every kind of ledger and on one deployment only.
///
/// A command is a verb, one byte, followed by abi.encode of the command's struct:
///
///      1 SetOperatorsCommand        8 RecoverRootCommand       15 RedeemCommand
///      2 AdmitMerchantCommand       9 CreateCampaignCommand    16 CaptureCommand
///      3 SuspendMerchantCommand    10 ChangeCampaignCommand    17 ReleaseCommand
///      4 ReinstateMerchantCommand  11 IssueCommand             18 CancelCommand
///      5 PutStoreCommand           12 DeliverCommand           19 RollbackCommand
///      6 PutKeyCommand             13 ClaimCommand             20 VoidCommand
///      7 RotateRootCommand         14 TransferCommand
///
/// Every command is checked in this order, and refused for the first reason found: shape, signatures, deadline, then
/// state from the general (merchant, campaign) to the particular (voucher), line by line.
///
/// The kinds of refusal (Kinds.sol names them in the code):
///
///      0 Accepted           not a refusal
///      1 Malformed          a part of the command is out of its limits or out of order
///      2 BadSignature       a signature is not by the author that the intent names
///      3 DeadlinePassed     the intent's deadline has passed
///      4 DeadlineTooFar     the deadline is further away than this intent may have
///      5 SignedAhead        the intent was signed more than 60 seconds in the ledger's future
///      6 UnknownMerchant    no such merchant
///      7 MerchantSuspended  the merchant is suspended
///      8 NotAuthorised      the author holds no right to do this
///      9 Exists             it exists already
///     10 WrongVersion       it was changed in the meantime
///     11 UnknownCampaign    no such campaign of this merchant
///     12 CampaignInactive   the campaign is paused or closed
///     13 InvalidTerms       the campaign's terms contradict each other or exceed a limit
///     14 SupplyExceeded     more than the campaign's supply or cap
///     15 OutsideWindow      the campaign cannot be claimed from at this time
///     16 WrongOrdinal       the ordinal is not the number of claims that this wallet made
///     17 LimitReached       this holder has claimed as many as one may
///     18 DayLimitReached    this holder has claimed as many as one may today
///     19 TicketInvalid      the claim's ticket is missing, wrong, or not asked for
///     20 SerialsTaken       none of the serials offered is free
///     21 UnknownVoucher     no such voucher
///     22 NotOwner           the voucher belongs to somebody else
///     23 NotYetValid        the voucher cannot be spent yet
///     24 Expired            the voucher has expired
///     25 InsufficientUnits  the voucher holds fewer units
///     26 Spent              the voucher is spent
///     27 Voided             the voucher is void
///     28 AlreadyUsed        this code was used already, or cancelled
///     29 Superseded         a newer code of this voucher was used
///     30 Held               the voucher is held by an open reservation
///     31 WrongStore         the campaign is not accepted at this store, or the merchant has no such store
///     32 WrongCurrency      the order's currency is not the campaign's
///     33 DiscountTooHigh    the discount is more than the terms or the order allow
///     34 WrongOffer         the acceptance or cancel is for another offer, or for another order than the owner signed
///     35 NotTransferable    the terms forbid to give this voucher away
///     36 NotHeld            there is no such open hold
///     37 HoldTooLong        a hold lasts at most seven days
///     38 RollbackExceeds    more than the redemption took
///     39 WrongReturned      units were given back in the meantime
///     40 NotVoidable        the terms forbid to void this voucher
///     41 BadPlace           the issue's list does not name this owner at this place
///     42 Unsupported        this version of the ledger does not know this command
///     43 NotReturnable      the terms allow no rollback
///
/// The package internal/voucher holds the same rules in Go; tests hold the two equal. Members of events are those of
/// the Go events, in the same order. A voucher in an event is its slot, 256 bits, from the most significant:
///
///      owner     160   its address; zero: nobody claimed this serial yet
///      units      36   what it holds
///      expiry     24   the first instant too late to spend, in quarters of an hour since 1970
///      signedAt   32   of the last accepted intent of its owner, in Unix seconds
///      state       4   0 free, 1 claimed, 2 spent, 3 void
interface ITally {
    // --- outcomes ---

    /// @notice A command was accepted. The events of what it changed follow, up to the next Accepted or Refused.
    /// @param id the command's id: the digest of its first intent
    /// @param commandHash the keccak of the command's bytes, verb included
    event Accepted(bytes32 indexed id, bytes32 commandHash);

    /// @notice A command was refused and changed nothing. It is judged afresh if it is sent again.
    /// @param id the command's id: the digest of its first intent
    /// @param kind why; see the table of Kinds above
    event Refused(bytes32 indexed id, uint8 kind);

    // --- events of the ledger, its operators and merchants ---

    /// @notice The ledger was founded. OperatorsSet follows.
    /// @param ledgerId the keccak of the genesis hash and this contract's address, the salt of the domain
    event Founded(bytes32 ledgerId);

    /// @notice The set of operators from now on.
    /// @param version of the set, 1 for the first
    /// @param operators its members, ascending
    /// @param threshold how many of them a change of the set takes
    event OperatorsSet(uint32 version, address[] operators, uint32 threshold);

    /// @notice A merchant starts at version 1.
    /// @param merchant its first root, by which it is known for ever
    /// @param operator who admitted it
    /// @param name what it is called
    event MerchantAdmitted(address merchant, address operator, string name);

    /// @notice A merchant was stopped.
    /// @param merchant whom
    /// @param version of the merchant after the change
    /// @param operator who stopped it
    /// @param reason why
    event MerchantSuspended(address merchant, uint32 version, address operator, string reason);

    /// @notice A suspension ended.
    /// @param merchant whose
    /// @param version of the merchant after the change
    /// @param operator who ended it
    /// @param lost seconds of suspension so far, by which the expiry in the slots of its vouchers is put off
    event MerchantReinstated(address merchant, uint32 version, address operator, uint64 lost);

    /// @notice A store was opened or renamed.
    /// @param merchant whose store it is
    /// @param version of the merchant after the change
    /// @param store its number
    /// @param name what it is called
    event StorePut(address merchant, uint32 version, uint32 store, string name);

    /// @notice A key has these scopes from now on.
    /// @param merchant for whom it may act
    /// @param version of the merchant after the change
    /// @param key whose scopes they are
    /// @param scopes the sum of 1 redeem, 2 issue, 4 rollback, 8 void; 0: it was revoked
    /// @param store the till's store, or 0
    event KeyPut(address merchant, uint32 version, address key, uint32 scopes, uint32 store);

    /// @notice A merchant's root is replaced.
    /// @param merchant whose root it is
    /// @param version of the merchant after the change
    /// @param root who takes over
    /// @param effective from this instant on
    event RootSet(address merchant, uint32 version, address root, uint64 effective);

    // --- events of campaigns ---

    /// @notice A campaign starts at version 1, active.
    /// @param campaign its id
    /// @param create the whole of the intent
    event CampaignCreated(bytes16 campaign, CreateCampaign create);

    /// @notice What may change of a campaign, after the change.
    /// @param campaign its id
    /// @param version after the change
    /// @param status 1 active, 2 paused, 3 closed
    /// @param supply vouchers minted
    /// @param open of them, open to claims
    /// @param offsets those added
    event CampaignChanged(
        bytes16 campaign, uint32 version, uint8 status, uint32 supply, uint32 open, Offset[] offsets
    );

    /// @notice Vouchers were promised to the owners of a list.
    /// @param campaign whose vouchers
    /// @param issue the id of the issue
    /// @param author who signed it
    /// @param root see Issue
    /// @param first see Issue
    /// @param count see Issue
    event CampaignIssued(
        bytes16 campaign, bytes32 issue, address author, bytes32 root, uint32 first, uint32 count
    );

    // --- events of vouchers; each carries the slot after the change ---

    /// @notice An issued voucher appeared.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @param voucher its slot
    /// @param issue the id of the issue
    /// @param index the entry of its list
    event VoucherDelivered(bytes16 campaign, uint32 serial, bytes32 voucher, bytes32 issue, uint32 index);

    /// @notice A wallet took a voucher.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @param voucher its slot
    /// @param ordinal claims the wallet made in this campaign before
    /// @param attestor of the ticket, or zero
    /// @param subject of the ticket, or zero
    event VoucherClaimed(
        bytes16 campaign, uint32 serial, bytes32 voucher, uint32 ordinal, address attestor, bytes32 subject
    );

    /// @notice A voucher was given away.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @param voucher its slot
    /// @param from who gave it
    event VoucherTransferred(bytes16 campaign, uint32 serial, bytes32 voucher, address from);

    /// @notice What a redemption or capture took of one voucher.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @param voucher its slot
    /// @param units taken
    /// @param discount minor units of money taken off the order
    event VoucherRedeemed(bytes16 campaign, uint32 serial, bytes32 voucher, uint64 units, uint64 discount);

    /// @notice What a hold reserved of one voucher; its units still count as the voucher's.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @param voucher its slot
    /// @param units reserved
    /// @param discount minor units of money it would take off the order
    /// @param until the first instant too late to capture
    event VoucherHeld(
        bytes16 campaign, uint32 serial, bytes32 voucher, uint64 units, uint64 discount, uint64 until
    );

    /// @notice A hold of a voucher ended and left units unspent.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @param voucher its slot
    /// @param units that are free again
    event VoucherReleased(bytes16 campaign, uint32 serial, bytes32 voucher, uint64 units);

    /// @notice The older codes of a voucher are dead.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @param voucher its slot
    event VoucherCancelled(bytes16 campaign, uint32 serial, bytes32 voucher);

    /// @notice What a rollback gave back to one voucher.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @param voucher its slot
    /// @param units given back
    /// @param forfeit they went to nobody, by the terms, and the voucher stays as it was
    event VoucherReturned(bytes16 campaign, uint32 serial, bytes32 voucher, uint64 units, bool forfeit);

    /// @notice The merchant ended a voucher.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @param voucher its slot
    /// @param author who signed for it
    /// @param reason why
    event VoucherVoided(bytes16 campaign, uint32 serial, bytes32 voucher, address author, string reason);

    /// @notice A redemption. A VoucherRedeemed for each line follows.
    /// @param owner of the vouchers
    /// @param merchant whose store took them
    /// @param store its number
    /// @param till who signed for it
    /// @param acceptance the digest of the Accept
    /// @param currency of amount and discounts
    /// @param amount of the order before discounts, minor units
    /// @param details hash of the order's details, or 0
    /// @param reference_ hash of the client's reference, or 0
    event Redeemed(
        address owner,
        address merchant,
        uint32 store,
        address till,
        bytes32 acceptance,
        bytes3 currency,
        uint64 amount,
        bytes32 details,
        bytes32 reference_
    );

    /// @notice A hold. A VoucherHeld for each line follows.
    /// @param owner of the vouchers
    /// @param merchant whose store holds them
    /// @param store its number
    /// @param till who signed for it
    /// @param acceptance the digest of the Accept
    /// @param currency of amount and discounts
    /// @param amount of the order before discounts, minor units
    /// @param details hash of the order's details, or 0
    /// @param reference_ hash of the client's reference, or 0
    /// @param until the first instant too late to capture
    event OrderHeld(
        address owner,
        address merchant,
        uint32 store,
        address till,
        bytes32 acceptance,
        bytes3 currency,
        uint64 amount,
        bytes32 details,
        bytes32 reference_,
        uint64 until
    );

    /// @notice A hold was captured. For each voucher VoucherRedeemed, VoucherReleased or both follow.
    /// @param hold the id of the held Redeem
    /// @param merchant whose store it is
    /// @param store its number
    /// @param till who signed for it
    /// @param currency of amount and discounts
    /// @param amount of the order before discounts, minor units
    /// @param details hash of the order's details, or 0
    /// @param reference_ hash of the client's reference, or 0
    event HoldCaptured(
        bytes32 hold,
        address merchant,
        uint32 store,
        address till,
        bytes3 currency,
        uint64 amount,
        bytes32 details,
        bytes32 reference_
    );

    /// @notice A hold was released. A VoucherReleased for each voucher follows.
    /// @param hold the id of the held Redeem
    /// @param merchant whose store it is
    /// @param store its number
    /// @param till who signed for it
    event HoldReleased(bytes32 hold, address merchant, uint32 store, address till);

    /// @notice Units of a redemption were given back. A VoucherReturned for each voucher follows.
    /// @param redemption the id of the redeem or capture
    /// @param author who signed for it
    /// @param details hash of the details, or 0
    event RolledBack(bytes32 redemption, address author, bytes32 details);

    /// @notice An offer can no longer be accepted. A VoucherCancelled for each of its lines follows.
    /// @param offer the digest of the Redeem
    /// @param author who cancelled it
    event OfferCancelled(bytes32 offer, address author);

    /// @notice Until when an auditor may read.
    /// @param auditor its address
    /// @param version of the auditor, after the change
    /// @param until the first instant too late; 0: no more
    event AuditorSet(address auditor, uint32 version, uint64 until);

    /// @notice Whether an attestor's tickets are good for a campaign.
    /// @param campaign its id
    /// @param attestor its address
    /// @param version of the attestor in this campaign, after the change
    /// @param allowed whether they are from now on
    event AttestorPut(bytes16 campaign, address attestor, uint32 version, bool allowed);

    // --- errors: a call that makes no sense changes nothing and reverts ---

    /// @notice Nobody founded this ledger yet.
    error NotFounded();

    /// @notice A ledger is founded once.
    error AlreadyFounded();

    /// @notice This is not the hash of this chain's block 0.
    /// @param genesis what was given
    error WrongGenesis(bytes32 genesis);

    /// @notice Operators are 1 to 32 addresses, ascending, none zero, and a threshold from 1 to their number.
    error InvalidOperators();

    /// @notice There is no code, or code that could change, at the address of the Administration.
    error InvalidAdministration();

    /// @notice A command is longer than 49152 bytes, has no verb, or is not the one canonical ABI encoding of its
    /// struct.
    /// @param index its place in the call
    error MalformedCommand(uint256 index);

    /// @notice The call's data is not the one canonical ABI encoding of its list of commands: offsets in their order, no
    /// gaps, no bytes after the end, zeros where there is padding. Other encodings that Solidity would read are refused, so
    /// that a reader of the chain finds every command with any decoder.
    error NotCanonical();

    /// @notice Commands come by submit only.
    error UseSubmit();

    /// @notice Commands come by a transaction of an account without code, to this contract: so its calldata has them, and
    /// whoever reads the chain finds what every accepted command was.
    error UseTransaction();

    // --- writing ---

    /// @notice Founds the ledger: fixes its id, its first operators and the code of its rarer verbs. Once, for good:
    /// nothing can set the administration again. Whoever deploys the contract does it in the same breath, and everybody
    /// else compares ledgerId(), operators() and the code at administration() with what they were told.
    /// @param genesis the hash of this chain's block 0. The contract checks it while it can see that block, up to
    /// block 256.
    /// @param members the first operators: 1 to 32, ascending, none zero
    /// @param threshold how many of them a change of the set takes
    /// @param administration where the contract Administration is
    function found(bytes32 genesis, address[] calldata members, uint32 threshold, address administration) external;

    /// @notice Judges commands one after the other. Each one is either Accepted, with its events, or Refused without a
    /// trace in the state; one that is refused does not touch the others.
    /// It is called by a transaction, not by another contract.
    /// @param commands each a verb byte followed by abi.encode of the verb's struct, at most 49152 bytes
    function submit(bytes[] calldata commands) external;

    // --- reading; the records of the state are read at the same address, see IRecords ---

    /// @notice The ledger's id, the salt of the domain.
    /// @return id keccak256(genesis hash ‖ address of this contract), or zero before it is founded
    function ledgerId() external view returns (bytes32 id);

    /// @notice Whose code judges the rarer verbs and answers the views of IRecords, on this contract's state.
    /// @return place its address, or zero before the ledger is founded
    function administration() external view returns (address place);

    /// @notice A campaign's attestors, revoked ones included: those that CreateCampaign named, then the others in the order
    /// of their naming.
    /// @param campaign its id
    /// @return list at most 256
    function attestorsOf(bytes16 campaign) external view returns (address[] memory list);

    /// @notice An attestor's record in a campaign.
    /// @param campaign its id
    /// @param attestor its address
    /// @return version 0: it was never named; 1: CreateCampaign named it, and nothing since
    /// @return allowed whether its tickets are good
    function attestorOf(bytes16 campaign, address attestor) external view returns (uint32 version, bool allowed);

    /// @notice What a campaign's merchant had lost by suspensions before the campaign was created, which its vouchers are
    /// not compensated for.
    /// @param campaign its id
    /// @return lost seconds
    function lostOf(bytes16 campaign) external view returns (uint64 lost);

    /// @notice What was given back of one voucher of one redemption.
    /// @param redemption the id of the redeem or capture
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @return units so far
    function returnedOf(bytes32 redemption, bytes16 campaign, uint32 serial) external view returns (uint64 units);

    /// @notice What a key may do for a merchant.
    /// @param merchant its first root
    /// @param key the key
    /// @return scopes the sum of 1 redeem, 2 issue, 4 rollback, 8 void
    /// @return store the till's store, or 0
    function keyOf(address merchant, address key) external view returns (uint32 scopes, uint32 store);

    /// @notice Every auditor that was ever named, in the order of their naming.
    /// @return list at most 256
    function auditors() external view returns (address[] memory list);

    /// @notice An auditor's record.
    /// @param auditor its address
    /// @return version 0: it was never named
    /// @return until the first instant too late to read
    function auditorOf(address auditor) external view returns (uint32 version, uint64 until);

    /// @notice What stands beside a merchant's record.
    /// @param merchant its first root
    /// @return operatorsVersion counts the operators' acts on it, the admission included: only they move it
    /// @return rootSince when the record's root took effect; 0: it is the first one
    function standingOf(address merchant) external view returns (uint32 operatorsVersion, uint64 rootSince);
}

/// @title What there is to read at Tally's address
/// @notice Before the ledger is founded every call reverts with NotFounded.
/// @dev The fallback of Tally runs the code of Administration.
interface IRecords {
    /// @notice The operators in force.
    /// @return version of the set
    /// @return members ascending
    /// @return threshold how many of them a change of the set takes
    function operators() external view returns (uint32 version, address[] memory members, uint32 threshold);

    /// @notice A merchant's record.
    /// @param merchant its first root
    /// @return record all zero where there is no such merchant
    function merchantOf(address merchant) external view returns (Merchant memory record);

    /// @notice Whether a merchant has a store of this number.
    /// @param merchant its first root
    /// @param store the store's number
    /// @return exists whether it was put
    function storeExists(address merchant, uint32 store) external view returns (bool exists);

    /// @notice A campaign's record.
    /// @param campaign its id
    /// @return record all zero where there is no such campaign
    function campaignOf(bytes16 campaign) external view returns (Campaign memory record);

    /// @notice The claims of a wallet in a campaign.
    /// @param campaign its id
    /// @param wallet whose claims
    /// @return claims in all, which is the next claim's ordinal
    /// @return day the local day of the latest one, counted from 1970-01-01
    /// @return today how many were on that day
    function holderOf(bytes16 campaign, address wallet)
        external
        view
        returns (uint32 claims, uint64 day, uint32 today);

    /// @notice A voucher's slot.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @return slot zero where nobody claimed it yet
    function slotOf(bytes16 campaign, uint32 serial) external view returns (bytes32 slot);

    /// @notice A list of promised vouchers.
    /// @param issue the id of the issue
    /// @return record all zero where there is no such issue
    function issuanceOf(bytes32 issue) external view returns (Issuance memory record);

    /// @notice What holds a voucher, open or lapsed.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @return record all zero where nothing does
    function holdOf(bytes16 campaign, uint32 serial) external view returns (Hold memory record);

    /// @notice The expiry that a voucher had before a rollback put it off.
    /// @param campaign the voucher's campaign
    /// @param serial the voucher's serial
    /// @return extended whether one did
    /// @return expiry Unix seconds
    function extendedOf(bytes16 campaign, uint32 serial) external view returns (bool extended, uint64 expiry);
}
