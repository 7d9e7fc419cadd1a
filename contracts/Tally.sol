// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {Administration} from "./Administration.sol";
import {ITally} from "./interfaces/ITally.sol";
import {Attestors} from "./libraries/Attestors.sol";
import {Authority} from "./libraries/Authority.sol";
import {Claims} from "./libraries/Claims.sol";
import {Codec, Context} from "./libraries/Codec.sol";
import {Deliveries} from "./libraries/Deliveries.sol";
import {Holds} from "./libraries/Holds.sol";
import {Intents} from "./libraries/Intents.sol";
import {Issues} from "./libraries/Issues.sol";
import {Kinds} from "./libraries/Kinds.sol";
import {Limits} from "./libraries/Limits.sol";
import {Merchants} from "./libraries/Merchants.sol";
import {Redemptions} from "./libraries/Redemptions.sol";
import {Transfers} from "./libraries/Transfers.sol";
import {Stateful} from "./Stateful.sol";
import {Rules, StoredAuditor, StoredKey, StoredMerchant} from "./types/State.sol";

/// @title Tally: the ledger's contract
/// @notice ITally says what it does. It has no constructor and no immutables, so that a genesis can hold its code.
///
/// @dev One contract cannot hold all verbs (EIP-170). What customers do, the many, is judged here. The rest, and the
/// views, are in Administration, whose code runs here by delegatecall: the state has one layout, written once
/// (State.sol), and the views are plain Solidity at this address. Reading raw slots from outside instead would have the layout twice
/// and would not do for the verbs. There is no way to change that code: only found sets its address, and found runs once.
contract Tally is Stateful, ITally {
    using Authority for StoredMerchant;

    // The verbs, as internal/voucher numbers them.
    uint8 private constant ISSUE = 11;
    uint8 private constant DELIVER = 12;
    uint8 private constant CLAIM = 13;
    uint8 private constant TRANSFER = 14;
    uint8 private constant REDEEM = 15;
    uint8 private constant CAPTURE = 16;
    uint8 private constant RELEASE = 17;
    uint8 private constant CANCEL = 18;
    uint8 private constant PUT_ATTESTOR = 26;

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
        (_state.ledgerId, _state.domain, _state.administration) = (id, Intents.domain(id), administration_);
        emit Founded(id);
        Merchants.putOperators(_state, 1, members, threshold);
    }

    /// @inheritdoc ITally
    function submit(bytes[] calldata commands) external override {
        // Nobody's rights depend on it. An account with code may be another contract in disguise (EIP-7702).
        // solhint-disable-next-line avoid-tx-origin
        if (msg.sender != tx.origin || msg.sender.code.length != 0) revert UseTransaction();
        Context memory x;
        x.domain = _state.domain;
        if (x.domain == 0) revert NotFounded();
        uint256 free = Codec.freeMemory();
        // The calldata is walked as its one canonical encoding is laid out, and what differs is remembered.
        uint256 base = Codec.listPlace(commands);
        uint256 spot = base + commands.length * Codec.WORD;
        uint256 wrong = base ^ LIST_AT;
        for (uint256 i = 0; i < commands.length; ++i) {
            x.index = i;
            Codec.release(free);
            (bytes calldata item, uint256 end, uint256 excess) = Codec.elementAt(base, i, spot);
            (bytes32 id, uint8 kind) = _judge(x, item);
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
        return uint64(_state.returned[redemption][Rules.keyOf(campaign, serial)]);
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
    function _judge(Context memory x, bytes calldata item) private returns (bytes32 id, uint8 kind) {
        if (item.length == 0 || item.length > Limits.COMMAND) revert MalformedCommand(x.index);
        uint8 verb = uint8(item[0]);
        if ((verb < ISSUE || verb > CANCEL) && verb != PUT_ATTESTOR) return _administer(x.index, item);
        x.commandHash = keccak256(item);
        bytes calldata body = item[1:];
        if (verb == REDEEM) return Redemptions.redeem(_state, x, body);
        if (verb == CLAIM) return Claims.claim(_state, x, body);
        if (verb == TRANSFER) return Transfers.transfer(_state, x, body);
        if (verb == CAPTURE) return Holds.capture(_state, x, body);
        if (verb == RELEASE) return Holds.release(_state, x, body);
        if (verb == CANCEL) return Redemptions.cancel(_state, x, body);
        if (verb == ISSUE) return Issues.issue(_state, x, body);
        if (verb == PUT_ATTESTOR) return Attestors.put(_state, x, body);
        return Deliveries.deliver(_state, x, body);
    }

    /// @dev Has Administration judge one command. What it reverts with is passed on.
    function _administer(uint256 index, bytes calldata item) private returns (bytes32 id, uint8 kind) {
        bytes memory call = abi.encodeCall(Administration.judge, (index, item));
        return abi.decode(Address.functionDelegateCall(_state.administration, call), (bytes32, uint8));
    }
}
