// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Merkle} from "../libraries/Merkle.sol";
import {PathPtr} from "../types/PlacePtr.sol";
import {Trees} from "./Trees.sol";
import {Range, vm} from "./Vm.sol";

/// @notice Merkle against trees built as RFC 6962 defines them.
contract MerkleTest {
    using Range for uint256;

    uint256 private constant SIZE = 40; // the greatest tree that is built leaf by leaf

    function testLeaf(uint32 index, address owner) external pure {
        vm.assertEq(Merkle.leafOf(index, owner), Trees.leaf(index, owner), "leaf");
    }

    function testEveryLeafIsLedTo(uint256 seed, uint256 size) external view {
        bytes32[] memory leaves = _leaves(seed, size.fit(1, SIZE));
        bytes32 root = Trees.head(leaves, 0, leaves.length);
        for (uint256 i = 0; i < leaves.length; ++i) {
            vm.assertTrue(this.leadsTo(root, leaves[i], i, leaves.length, Trees.pathOf(leaves, i)), "a leaf");
        }
    }

    function testNoOtherLeaf(uint256 seed, uint256 size, uint256 index, bytes32 other) external view {
        bytes32[] memory leaves = _leaves(seed, size.fit(1, SIZE));
        index = index.fit(0, leaves.length - 1);
        vm.assume(other != leaves[index]);
        bytes32 root = Trees.head(leaves, 0, leaves.length);
        bytes32[] memory path = Trees.pathOf(leaves, index);
        vm.assertTrue(!this.leadsTo(root, other, index, leaves.length, path), "another leaf");
        vm.assertTrue(!this.leadsTo(other, leaves[index], index, leaves.length, path), "another root");
    }

    function testNoOtherIndex(uint256 seed, uint256 size, uint256 index, uint256 other) external view {
        bytes32[] memory leaves = _leaves(seed, size.fit(1, SIZE));
        index = index.fit(0, leaves.length - 1);
        other = other.fit(0, leaves.length + 2);
        vm.assume(other != index);
        bytes32 root = Trees.head(leaves, 0, leaves.length);
        bytes32[] memory path = Trees.pathOf(leaves, index);
        vm.assertTrue(!this.leadsTo(root, leaves[index], other, leaves.length, path), "another index");
    }

    /// @notice A path does not tell the size of its tree, but where in it the leaf is: in a tree of another size it is
    /// good exactly if the leaf is found by the same turns.
    function testAnotherSizeNeedsTheSameTurns(uint256 seed, uint256 size, uint256 index, uint256 other) external view {
        bytes32[] memory leaves = _leaves(seed, size.fit(1, SIZE));
        index = index.fit(0, leaves.length - 1);
        other = other.fit(0, 3 * SIZE);
        bytes32 root = Trees.head(leaves, 0, leaves.length);
        bool same = index < other && Trees.turns(index, other) == Trees.turns(index, leaves.length);
        bool ok = this.leadsTo(root, leaves[index], index, other, Trees.pathOf(leaves, index));
        vm.assertEq(ok, same, "another size");
    }

    function testNoOtherPath(uint256 seed, uint256 size, uint256 index, uint256 spot, bytes32 hash) external view {
        bytes32[] memory leaves = _leaves(seed, size.fit(2, SIZE));
        index = index.fit(0, leaves.length - 1);
        bytes32 root = Trees.head(leaves, 0, leaves.length);
        bytes32[] memory path = Trees.pathOf(leaves, index);
        vm.assertTrue(!this.leadsTo(root, leaves[index], index, leaves.length, _resize(path, path.length + 1, hash)), "longer");
        vm.assertTrue(!this.leadsTo(root, leaves[index], index, leaves.length, _resize(path, path.length - 1, 0)), "shorter");
        spot = spot.fit(0, path.length - 1);
        vm.assume(path[spot] != hash);
        path[spot] = hash;
        vm.assertTrue(!this.leadsTo(root, leaves[index], index, leaves.length, path), "another hash");
    }

    /// @notice Any index of any tree, too large to be built: the siblings are chosen, the root computed from them by the
    /// turns that lead to the leaf.
    function testLargeTrees(bytes32 leaf, uint32 index, uint32 size, bytes32 seed) external view {
        vm.assume(size > 0);
        index = uint32(uint256(index).fit(0, size - 1));
        uint256 turns = Trees.turns(index, size);
        bytes32[] memory path = new bytes32[](Trees.depth(index, size));
        vm.assertLe(path.length, 32, "a path of at most 32 hashes");
        bytes32 root = leaf;
        for (uint256 i = 0; i < path.length; ++i) {
            path[i] = keccak256(abi.encode(seed, i));
            (bytes32 left, bytes32 right) = turns >> i & 1 == 0 ? (root, path[i]) : (path[i], root);
            root = sha256(bytes.concat(hex"01", left, right));
        }
        vm.assertTrue(this.leadsTo(root, leaf, index, size, path), "a leaf of a large tree");
    }

    /// @notice Merkle.leadsTo, for a path in memory.
    function leadsTo(bytes32 root, bytes32 leaf, uint256 index, uint256 size, bytes32[] calldata path)
        external
        pure
        returns (bool ok)
    {
        uint256 spot;
        assembly ("memory-safe") {
            spot := path.offset
        }
        return Merkle.leadsTo(root, leaf, index, size, PathPtr.wrap(spot));
    }

    function _leaves(uint256 seed, uint256 size) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) {
            leaves[i] = Trees.leaf(i, address(uint160(uint256(keccak256(abi.encode(seed, i))))));
        }
    }

    function _resize(bytes32[] memory path, uint256 length, bytes32 last) private pure returns (bytes32[] memory other) {
        other = new bytes32[](length);
        for (uint256 i = 0; i < length; ++i) other[i] = i < path.length ? path[i] : last;
    }
}
