// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {ClaimCommand} from "../types/Commands.sol";
import {
    AdmitMerchant,
    Cancel,
    ChangeCampaign,
    CreateCampaign,
    Deliver,
    Issue,
    PutAttestor,
    PutKey,
    PutStore,
    RecoverRoot,
    ReinstateMerchant,
    Rollback,
    RotateRoot,
    SetAuditor,
    SetOperators,
    SuspendMerchant,
    Transfer,
    Void
} from "../types/Intents.sol";
import {Codec, Context} from "./Codec.sol";
import {Limits} from "./Limits.sol";

/// @dev A Redeem; its lines are where Lines finds them.
struct Offer {
    address owner;
    uint256 lines;
    uint64 signedAt;
    uint64 deadline;
    uint64 holdUntil;
    bytes32 order;
}

/// @dev An Accept; its parts are where Lines finds them.
struct Acceptance {
    bytes32 offer;
    address merchant;
    address till;
    uint32 store;
    uint256 parts;
    bytes3 currency;
    uint64 amount;
    bytes32 details;
    bytes32 reference_;
}

/// @dev A Capture; its takes are where Lines finds them.
struct Taking {
    bytes32 hold;
    address merchant;
    address till;
    uint32 store;
    uint256 takes;
    bytes3 currency;
    uint64 amount;
    bytes32 details;
    bytes32 reference_;
    uint64 deadline;
}

/// @dev A Release; its vouchers are where Lines finds them.
struct Freeing {
    bytes32 hold;
    address merchant;
    address till;
    uint32 store;
    uint256 vouchers;
    uint64 deadline;
}

/// @dev What the two halves of a command sign, and where their signatures are in the calldata.
struct Signed {
    bytes32 first; // the command's id
    bytes32 second;
    uint256 firstSignature;
    uint256 secondSignature;
}

/// @dev Where the signatures of several are in the calldata.
struct Approvals {
    uint256 first; // of the approvers, in their order
    uint256 count;
    uint256 proof; // the first proof of possession: a holder and a signature each
    uint256 proofs;
}

