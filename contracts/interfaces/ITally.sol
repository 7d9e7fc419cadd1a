// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "./IEvents.sol";

/// @title Tally: vouchers that nobody can forge, double or spend twice
/// @notice Every change of state is an intent, signed by its author as EIP-712 typed data. Anybody may bring it: who
/// sends the transaction has no meaning. The domain is
///
///     EIP712Domain(string name,string version,bytes32 salt)   "Tally", "1", the ledger id
///
/// so one signature is good on every kind of ledger and on one deployment only.
///
/// A command is a verb, one byte, followed by abi.encode of the verb's struct (types/Commands.sol):
///
///      1 SetOperatorsCommand       10 ChangeCampaignCommand    19 RollbackCommand
///      2 AdmitMerchantCommand      11 IssueCommand             20 VoidCommand
///      3 SuspendMerchantCommand    12 DeliverCommand           21 ProvenSetOperatorsCommand
///      4 ReinstateMerchantCommand  13 ClaimCommand             22 ProvenAdmitMerchantCommand
///      5 PutStoreCommand           14 TransferCommand          23 ProvenRotateRootCommand
///      6 PutKeyCommand             15 RedeemCommand            24 ProvenRecoverRootCommand
///      7 RotateRootCommand         16 CaptureCommand           25 SetAuditorCommand
///      8 RecoverRootCommand        17 ReleaseCommand           26 PutAttestorCommand
///      9 CreateCampaignCommand     18 CancelCommand
///
/// Every command is checked in this order, and refused for the first reason found: shape, signatures, deadline, then
/// state from the general (merchant, campaign) to the particular (voucher), line by line.
///
/// A refusal is an answer and no revert. Commands of many authors share one transaction: a refused one must not undo the
/// others, and its kind must stay in the log for everybody who checks the ledger. Only a call that makes no sense reverts.
///
/// The kinds of refusal (libraries/Kinds.sol names them in the code):
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
///     44 PossessionWanted   nobody has shown that a key that this brings into force is held
///     45 OfferOver          the offer's deadline passed so long ago that there is nothing left to cancel
///     46 RecoveryPending    a recovery of the merchant's root has not taken effect yet
///     47 ListFull           the list has as many entries as it may ever have
///
/// IEvents is what the ledger logs, IRecords what it keeps. The package internal/voucher holds the same rules in Go; tests
/// hold the two equal.
interface ITally is IEvents {
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

    /// @notice Commands come by a transaction of an account without code, to this contract: then its
    /// calldata has them, and a reader of the chain finds every accepted command.
    error UseTransaction();

    // --- writing ---

    /// @notice Founds the ledger: fixes its id, its first operators and the code of its rarer verbs. Once, for good:
    /// nothing can set the administration again. The deployer of the contract calls it in the same transaction or
    /// genesis. Everybody else compares ledgerId(), operators() and the code at administration() with what they were told.
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

    /// @notice The part of a merchant's standing that its record does not show.
    /// @param merchant its first root
    /// @return operatorsVersion counts the operators' acts on it, the admission included: only they move it
    /// @return rootSince when the record's root took effect; 0: it is the first one
    function standingOf(address merchant) external view returns (uint32 operatorsVersion, uint64 rootSince);
}
