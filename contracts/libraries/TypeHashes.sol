// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The EIP-712 types of the intents in types/Intents.sol, hashed, and the domain. internal/intent has the same.
///
/// @dev The constants whose names end in MEMBERS describe the members of an intent, as Codec says.
library TypeHashes {
    bytes32 private constant DOMAIN = keccak256("EIP712Domain(string name,string version,bytes32 salt)");
    bytes32 private constant NAME = keccak256("Tally");
    bytes32 private constant VERSION = keccak256("1");

    bytes32 internal constant SET_OPERATORS = keccak256(
        "SetOperators(address[] approvers,uint32 version,address[] operators,uint32 threshold,uint64 deadline)"
    );
    bytes32 internal constant SET_OPERATORS_MEMBERS = bytes32(hex"c104c10408") | bytes32(uint256(5));

    bytes32 internal constant ADMIT_MERCHANT =
        keccak256("AdmitMerchant(address operator,address merchant,string name,uint64 deadline)");
    bytes32 internal constant ADMIT_MERCHANT_MEMBERS = bytes32(hex"1414c008") | bytes32(uint256(4));

    bytes32 internal constant SUSPEND_MERCHANT = keccak256(
        "SuspendMerchant(address operator,address merchant,uint32 version,string reason,uint64 deadline)"
    );
    bytes32 internal constant SUSPEND_MERCHANT_MEMBERS = bytes32(hex"141404c008") | bytes32(uint256(5));

    bytes32 internal constant REINSTATE_MERCHANT =
        keccak256("ReinstateMerchant(address operator,address merchant,uint32 version,uint64 deadline)");
    bytes32 internal constant REINSTATE_MERCHANT_MEMBERS = bytes32(hex"14140408") | bytes32(uint256(4));

    bytes32 internal constant PUT_STORE =
        keccak256("PutStore(address author,address merchant,uint32 version,uint32 store,string name,uint64 deadline)");
    bytes32 internal constant PUT_STORE_MEMBERS = bytes32(hex"14140404c008") | bytes32(uint256(6));

    bytes32 internal constant PUT_KEY = keccak256(
        "PutKey(address author,address merchant,uint32 version,address key,uint32 scopes,uint32 store,uint64 deadline)"
    );
    bytes32 internal constant PUT_KEY_MEMBERS = bytes32(hex"14140414040408") | bytes32(uint256(7));

    bytes32 internal constant ROTATE_ROOT =
        keccak256("RotateRoot(address author,address merchant,uint32 version,address root,uint64 deadline)");
    bytes32 internal constant ROTATE_ROOT_MEMBERS = bytes32(hex"1414041408") | bytes32(uint256(5));

    bytes32 internal constant RECOVER_ROOT =
        keccak256("RecoverRoot(address[] approvers,address merchant,uint32 version,address root,uint64 deadline)");
    bytes32 internal constant RECOVER_ROOT_MEMBERS = bytes32(hex"c114041408") | bytes32(uint256(5));

    bytes32 internal constant SET_AUDITOR =
        keccak256("SetAuditor(address[] approvers,address auditor,uint32 version,uint64 until,uint64 deadline)");
    bytes32 internal constant SET_AUDITOR_MEMBERS = bytes32(hex"c114040808") | bytes32(uint256(5));

    bytes32 internal constant PUT_ATTESTOR = keccak256(
        "PutAttestor(address author,address merchant,bytes16 campaign,address attestor,uint32 version,bool allowed,"
        "uint64 deadline)"
    );

    bytes32 internal constant CREATE_CAMPAIGN = keccak256(
        "CreateCampaign(address author,address merchant,string terms,bytes3 currency,uint64 units,uint64 maxDiscount,"
        "bool storedValue,uint32 supply,uint32 open,uint32 cap,uint32 perHolder,uint32 perDay,address[] attestors,"
        "uint64 claimFrom,uint64 claimUntil,uint64 validFrom,uint64 validUntil,uint32 validDays,Offset[] offsets,"
        "bool transferable,bool voidable,uint8 rollback,uint32 grace,uint32[] stores,uint64 deadline)"
        "Offset(uint64 from,int16 minutes)"
    );
    bytes32 internal constant CREATE_CAMPAIGN_MEMBERS =
        bytes32(hex"1414c08308084004040404_04c10808080804c340400104c208") | bytes32(uint256(25));

    bytes32 internal constant CHANGE_CAMPAIGN = keccak256(
        "ChangeCampaign(address author,address merchant,bytes16 campaign,uint32 version,uint8 status,uint32 supply,"
        "uint32 open,Offset[] offsets,uint64 deadline)"
        "Offset(uint64 from,int16 minutes)"
    );
    bytes32 internal constant CHANGE_CAMPAIGN_MEMBERS = bytes32(hex"14149004010404c308") | bytes32(uint256(9));

    bytes32 internal constant ISSUE = keccak256(
        "Issue(address author,address merchant,bytes16 campaign,bytes32 root,uint32 first,uint32 count,uint64 deadline)"
    );

    bytes32 internal constant DELIVER = keccak256("Deliver(bytes32 issue,uint32 index,address owner)");

    bytes32 internal constant CLAIM = keccak256("Claim(address wallet,bytes16 campaign,uint32 ordinal,uint64 deadline)");

    bytes32 internal constant TICKET =
        keccak256("Ticket(bytes16 campaign,address wallet,address attestor,bytes32 subject,uint64 deadline)");

    bytes32 internal constant TRANSFER = keccak256(
        "Transfer(address owner,bytes16 campaign,uint32 serial,address to,uint64 signedAt,uint64 deadline)"
    );

    bytes32 internal constant REDEEM = keccak256(
        "Redeem(address owner,Line[] lines,uint64 signedAt,uint64 deadline,uint64 holdUntil,bytes32 order)"
        "Line(bytes16 campaign,uint32 serial,uint64 units)"
    );
    bytes32 internal constant LINE = keccak256("Line(bytes16 campaign,uint32 serial,uint64 units)");

    bytes32 internal constant ACCEPT = keccak256(
        "Accept(bytes32 offer,address merchant,address till,uint32 store,Part[] parts,bytes3 currency,uint64 amount,"
        "bytes32 details,bytes32 reference)"
        "Part(uint64 units,uint64 discount)"
    );
    bytes32 internal constant PART = keccak256("Part(uint64 units,uint64 discount)");

    bytes32 internal constant CAPTURE = keccak256(
        "Capture(bytes32 hold,address merchant,address till,uint32 store,Take[] takes,bytes3 currency,uint64 amount,"
        "bytes32 details,bytes32 reference,uint64 deadline)"
        "Take(bytes16 campaign,uint32 serial,uint64 units,uint64 discount)"
    );
    bytes32 internal constant TAKE = keccak256("Take(bytes16 campaign,uint32 serial,uint64 units,uint64 discount)");

    bytes32 internal constant RELEASE = keccak256(
        "Release(bytes32 hold,address merchant,address till,uint32 store,Ref[] vouchers,uint64 deadline)"
        "Ref(bytes16 campaign,uint32 serial)"
    );
    bytes32 internal constant REF = keccak256("Ref(bytes16 campaign,uint32 serial)");

    bytes32 internal constant CANCEL =
        keccak256("Cancel(bytes32 offer,address author,address merchant,uint64 deadline)");

    bytes32 internal constant ROLLBACK = keccak256(
        "Rollback(address author,address merchant,bytes32 redemption,Return[] returns,bytes32 details,uint64 deadline)"
        "Return(bytes16 campaign,uint32 serial,uint64 units,uint64 taken,uint64 returned)"
    );
    bytes32 internal constant ROLLBACK_MEMBERS = bytes32(hex"141420c42008") | bytes32(uint256(6));

    bytes32 internal constant VOID = keccak256(
        "Void(address author,address merchant,bytes16 campaign,uint32 serial,string reason,uint64 deadline)"
    );
    bytes32 internal constant VOID_MEMBERS = bytes32(hex"14149004c008") | bytes32(uint256(6));

    /// @notice The domain separator of a ledger.
    /// @param ledgerId its id
    /// @return separator the hash of the domain
    function domain(bytes32 ledgerId) internal pure returns (bytes32 separator) {
        return keccak256(abi.encode(DOMAIN, NAME, VERSION, ledgerId));
    }
}
