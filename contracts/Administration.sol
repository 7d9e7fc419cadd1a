// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

import {IRecords} from "./interfaces/IRecords.sol";
import {ITally} from "./interfaces/ITally.sol";
import {Auditors} from "./libraries/Auditors.sol";
import {Authority} from "./libraries/Authority.sol";
import {Campaigns} from "./libraries/Campaigns.sol";
import {Holds} from "./libraries/Holds.sol";
import {Issues} from "./libraries/Issues.sol";
import {Merchants} from "./libraries/Merchants.sol";
import {Rollbacks} from "./libraries/Rollbacks.sol";
import {Roots} from "./libraries/Roots.sol";
import {Suspensions} from "./libraries/Suspensions.sol";
import {Verbs} from "./libraries/Verbs.sol";
import {Voids} from "./libraries/Voids.sol";
import {Stateful} from "./Stateful.sol";
import {Context} from "./types/Context.sol";
import {Campaign, Hold, Issuance, Merchant} from "./types/Records.sol";
import {Slot} from "./types/Slot.sol";
import {StoredHolder, StoredMerchant} from "./types/State.sol";
import {VoucherKeyLibrary} from "./types/VoucherKey.sol";

/// @title Administration: the rarer verbs, and what there is to read
/// @notice The contract Tally runs this code by delegatecall, on its own state and under its own address. Here there is
/// no state: judge reverts and the views find nothing.
contract Administration is Stateful, IRecords {
    using Authority for StoredMerchant;
    using BitMaps for BitMaps.BitMap;

    /// @notice Judges one command that Tally does not judge by itself. Tally lets nobody call this but its submit.
    /// @param index its place in the call
    /// @param item the command, which is not empty
    /// @return id of the command
    /// @return kind the verdict
    function judge(uint256 index, bytes calldata item) external returns (bytes32 id, uint8 kind) {
        Context memory ctx;
        ctx.domain = _state.domain;
        if (ctx.domain == 0) revert ITally.NotFounded();
        ctx.index = index;
        ctx.commandHash = keccak256(item);
        uint8 verb = uint8(item[0]);
        bytes calldata body = item[1:];
        bool proven = verb >= Verbs.SET_OPERATORS_PROVEN;
        if (verb == Verbs.SET_OPERATORS || verb == Verbs.SET_OPERATORS_PROVEN) {
            return Merchants.setOperators(_state, ctx, body, proven);
        }
        if (verb == Verbs.ADMIT_MERCHANT || verb == Verbs.ADMIT_MERCHANT_PROVEN) {
            return Merchants.admit(_state, ctx, body, proven);
        }
        if (verb == Verbs.SUSPEND_MERCHANT) return Suspensions.suspend(_state, ctx, body);
        if (verb == Verbs.REINSTATE_MERCHANT) return Suspensions.reinstate(_state, ctx, body);
        if (verb == Verbs.PUT_STORE) return Merchants.putStore(_state, ctx, body);
        if (verb == Verbs.PUT_KEY) return Merchants.putKey(_state, ctx, body);
        if (verb == Verbs.ROTATE_ROOT || verb == Verbs.ROTATE_ROOT_PROVEN) {
            return Roots.rotate(_state, ctx, body, proven);
        }
        if (verb == Verbs.RECOVER_ROOT || verb == Verbs.RECOVER_ROOT_PROVEN) {
            return Roots.recover(_state, ctx, body, proven);
        }
        if (verb == Verbs.CREATE_CAMPAIGN) return Campaigns.create(_state, ctx, body);
        if (verb == Verbs.CHANGE_CAMPAIGN) return Campaigns.change(_state, ctx, body);
        if (verb == Verbs.ROLLBACK) return Rollbacks.rollback(_state, ctx, body);
        if (verb == Verbs.VOID) return Voids.void(_state, ctx, body);
        if (verb == Verbs.SET_AUDITOR) return Auditors.set(_state, ctx, body);
        revert ITally.MalformedCommand(index);
    }

    /// @inheritdoc IRecords
    function operators()
        external
        view
        override
        returns (uint32 version, address[] memory members, uint32 threshold)
    {
        return (_state.operatorsVersion, Authority.readOperators(_state), _state.threshold);
    }

    /// @inheritdoc IRecords
    function merchantOf(address merchant) external view override returns (Merchant memory record) {
        StoredMerchant storage m = _state.merchants[merchant];
        return Merchant(m.version, m.root, m.nextRoot, m.nextFrom, m.suspendedFrom, m.lost);
    }

    /// @inheritdoc IRecords
    function storeExists(address merchant, uint32 store) external view override returns (bool exists) {
        return _state.stores[merchant].get(store);
    }

    /// @inheritdoc IRecords
    function campaignOf(bytes16 campaign) external view override returns (Campaign memory record) {
        return Campaigns.read(_state.campaigns[campaign]);
    }

    /// @inheritdoc IRecords
    function holderOf(bytes16 campaign, address wallet)
        external
        view
        override
        returns (uint32 claims, uint64 day, uint32 today)
    {
        StoredHolder storage h = _state.wallets[campaign][wallet];
        return (h.claims, h.day, h.today);
    }

    /// @inheritdoc IRecords
    function slotOf(bytes16 campaign, uint32 serial) external view override returns (bytes32 slot) {
        return Slot.unwrap(_state.vouchers[VoucherKeyLibrary.pack(campaign, serial)].bare());
    }

    /// @inheritdoc IRecords
    function issuanceOf(bytes32 issue) external view override returns (Issuance memory record) {
        return Issues.read(_state, issue);
    }

    /// @inheritdoc IRecords
    function holdOf(bytes16 campaign, uint32 serial) external view override returns (Hold memory record) {
        return Holds.read(_state, campaign, serial);
    }

    /// @inheritdoc IRecords
    function extendedOf(bytes16 campaign, uint32 serial)
        external
        view
        override
        returns (bool extended, uint64 expiry)
    {
        uint256 stored = _state.extended[VoucherKeyLibrary.pack(campaign, serial)];
        return stored == 0 ? (false, 0) : (true, uint64(stored - 1));
    }
}
