// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The EIP-712 types of the intents, as types/Intents.sol describes them. forge hashes them: no code of ours does.
library Types {
    string internal constant DOMAIN = "EIP712Domain(string name,string version,bytes32 salt)";
    string internal constant SET_OPERATORS =
        "SetOperators(address[] approvers,uint32 version,address[] operators,uint32 threshold,uint64 deadline)";
    string internal constant ADMIT_MERCHANT =
        "AdmitMerchant(address operator,address merchant,string name,uint64 deadline)";
    string internal constant SUSPEND_MERCHANT =
        "SuspendMerchant(address operator,address merchant,uint32 version,string reason,uint64 deadline)";
    string internal constant REINSTATE_MERCHANT =
        "ReinstateMerchant(address operator,address merchant,uint32 version,uint64 deadline)";
    string internal constant PUT_STORE =
        "PutStore(address author,address merchant,uint32 version,uint32 store,string name,uint64 deadline)";
    string internal constant PUT_KEY =
        "PutKey(address author,address merchant,uint32 version,address key,uint32 scopes,uint32 store,uint64 deadline)";
    string internal constant ROTATE_ROOT =
        "RotateRoot(address author,address merchant,uint32 version,address root,uint64 deadline)";
    string internal constant RECOVER_ROOT =
        "RecoverRoot(address[] approvers,address merchant,uint32 version,address root,uint64 deadline)";
    string internal constant SET_AUDITOR =
        "SetAuditor(address[] approvers,address auditor,uint32 version,uint64 until,uint64 deadline)";
    string internal constant PUT_ATTESTOR =
        "PutAttestor(address author,address merchant,bytes16 campaign,address attestor,uint32 version,bool allowed,"
        "uint64 deadline)";
    string internal constant CREATE_CAMPAIGN =
        "CreateCampaign(address author,address merchant,string terms,bytes3 currency,uint64 units,uint64 maxDiscount,"
        "bool storedValue,uint32 supply,uint32 open,uint32 cap,uint32 perHolder,uint32 perDay,address[] attestors,"
        "uint64 claimFrom,uint64 claimUntil,uint64 validFrom,uint64 validUntil,uint32 validDays,Offset[] offsets,"
        "bool transferable,bool voidable,uint8 rollback,uint32 grace,uint32[] stores,uint64 deadline)"
        "Offset(uint64 from,int16 minutes)";
    string internal constant CHANGE_CAMPAIGN =
        "ChangeCampaign(address author,address merchant,bytes16 campaign,uint32 version,uint8 status,uint32 supply,"
        "uint32 open,Offset[] offsets,uint64 deadline)Offset(uint64 from,int16 minutes)";
    string internal constant ISSUE =
        "Issue(address author,address merchant,bytes16 campaign,bytes32 root,uint32 first,uint32 count,uint64 deadline)";
    string internal constant DELIVER = "Deliver(bytes32 issue,uint32 index,address owner)";
    string internal constant CLAIM = "Claim(address wallet,bytes16 campaign,uint32 ordinal,uint64 deadline)";
    string internal constant TICKET =
        "Ticket(bytes16 campaign,address wallet,address attestor,bytes32 subject,uint64 deadline)";
    string internal constant TRANSFER =
        "Transfer(address owner,bytes16 campaign,uint32 serial,address to,uint64 signedAt,uint64 deadline)";
    string internal constant REDEEM =
        "Redeem(address owner,Line[] lines,uint64 signedAt,uint64 deadline,uint64 holdUntil,bytes32 order)"
        "Line(bytes16 campaign,uint32 serial,uint64 units)";
    string internal constant ACCEPT =
        "Accept(bytes32 offer,address merchant,address till,uint32 store,Part[] parts,bytes3 currency,uint64 amount,"
        "bytes32 details,bytes32 reference)Part(uint64 units,uint64 discount)";
    string internal constant CAPTURE =
        "Capture(bytes32 hold,address merchant,address till,uint32 store,Take[] takes,bytes3 currency,uint64 amount,"
        "bytes32 details,bytes32 reference,uint64 deadline)"
        "Take(bytes16 campaign,uint32 serial,uint64 units,uint64 discount)";
    string internal constant RELEASE =
        "Release(bytes32 hold,address merchant,address till,uint32 store,Ref[] vouchers,uint64 deadline)"
        "Ref(bytes16 campaign,uint32 serial)";
    string internal constant CANCEL = "Cancel(bytes32 offer,address author,address merchant,uint64 deadline)";
    string internal constant ROLLBACK =
        "Rollback(address author,address merchant,bytes32 redemption,Return[] returns,bytes32 details,uint64 deadline)"
        "Return(bytes16 campaign,uint32 serial,uint64 units,uint64 taken,uint64 returned)";
    string internal constant VOID =
        "Void(address author,address merchant,bytes16 campaign,uint32 serial,string reason,uint64 deadline)";
}
