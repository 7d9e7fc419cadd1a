// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev One command while it is judged: what its digests need, and how far it is read.
struct Context {
    bytes32 domain; // the domain separator
    bytes32 commandHash; // the keccak of the item
    uint256 index; // of the item in the call
    uint256 tail; // where the next list, text or dynamic struct must begin, a place in the calldata
    uint256 end; // of the item, a place in the calldata
    uint256 wrong; // not zero: the encoding is not the canonical one
}
