// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

import {Campaign, ITally, Merchant} from "./ITally.sol";
import {Campaigns} from "./Campaigns.sol";
import {Claims} from "./Claims.sol";
import {Context} from "./Codec.sol";
import {Intents} from "./Intents.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Merchants} from "./Merchants.sol";
import {Redemptions} from "./Redemptions.sol";
import {Rules, State, StoredHolder, StoredKey, StoredMerchant} from "./State.sol";

/// @title Tally: the ledger's contract
/// @notice ITally says what it does. It has no constructor and no immutables, so that a genesis can hold its code.
contract Tally is ITally {
    using BitMaps for BitMaps.BitMap;

    // The verbs, as internal/voucher numbers them.
    uint8 private constant SET_OPERATORS = 1;
    uint8 private constant ADMIT_MERCHANT = 2;
    uint8 private constant PUT_STORE = 5;
    uint8 private constant PUT_KEY = 6;
    uint8 private constant CREATE_CAMPAIGN = 9;
    uint8 private constant CHANGE_CAMPAIGN = 10;
    uint8 private constant CLAIM = 13;
    uint8 private constant REDEEM = 15;
    uint8 private constant CANCEL = 18;
    uint8 private constant LAST_VERB = 20;

    uint256 private constant BLOCKS_SEEN = 256; // BLOCKHASH goes no further back

    State private _state;

    /// @inheritdoc ITally
    function found(bytes32 genesis, address[] calldata members, uint32 threshold) external override {
        if (_state.domain != 0) revert AlreadyFounded();
        bool seen = block.number > 0 && block.number <= BLOCKS_SEEN;
        if (seen && genesis != blockhash(0)) revert WrongGenesis(genesis);
        if (!Merchants.validOperators(members, threshold)) revert InvalidOperators();
        bytes32 id = keccak256(abi.encodePacked(genesis, address(this)));
        (_state.ledgerId, _state.domain) = (id, Intents.domain(id));
        emit Founded(id);
        Merchants.putOperators(_state, 1, members, threshold);
    }

    /// @inheritdoc ITally
    function submit(bytes[] calldata commands) external override {
        Context memory x;
        x.domain = _state.domain;
        if (x.domain == 0) revert NotFounded();
        for (uint256 i = 0; i < commands.length; ++i) {
            x.index = i;
            (bytes32 id, uint8 kind) = _judge(x, commands[i]);
            if (kind != Kinds.ACCEPTED) emit Refused(id, kind);
        }
    }

    /// @inheritdoc ITally
    function ledgerId() external view override returns (bytes32 id) {
        return _state.ledgerId;
    }

    /// @inheritdoc ITally
    function operators()
        external
        view
        override
        returns (uint32 version, address[] memory members, uint32 threshold)
    {
        return (_state.operatorsVersion, Merchants.readOperators(_state), _state.threshold);
    }

    /// @inheritdoc ITally
    function merchantOf(address merchant) external view override returns (Merchant memory record) {
        StoredMerchant storage m = _state.merchants[merchant];
        return Merchant(m.version, m.root, m.nextRoot, m.nextFrom, m.suspendedFrom, m.lost);
    }

    /// @inheritdoc ITally
    function keyOf(address merchant, address key) external view override returns (uint32 scopes, uint32 store) {
        StoredKey storage k = _state.keys[merchant][key];
        return (k.scopes, k.store);
    }

    /// @inheritdoc ITally
    function storeExists(address merchant, uint32 store) external view override returns (bool exists) {
        return _state.stores[merchant].get(store);
    }

    /// @inheritdoc ITally
    function campaignOf(bytes16 campaign) external view override returns (Campaign memory record) {
        return Campaigns.read(_state.campaigns[campaign]);
    }

    /// @inheritdoc ITally
    function holderOf(bytes16 campaign, address wallet)
        external
        view
        override
        returns (uint32 claims, uint64 day, uint32 today)
    {
        StoredHolder storage h = _state.wallets[campaign][wallet];
        return (h.claims, h.day, h.today);
    }

    /// @inheritdoc ITally
    function slotOf(bytes16 campaign, uint32 serial) external view override returns (bytes32 slot) {
        return _state.vouchers[Rules.keyOf(campaign, serial)];
    }

    /// @dev Judges one command: those of customers first, for they are the many.
    function _judge(Context memory x, bytes calldata item) private returns (bytes32 id, uint8 kind) {
        if (item.length == 0 || item.length > Limits.COMMAND) revert MalformedCommand(x.index);
        uint8 verb = uint8(item[0]);
        bytes calldata body = item[1:];
        x.commandHash = keccak256(item);
        if (verb == REDEEM) return Redemptions.redeem(_state, x, body);
        if (verb == CLAIM) return Claims.claim(_state, x, body);
        if (verb == CANCEL) return Redemptions.cancel(_state, x, body);
        if (verb == SET_OPERATORS) return Merchants.setOperators(_state, x, body);
        if (verb == ADMIT_MERCHANT) return Merchants.admit(_state, x, body);
        if (verb == PUT_STORE) return Merchants.putStore(_state, x, body);
        if (verb == PUT_KEY) return Merchants.putKey(_state, x, body);
        if (verb == CREATE_CAMPAIGN) return Campaigns.create(_state, x, body);
        if (verb == CHANGE_CAMPAIGN) return Campaigns.change(_state, x, body);
        if (verb == 0 || verb > LAST_VERB) revert MalformedCommand(x.index);
        revert UnsupportedVerb(verb);
    }
}
