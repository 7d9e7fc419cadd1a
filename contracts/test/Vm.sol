// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The cheatcodes of forge that the tests use.
interface Vm {
    /// @notice A log as forge records it.
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function accesses(address target) external returns (bytes32[] memory reads, bytes32[] memory writes);
    function deployCode(string calldata artifact) external returns (address place);
    function etch(address target, bytes calldata code) external;
    function getRecordedLogs() external returns (Log[] memory logs);
    function prank(address sender, address origin) external;
    function record() external;
    function recordLogs() external;
    function warp(uint256 timestamp) external;

    function addr(uint256 key) external pure returns (address account);
    function assertEq(uint256 left, uint256 right, string calldata what) external pure;
    function assertEq(int256 left, int256 right, string calldata what) external pure;
    function assertEq(bytes32 left, bytes32 right, string calldata what) external pure;
    function assertEq(address left, address right, string calldata what) external pure;
    function assertEq(bool left, bool right, string calldata what) external pure;
    function assertEq(bytes calldata left, bytes calldata right, string calldata what) external pure;
    function assertLe(uint256 left, uint256 right, string calldata what) external pure;
    function assertGt(uint256 left, uint256 right, string calldata what) external pure;
    function assertTrue(bool condition, string calldata what) external pure;
    function assume(bool condition) external pure;
    function eip712HashStruct(string calldata type_, bytes calldata encoded) external pure returns (bytes32 hash);
    function parseBytes(string calldata text) external pure returns (bytes memory parsed);
    function readFile(string calldata path) external view returns (string memory text);
    function signCompact(uint256 key, bytes32 digest) external pure returns (bytes32 r, bytes32 vs);
    function toString(uint256 value) external pure returns (string memory text);
}

/// @dev Where forge answers.
Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

/// @notice Puts what the fuzzer chose into the range that a test wants.
library Range {
    /// @notice A number of a range, itself where it is in it.
    /// @param x any number
    /// @param least of the range
    /// @param most of the range
    /// @return fitted a number from least to most
    function fit(uint256 x, uint256 least, uint256 most) internal pure returns (uint256 fitted) {
        if (x >= least && x <= most) return x;
        return most - least == type(uint256).max ? x : least + x % (most - least + 1);
    }
}
