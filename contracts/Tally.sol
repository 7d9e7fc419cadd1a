// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {Administration} from "./Administration.sol";
import {ITally} from "./interfaces/ITally.sol";
import {Attestors} from "./libraries/Attestors.sol";
import {Authority} from "./libraries/Authority.sol";
import {Cancels} from "./libraries/Cancels.sol";
import {Claims} from "./libraries/Claims.sol";
import {Codec} from "./libraries/Codec.sol";
import {Deliveries} from "./libraries/Deliveries.sol";
import {Holds} from "./libraries/Holds.sol";
import {Issues} from "./libraries/Issues.sol";
import {Kinds} from "./libraries/Kinds.sol";
import {Limits} from "./libraries/Limits.sol";
import {Merchants} from "./libraries/Merchants.sol";
import {Redemptions} from "./libraries/Redemptions.sol";
import {Transfers} from "./libraries/Transfers.sol";
import {TypeHashes} from "./libraries/TypeHashes.sol";
import {Verbs} from "./libraries/Verbs.sol";
import {Stateful} from "./Stateful.sol";
import {Context} from "./types/Context.sol";
import {StoredAuditor, StoredKey, StoredMerchant} from "./types/State.sol";
import {VoucherKeyLibrary} from "./types/VoucherKey.sol";

