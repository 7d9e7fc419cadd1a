// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CreateCampaign, Offset} from "../types/Intents.sol";
import {PackedOffset, PackedOffsetLibrary} from "../types/PackedOffset.sol";
import {RulesWord, RulesWordLibrary} from "../types/RulesWord.sol";
import {SupplyWord, SupplyWordLibrary} from "../types/SupplyWord.sol";
import {TimesWord, TimesWordLibrary} from "../types/TimesWord.sol";
import {Campaigner} from "./Campaigner.sol";
import {Range, vm} from "./Vm.sol";

/// @notice The three words of a campaign hold every valid value, each within its own bits.
contract TermsTest {
    using Range for uint256;

    uint256 private constant VERSION_AT = 184; // bits of the rules

    function testOffset(uint256 from, uint256 minutes_) external pure {
        Offset memory offset = Offset(uint64(from.fit(0, 2 ** 24 - 1) * 900), _minutes(minutes_));
        uint256 packed = PackedOffset.unwrap(PackedOffsetLibrary.pack(offset));
        vm.assertLe(packed, type(uint32).max, "32 bits");
        // What lies above belongs to other offsets.
        _expect(PackedOffset.wrap(packed | from << 32).unpack(), offset);
    }

    function testRules(CreateCampaign memory c, uint256 offsets, uint256 version) external pure {
        Campaigner.fit(c, 1_790_000_000);
        offsets = offsets.fit(0, 64);
        version = version.fit(0, 2 ** 32 - 2);
        RulesWord rules = RulesWordLibrary.pack(c).addOffsets(offsets);
        rules = RulesWord.wrap(RulesWord.unwrap(rules) + (version << VERSION_AT));
        vm.assertEq(rules.merchant(), c.merchant, "merchant");
        vm.assertEq(bytes32(rules.currency()), bytes32(c.currency), "currency");
        vm.assertEq(rules.version(), version + 1, "version");
        vm.assertEq(rules.attestors(), c.attestors.length, "attestors");
        vm.assertEq(rules.offsets(), offsets, "offsets");
        vm.assertEq(rules.isStoredValue(), c.storedValue, "storedValue");
        vm.assertEq(rules.isTransferable(), c.transferable, "transferable");
        vm.assertEq(rules.isVoidable(), c.voidable, "voidable");
        vm.assertEq(rules.isRestricted(), c.stores.length > 0, "restricted");
        vm.assertEq(rules.isLate(), false, "late");
        vm.assertEq(rules.isRevised(), false, "revised");
    }

    function testChangesOfRules(CreateCampaign memory c) external pure {
        Campaigner.fit(c, 1_790_000_000);
        RulesWord rules = RulesWordLibrary.pack(c);
        uint256 word = RulesWord.unwrap(rules);
        vm.assertEq(RulesWord.unwrap(rules.bumpVersion()), word + (1 << VERSION_AT), "the version, and nothing else");
        vm.assertTrue(rules.markLate().isLate() && !rules.markLate().isRevised(), "late");
        vm.assertTrue(rules.markRevised().isRevised() && !rules.markRevised().isLate(), "revised");
        vm.assertEq(RulesWord.unwrap(rules.markLate()) & word, word, "late, and nothing less");
        vm.assertEq(RulesWord.unwrap(rules.markRevised()) & word, word, "revised, and nothing less");
    }

    function testTimes(CreateCampaign memory c) external pure {
        Campaigner.fit(c, 1_790_000_000);
        TimesWord times = TimesWordLibrary.pack(c);
        vm.assertEq(times.maxDiscount(), c.maxDiscount, "maxDiscount");
        vm.assertEq(times.units(), c.units, "units");
        vm.assertEq(times.validFrom(), c.validFrom, "validFrom");
        vm.assertEq(times.claimFrom(), c.claimFrom, "claimFrom");
        vm.assertEq(times.validUntil(), c.validUntil, "validUntil");
        vm.assertEq(times.grace(), c.grace, "grace");
        vm.assertEq(times.rollback(), c.rollback, "rollback");
        Offset memory first = c.offsets.length == 0 ? Offset(0, 0) : c.offsets[0];
        _expect(times.firstOffset().unpack(), first);
    }

    function testSupply(CreateCampaign memory c) external pure {
        Campaigner.fit(c, 1_790_000_000);
        _expectSupply(SupplyWordLibrary.pack(c), c, 0, 1);
    }

    function testChangesOfSupply(CreateCampaign memory c, uint32 supply, uint32 open, uint8 status, uint32 issued)
        external
        pure
    {
        Campaigner.fit(c, 1_790_000_000);
        SupplyWord word = SupplyWordLibrary.pack(c).addIssued(issued);
        _expectSupply(word, c, issued, 1);
        (c.supply, c.open) = (supply, open);
        _expectSupply(word.change(supply, open, status), c, issued, status);
    }

    function _expectSupply(SupplyWord word, CreateCampaign memory c, uint32 issued, uint8 status) private pure {
        vm.assertEq(word.minted(), c.supply, "supply");
        vm.assertEq(word.open(), c.open, "open");
        vm.assertEq(word.cap(), c.cap, "cap");
        vm.assertEq(word.issued(), issued, "issued");
        vm.assertEq(word.perHolder(), c.perHolder, "perHolder");
        vm.assertEq(word.perDay(), c.perDay, "perDay");
        vm.assertEq(word.claimUntil(), c.claimUntil, "claimUntil");
        vm.assertEq(word.validDays(), c.validDays, "validDays");
        vm.assertEq(word.status(), status, "status");
    }

    function _minutes(uint256 x) private pure returns (int16 minutes_) {
        return int16(int256(x.fit(0, 112)) - 56) * 15;
    }

    function _expect(Offset memory got, Offset memory want) private pure {
        vm.assertEq(got.from, want.from, "from");
        vm.assertEq(int256(got.minutes_), int256(want.minutes_), "minutes");
    }
}
