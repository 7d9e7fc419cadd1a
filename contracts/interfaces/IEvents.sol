// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CreateCampaign, Offset} from "../types/Intents.sol";

/// @title What the ledger logs
/// @notice Members are those of the Go events in internal/voucher, in the same order. A voucher in an event is its slot
/// after the change, 256 bits, from the most significant:
///
///      owner     160   its address; zero: nobody claimed this serial yet
///      units      36   what it holds
///      expiry     24   the first instant too late to spend, in quarters of an hour since 1970
///      signedAt   32   of the last accepted intent of its owner, in Unix seconds
///      state       4   0 free, 1 claimed, 2 spent, 3 void
interface IEvents {
    // --- outcomes ---

    /// @notice A command was accepted. The events of what it changed follow, up to the next Accepted or Refused.
    /// @param id the command's id: the digest of its first intent
    /// @param commandHash the keccak of the command's bytes, verb included
    event Accepted(bytes32 indexed id, bytes32 commandHash);

    /// @notice A command was refused and changed nothing. It is judged afresh if it is sent again.
    /// @param id the command's id: the digest of its first intent
    /// @param kind why; see the table of kinds at ITally
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
    /// @param merchant that was stopped
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

    // --- events of vouchers ---

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
}
