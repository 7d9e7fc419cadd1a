// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

import {IEvents} from "../interfaces/IEvents.sol";
import {Approvals} from "../types/Approvals.sol";
import {Context} from "../types/Context.sol";
import {AdmitMerchant, PutKey, PutStore, SetOperators} from "../types/Intents.sol";
import {SignaturePtr} from "../types/SignaturePtr.sol";
import {State, StoredKey, StoredMerchant} from "../types/State.sol";
import {Authority} from "./Authority.sol";
import {Checks} from "./Checks.sol";
import {Decoder} from "./Decoder.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";

/// @notice Operators, merchants, their stores and keys: internal/voucher/setoperators.go, admit.go, putstore.go and
/// putkey.go.
library Merchants {
    using Authority for StoredMerchant;
    using BitMaps for BitMaps.BitMap;

    /// @notice Judges a change of the operators and makes it if it is accepted.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @param proven whether it carries proofs of possession; without them it is refused
    /// @return id of the command
    /// @return kind the verdict
    function setOperators(State storage s, Context memory ctx, bytes calldata body, bool proven)
        internal
        returns (bytes32 id, uint8 kind)
    {
        SetOperators memory intent;
        Approvals memory a;
        (intent, id, a) = Decoder.setOperators(ctx, body, proven);
        if (!proven) return (id, Kinds.POSSESSION_WANTED);
        kind = _checkOperators(s, id, intent, a);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, ctx.commandHash);
        putOperators(s, intent.version + 1, intent.operators, intent.threshold);
    }

    /// @notice Judges the admission of a merchant and makes it if it is accepted.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @param proven whether it carries proofs of possession; without them it is refused
    /// @return id of the command
    /// @return kind the verdict
    function admit(State storage s, Context memory ctx, bytes calldata body, bool proven)
        internal
        returns (bytes32 id, uint8 kind)
    {
        AdmitMerchant memory intent;
        SignaturePtr signature;
        (intent, id, signature) = Decoder.admitMerchant(ctx, body, proven);
        if (!proven) return (id, Kinds.POSSESSION_WANTED);
        kind = _checkAdmission(s, id, intent, signature);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, ctx.commandHash);
        StoredMerchant storage m = s.merchants[intent.merchant];
        (m.root, m.version) = (intent.merchant, 1);
        emit IEvents.MerchantAdmitted(intent.merchant, intent.operator, intent.name);
    }

    /// @notice Judges a store and writes it if it is accepted.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function putStore(State storage s, Context memory ctx, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        PutStore memory intent;
        SignaturePtr signature;
        (intent, id, signature) = Decoder.putStore(ctx, body);
        if (intent.store == 0 || intent.store > Limits.STORE || !Checks.validText(intent.name, Limits.NAME)) {
            return (id, Kinds.MALFORMED);
        }
        if (!signature.isBy(intent.author, id)) return (id, Kinds.BAD_SIGNATURE);
        kind = checkRoot(s, intent.author, intent.merchant, intent.version, intent.deadline, false);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, ctx.commandHash);
        uint32 version = changeByRoot(s.merchants[intent.merchant]);
        s.stores[intent.merchant].set(intent.store);
        emit IEvents.StorePut(intent.merchant, version, intent.store, intent.name);
    }

    /// @notice Judges a key's scopes and writes them if they are accepted.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function putKey(State storage s, Context memory ctx, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        PutKey memory intent;
        SignaturePtr signature;
        (intent, id, signature) = Decoder.putKey(ctx, body);
        kind = _checkKey(s, id, intent, signature);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, ctx.commandHash);
        uint32 version = changeByRoot(s.merchants[intent.merchant]);
        s.keys[intent.merchant][intent.key] = StoredKey(intent.scopes, intent.store);
        emit IEvents.KeyPut(intent.merchant, version, intent.key, intent.scopes, intent.store);
    }

    /// @notice Writes a set of operators that validOperators accepts.
    /// @param s the state
    /// @param version its number
    /// @param members the set
    /// @param threshold how many of it a change takes
    function putOperators(State storage s, uint32 version, address[] memory members, uint32 threshold) internal {
        (s.operatorsVersion, s.operatorsCount, s.threshold) = (version, uint32(members.length), threshold);
        for (uint256 i = 0; i < members.length; ++i) s.operators[i] = members[i];
        emit IEvents.OperatorsSet(version, members, threshold);
    }

    /// @notice Writes what every change by a merchant's root does: unless the merchant is suspended it stops a recovery
    /// that has not taken effect yet.
    /// @param m the merchant
    /// @return version after the change
    function changeByRoot(StoredMerchant storage m) internal returns (uint32 version) {
        // One change is one transaction at least. After 2^32 of them the count begins at 0 again, as in the Go rules.
        unchecked {
            version = m.version + 1;
        }
        m.version = version;
        m.settle();
        if (m.suspendedFrom == 0 && m.nextFrom != 0) (m.nextRoot, m.nextFrom) = (address(0), 0);
    }

    /// @notice Judges what every change by a merchant's root has in common, its signature apart.
    /// @param s the state
    /// @param author who signed
    /// @param merchant its first root
    /// @param version that the intent expects
    /// @param deadline of the intent
    /// @param narrows whether it takes a right away and gives none: then it may be while the merchant is suspended
    /// @return kind Accepted or why not
    function checkRoot(
        State storage s,
        address author,
        address merchant,
        uint32 version,
        uint64 deadline,
        bool narrows
    ) internal view returns (uint8 kind) {
        kind = Checks.checkDeadline(deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return kind;
        StoredMerchant storage m = s.merchants[merchant];
        if (m.version == 0) return Kinds.UNKNOWN_MERCHANT;
        if (m.suspendedFrom != 0 && !narrows) return Kinds.MERCHANT_SUSPENDED;
        if (author != m.rootOf()) return Kinds.NOT_AUTHORISED;
        if (version != m.version) return Kinds.WRONG_VERSION;
    }

    /// @notice Reports whether a set of operators can be.
    /// @param members the set
    /// @param threshold how many of it a change takes
    /// @return ok whether it is within the limits and in order
    function validOperators(address[] memory members, uint256 threshold) internal pure returns (bool ok) {
        return members.length > 0 && members.length <= Limits.OPERATORS && Checks.ascendingAboveZero(members)
            && threshold >= 1 && threshold <= members.length;
    }

    function _checkOperators(State storage s, bytes32 id, SetOperators memory intent, Approvals memory a)
        private
        view
        returns (uint8 kind)
    {
        if (a.areTooMany()) return Kinds.BAD_SIGNATURE;
        if (!validOperators(intent.operators, intent.threshold)) return Kinds.MALFORMED;
        kind = Authority.checkApproved(s, id, intent.approvers, a, intent.operators, intent.deadline);
        if (kind != Kinds.ACCEPTED) return kind;
        if (intent.version != s.operatorsVersion) return Kinds.WRONG_VERSION;
        // Every operator who was none before has shown that the key is held.
        address[] memory before = Authority.readOperators(s);
        for (uint256 i = 0; i < intent.operators.length; ++i) {
            address member = intent.operators[i];
            if (!Checks.contains(before, member) && !a.include(member)) return Kinds.POSSESSION_WANTED;
        }
    }

    function _checkAdmission(State storage s, bytes32 id, AdmitMerchant memory intent, SignaturePtr signature)
        private
        view
        returns (uint8 kind)
    {
        if (!Checks.validText(intent.name, Limits.NAME) || intent.merchant == address(0)) return Kinds.MALFORMED;
        if (!signature.isByBoth(intent.operator, intent.merchant, id)) return Kinds.BAD_SIGNATURE;
        kind = Checks.checkDeadline(intent.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return kind;
        if (!Checks.contains(Authority.readOperators(s), intent.operator)) return Kinds.NOT_AUTHORISED;
        if (s.merchants[intent.merchant].version != 0) return Kinds.EXISTS;
    }

    function _checkKey(State storage s, bytes32 id, PutKey memory intent, SignaturePtr signature)
        private
        view
        returns (uint8 kind)
    {
        bool isTill = intent.scopes & Checks.SCOPE_REDEEM != 0;
        if (
            intent.scopes > Checks.ALL_SCOPES || intent.key == address(0) || isTill != (intent.store != 0)
                || intent.store > Limits.STORE
        ) return Kinds.MALFORMED;
        if (!signature.isBy(intent.author, id)) return Kinds.BAD_SIGNATURE;
        kind = checkRoot(s, intent.author, intent.merchant, intent.version, intent.deadline, intent.scopes == 0);
        if (kind != Kinds.ACCEPTED) return kind;
        if (isTill && !s.stores[intent.merchant].get(intent.store)) return Kinds.WRONG_STORE;
    }
}
