// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {vm} from "./Vm.sol";

/// @notice What is tested here is what the embedded chain runs.
contract CommittedTest {
    function testTally() external {
        _expect("Tally.sol:Tally", "internal/ledger/evm/contract/bind/runtime.hex");
    }

    function testAdministration() external {
        _expect("Administration.sol:Administration", "internal/ledger/evm/contract/bind/administration.hex");
    }

    function _expect(string memory artifact, string memory file) private {
        bytes memory committed = vm.parseBytes(string.concat("0x", vm.readFile(file)));
        vm.assertEq(vm.deployCode(artifact).code, committed, "make generate");
    }
}
