// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Approvals, PossessionList} from "../types/Approvals.sol";
import {ClaimCommand} from "../types/Commands.sol";
import {Context} from "../types/Context.sol";
import {AcceptHead, CaptureHead, OfferHead, ReleaseHead, TwoDigests} from "../types/Heads.sol";
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
import {PathPtr, PlaceList, PlacePtr} from "../types/PlacePtr.sol";
import {SignaturePtr} from "../types/SignaturePtr.sol";
import {Codec} from "./Codec.sol";
import {TypeHashes} from "./TypeHashes.sol";

/// @notice Reads commands: the intents in them and their digests (EIP-712). internal/intent computes the same.
///
/// @dev A function reads one verb. It takes the context and an item without its verb. It returns the intents, their
/// digests (the first one is the command's id) and where in the calldata the signatures are. It reverts with
/// MalformedCommand where the bytes are not canonical. The members of an intent are described as Codec says, or checked
/// one by one: a number has nothing above its width, bytes3 and bytes16 have nothing below theirs.
///
/// Places are added up unchecked, for the reason that Codec says: lists end where the item does.
library Decoder {
    using Codec for Context;

    /// @notice Reads verb 1: the head holds intent 1, approvals 1 words; or verb 21: possessions 1 word more.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @param proven whether it is verb 21
    /// @return intent what the approvers sign
    /// @return id of the command
    /// @return a where the signatures are
    function setOperators(Context memory ctx, bytes calldata body, bool proven)
        internal
        pure
        returns (SetOperators memory intent, bytes32 id, Approvals memory a)
    {
        uint256 p;
        (p, id, a) = _approved(ctx, body, TypeHashes.SET_OPERATORS, TypeHashes.SET_OPERATORS_MEMBERS, proven);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 8: the head holds intent 1, approvals 1 words; or verb 24: possessions 1 word more.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @param proven whether it is verb 24
    /// @return intent what the approvers sign
    /// @return id of the command
    /// @return a where the signatures are
    function recoverRoot(Context memory ctx, bytes calldata body, bool proven)
        internal
        pure
        returns (RecoverRoot memory intent, bytes32 id, Approvals memory a)
    {
        uint256 p;
        (p, id, a) = _approved(ctx, body, TypeHashes.RECOVER_ROOT, TypeHashes.RECOVER_ROOT_MEMBERS, proven);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 25: the head holds intent 1, approvals 1 words.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return intent what the approvers sign
    /// @return id of the command
    /// @return a where the signatures are
    function setAuditor(Context memory ctx, bytes calldata body)
        internal
        pure
        returns (SetAuditor memory intent, bytes32 id, Approvals memory a)
    {
        uint256 p;
        (p, id, a) = _approved(ctx, body, TypeHashes.SET_AUDITOR, TypeHashes.SET_AUDITOR_MEMBERS, false);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 26: intent 7, signature 2 words.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    function putAttestor(Context memory ctx, bytes calldata body)
        internal
        pure
        returns (PutAttestor calldata intent, bytes32 id, SignaturePtr signature)
    {
        uint256 base = Codec.place(body);
        ctx.start(body, base, 9);
        unchecked {
            ctx.wrong |= (Codec.load(base) | Codec.load(base + 0x20) | Codec.load(base + 0x60)) >> 160
                | Codec.load(base + 0x40) << 128 | Codec.load(base + 0x80) >> 32 | Codec.load(base + 0xa0) >> 1
                | Codec.load(base + 0xc0) >> 64;
            signature = SignaturePtr.wrap(base + 0xe0);
        }
        ctx.finish();
        id = ctx.digest(Codec.hashAtoms(TypeHashes.PUT_ATTESTOR, base, 7));
        assembly ("memory-safe") {
            intent := base
        }
    }

    /// @notice Reads verb 2: the head holds intent 1, signature 2 words; or verb 22: possession 2 words more.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @param proven whether it is verb 22
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is; the possession follows
    function admitMerchant(Context memory ctx, bytes calldata body, bool proven)
        internal
        pure
        returns (AdmitMerchant memory intent, bytes32 id, SignaturePtr signature)
    {
        uint256 p;
        (p, id, signature) = _signed(ctx, body, TypeHashes.ADMIT_MERCHANT, TypeHashes.ADMIT_MERCHANT_MEMBERS, proven);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 3: the head holds intent 1, signature 2 words.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    function suspendMerchant(Context memory ctx, bytes calldata body)
        internal
        pure
        returns (SuspendMerchant memory intent, bytes32 id, SignaturePtr signature)
    {
        uint256 p;
        (p, id, signature) =
            _signed(ctx, body, TypeHashes.SUSPEND_MERCHANT, TypeHashes.SUSPEND_MERCHANT_MEMBERS, false);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 4: intent 4, signature 2 words.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    function reinstateMerchant(Context memory ctx, bytes calldata body)
        internal
        pure
        returns (ReinstateMerchant memory intent, bytes32 id, SignaturePtr signature)
    {
        uint256 p;
        (p, id, signature) =
            _flat(ctx, body, TypeHashes.REINSTATE_MERCHANT, TypeHashes.REINSTATE_MERCHANT_MEMBERS, false);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 5: the head holds intent 1, signature 2 words.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    function putStore(Context memory ctx, bytes calldata body)
        internal
        pure
        returns (PutStore memory intent, bytes32 id, SignaturePtr signature)
    {
        uint256 p;
        (p, id, signature) = _signed(ctx, body, TypeHashes.PUT_STORE, TypeHashes.PUT_STORE_MEMBERS, false);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 9: the head holds intent 1, signature 2 words.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    function createCampaign(Context memory ctx, bytes calldata body)
        internal
        pure
        returns (CreateCampaign memory intent, bytes32 id, SignaturePtr signature)
    {
        uint256 p;
        (p, id, signature) = _signed(ctx, body, TypeHashes.CREATE_CAMPAIGN, TypeHashes.CREATE_CAMPAIGN_MEMBERS, false);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 10: the head holds intent 1, signature 2 words.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    function changeCampaign(Context memory ctx, bytes calldata body)
        internal
        pure
        returns (ChangeCampaign memory intent, bytes32 id, SignaturePtr signature)
    {
        uint256 p;
        (p, id, signature) = _signed(ctx, body, TypeHashes.CHANGE_CAMPAIGN, TypeHashes.CHANGE_CAMPAIGN_MEMBERS, false);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 6: intent 7, signature 2 words.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    function putKey(Context memory ctx, bytes calldata body)
        internal
        pure
        returns (PutKey memory intent, bytes32 id, SignaturePtr signature)
    {
        uint256 p;
        (p, id, signature) = _flat(ctx, body, TypeHashes.PUT_KEY, TypeHashes.PUT_KEY_MEMBERS, false);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 7: intent 5, signature 2 words; or verb 23: possession 2 words more.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @param proven whether it is verb 23
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is; the possession follows
    function rotateRoot(Context memory ctx, bytes calldata body, bool proven)
        internal
        pure
        returns (RotateRoot memory intent, bytes32 id, SignaturePtr signature)
    {
        uint256 p;
        (p, id, signature) = _flat(ctx, body, TypeHashes.ROTATE_ROOT, TypeHashes.ROTATE_ROOT_MEMBERS, proven);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 11: intent 7, signature 2 words.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    function issue(Context memory ctx, bytes calldata body)
        internal
        pure
        returns (Issue calldata intent, bytes32 id, SignaturePtr signature)
    {
        uint256 base = Codec.place(body);
        ctx.start(body, base, 9);
        unchecked {
            ctx.wrong |= (Codec.load(base) | Codec.load(base + 0x20)) >> 160 | Codec.load(base + 0x40) << 128
                | (Codec.load(base + 0x80) | Codec.load(base + 0xa0)) >> 32 | Codec.load(base + 0xc0) >> 64;
            signature = SignaturePtr.wrap(base + 0xe0);
        }
        ctx.finish();
        id = ctx.digest(Codec.hashAtoms(TypeHashes.ISSUE, base, 7));
        assembly ("memory-safe") {
            intent := base
        }
    }

    /// @notice Reads verb 12: the head holds deliver 3, path 1 words.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return intent what appears
    /// @return id of the command
    /// @return path where its first hash is
    function deliver(Context memory ctx, bytes calldata body)
        internal
        pure
        returns (Deliver calldata intent, bytes32 id, PathPtr path)
    {
        uint256 base = ctx.startDynamic(body, 4);
        unchecked {
            ctx.wrong |= Codec.load(base + 0x20) >> 32 | Codec.load(base + 0x40) >> 160;
            (uint256 first,) = ctx.skipList(base, 0x60, 1);
            path = PathPtr.wrap(first);
        }
        ctx.finish();
        id = ctx.digest(Codec.hashAtoms(TypeHashes.DELIVER, base, 3));
        assembly ("memory-safe") {
            intent := base
        }
    }

    /// @notice Reads verb 13: the head holds claim 4, signature 2, ticket 5, signature 2, candidates 1 words.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return c the command
    /// @return signed the claim's and the ticket's
    function claim(Context memory ctx, bytes calldata body)
        internal
        pure
        returns (ClaimCommand calldata c, TwoDigests memory signed)
    {
        uint256 base = ctx.startDynamic(body, 14);
        unchecked {
            uint256 ticket = base + 0xc0;
            uint256 wrong = (Codec.load(base) | Codec.load(ticket + 0x20) | Codec.load(ticket + 0x40)) >> 160
                | (Codec.load(base + 0x20) | Codec.load(ticket)) << 128 | Codec.load(base + 0x40) >> 32
                | (Codec.load(base + 0x60) | Codec.load(ticket + 0x80)) >> 64;
            (uint256 candidates, uint256 count) = ctx.skipList(base, 0x1a0, 1);
            for (uint256 i = 0; i < count; ++i) wrong |= Codec.load(candidates + i * 0x20) >> 32;
            ctx.wrong |= wrong;
            ctx.finish();
            signed.first = ctx.digest(Codec.hashAtoms(TypeHashes.CLAIM, base, 4));
            signed.firstSignature = SignaturePtr.wrap(base + 0x80);
            signed.second = ctx.digest(Codec.hashAtoms(TypeHashes.TICKET, ticket, 5));
            signed.secondSignature = SignaturePtr.wrap(base + 0x160);
        }
        assembly ("memory-safe") {
            c := base
        }
    }

    /// @notice Reads verb 14: the head holds transfer 6, signature 2, place 1 words.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return intent what the owner signs
    /// @return id of the command
    /// @return signature where it is
    /// @return place where it is
    function transfer(Context memory ctx, bytes calldata body)
        internal
        pure
        returns (Transfer calldata intent, bytes32 id, SignaturePtr signature, PlacePtr place)
    {
        uint256 base = ctx.startDynamic(body, 9);
        unchecked {
            ctx.wrong |= (Codec.load(base) | Codec.load(base + 0x60)) >> 160 | Codec.load(base + 0x20) << 128
                | Codec.load(base + 0x40) >> 32 | (Codec.load(base + 0x80) | Codec.load(base + 0xa0)) >> 64;
            signature = SignaturePtr.wrap(base + 0xc0);
            place = PlacePtr.wrap(ctx.skipPlace(base, 0x100));
        }
        ctx.finish();
        id = ctx.digest(Codec.hashAtoms(TypeHashes.TRANSFER, base, 6));
        assembly ("memory-safe") {
            intent := base
        }
    }

    /// @notice Reads verb 15: the head holds offer 1, signature 2, accept 1, signature 2, places 1 words.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return offer the owner's half
    /// @return accept the store's half
    /// @return signed the two
    /// @return places where their list begins, after its length
    function redeem(Context memory ctx, bytes calldata body)
        internal
        pure
        returns (OfferHead memory offer, AcceptHead memory accept, TwoDigests memory signed, PlaceList places)
    {
        uint256 base = ctx.startDynamic(body, 7);
        unchecked {
            (signed.first, offer) = _offer(ctx, base, 0);
            signed.firstSignature = SignaturePtr.wrap(base + 0x20);
            (signed.second, accept) = _accept(ctx, base, 0x60);
            signed.secondSignature = SignaturePtr.wrap(base + 0x80);
            places = PlaceList.wrap(ctx.skipPlaces(base, 0xc0));
            ctx.finish();
        }
    }

    /// @notice Reads verb 16: the head holds intent 1, signature 2 words.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return intent what the till signs
    /// @return id of the command
    /// @return signature where it is
    function capture(Context memory ctx, bytes calldata body)
        internal
        pure
        returns (CaptureHead memory intent, bytes32 id, SignaturePtr signature)
    {
        uint256 base = ctx.startDynamic(body, 3);
        // hold, merchant, till, store, takes, currency, amount, details, reference, deadline
        uint256 p = ctx.skipHead(base, 0, 10);
        unchecked {
            signature = SignaturePtr.wrap(base + 0x20);
            uint256 wrong = (Codec.load(p + 0x20) | Codec.load(p + 0x40)) >> 160 | Codec.load(p + 0x60) >> 32
                | Codec.load(p + 0xa0) << 24 | (Codec.load(p + 0xc0) | Codec.load(p + 0x120)) >> 64;
            (uint256 takes, uint256 count) = ctx.skipList(p, 0x80, 4);
            for (uint256 i = 0; i < count; ++i) {
                uint256 take = takes + i * 0x80; // campaign, serial, units, discount
                wrong |= Codec.load(take) << 128 | Codec.load(take + 0x20) >> 32
                    | (Codec.load(take + 0x40) | Codec.load(take + 0x60)) >> 64;
            }
            ctx.wrong |= wrong;
            ctx.finish();
            bytes32 list = Codec.hashAll(TypeHashes.TAKE, takes, count, 4);
            (id, p) = Codec.hashStruct(TypeHashes.CAPTURE, p, 10, 0x80, list, takes);
            id = ctx.digest(id);
        }
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 17: the head holds intent 1, signature 2 words.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return intent what the till signs
    /// @return id of the command
    /// @return signature where it is
    function release(Context memory ctx, bytes calldata body)
        internal
        pure
        returns (ReleaseHead memory intent, bytes32 id, SignaturePtr signature)
    {
        uint256 base = ctx.startDynamic(body, 3);
        uint256 p = ctx.skipHead(base, 0, 6); // hold, merchant, till, store, vouchers, deadline
        unchecked {
            signature = SignaturePtr.wrap(base + 0x20);
            uint256 wrong = (Codec.load(p + 0x20) | Codec.load(p + 0x40)) >> 160 | Codec.load(p + 0x60) >> 32
                | Codec.load(p + 0xa0) >> 64;
            (uint256 vouchers, uint256 count) = ctx.skipList(p, 0x80, 2);
            for (uint256 i = 0; i < count; ++i) {
                uint256 ref = vouchers + i * 0x40; // campaign, serial
                wrong |= Codec.load(ref) << 128 | Codec.load(ref + 0x20) >> 32;
            }
            ctx.wrong |= wrong;
            ctx.finish();
            bytes32 list = Codec.hashAll(TypeHashes.REF, vouchers, count, 2);
            (id, p) = Codec.hashStruct(TypeHashes.RELEASE, p, 6, 0x80, list, vouchers);
            id = ctx.digest(id);
        }
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 18: the head holds cancel 4, signature 2, offer 1, signature 2, places 1 words.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return intent what the canceller signs
    /// @return offer what it cancels
    /// @return signed the two
    /// @return places where their list begins, after its length
    function cancel(Context memory ctx, bytes calldata body)
        internal
        pure
        returns (Cancel calldata intent, OfferHead memory offer, TwoDigests memory signed, PlaceList places)
    {
        uint256 base = ctx.startDynamic(body, 10);
        unchecked {
            ctx.wrong |= (Codec.load(base + 0x20) | Codec.load(base + 0x40)) >> 160 | Codec.load(base + 0x60) >> 64;
            signed.first = ctx.digest(Codec.hashAtoms(TypeHashes.CANCEL, base, 4));
            signed.firstSignature = SignaturePtr.wrap(base + 0x80);
            (signed.second, offer) = _offer(ctx, base, 0xc0);
            signed.secondSignature = SignaturePtr.wrap(base + 0xe0);
            places = PlaceList.wrap(ctx.skipPlaces(base, 0x120));
            ctx.finish();
        }
        assembly ("memory-safe") {
            intent := base
        }
    }

    /// @notice Reads verb 19: the head holds intent 1, signature 2 words.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    function rollback(Context memory ctx, bytes calldata body)
        internal
        pure
        returns (Rollback memory intent, bytes32 id, SignaturePtr signature)
    {
        uint256 p;
        (p, id, signature) = _signed(ctx, body, TypeHashes.ROLLBACK, TypeHashes.ROLLBACK_MEMBERS, false);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @notice Reads verb 20: the head holds void 1, signature 2, place 1 words.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return intent what the author signs
    /// @return id of the command
    /// @return signature where it is
    /// @return place where it is
    function void(Context memory ctx, bytes calldata body)
        internal
        pure
        returns (Void memory intent, bytes32 id, SignaturePtr signature, PlacePtr place)
    {
        uint256 p;
        uint256 base = ctx.startDynamic(body, 4);
        (id, p) = ctx.readDynamic(base, 0, TypeHashes.VOID, TypeHashes.VOID_MEMBERS);
        place = PlacePtr.wrap(ctx.skipPlace(base, 0x60));
        ctx.finish();
        signature = SignaturePtr.wrap(base + 0x20);
        assembly ("memory-safe") {
            intent := p
        }
    }

    /// @dev Reads a Redeem: owner, lines, signedAt, deadline, holdUntil, order.
    function _offer(Context memory ctx, uint256 base, uint256 head)
        private
        pure
        returns (bytes32 id, OfferHead memory offer)
    {
        uint256 p = ctx.skipHead(base, head, 6);
        unchecked {
            uint256 wrong = Codec.load(p) >> 160
                | (Codec.load(p + 0x40) | Codec.load(p + 0x60) | Codec.load(p + 0x80)) >> 64;
            (uint256 lines, uint256 count) = ctx.skipList(p, 0x20, 3);
            for (uint256 i = 0; i < count; ++i) {
                uint256 line = lines + i * 0x60; // campaign, serial, units
                wrong |= Codec.load(line) << 128 | Codec.load(line + 0x20) >> 32 | Codec.load(line + 0x40) >> 64;
            }
            ctx.wrong |= wrong;
            bytes32 list = Codec.hashAll(TypeHashes.LINE, lines, count, 3);
            (id, p) = Codec.hashStruct(TypeHashes.REDEEM, p, 6, 0x20, list, lines);
            id = ctx.digest(id);
        }
        assembly ("memory-safe") {
            offer := p
        }
    }

    /// @dev Reads an Accept: offer, merchant, till, store, parts, currency, amount, details, reference.
    function _accept(Context memory ctx, uint256 base, uint256 head)
        private
        pure
        returns (bytes32 id, AcceptHead memory accept)
    {
        uint256 p = ctx.skipHead(base, head, 9);
        unchecked {
            uint256 wrong = (Codec.load(p + 0x20) | Codec.load(p + 0x40)) >> 160 | Codec.load(p + 0x60) >> 32
                | Codec.load(p + 0xa0) << 24 | Codec.load(p + 0xc0) >> 64;
            (uint256 parts, uint256 count) = ctx.skipList(p, 0x80, 2);
            for (uint256 i = 0; i < count; ++i) {
                uint256 part = parts + i * 0x40; // units, discount
                wrong |= (Codec.load(part) | Codec.load(part + 0x20)) >> 64;
            }
            ctx.wrong |= wrong;
            bytes32 list = Codec.hashAll(TypeHashes.PART, parts, count, 2);
            (id, p) = Codec.hashStruct(TypeHashes.ACCEPT, p, 9, 0x80, list, parts);
            id = ctx.digest(id);
        }
        assembly ("memory-safe") {
            accept := p
        }
    }

    /// @dev Reads a command of one dynamic intent and its signature, or two.
    function _signed(Context memory ctx, bytes calldata body, bytes32 typeHash, bytes32 members, bool proven)
        private
        pure
        returns (uint256 p, bytes32 id, SignaturePtr signature)
    {
        uint256 base = ctx.startDynamic(body, proven ? 5 : 3);
        (id, p) = ctx.readDynamic(base, 0, typeHash, members);
        ctx.finish();
        signature = SignaturePtr.wrap(base + 0x20);
    }

    /// @dev Reads a command of one intent without lists or texts and its signature, or two.
    function _flat(Context memory ctx, bytes calldata body, bytes32 typeHash, bytes32 members, bool proven)
        private
        pure
        returns (uint256 p, bytes32 id, SignaturePtr signature)
    {
        uint256 base = Codec.place(body);
        uint256 words = uint8(uint256(members));
        ctx.start(body, base, words + (proven ? 4 : 2));
        (id, p) = ctx.readStatic(base, typeHash, members);
        ctx.finish();
        signature = SignaturePtr.wrap(base + words * 0x20);
    }

    /// @dev Reads a command of one intent and the signatures of its approvers, then, where it has them, proofs of possession.
    function _approved(Context memory ctx, bytes calldata body, bytes32 typeHash, bytes32 members, bool proven)
        private
        pure
        returns (uint256 p, bytes32 id, Approvals memory a)
    {
        uint256 base = ctx.startDynamic(body, proven ? 3 : 2);
        (id, p) = ctx.readDynamic(base, 0, typeHash, members);
        uint256 first;
        (first, a.count) = ctx.skipList(base, 0x20, 2);
        a.first = SignaturePtr.wrap(first);
        if (proven) {
            (first, a.proofs) = ctx.skipList(base, 0x40, 3);
            a.possessions = PossessionList.wrap(first);
            uint256 wrong = 0;
            unchecked {
                for (uint256 i = 0; i < a.proofs; ++i) wrong |= Codec.load(first + i * 0x60) >> 160;
            }
            ctx.wrong |= wrong;
        }
        ctx.finish();
    }
}
