// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {Deliver} from "../types/Intents.sol";
import {Rules, State, StoredCampaign, StoredIssue} from "../types/State.sol";
import {Context} from "./Codec.sol";
import {Intents} from "./Intents.sol";
import {Kinds} from "./Kinds.sol";
import {Places} from "./Places.sol";

/// @notice Deliveries: internal/voucher/deliver.go.
library Deliveries {
    /// @notice Judges a delivery and makes it if it is accepted, whatever became of the merchant and the campaign: the
    /// voucher was promised before.
    /// @param s the state
    /// @param x the context
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function deliver(State storage s, Context memory x, bytes calldata body) internal returns (bytes32 id, uint8 kind) {
        Deliver calldata intent;
        uint256 path;
        (intent, id, path) = Intents.deliver(x, body);
        if (intent.owner == address(0) || !Places.validPath(path)) return (id, Kinds.MALFORMED);
        StoredIssue storage list = s.issues[intent.issue];
        if (intent.index >= list.count) return (id, Kinds.BAD_PLACE);
        bytes16 id_ = list.campaign;
        StoredCampaign storage campaign = s.campaigns[id_];
        uint256 serial = Places.serialOf(campaign, list, intent.index);
        uint256 key = Rules.keyOf(id_, uint32(serial));
        if (s.vouchers[key] != 0) return (id, Kinds.EXISTS);
        bytes32 slot;
        (kind, slot) = Places.named(campaign, list, intent.owner, intent.index, path);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, x.commandHash);
        s.vouchers[key] = slot;
        emit IEvents.VoucherDelivered(id_, uint32(serial), slot, intent.issue, intent.index);
    }
}
