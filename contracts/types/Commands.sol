// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    Accept,
    AdmitMerchant,
    Cancel,
    Capture,
    ChangeCampaign,
    Claim,
    CreateCampaign,
    Deliver,
    Issue,
    PutAttestor,
    PutKey,
    PutStore,
    RecoverRoot,
    Redeem,
    ReinstateMerchant,
    Release,
    Rollback,
    RotateRoot,
    SetAuditor,
    SetOperators,
    SuspendMerchant,
    Ticket,
    Transfer,
    Void
} from "./Intents.sol";

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
/// @param candidates the serials to try, 1 to 4; the claim takes the first free one
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
