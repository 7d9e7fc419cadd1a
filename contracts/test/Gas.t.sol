// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Kinds} from "../libraries/Kinds.sol";
import {Place, ProvenSetOperatorsCommand, RedeemCommand} from "../types/Commands.sol";
import {Accept, Claim, CreateCampaign, Issue, Line, Offset, Part, Redeem} from "../types/Intents.sol";
import {Trees} from "./Trees.sol";
import {Vm, vm} from "./Vm.sol";
import {World} from "./World.sol";

/// @notice No item can take the gas of the others in its call: the largest ones that are accepted, and those that make
/// the contract read the most before it refuses them, are judged within ITEM, and so is a claim behind them.
contract GasTest is World {
    uint256 private constant ITEM = 8_000_000;
    uint256 private constant LINES = 30;
    uint256 private constant DEPTH = 31; // of a list of 2^31, the longest
    uint256 private constant BOTTOM = 5; // levels of it that are built leaf by leaf

    event Gas(string what, uint256 gas);

    address private alice;
    address private merchant;
    address private till;
    bytes16 private small;

    function setUp() external {
        _found("Administration.sol:Administration");
        address[2] memory tills;
        (merchant, tills) = _open("merchant");
        (till, alice) = (tills[0], _account("alice"));
        small = bytes16(_do(_create(_terms(merchant, 10))));
    }

    /// @notice 30 vouchers that appear with the redemption that spends them, from a list of 2^31.
    function testThirtyPlaces() external {
        CreateCampaign memory c = _terms(merchant, 10);
        (c.supply, c.open, c.cap) = (2 ** 31, 0, 2 ** 31);
        bytes16 campaign = bytes16(_do(_create(c)));
        bytes32[] memory leaves = new bytes32[](2 ** BOTTOM);
        for (uint256 i = 0; i < leaves.length; ++i) leaves[i] = Trees.leaf(i, alice);
        bytes32 root = Trees.head(leaves, 0, leaves.length);
        for (uint256 i = BOTTOM; i < DEPTH; ++i) root = sha256(bytes.concat(hex"01", root, bytes32(i)));
        bytes32 id = _do(_issue(Issue(merchant, merchant, campaign, root, 0, 2 ** 31, uint64(block.timestamp))));
        Redeem memory o = Redeem(alice, new Line[](LINES), uint64(block.timestamp), uint64(block.timestamp), 0, 0);
        Accept memory a = Accept(0, merchant, till, 1, new Part[](LINES), "HKD", 0, 0, 0);
        Place[] memory places = new Place[](LINES);
        for (uint256 i = 0; i < LINES; ++i) {
            uint32 index = uint32(LINES - 1 - i);
            o.lines[i] = Line(campaign, 2 ** 31 - 1 - index, 10);
            a.parts[i] = Part(10, 0);
            places[i] = Place(id, index, _path(Trees.pathOf(leaves, index)));
        }
        _measure("30 lines with 30 places of 31 hashes", _redeem(o, a, places), Kinds.ACCEPTED);
    }

    /// @notice 8 KB of terms, 64 offsets, 256 stores far apart, 8 attestors.
    function testTheLargestCampaign() external {
        CreateCampaign memory c = _terms(merchant, 10);
        c.terms = string(new bytes(8192));
        c.offsets = new Offset[](64);
        for (uint256 i = 0; i < 64; ++i) c.offsets[i] = Offset(uint64(900 * (i + 1)), 15);
        c.stores = new uint32[](256);
        for (uint256 i = 0; i < 256; ++i) c.stores[i] = uint32(i * 256 + 255);
        c.attestors = new address[](8);
        for (uint256 i = 0; i < 8; ++i) c.attestors[i] = address(uint160(i + 1));
        _measure("terms of 8 KB, 64 offsets, 256 stores, 8 attestors", _create(c), Kinds.ACCEPTED);
    }

    /// @notice Lists as long as an item can be, which are read and hashed before they are found to be too long.
    function testTheLongestLists() external {
        RedeemCommand memory r;
        r.offer.lines = new Line[](480);
        _measure("480 lines", bytes.concat(hex"0f", abi.encode(r)), Kinds.MALFORMED);
        r.offer.lines = new Line[](0);
        r.places = new Place[](300);
        _measure("300 places", bytes.concat(hex"0f", abi.encode(r)), Kinds.MALFORMED);
        ProvenSetOperatorsCommand memory o;
        o.intent.approvers = new address[](1500);
        _measure("1,500 approvers", bytes.concat(hex"15", abi.encode(o)), Kinds.MALFORMED);
    }

    /// @dev Has an item judged, alone and before a claim.
    function _measure(string memory what, bytes memory item, uint256 want) private {
        bytes[] memory items = new bytes[](2);
        items[0] = item;
        items[1] = _claim(
            Claim(alice, small, uint32(_claims()), uint64(block.timestamp)), _candidates(uint32(_claims()))
        );
        uint256 before = gasleft();
        vm.recordLogs();
        vm.prank(RELAYER, RELAYER);
        tally.submit{gas: ITEM + 100_000}(items);
        before -= gasleft();
        Vm.Log[] memory logs = vm.getRecordedLogs();
        emit Gas(what, before);
        (, uint256 kind) = _verdict(logs[0]);
        vm.assertEq(kind, want, what);
        (, kind) = _verdict(logs[logs.length - 2]);
        vm.assertEq(kind, 0, "the claim behind it");
    }

    function _claims() private view returns (uint32 claims) {
        (claims,,) = records.holderOf(small, alice);
    }

    function _candidates(uint32 serial) private pure returns (uint32[] memory list) {
        list = new uint32[](1);
        list[0] = serial;
    }

    function _path(bytes32[] memory bottom) private pure returns (bytes32[] memory path) {
        path = new bytes32[](DEPTH);
        for (uint256 i = 0; i < DEPTH; ++i) path[i] = i < BOTTOM ? bottom[i] : bytes32(i);
    }
}
