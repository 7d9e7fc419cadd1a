// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITally} from "../interfaces/ITally.sol";
import {Kinds} from "../libraries/Kinds.sol";
import {ClaimCommand, Place, Signature} from "../types/Commands.sol";
import {Accept, Claim, Line, Part, Redeem, Ticket} from "../types/Intents.sol";
import {Types} from "./Types.sol";
import {Range, vm} from "./Vm.sol";
import {World} from "./World.sol";

/// @notice Only its author can sign an intent, in one way only.
contract SignaturesTest is World {
    using Range for uint256;

    address private alice;
    address private merchant;
    address private till;
    bytes16 private campaign;

    function setUp() external {
        _found("Administration.sol:Administration");
        address[2] memory tills;
        (merchant, tills) = _open("merchant");
        till = tills[0];
        alice = _account("alice");
        campaign = bytes16(_do(_create(_terms(merchant, 10))));
    }

    function testThroughAnotherContract() external {
        bytes[] memory items = new bytes[](1);
        items[0] = _claimSigned(_sign(alice, _claimDigest()));
        _refusedFrom(address(this), RELAYER, items);
        vm.etch(RELAYER, hex"ef01000000000000000000000000000000000000000001"); // EIP-7702
        _refusedFrom(RELAYER, RELAYER, items);
        vm.etch(RELAYER, "");
        _do(items[0]);
    }

    function _refusedFrom(address sender, address origin, bytes[] memory items) private {
        vm.prank(sender, origin);
        try tally.submit(items) {
            revert("submitted");
        } catch (bytes memory reason) {
            vm.assertEq(bytes32(reason), bytes32(ITally.UseTransaction.selector), "reason");
        }
    }

    function testTheAuthor() external {
        _do(_claimSigned(_sign(alice, _claimDigest())));
    }

    function testAnotherAuthor(uint256 key) external {
        key = key.fit(1, ORDER - 1);
        vm.assume(vm.addr(key) != alice);
        (bytes32 r, bytes32 vs) = vm.signCompact(key, _claimDigest());
        _expect(_claimSigned(Signature(r, vs)), Kinds.BAD_SIGNATURE);
    }

    function testAnotherDigest(bytes32 digest) external {
        vm.assume(digest != _claimDigest());
        _expect(_claimSigned(_sign(alice, digest)), Kinds.BAD_SIGNATURE);
    }

    /// @notice Of a deployment that differs in its ledger id only, or of another version.
    function testAnotherDomain(bytes32 salt, string memory version) external {
        vm.assume(salt != tally.ledgerId());
        bytes32 ours = domain;
        domain = _domainOf("1", salt);
        Signature memory s = _sign(alice, _claimDigest());
        domain = _domainOf(version, tally.ledgerId());
        vm.assume(domain != ours);
        Signature memory t = _sign(alice, _claimDigest());
        domain = ours;
        _expect(_claimSigned(s), Kinds.BAD_SIGNATURE);
        _expect(_claimSigned(t), Kinds.BAD_SIGNATURE);
    }

    /// @notice The other s of the same point, in the words that there are for it.
    function testHighS(uint64 later, bool odd) external {
        vm.warp(block.timestamp + later % 1000);
        Signature memory s = _sign(alice, _claimDigest());
        uint256 high = ORDER - (uint256(s.vs) << 1 >> 1);
        _expect(_claimSigned(Signature(s.r, bytes32(high))), Kinds.BAD_SIGNATURE);
        _expect(_claimSigned(Signature(s.r, bytes32(high << 1 >> 1))), Kinds.BAD_SIGNATURE);
        _expect(_claimSigned(Signature(s.r, bytes32(high | (odd ? 1 << 255 : 0)))), Kinds.BAD_SIGNATURE);
    }

    function testAnyOtherBits(uint256 r, uint256 vs) external {
        vm.assume(r | vs != 0);
        Signature memory s = _sign(alice, _claimDigest());
        _expect(_claimSigned(Signature(s.r ^ bytes32(r), s.vs ^ bytes32(vs))), Kinds.BAD_SIGNATURE);
    }

    function testOneBit(uint256 bit) external {
        bit = bit.fit(0, 511);
        Signature memory s = _sign(alice, _claimDigest());
        if (bit < 256) s.r ^= bytes32(1 << bit);
        else s.vs ^= bytes32(1 << (bit - 256));
        _expect(_claimSigned(s), Kinds.BAD_SIGNATURE);
    }

    /// @notice Neither half of a redemption can be signed by somebody else, nor by the other one.
    function testBothHalvesOfARedemption(uint256 key, bool first) external {
        key = key.fit(1, ORDER - 1);
        vm.assume(vm.addr(key) != (first ? alice : till));
        _do(_claimSigned(_sign(alice, _claimDigest())));
        Redeem memory o = Redeem(alice, new Line[](1), uint64(block.timestamp), uint64(block.timestamp), 0, 0);
        o.lines[0] = Line(campaign, 0, 1);
        Accept memory a = Accept(0, merchant, till, 1, new Part[](1), "HKD", 5, 0, 0);
        a.parts[0] = Part(1, 5);
        uint256 good = keyOf[first ? alice : till];
        keyOf[first ? alice : till] = key;
        _expect(_redeem(o, a, new Place[](0)), Kinds.BAD_SIGNATURE);
        keyOf[first ? alice : till] = good;
        _do(_redeem(o, a, new Place[](0)));
    }

    function _claimDigest() private view returns (bytes32 digest) {
        return _digest(Types.CLAIM, abi.encode(_intent()));
    }

    function _claimSigned(Signature memory s) private view returns (bytes memory item) {
        Ticket memory none;
        return bytes.concat(hex"0d", abi.encode(ClaimCommand(_intent(), s, none, Signature(0, 0), new uint32[](1))));
    }

    function _intent() private view returns (Claim memory intent) {
        return Claim(alice, campaign, 0, uint64(block.timestamp));
    }
}
