// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OfferHead} from "../types/Heads.sol";
import {LinePtr} from "../types/LinePtr.sol";
import {PlaceList, PlacePtr} from "../types/PlacePtr.sol";
import {Slot} from "../types/Slot.sol";
import {State} from "../types/State.sol";
import {VoucherKey} from "../types/VoucherKey.sol";
import {Limits} from "./Limits.sol";
import {Places} from "./Places.sol";

/// @notice What a redemption and a cancel check and log of an offer: internal/voucher/redeem.go.
library Offers {
    /// @notice Logs the delivery of a line's voucher, where the voucher appears with the line.
    /// @param s the state before the line changes it
    /// @param line of the offer
    /// @param owner of the offer
    /// @param place of the line, or zero
    function logDelivery(State storage s, LinePtr line, address owner, PlacePtr place) internal {
        if (place.isZero() || !s.vouchers[line.ref().key()].isZero()) return;
        (, Slot slot) = Places.appear(s, line.ref().campaign(), line.ref().serial(), owner, place);
        Places.logDelivery(line.ref().campaign(), line.ref().serial(), slot, place);
    }

    /// @notice Reports whether an offer is in its limits and its lines are in order, each with units and none twice.
    /// @param offer to check
    /// @param places of its lines
    /// @return ok true where it is, and the places are valid
    function isValid(OfferHead memory offer, PlaceList places) internal pure returns (bool ok) {
        uint256 count = offer.lines.count();
        if (
            count == 0 || count > Limits.LINES || offer.signedAt > Limits.SIGNED_AT || offer.deadline < offer.signedAt
        ) return false;
        VoucherKey next; // the least key that the line may have
        for (uint256 i = 0; i < count; ++i) {
            LinePtr line = offer.lines.get(i);
            VoucherKey key = line.ref().key();
            uint256 units = line.offered();
            if (units == 0 || units > Limits.UNITS || key < next) return false;
            next = key.next();
        }
        return places.isValid(count);
    }
}