/// @notice Commands and the digests of their intents (EIP-712). internal/intent computes the same.
///
/// @dev A function that reads a command takes the context and an item without its verb, and returns the intents, their
/// digests, of which the first is the command's id, and where in the calldata the signatures are. It reverts with
/// MalformedCommand where the bytes are not canonical. The members of an intent are described as Codec says, or checked
/// one by one: a number has nothing above its width, bytes3 and bytes16 have nothing below theirs.
library Intents {
    using Codec for Context;

    uint256 private constant SIGNATURE = 64; // bytes
    uint256 private constant PROOF = 96; // bytes of a holder and a signature

    bytes32 private constant DOMAIN = keccak256("EIP712Domain(string name,string version,bytes32 salt)");
    bytes32 private constant NAME = keccak256("Tally");
    bytes32 private constant VERSION = keccak256("1");

    bytes32 private constant SET_OPERATORS = keccak256(
        "SetOperators(address[] approvers,uint32 version,address[] operators,uint32 threshold,uint64 deadline)"
    );
    bytes32 private constant SET_OPERATORS_MEMBERS = bytes32(hex"c104c10408") | bytes32(uint256(5));

    bytes32 private constant ADMIT_MERCHANT =
        keccak256("AdmitMerchant(address operator,address merchant,string name,uint64 deadline)");
    bytes32 private constant ADMIT_MERCHANT_MEMBERS = bytes32(hex"1414c008") | bytes32(uint256(4));

    bytes32 private constant SUSPEND_MERCHANT = keccak256(
        "SuspendMerchant(address operator,address merchant,uint32 version,string reason,uint64 deadline)"
    );
    bytes32 private constant SUSPEND_MERCHANT_MEMBERS = bytes32(hex"141404c008") | bytes32(uint256(5));

    bytes32 private constant REINSTATE_MERCHANT =
        keccak256("ReinstateMerchant(address operator,address merchant,uint32 version,uint64 deadline)");
    bytes32 private constant REINSTATE_MERCHANT_MEMBERS = bytes32(hex"14140408") | bytes32(uint256(4));

    bytes32 private constant PUT_STORE =
        keccak256("PutStore(address author,address merchant,uint32 version,uint32 store,string name,uint64 deadline)");
    bytes32 private constant PUT_STORE_MEMBERS = bytes32(hex"14140404c008") | bytes32(uint256(6));

    bytes32 private constant PUT_KEY = keccak256(
        "PutKey(address author,address merchant,uint32 version,address key,uint32 scopes,uint32 store,uint64 deadline)"
    );
    bytes32 private constant PUT_KEY_MEMBERS = bytes32(hex"14140414040408") | bytes32(uint256(7));

    bytes32 private constant ROTATE_ROOT =
        keccak256("RotateRoot(address author,address merchant,uint32 version,address root,uint64 deadline)");
    bytes32 private constant ROTATE_ROOT_MEMBERS = bytes32(hex"1414041408") | bytes32(uint256(5));

    bytes32 private constant RECOVER_ROOT =
        keccak256("RecoverRoot(address[] approvers,address merchant,uint32 version,address root,uint64 deadline)");
    bytes32 private constant RECOVER_ROOT_MEMBERS = bytes32(hex"c114041408") | bytes32(uint256(5));

    bytes32 private constant SET_AUDITOR =
        keccak256("SetAuditor(address[] approvers,address auditor,uint32 version,uint64 until,uint64 deadline)");
    bytes32 private constant SET_AUDITOR_MEMBERS = bytes32(hex"c114040808") | bytes32(uint256(5));

    bytes32 private constant PUT_ATTESTOR = keccak256(
        "PutAttestor(address author,address merchant,bytes16 campaign,address attestor,uint32 version,bool allowed,"
        "uint64 deadline)"
    );

    bytes32 private constant CREATE_CAMPAIGN = keccak256(
        "CreateCampaign(address author,address merchant,string terms,bytes3 currency,uint64 units,uint64 maxDiscount,"
        "bool storedValue,uint32 supply,uint32 open,uint32 cap,uint32 perHolder,uint32 perDay,address[] attestors,"
        "uint64 claimFrom,uint64 claimUntil,uint64 validFrom,uint64 validUntil,uint32 validDays,Offset[] offsets,"
        "bool transferable,bool voidable,uint8 rollback,uint32 grace,uint32[] stores,uint64 deadline)"
        "Offset(uint64 from,int16 minutes)"
    );
    bytes32 private constant CREATE_CAMPAIGN_MEMBERS =
        bytes32(hex"1414c08308084004040404_04c10808080804c340400104c208") | bytes32(uint256(25));

    bytes32 private constant CHANGE_CAMPAIGN = keccak256(
        "ChangeCampaign(address author,address merchant,bytes16 campaign,uint32 version,uint8 status,uint32 supply,"
        "uint32 open,Offset[] offsets,uint64 deadline)"
        "Offset(uint64 from,int16 minutes)"
    );
    bytes32 private constant CHANGE_CAMPAIGN_MEMBERS = bytes32(hex"14149004010404c308") | bytes32(uint256(9));

    bytes32 private constant ISSUE = keccak256(
        "Issue(address author,address merchant,bytes16 campaign,bytes32 root,uint32 first,uint32 count,uint64 deadline)"
    );

    bytes32 private constant DELIVER = keccak256("Deliver(bytes32 issue,uint32 index,address owner)");

    bytes32 private constant CLAIM = keccak256("Claim(address wallet,bytes16 campaign,uint32 ordinal,uint64 deadline)");

    bytes32 private constant TICKET =
        keccak256("Ticket(bytes16 campaign,address wallet,address attestor,bytes32 subject,uint64 deadline)");

    bytes32 private constant TRANSFER = keccak256(
        "Transfer(address owner,bytes16 campaign,uint32 serial,address to,uint64 signedAt,uint64 deadline)"
    );

    bytes32 private constant REDEEM = keccak256(
        "Redeem(address owner,Line[] lines,uint64 signedAt,uint64 deadline,uint64 holdUntil,bytes32 order)"
        "Line(bytes16 campaign,uint32 serial,uint64 units)"
    );
    bytes32 private constant LINE = keccak256("Line(bytes16 campaign,uint32 serial,uint64 units)");

    bytes32 private constant ACCEPT = keccak256(
        "Accept(bytes32 offer,address merchant,address till,uint32 store,Part[] parts,bytes3 currency,uint64 amount,"
        "bytes32 details,bytes32 reference)"
        "Part(uint64 units,uint64 discount)"
    );
    bytes32 private constant PART = keccak256("Part(uint64 units,uint64 discount)");

    bytes32 private constant CAPTURE = keccak256(
        "Capture(bytes32 hold,address merchant,address till,uint32 store,Take[] takes,bytes3 currency,uint64 amount,"
        "bytes32 details,bytes32 reference,uint64 deadline)"
        "Take(bytes16 campaign,uint32 serial,uint64 units,uint64 discount)"
    );
    bytes32 private constant TAKE = keccak256("Take(bytes16 campaign,uint32 serial,uint64 units,uint64 discount)");

    bytes32 private constant RELEASE = keccak256(
        "Release(bytes32 hold,address merchant,address till,uint32 store,Ref[] vouchers,uint64 deadline)"
        "Ref(bytes16 campaign,uint32 serial)"
    );
    bytes32 private constant REF = keccak256("Ref(bytes16 campaign,uint32 serial)");

    bytes32 private constant CANCEL =
        keccak256("Cancel(bytes32 offer,address author,address merchant,uint64 deadline)");

    bytes32 private constant ROLLBACK = keccak256(
        "Rollback(address author,address merchant,bytes32 redemption,Return[] returns,bytes32 details,uint64 deadline)"
        "Return(bytes16 campaign,uint32 serial,uint64 units,uint64 taken,uint64 returned)"
    );
    bytes32 private constant ROLLBACK_MEMBERS = bytes32(hex"141420c42008") | bytes32(uint256(6));

    bytes32 private constant VOID = keccak256(
        "Void(address author,address merchant,bytes16 campaign,uint32 serial,string reason,uint64 deadline)"
    );
    bytes32 private constant VOID_MEMBERS = bytes32(hex"14149004c008") | bytes32(uint256(6));

    /// @notice The domain separator of a ledger.
    /// @param ledgerId its id
    /// @return separator the hash of the domain
    function domain(bytes32 ledgerId) internal pure returns (bytes32 separator) {
        return keccak256(abi.encode(DOMAIN, NAME, VERSION, ledgerId));
    }

    /// @notice Whether an author signed a digest. Nobody is the zero address, and no high s is accepted.
    /// @param digest what was signed
    /// @param spot where the signature is in the calldata, in the form of EIP-2098
    /// @param author whom the intent names
    /// @return ok whether it is the author's
    function signedBy(bytes32 digest, uint256 spot, address author) internal pure returns (bool ok) {
        bytes32 r = bytes32(Codec.load(spot));
        bytes32 vs = bytes32(Codec.load(spot + 0x20));
        (address signer,,) = ECDSA.tryRecover(digest, r, vs);
        return author != address(0) && signer == author;
    }

    /// @notice Whether an author and the holder of a key that comes into force signed a digest.
    /// @param digest what was signed
    /// @param spot where the author's signature is in the calldata; the holder's follows
    /// @param author whom the intent names
    /// @param holder of the key
    /// @return ok whether both did
    function signedByBoth(bytes32 digest, uint256 spot, address author, address holder)
        internal
        pure
        returns (bool ok)
    {
        return signedBy(digest, spot, author) && signedBy(digest, spot + SIGNATURE, holder);
    }

    /// @notice Whether the holders that proofs of possession name signed a digest.
    /// @param digest what was signed
    /// @param a where the proofs are
    /// @return ok whether all did
    function provenBy(bytes32 digest, Approvals memory a) internal pure returns (bool ok) {
        for (uint256 i = 0; i < a.proofs; ++i) {
            if (!signedBy(digest, a.proof + i * PROOF + Codec.WORD, _holderAt(a, i))) return false;
        }
        return true;
    }

    /// @notice Whether there are more signatures than there can be signers: then none is looked at.
    /// @param a where they are
    /// @return ok whether there are
    function areTooMany(Approvals memory a) internal pure returns (bool ok) {
        return a.count + a.proofs > Limits.SIGNERS + 1;
    }

    /// @notice Whether proofs of possession name members of a list, in its order.
    /// @param a where the proofs are
    /// @param members ascending
    /// @return ok whether they do, none twice
    function namesOf(Approvals memory a, address[] memory members) internal pure returns (bool ok) {
        uint256 found = 0;
        for (uint256 i = 0; i < members.length; ++i) {
            if (found < a.proofs && members[i] == _holderAt(a, found)) ++found;
        }
        return found == a.proofs;
    }

    /// @notice Whether a proof of possession names a holder.
    /// @param a where the proofs are
    /// @param holder the holder
    /// @return ok whether one does
    function heldBy(Approvals memory a, address holder) internal pure returns (bool ok) {
        for (uint256 i = 0; i < a.proofs; ++i) {
            if (_holderAt(a, i) == holder) return true;
        }
        return false;
    }

    /// @notice Reads verb 1: the head holds intent 1, approvals 1 words; or verb 21: possessions 1 word more.
    /// @param x the context
    /// @param body the item without its verb
    /// @param proven whether it is verb 21
    /// @return intent what the approvers sign
    /// @return id of the command
    /// @return a where the signatures are
    function setOperators(Context memory x, bytes calldata body, bool proven)
        internal
        pure
        returns (SetOperators memory intent, bytes32 id, Approvals memory a)
    {
        uint256 p;
        (p, id, a) = _approved(x, body, SET_OPERATORS, SET_OPERATORS_MEMBERS, proven);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 8: the head holds intent 1, approvals 1 words; or verb 24: possessions 1 word more.
    /// @param x the context
    /// @param body the item without its verb
    /// @param proven whether it is verb 24
    /// @return intent what the approvers sign
    /// @return id of the command
    /// @return a where the signatures are
    function recoverRoot(Context memory x, bytes calldata body, bool proven)
        internal
        pure
        returns (RecoverRoot memory intent, bytes32 id, Approvals memory a)
    {
        uint256 p;
        (p, id, a) = _approved(x, body, RECOVER_ROOT, RECOVER_ROOT_MEMBERS, proven);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 25: the head holds intent 1, approvals 1 words.
    /// @param x the context
    /// @param body the item without its verb
    /// @return intent what the approvers sign
    /// @return id of the command
    /// @return a where the signatures are
    function setAuditor(Context memory x, bytes calldata body)
        internal
        pure
        returns (SetAuditor memory intent, bytes32 id, Approvals memory a)
    {
        uint256 p;
        (p, id, a) = _approved(x, body, SET_AUDITOR, SET_AUDITOR_MEMBERS, false);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 26: intent 7, signature 2 words.
    /// @param x the context
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    function putAttestor(Context memory x, bytes calldata body)
        internal
        pure
        returns (PutAttestor calldata intent, bytes32 id, uint256 signature)
    {
        uint256 base = Codec.place(body);
        x.start(body, base, 9);
        unchecked {
            x.wrong |= (Codec.load(base) | Codec.load(base + 0x20) | Codec.load(base + 0x60)) >> 160
                | Codec.load(base + 0x40) << 128 | Codec.load(base + 0x80) >> 32 | Codec.load(base + 0xa0) >> 1
                | Codec.load(base + 0xc0) >> 64;
            signature = base + 0xe0;
        }
        x.finish();
        id = x.digest(Codec.hashAtoms(PUT_ATTESTOR, base, 7));
        assembly ("memory-safe") {
            intent := base
        }
    }

    /// @notice Reads verb 2: the head holds intent 1, signature 2 words; or verb 22: possession 2 words more.
    /// @param x the context
    /// @param body the item without its verb
    /// @param proven whether it is verb 22
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is; the possession follows
    function admitMerchant(Context memory x, bytes calldata body, bool proven)
        internal
        pure
        returns (AdmitMerchant memory intent, bytes32 id, uint256 signature)
    {
        uint256 p;
        (p, id, signature) = _signed(x, body, ADMIT_MERCHANT, ADMIT_MERCHANT_MEMBERS, proven);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 3: the head holds intent 1, signature 2 words.
    /// @param x the context
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    function suspendMerchant(Context memory x, bytes calldata body)
        internal
        pure
        returns (SuspendMerchant memory intent, bytes32 id, uint256 signature)
    {
        uint256 p;
        (p, id, signature) = _signed(x, body, SUSPEND_MERCHANT, SUSPEND_MERCHANT_MEMBERS, false);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 4: intent 4, signature 2 words.
    /// @param x the context
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    function reinstateMerchant(Context memory x, bytes calldata body)
        internal
        pure
        returns (ReinstateMerchant memory intent, bytes32 id, uint256 signature)
    {
        uint256 p;
        (p, id, signature) = _flat(x, body, REINSTATE_MERCHANT, REINSTATE_MERCHANT_MEMBERS, false);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 5: the head holds intent 1, signature 2 words.
    /// @param x the context
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    function putStore(Context memory x, bytes calldata body)
        internal
        pure
        returns (PutStore memory intent, bytes32 id, uint256 signature)
    {
        uint256 p;
        (p, id, signature) = _signed(x, body, PUT_STORE, PUT_STORE_MEMBERS, false);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 9: the head holds intent 1, signature 2 words.
    /// @param x the context
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    function createCampaign(Context memory x, bytes calldata body)
        internal
        pure
        returns (CreateCampaign memory intent, bytes32 id, uint256 signature)
    {
        uint256 p;
        (p, id, signature) = _signed(x, body, CREATE_CAMPAIGN, CREATE_CAMPAIGN_MEMBERS, false);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 10: the head holds intent 1, signature 2 words.
    /// @param x the context
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    function changeCampaign(Context memory x, bytes calldata body)
        internal
        pure
        returns (ChangeCampaign memory intent, bytes32 id, uint256 signature)
    {
        uint256 p;
        (p, id, signature) = _signed(x, body, CHANGE_CAMPAIGN, CHANGE_CAMPAIGN_MEMBERS, false);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 6: intent 7, signature 2 words.
    /// @param x the context
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    function putKey(Context memory x, bytes calldata body)
        internal
        pure
        returns (PutKey memory intent, bytes32 id, uint256 signature)
    {
        uint256 p;
        (p, id, signature) = _flat(x, body, PUT_KEY, PUT_KEY_MEMBERS, false);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 7: intent 5, signature 2 words; or verb 23: possession 2 words more.
    /// @param x the context
    /// @param body the item without its verb
    /// @param proven whether it is verb 23
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is; the possession follows
    function rotateRoot(Context memory x, bytes calldata body, bool proven)
        internal
        pure
        returns (RotateRoot memory intent, bytes32 id, uint256 signature)
    {
        uint256 p;
        (p, id, signature) = _flat(x, body, ROTATE_ROOT, ROTATE_ROOT_MEMBERS, proven);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 11: intent 7, signature 2 words.
    /// @param x the context
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    function issue(Context memory x, bytes calldata body)
        internal
        pure
        returns (Issue calldata intent, bytes32 id, uint256 signature)
    {
        uint256 base = Codec.place(body);
        x.start(body, base, 9);
        unchecked {
            x.wrong |= (Codec.load(base) | Codec.load(base + 0x20)) >> 160 | Codec.load(base + 0x40) << 128
                | (Codec.load(base + 0x80) | Codec.load(base + 0xa0)) >> 32 | Codec.load(base + 0xc0) >> 64;
            signature = base + 0xe0;
        }
        x.finish();
        id = x.digest(Codec.hashAtoms(ISSUE, base, 7));
        assembly ("memory-safe") {
            intent := base
        }
    }

    /// @notice Reads verb 12: the head holds deliver 3, path 1 words.
    /// @param x the context
    /// @param body the item without its verb
    /// @return intent what appears
    /// @return id of the command
    /// @return path where its first hash is
    function deliver(Context memory x, bytes calldata body)
        internal
        pure
        returns (Deliver calldata intent, bytes32 id, uint256 path)
    {
        uint256 base = x.startDynamic(body, 4);
        unchecked {
            x.wrong |= Codec.load(base + 0x20) >> 32 | Codec.load(base + 0x40) >> 160;
            (path,) = x.skipList(base, 0x60, 1);
        }
        x.finish();
        id = x.digest(Codec.hashAtoms(DELIVER, base, 3));
        assembly ("memory-safe") {
            intent := base
        }
    }

    /// @notice Reads verb 13: the head holds claim 4, signature 2, ticket 5, signature 2, candidates 1 words.
    /// @param x the context
    /// @param body the item without its verb
    /// @return c the command
    /// @return signed the claim's and the ticket's
    function claim(Context memory x, bytes calldata body)
        internal
        pure
        returns (ClaimCommand calldata c, Signed memory signed)
    {
        uint256 base = x.startDynamic(body, 14);
        unchecked {
            uint256 ticket = base + 0xc0;
            uint256 wrong = (Codec.load(base) | Codec.load(ticket + 0x20) | Codec.load(ticket + 0x40)) >> 160
                | (Codec.load(base + 0x20) | Codec.load(ticket)) << 128 | Codec.load(base + 0x40) >> 32
                | (Codec.load(base + 0x60) | Codec.load(ticket + 0x80)) >> 64;
            (uint256 candidates, uint256 count) = x.skipList(base, 0x1a0, 1);
            for (uint256 i = 0; i < count; ++i) wrong |= Codec.load(candidates + i * 0x20) >> 32;
            x.wrong |= wrong;
            x.finish();
            signed.first = x.digest(Codec.hashAtoms(CLAIM, base, 4));
            signed.firstSignature = base + 0x80;
            signed.second = x.digest(Codec.hashAtoms(TICKET, ticket, 5));
            signed.secondSignature = base + 0x160;
        }
        assembly ("memory-safe") {
            c := base
        }
    }

    /// @notice Reads verb 14: the head holds transfer 6, signature 2, place 1 words.
    /// @param x the context
    /// @param body the item without its verb
    /// @return intent what the owner signs
    /// @return id of the command
    /// @return signature where it is
    /// @return place where it is
    function transfer(Context memory x, bytes calldata body)
        internal
        pure
        returns (Transfer calldata intent, bytes32 id, uint256 signature, uint256 place)
    {
        uint256 base = x.startDynamic(body, 9);
        unchecked {
            x.wrong |= (Codec.load(base) | Codec.load(base + 0x60)) >> 160 | Codec.load(base + 0x20) << 128
                | Codec.load(base + 0x40) >> 32 | (Codec.load(base + 0x80) | Codec.load(base + 0xa0)) >> 64;
            signature = base + 0xc0;
            place = x.skipPlace(base, 0x100);
        }
        x.finish();
        id = x.digest(Codec.hashAtoms(TRANSFER, base, 6));
        assembly ("memory-safe") {
            intent := base
        }
    }

    /// @notice Reads verb 15: the head holds offer 1, signature 2, accept 1, signature 2, places 1 words.
    /// @param x the context
    /// @param body the item without its verb
    /// @return offer the owner's half
    /// @return accept the store's half
    /// @return signed the two
    /// @return places where their list begins, after its length
    function redeem(Context memory x, bytes calldata body)
        internal
        pure
        returns (Offer memory offer, Acceptance memory accept, Signed memory signed, uint256 places)
    {
        uint256 base = x.startDynamic(body, 7);
        unchecked {
            (signed.first, offer) = _offer(x, base, 0);
            signed.firstSignature = base + 0x20;
            (signed.second, accept) = _accept(x, base, 0x60);
            signed.secondSignature = base + 0x80;
            places = x.skipPlaces(base, 0xc0);
            x.finish();
        }
    }

    /// @notice Reads verb 16: the head holds intent 1, signature 2 words.
    /// @param x the context
    /// @param body the item without its verb
    /// @return intent what the till signs
    /// @return id of the command
    /// @return signature where it is
    function capture(Context memory x, bytes calldata body)
        internal
        pure
        returns (Taking memory intent, bytes32 id, uint256 signature)
    {
        uint256 base = x.startDynamic(body, 3);
        // hold, merchant, till, store, takes, currency, amount, details, reference, deadline
        uint256 p = x.skipHead(base, 0, 10);
        unchecked {
            signature = base + 0x20;
            uint256 wrong = (Codec.load(p + 0x20) | Codec.load(p + 0x40)) >> 160 | Codec.load(p + 0x60) >> 32
                | Codec.load(p + 0xa0) << 24 | (Codec.load(p + 0xc0) | Codec.load(p + 0x120)) >> 64;
            (uint256 takes, uint256 count) = x.skipList(p, 0x80, 4);
            for (uint256 i = 0; i < count; ++i) {
                uint256 take = takes + i * 0x80; // campaign, serial, units, discount
                wrong |= Codec.load(take) << 128 | Codec.load(take + 0x20) >> 32
                    | (Codec.load(take + 0x40) | Codec.load(take + 0x60)) >> 64;
            }
            x.wrong |= wrong;
            x.finish();
            (id, p) = Codec.hashStruct(CAPTURE, p, 10, 0x80, Codec.hashAll(TAKE, takes, count, 4), takes);
            id = x.digest(id);
        }
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 17: the head holds intent 1, signature 2 words.
    /// @param x the context
    /// @param body the item without its verb
    /// @return intent what the till signs
    /// @return id of the command
    /// @return signature where it is
    function release(Context memory x, bytes calldata body)
        internal
        pure
        returns (Freeing memory intent, bytes32 id, uint256 signature)
    {
        uint256 base = x.startDynamic(body, 3);
        uint256 p = x.skipHead(base, 0, 6); // hold, merchant, till, store, vouchers, deadline
        unchecked {
            signature = base + 0x20;
            uint256 wrong = (Codec.load(p + 0x20) | Codec.load(p + 0x40)) >> 160 | Codec.load(p + 0x60) >> 32
                | Codec.load(p + 0xa0) >> 64;
            (uint256 vouchers, uint256 count) = x.skipList(p, 0x80, 2);
            for (uint256 i = 0; i < count; ++i) {
                uint256 ref = vouchers + i * 0x40; // campaign, serial
                wrong |= Codec.load(ref) << 128 | Codec.load(ref + 0x20) >> 32;
            }
            x.wrong |= wrong;
            x.finish();
            (id, p) = Codec.hashStruct(RELEASE, p, 6, 0x80, Codec.hashAll(REF, vouchers, count, 2), vouchers);
            id = x.digest(id);
        }
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 18: the head holds cancel 4, signature 2, offer 1, signature 2, places 1 words.
    /// @param x the context
    /// @param body the item without its verb
    /// @return intent what the canceller signs
    /// @return offer what it cancels
    /// @return signed the two
    /// @return places where their list begins, after its length
    function cancel(Context memory x, bytes calldata body)
        internal
        pure
        returns (Cancel calldata intent, Offer memory offer, Signed memory signed, uint256 places)
    {
        uint256 base = x.startDynamic(body, 10);
        unchecked {
            x.wrong |= Codec.load(base + 0x20) >> 160 | Codec.load(base + 0x40) >> 160 | Codec.load(base + 0x60) >> 64;
            signed.first = x.digest(Codec.hashAtoms(CANCEL, base, 4));
            signed.firstSignature = base + 0x80;
            (signed.second, offer) = _offer(x, base, 0xc0);
            signed.secondSignature = base + 0xe0;
            places = x.skipPlaces(base, 0x120);
            x.finish();
        }
        assembly ("memory-safe") {
            intent := base
        }
    }

    /// @notice Reads verb 19: the head holds intent 1, signature 2 words.
    /// @param x the context
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    function rollback(Context memory x, bytes calldata body)
        internal
        pure
        returns (Rollback memory intent, bytes32 id, uint256 signature)
    {
        uint256 p;
        (p, id, signature) = _signed(x, body, ROLLBACK, ROLLBACK_MEMBERS, false);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 20: the head holds void 1, signature 2, place 1 words.
    /// @param x the context
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    /// @return place where it is
    function void(Context memory x, bytes calldata body)
        internal
        pure
        returns (Void memory intent, bytes32 id, uint256 signature, uint256 place)
    {
        uint256 p;
        uint256 base = x.startDynamic(body, 4);
        (id, p) = x.readDynamic(base, 0, VOID, VOID_MEMBERS);
        place = x.skipPlace(base, 0x60);
        x.finish();
        signature = base + 0x20;
        assembly ("memory-safe") {
            intent := p
        }
    }

    function _holderAt(Approvals memory a, uint256 i) private pure returns (address holder) {
        return address(uint160(Codec.load(a.proof + i * PROOF)));
    }

    /// @dev Reads a Redeem: owner, lines, signedAt, deadline, holdUntil, order.
    function _offer(Context memory x, uint256 base, uint256 head)
        private
        pure
        returns (bytes32 id, Offer memory offer)
    {
        uint256 p = x.skipHead(base, head, 6);
        unchecked {
            uint256 wrong = Codec.load(p) >> 160
                | (Codec.load(p + 0x40) | Codec.load(p + 0x60) | Codec.load(p + 0x80)) >> 64;
            (uint256 lines, uint256 count) = x.skipList(p, 0x20, 3);
            for (uint256 i = 0; i < count; ++i) {
                uint256 line = lines + i * 0x60; // campaign, serial, units
                wrong |= Codec.load(line) << 128 | Codec.load(line + 0x20) >> 32 | Codec.load(line + 0x40) >> 64;
            }
            x.wrong |= wrong;
            (id, p) = Codec.hashStruct(REDEEM, p, 6, 0x20, Codec.hashAll(LINE, lines, count, 3), lines);
            id = x.digest(id);
        }
        assembly ("memory-safe") {
            offer := p
        }
    }

    /// @dev Reads an Accept: offer, merchant, till, store, parts, currency, amount, details, reference.
    function _accept(Context memory x, uint256 base, uint256 head)
        private
        pure
        returns (bytes32 id, Acceptance memory accept)
    {
        uint256 p = x.skipHead(base, head, 9);
        unchecked {
            uint256 wrong = (Codec.load(p + 0x20) | Codec.load(p + 0x40)) >> 160 | Codec.load(p + 0x60) >> 32
                | Codec.load(p + 0xa0) << 24 | Codec.load(p + 0xc0) >> 64;
            (uint256 parts, uint256 count) = x.skipList(p, 0x80, 2);
            for (uint256 i = 0; i < count; ++i) {
                uint256 part = parts + i * 0x40; // units, discount
                wrong |= (Codec.load(part) | Codec.load(part + 0x20)) >> 64;
            }
            x.wrong |= wrong;
            (id, p) = Codec.hashStruct(ACCEPT, p, 9, 0x80, Codec.hashAll(PART, parts, count, 2), parts);
            id = x.digest(id);
        }
        assembly ("memory-safe") {
            accept := p
        }
    }

    /// @dev Reads a command of one dynamic intent and its signature, or two.
    function _signed(Context memory x, bytes calldata body, bytes32 typeHash, bytes32 members, bool proven)
        private
        pure
        returns (uint256 p, bytes32 id, uint256 signature)
    {
        uint256 base = x.startDynamic(body, proven ? 5 : 3);
        (id, p) = x.readDynamic(base, 0, typeHash, members);
        x.finish();
        signature = base + 0x20;
    }

    /// @dev Reads a command of one intent without lists or texts and its signature, or two.
    function _flat(Context memory x, bytes calldata body, bytes32 typeHash, bytes32 members, bool proven)
        private
        pure
        returns (uint256 p, bytes32 id, uint256 signature)
    {
        uint256 base = Codec.place(body);
        uint256 words = uint8(uint256(members));
        x.start(body, base, words + (proven ? 4 : 2));
        (id, p) = x.readStatic(base, typeHash, members);
        x.finish();
        signature = base + words * 0x20;
    }
    /// @dev Reads a command of one intent and the signatures of its approvers, then maybe a list of proofs of possession.
    function _approved(Context memory x, bytes calldata body, bytes32 typeHash, bytes32 members, bool proven)
        private
        pure
        returns (uint256 p, bytes32 id, Approvals memory a)
    {
        uint256 base = x.startDynamic(body, proven ? 3 : 2);
        (id, p) = x.readDynamic(base, 0, typeHash, members);
        (a.first, a.count) = x.skipList(base, 0x20, 2);
        if (proven) (a.proof, a.proofs) = x.skipList(base, 0x40, 3);
        unchecked {
            uint256 wrong = 0;
            for (uint256 i = 0; i < a.proofs; ++i) wrong |= Codec.load(a.proof + i * PROOF) >> 160;
            x.wrong |= wrong;
        }
        x.finish();
    }
}
