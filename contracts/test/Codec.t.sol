// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITally} from "../interfaces/ITally.sol";
import {
    AdmitMerchantCommand,
    CancelCommand,
    CaptureCommand,
    ChangeCampaignCommand,
    ClaimCommand,
    CreateCampaignCommand,
    DeliverCommand,
    IssueCommand,
    ProvenAdmitMerchantCommand,
    ProvenRecoverRootCommand,
    ProvenRotateRootCommand,
    ProvenSetOperatorsCommand,
    PutAttestorCommand,
    PutKeyCommand,
    PutStoreCommand,
    RecoverRootCommand,
    RedeemCommand,
    ReinstateMerchantCommand,
    ReleaseCommand,
    RollbackCommand,
    RotateRootCommand,
    SetAuditorCommand,
    SetOperatorsCommand,
    SuspendMerchantCommand,
    TransferCommand,
    VoidCommand
} from "../types/Commands.sol";
import {Types} from "./Types.sol";
import {Vm, vm} from "./Vm.sol";
import {World} from "./World.sol";

/// @notice One command, one encoding. What Solidity's own encoder writes is judged, under the id that forge computes of
/// its first intent; anything else reverts with MalformedCommand, and with nothing else. These commands are random, so
/// all are refused, and none may write.
contract CodecTest is World {
    uint256 private constant GAS = 30_000_000; // for one item, whatever it is
    uint256 private constant MUTATIONS = 4;
    uint256 private constant MOST = 49_152; // bytes of an item

    function setUp() external {
        _found("Administration.sol:Administration");
    }

    function testSetOperators(SetOperatorsCommand memory c, uint256 seed) external {
        _judge(1, abi.encode(c), Types.SET_OPERATORS, abi.encode(c.intent), seed);
    }

    function testAdmitMerchant(AdmitMerchantCommand memory c, uint256 seed) external {
        _judge(2, abi.encode(c), Types.ADMIT_MERCHANT, abi.encode(c.intent), seed);
    }

    function testSetOperatorsProven(ProvenSetOperatorsCommand memory c, uint256 seed) external {
        _judge(21, abi.encode(c), Types.SET_OPERATORS, abi.encode(c.intent), seed);
    }

    function testAdmitMerchantProven(ProvenAdmitMerchantCommand memory c, uint256 seed) external {
        _judge(22, abi.encode(c), Types.ADMIT_MERCHANT, abi.encode(c.intent), seed);
    }

    function testRotateRootProven(ProvenRotateRootCommand memory c, uint256 seed) external {
        _judge(23, abi.encode(c), Types.ROTATE_ROOT, abi.encode(c.intent), seed);
    }

    function testRecoverRootProven(ProvenRecoverRootCommand memory c, uint256 seed) external {
        _judge(24, abi.encode(c), Types.RECOVER_ROOT, abi.encode(c.intent), seed);
    }

    function testSetAuditor(SetAuditorCommand memory c, uint256 seed) external {
        _judge(25, abi.encode(c), Types.SET_AUDITOR, abi.encode(c.intent), seed);
    }

    function testPutAttestor(PutAttestorCommand memory c, uint256 seed) external {
        _judge(26, abi.encode(c), Types.PUT_ATTESTOR, abi.encode(c.intent), seed);
    }

    function testSuspendMerchant(SuspendMerchantCommand memory c, uint256 seed) external {
        _judge(3, abi.encode(c), Types.SUSPEND_MERCHANT, abi.encode(c.intent), seed);
    }

    function testReinstateMerchant(ReinstateMerchantCommand memory c, uint256 seed) external {
        _judge(4, abi.encode(c), Types.REINSTATE_MERCHANT, abi.encode(c.intent), seed);
    }

    function testPutStore(PutStoreCommand memory c, uint256 seed) external {
        _judge(5, abi.encode(c), Types.PUT_STORE, abi.encode(c.intent), seed);
    }

    function testPutKey(PutKeyCommand memory c, uint256 seed) external {
        _judge(6, abi.encode(c), Types.PUT_KEY, abi.encode(c.intent), seed);
    }

    function testRotateRoot(RotateRootCommand memory c, uint256 seed) external {
        _judge(7, abi.encode(c), Types.ROTATE_ROOT, abi.encode(c.intent), seed);
    }

    function testRecoverRoot(RecoverRootCommand memory c, uint256 seed) external {
        _judge(8, abi.encode(c), Types.RECOVER_ROOT, abi.encode(c.intent), seed);
    }

    function testCreateCampaign(CreateCampaignCommand memory c, uint256 seed) external {
        _judge(9, abi.encode(c), Types.CREATE_CAMPAIGN, abi.encode(c.intent), seed);
    }

    function testChangeCampaign(ChangeCampaignCommand memory c, uint256 seed) external {
        _judge(10, abi.encode(c), Types.CHANGE_CAMPAIGN, abi.encode(c.intent), seed);
    }

    function testIssue(IssueCommand memory c, uint256 seed) external {
        _judge(11, abi.encode(c), Types.ISSUE, abi.encode(c.intent), seed);
    }

    function testDeliver(DeliverCommand memory c, uint256 seed) external {
        _judge(12, abi.encode(c), Types.DELIVER, abi.encode(c.deliver), seed);
    }

    function testClaim(ClaimCommand memory c, uint256 seed) external {
        _judge(13, abi.encode(c), Types.CLAIM, abi.encode(c.claim), seed);
    }

    function testTransfer(TransferCommand memory c, uint256 seed) external {
        _judge(14, abi.encode(c), Types.TRANSFER, abi.encode(c.transfer), seed);
    }

    function testRedeem(RedeemCommand memory c, uint256 seed) external {
        _judge(15, abi.encode(c), Types.REDEEM, abi.encode(c.offer), seed);
    }

    function testCapture(CaptureCommand memory c, uint256 seed) external {
        _judge(16, abi.encode(c), Types.CAPTURE, abi.encode(c.intent), seed);
    }

    function testRelease(ReleaseCommand memory c, uint256 seed) external {
        _judge(17, abi.encode(c), Types.RELEASE, abi.encode(c.intent), seed);
    }

    function testCancel(CancelCommand memory c, uint256 seed) external {
        _judge(18, abi.encode(c), Types.CANCEL, abi.encode(c.cancel), seed);
    }

    function testRollback(RollbackCommand memory c, uint256 seed) external {
        _judge(19, abi.encode(c), Types.ROLLBACK, abi.encode(c.intent), seed);
    }

    function testVoid(VoidCommand memory c, uint256 seed) external {
        _judge(20, abi.encode(c), Types.VOID, abi.encode(c.void), seed);
    }

    function testAnyBytes(bytes memory item) external {
        _expectCanonical(item);
    }

    function testAnyBytesOfAVerb(uint8 verb, bytes memory body) external {
        _expectCanonical(bytes.concat(bytes1(verb % 27), body));
    }

    /// @notice A command in the one encoding that there is for its values.
    /// @param item the command
    /// @return same what Solidity makes of it; it reverts where Solidity cannot read it
    function encode(bytes calldata item) external pure returns (bytes memory same) {
        return item[0] < 0x0b ? _encodeRare(uint8(item[0]), item[1:]) : _encode(uint8(item[0]), item[1:]);
    }

    function _judge(uint8 verb, bytes memory body, string memory type_, bytes memory intent, uint256 seed) private {
        bytes memory item = bytes.concat(bytes1(verb), body);
        vm.assume(item.length <= MOST);
        vm.record();
        Vm.Log[] memory logs = _submit(item);
        (bytes32 id, uint256 kind) = _verdict(logs[0]);
        vm.assertEq(id, _digest(type_, intent), "the id of the command");
        vm.assertGt(kind, 0, "refused");
        vm.assertEq(logs.length, 1, "and no more");
        (, bytes32[] memory writes) = vm.accesses(address(tally));
        vm.assertEq(writes.length, 0, "a refusal writes nothing");
        for (uint256 i = 0; i < MUTATIONS; ++i) _expectCanonical(_mutate(item, uint256(keccak256(abi.encode(seed, i)))));
    }

    /// @dev Whether an item is judged must be whether Solidity encodes it so.
    function _expectCanonical(bytes memory item) private {
        bool canonical = false;
        if (item.length > 0 && item.length <= MOST) {
            try this.encode{gas: GAS}(item) returns (bytes memory same) {
                canonical = keccak256(bytes.concat(item[0], same)) == keccak256(item);
            } catch {} // solhint-disable-line no-empty-blocks
        }
        bytes[] memory items = new bytes[](1);
        items[0] = item;
        vm.prank(RELAYER, RELAYER);
        (bool judged, bytes memory answer) = address(tally).call{gas: GAS}(abi.encodeCall(ITally.submit, (items)));
        vm.assertEq(judged, canonical, "judged if it is canonical");
        if (!judged) vm.assertEq(answer, abi.encodeWithSelector(ITally.MalformedCommand.selector, 0), "MalformedCommand");
    }

    /// @dev Changes an item: a bit, a byte, a word, its length, or the order of its words.
    function _mutate(bytes memory item, uint256 dice) private pure returns (bytes memory other) {
        uint256 how = dice % 8;
        uint256 spot = (dice >> 8) % item.length;
        uint256 word = (item.length - 1) / 32;
        if (how == 0) return _cut(item, spot);
        if (how == 1) return bytes.concat(item, new bytes(1 + (dice >> 128) % 64));
        if (how == 2) return bytes.concat(item, abi.encode(dice));
        other = bytes.concat(item);
        if (how == 3) other[spot] = bytes1(uint8(other[spot]) ^ uint8(1 << (dice >> 128) % 8));
        if (how == 4) other[spot] = bytes1(uint8(dice >> 128));
        if (how == 5) _setWord(other, (dice >> 8) % word, (dice >> 128) % 1024);
        if (how == 6) _setWord(other, (dice >> 8) % word, type(uint256).max >> (dice >> 128) % 256);
        if (how == 7) _setWord(other, (dice >> 8) % word, _word(other, (dice >> 128) % word));
    }

    function _cut(bytes memory item, uint256 length) private pure returns (bytes memory other) {
        other = bytes.concat(item);
        assembly ("memory-safe") {
            mstore(other, length)
        }
    }

    function _setWord(bytes memory item, uint256 i, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(add(add(item, 33), mul(i, 32)), word)
        }
    }

    function _word(bytes memory item, uint256 i) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(item, 33), mul(i, 32)))
        }
    }

    function _encodeRare(uint8 verb, bytes calldata body) private pure returns (bytes memory same) {
        if (verb == 1) return abi.encode(abi.decode(body, (SetOperatorsCommand)));
        if (verb == 2) return abi.encode(abi.decode(body, (AdmitMerchantCommand)));
        if (verb == 3) return abi.encode(abi.decode(body, (SuspendMerchantCommand)));
        if (verb == 4) return abi.encode(abi.decode(body, (ReinstateMerchantCommand)));
        if (verb == 5) return abi.encode(abi.decode(body, (PutStoreCommand)));
        if (verb == 6) return abi.encode(abi.decode(body, (PutKeyCommand)));
        if (verb == 7) return abi.encode(abi.decode(body, (RotateRootCommand)));
        if (verb == 8) return abi.encode(abi.decode(body, (RecoverRootCommand)));
        if (verb == 9) return abi.encode(abi.decode(body, (CreateCampaignCommand)));
        if (verb == 10) return abi.encode(abi.decode(body, (ChangeCampaignCommand)));
        revert("no such verb");
    }

    function _encode(uint8 verb, bytes calldata body) private pure returns (bytes memory same) {
        if (verb == 11) return abi.encode(abi.decode(body, (IssueCommand)));
        if (verb == 12) return abi.encode(abi.decode(body, (DeliverCommand)));
        if (verb == 13) return abi.encode(abi.decode(body, (ClaimCommand)));
        if (verb == 14) return abi.encode(abi.decode(body, (TransferCommand)));
        if (verb == 15) return abi.encode(abi.decode(body, (RedeemCommand)));
        if (verb == 16) return abi.encode(abi.decode(body, (CaptureCommand)));
        if (verb == 17) return abi.encode(abi.decode(body, (ReleaseCommand)));
        if (verb == 18) return abi.encode(abi.decode(body, (CancelCommand)));
        if (verb == 19) return abi.encode(abi.decode(body, (RollbackCommand)));
        if (verb == 20) return abi.encode(abi.decode(body, (VoidCommand)));
        return _encodeLater(verb, body);
    }

    function _encodeLater(uint8 verb, bytes calldata body) private pure returns (bytes memory same) {
        if (verb == 21) return abi.encode(abi.decode(body, (ProvenSetOperatorsCommand)));
        if (verb == 22) return abi.encode(abi.decode(body, (ProvenAdmitMerchantCommand)));
        if (verb == 23) return abi.encode(abi.decode(body, (ProvenRotateRootCommand)));
        if (verb == 24) return abi.encode(abi.decode(body, (ProvenRecoverRootCommand)));
        if (verb == 25) return abi.encode(abi.decode(body, (SetAuditorCommand)));
        if (verb == 26) return abi.encode(abi.decode(body, (PutAttestorCommand)));
        revert("no such verb");
    }
}
