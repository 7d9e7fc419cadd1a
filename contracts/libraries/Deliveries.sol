// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {Context} from "../types/Context.sol";
import {Deliver} from "../types/Intents.sol";
import {PathPtr} from "../types/PlacePtr.sol";
import {Slot} from "../types/Slot.sol";
import {State, StoredCampaign, StoredIssue} from "../types/State.sol";
import {VoucherKey, VoucherKeyLibrary} from "../types/VoucherKey.sol";
import {Decoder} from "./Decoder.sol";
import {Kinds} from "./Kinds.sol";
import {Places} from "./Places.sol";

/// @notice Deliveries: internal/voucher/deliver.go.
library Deliveries {
    /// @notice Judges a delivery and makes it if it is accepted. Merchant and campaign may be in any state: the voucher was
    /// promised before.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function deliver(State storage s, Context memory ctx, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        Deliver calldata intent;
        PathPtr path;
        (intent, id, path) = Decoder.deliver(ctx, body);
        if (intent.owner == address(0) || !path.isShort()) return (id, Kinds.MALFORMED);
        StoredIssue storage list = s.issues[intent.issue];
        if (intent.index >= list.count) return (id, Kinds.BAD_PLACE);
        bytes16 id_ = list.campaign;
        StoredCampaign storage campaign = s.campaigns[id_];
        uint256 serial = Places.serialOf(campaign, list, intent.index);
        VoucherKey key = VoucherKeyLibrary.pack(id_, uint32(serial));
        if (!s.vouchers[key].isZero()) return (id, Kinds.EXISTS);
        Slot slot;
        (kind, slot) = Places.named(campaign, list, intent.owner, intent.index, path);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, ctx.commandHash);
        s.vouchers[key] = slot;
        emit IEvents.VoucherDelivered(id_, uint32(serial), Slot.unwrap(slot), intent.issue, intent.index);
    }
}