/// @title Tally: the ledger's contract
/// @notice ITally says what it does. It has no constructor and no immutables, so that a genesis can hold its code.
///
/// @dev One contract cannot hold all verbs (EIP-170). The frequent verbs, those of customers, are judged here. The other
/// verbs and the views are in Administration, whose code runs here by delegatecall: so the layout of the state is written
/// once (types/State.sol), and the views are plain Solidity at this address. Reading raw slots from outside instead would
/// need the layout twice and would not serve the verbs. Nothing can change that code: only found sets its address, and
/// found runs once.
contract Tally is Stateful, ITally {
    using Authority for StoredMerchant;

    uint256 private constant LIST_AT = 68; // bytes of submit's selector, of the list's offset and of its length
    uint256 private constant BLOCKS_SEEN = 256; // BLOCKHASH goes no further back
    uint256 private constant DELEGATION = 23; // bytes of an EIP-7702 delegation, which its account can change

    /// @notice The views of IRecords. Administration.judge is for submit only: what it accepts must be the outcome of
    /// an item of that call.
    /// @param call a call of a view
    /// @return answer of Administration, as it is
    fallback(bytes calldata call) external returns (bytes memory answer) {
        return _view(call);
    }

    /// @inheritdoc ITally
    function found(bytes32 genesis, address[] calldata members, uint32 threshold, address administration_)
        external
        override
    {
        if (_state.domain != 0) revert AlreadyFounded();
        bool seen = block.number > 0 && block.number <= BLOCKS_SEEN;
        if (seen && genesis != blockhash(0)) revert WrongGenesis(genesis);
        if (!Merchants.validOperators(members, threshold)) revert InvalidOperators();
        if (administration_.code.length <= DELEGATION) revert InvalidAdministration();
        bytes32 id = keccak256(abi.encodePacked(genesis, address(this)));
        (_state.ledgerId, _state.domain, _state.administration) = (id, TypeHashes.domain(id), administration_);
        emit Founded(id);
        Merchants.putOperators(_state, 1, members, threshold);
    }

    /// @inheritdoc ITally
    function submit(bytes[] calldata commands) external override {
        // Nobody's rights depend on it. An account with code may be another contract in disguise (EIP-7702).
        // solhint-disable-next-line avoid-tx-origin
        if (msg.sender != tx.origin || msg.sender.code.length != 0) revert UseTransaction();
        Context memory ctx;
        ctx.domain = _state.domain;
        if (ctx.domain == 0) revert NotFounded();
        uint256 free = Codec.freeMemory();
        // The calldata is walked as its one canonical encoding is laid out, and what differs is remembered.
        uint256 base = Codec.listPlace(commands);
        uint256 spot = base + commands.length * Codec.WORD;
        uint256 wrong = base ^ LIST_AT;
        for (uint256 i = 0; i < commands.length; ++i) {
            ctx.index = i;
            Codec.release(free);
            (bytes calldata item, uint256 end, uint256 excess) = Codec.elementAt(base, i, spot);
            (bytes32 id, uint8 kind) = _judge(ctx, item);
            if (kind != Kinds.ACCEPTED) emit Refused(id, kind);
            (spot, wrong) = (end, wrong | excess);
        }
        if (wrong != 0 || spot != msg.data.length) revert NotCanonical();
    }

    /// @inheritdoc ITally
    function ledgerId() external view override returns (bytes32 id) {
        return _state.ledgerId;
    }

    /// @inheritdoc ITally
    function administration() external view override returns (address place) {
        return _state.administration;
    }

    /// @inheritdoc ITally
    function attestorsOf(bytes16 campaign) external view override returns (address[] memory list) {
        return Attestors.read(_state, campaign);
    }

    /// @inheritdoc ITally
    function attestorOf(bytes16 campaign, address attestor)
        external
        view
        override
        returns (uint32 version, bool allowed)
    {
        return Attestors.readOne(_state, campaign, _state.campaigns[campaign].rules, attestor);
    }

    /// @inheritdoc ITally
    function standingOf(address merchant)
        external
        view
        override
        returns (uint32 operatorsVersion, uint64 rootSince)
    {
        StoredMerchant storage m = _state.merchants[merchant];
        return (m.operatorsVersion(), m.rootSince);
    }

    /// @inheritdoc ITally
    function auditorOf(address auditor) external view override returns (uint32 version, uint64 until) {
        StoredAuditor storage a = _state.auditors[auditor];
        return (a.version, a.until);
    }

    /// @inheritdoc ITally
    function auditors() external view override returns (address[] memory list) {
        return _state.auditorRoll;
    }

    /// @inheritdoc ITally
    function keyOf(address merchant, address key) external view override returns (uint32 scopes, uint32 store) {
        StoredKey storage k = _state.keys[merchant][key];
        return (k.scopes, k.store);
    }

    /// @inheritdoc ITally
    function returnedOf(bytes32 redemption, bytes16 campaign, uint32 serial)
        external
        view
        override
        returns (uint64 units)
    {
        return uint64(_state.returned[redemption][VoucherKeyLibrary.pack(campaign, serial)]);
    }

    /// @inheritdoc ITally
    function lostOf(bytes16 campaign) external view override returns (uint64 lost) {
        return uint64(_state.lost[campaign]);
    }

    function _view(bytes calldata call) private returns (bytes memory answer) {
        if (_state.domain == 0) revert NotFounded();
        if (msg.sig == Administration.judge.selector) revert UseSubmit();
        return Address.functionDelegateCall(_state.administration, call);
    }

    /// @dev Judges one command.
    function _judge(Context memory ctx, bytes calldata item) private returns (bytes32 id, uint8 kind) {
        if (item.length == 0 || item.length > Limits.COMMAND) revert MalformedCommand(ctx.index);
        uint8 verb = uint8(item[0]);
        if ((verb < Verbs.ISSUE || verb > Verbs.CANCEL) && verb != Verbs.PUT_ATTESTOR) {
            return _administer(ctx.index, item);
        }
        ctx.commandHash = keccak256(item);
        bytes calldata body = item[1:];
        if (verb == Verbs.REDEEM) return Redemptions.redeem(_state, ctx, body);
        if (verb == Verbs.CLAIM) return Claims.claim(_state, ctx, body);
        if (verb == Verbs.TRANSFER) return Transfers.transfer(_state, ctx, body);
        if (verb == Verbs.CAPTURE) return Holds.capture(_state, ctx, body);
        if (verb == Verbs.RELEASE) return Holds.release(_state, ctx, body);
        if (verb == Verbs.CANCEL) return Cancels.cancel(_state, ctx, body);
        if (verb == Verbs.ISSUE) return Issues.issue(_state, ctx, body);
        if (verb == Verbs.PUT_ATTESTOR) return Attestors.put(_state, ctx, body);
        return Deliveries.deliver(_state, ctx, body);
    }

    /// @dev Has Administration judge one command. What it reverts with is passed on.
    function _administer(uint256 index, bytes calldata item) private returns (bytes32 id, uint8 kind) {
        bytes memory call = abi.encodeCall(Administration.judge, (index, item));
        return abi.decode(Address.functionDelegateCall(_state.administration, call), (bytes32, uint8));
    }
}
