// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice RFC 6962 trees as its section 2.1 defines them, by recursion, with no thought of cost.
library Trees {
    /// @notice The leaf of an entry of an issue's list.
    /// @param index its place
    /// @param owner whom it names
    /// @return hash of the leaf
    function leaf(uint256 index, address owner) internal pure returns (bytes32 hash) {
        return sha256(bytes.concat(hex"00", bytes4(uint32(index)), bytes20(owner)));
    }

    /// @notice MTH of the leaves from one to before another.
    /// @param leaves hashes
    /// @param from the first
    /// @param to behind the last
    /// @return hash the head
    function head(bytes32[] memory leaves, uint256 from, uint256 to) internal pure returns (bytes32 hash) {
        if (to - from == 1) return leaves[from];
        uint256 middle = from + split(to - from);
        return sha256(bytes.concat(hex"01", head(leaves, from, middle), head(leaves, middle, to)));
    }

    /// @notice PATH of a leaf, from the leaf to the head.
    /// @param leaves hashes
    /// @param index of the leaf
    /// @return path the siblings
    function pathOf(bytes32[] memory leaves, uint256 index) internal pure returns (bytes32[] memory path) {
        (uint256 from, uint256 to) = (0, leaves.length);
        bytes32[] memory down = new bytes32[](depth(index, to));
        uint256 left = down.length;
        while (to - from > 1) {
            uint256 middle = from + split(to - from);
            if (index < middle) {
                down[--left] = head(leaves, middle, to);
                to = middle;
            } else {
                down[--left] = head(leaves, from, middle);
                from = middle;
            }
        }
        return down;
    }

    /// @notice Where a leaf is: its turns from the head down, a bit each, the first one highest below a leading 1.
    /// @param index of the leaf
    /// @param size leaves of the tree
    /// @return turns_ 1 is to the right
    function turns(uint256 index, uint256 size) internal pure returns (uint256 turns_) {
        turns_ = 1;
        while (size > 1) {
            uint256 left = split(size);
            turns_ = turns_ << 1 | (index < left ? 0 : 1);
            (index, size) = index < left ? (index, left) : (index - left, size - left);
        }
    }

    /// @notice Hashes in the path of a leaf.
    /// @param index of the leaf
    /// @param size leaves of the tree
    /// @return count of them
    function depth(uint256 index, uint256 size) internal pure returns (uint256 count) {
        for (uint256 t = turns(index, size); t > 1; t >>= 1) ++count;
    }

    /// @notice The greatest power of two below a size.
    /// @param size at least 2
    /// @return left the leaves to the left
    function split(uint256 size) internal pure returns (uint256 left) {
        for (left = 1; left * 2 < size;) left *= 2;
    }
}
