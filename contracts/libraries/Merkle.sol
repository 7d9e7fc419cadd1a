// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PathPtr} from "../types/PlacePtr.sol";
import {Codec} from "./Codec.sol";

/// @notice The list of an issue, an RFC 6962 tree over SHA-256: internal/voucher/merkle.go.
///
///     leaf   SHA-256(0x00 ‖ index in 4 bytes, big-endian ‖ owner)
///     node   SHA-256(0x01 ‖ left ‖ right)
library Merkle {
    uint256 private constant WORD = 32; // bytes

    /// @notice The leaf of an entry.
    /// @param index its place in the list
    /// @param owner whom it names
    /// @return hash of the leaf
    function leafOf(uint32 index, address owner) internal pure returns (bytes32 hash) {
        return sha256(abi.encodePacked(uint8(0), index, owner));
    }

    /// @notice Reports whether a path places a leaf at an index of the tree of a size and root (RFC 9162, section 2.1.3.2).
    /// @param root of the tree
    /// @param leaf its hash
    /// @param index of the leaf
    /// @param size entries of the tree
    /// @param path the proof
    /// @return ok true where it does
    function leadsTo(bytes32 root, bytes32 leaf, uint256 index, uint256 size, PathPtr path)
        internal
        pure
        returns (bool ok)
    {
        if (index >= size) return false;
        // size is at least 1, and places in the calldata are small: see Codec.
        unchecked {
            uint256 last = size - 1;
            uint256 spot = PathPtr.unwrap(path);
            for (uint256 end = spot + Codec.lengthOf(spot) * WORD; spot < end; spot += WORD) {
                if (last == 0) return false;
                bytes32 sibling = bytes32(Codec.load(spot));
                if (index & 1 == 0 && index != last) {
                    leaf = _node(leaf, sibling);
                } else {
                    leaf = _node(sibling, leaf);
                    for (; index & 1 == 0 && index != 0; index >>= 1) last >>= 1; // the last one rises alone
                }
                (index, last) = (index >> 1, last >> 1);
            }
            return last == 0 && leaf == root;
        }
    }

    function _node(bytes32 left, bytes32 right) private pure returns (bytes32 hash) {
        return sha256(abi.encodePacked(uint8(1), left, right));
    }
}
