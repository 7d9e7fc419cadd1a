// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {State, StoredHold} from "../types/State.sol";
import {Kinds} from "./Kinds.sol";
import {Slots} from "./Slots.sol";

/// @notice What every use of a voucher checks, and the holds that block it: internal/voucher/redeem.go and hold.go.
library Vouchers {
    using Slots for bytes32;

    /// @notice Whether what an owner signed then may change a voucher, apart from the voucher's time.
    /// @param s the state
    /// @param key where the voucher is
    /// @param stored its word of the storage
    /// @param owner who signed
    /// @param signedAt when
    /// @return kind Accepted or why not
    function checkUsable(State storage s, uint256 key, bytes32 stored, address owner, uint256 signedAt)
        internal
        view
        returns (uint8 kind)
    {
        kind = checkOwner(stored, owner);
        if (kind != Kinds.ACCEPTED) return kind;
        uint256 state = stored.stateOf();
        if (state == Slots.VOID) return Kinds.VOIDED;
        kind = checkNewest(stored, signedAt);
        if (kind != Kinds.ACCEPTED) return kind;
        if (isHeld(s, key, stored)) return Kinds.HELD;
        if (state == Slots.SPENT) return Kinds.SPENT;
    }

    /// @notice Whose a voucher is; a serial that was voided before anybody had it is void to everybody.
    /// @param slot a voucher
    /// @param owner whose it should be
    /// @return kind Accepted, Voided or NotOwner
    function checkOwner(bytes32 slot, address owner) internal pure returns (uint8 kind) {
        address actual = slot.ownerOf();
        if (actual == owner) return Kinds.ACCEPTED; // who signed is never zero
        return actual == address(0) ? Kinds.VOIDED : Kinds.NOT_OWNER;
    }

    /// @notice Whether no later code of a voucher was accepted, nor this one.
    /// @param slot a voucher
    /// @param signedAt of the code
    /// @return kind Accepted, AlreadyUsed or Superseded
    function checkNewest(bytes32 slot, uint256 signedAt) internal pure returns (uint8 kind) {
        uint256 last = slot.signedAtOf();
        if (signedAt > last) return Kinds.ACCEPTED;
        return signedAt == last ? Kinds.ALREADY_USED : Kinds.SUPERSEDED;
    }

    /// @notice Whether an open hold reserves anything of a voucher.
    /// @param s the state
    /// @param key where the voucher is
    /// @param stored its word of the storage
    /// @return held whether one does
    function isHeld(State storage s, uint256 key, bytes32 stored) internal view returns (bool held) {
        return stored.isMarked() && block.timestamp < s.holds[key].until;
    }

    /// @notice Forgets the hold of a voucher, also one that lapsed: if the clock goes back it must not be open again on a
    /// voucher that moved on.
    /// @param s the state
    /// @param key where the voucher is
    function closeHold(State storage s, uint256 key) internal {
        StoredHold storage hold = s.holds[key];
        if (hold.id != 0) delete s.holds[key];
    }
}
