// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Terms} from "../libraries/Terms.sol";
import {CreateCampaign, Offset} from "../types/Intents.sol";
import {Campaigner} from "./Campaigner.sol";
import {Range, vm} from "./Vm.sol";

/// @notice The three words of a campaign hold every valid value, each within its own bits.
contract TermsTest {
    using Range for uint256;
    using Terms for uint256;

    function testOffset(uint256 from, uint256 minutes_) external pure {
        Offset memory offset = Offset(uint64(from.fit(0, 2 ** 24 - 1) * 900), _minutes(minutes_));
        uint256 packed = Terms.pack(offset);
        vm.assertLe(packed, type(uint32).max, "32 bits");
        // What lies above belongs to other offsets.
        _expect(Terms.unpack(packed | from << 32), offset);
    }

    function testRules(CreateCampaign memory c, uint256 offsets, uint256 version) external pure {
        Campaigner.fit(c, 1_790_000_000);
        offsets = offsets.fit(0, 64);
        version = version.fit(0, 2 ** 32 - 2);
        uint256 word = Terms.rules(c) + (offsets << Terms.OFFSETS) + (version << Terms.VERSION);
        vm.assertEq(word.merchantOf(), c.merchant, "merchant");
        vm.assertEq(bytes32(word.currencyOf()), bytes32(c.currency), "currency");
        vm.assertEq(word.u32(Terms.VERSION), version + 1, "version");
        vm.assertEq(word.u8(Terms.ATTESTORS), c.attestors.length, "attestors");
        vm.assertEq(word.u8(Terms.OFFSETS), offsets, "offsets");
        vm.assertEq(word & Terms.STORED_VALUE != 0, c.storedValue, "storedValue");
        vm.assertEq(word & Terms.TRANSFERABLE != 0, c.transferable, "transferable");
        vm.assertEq(word & Terms.VOIDABLE != 0, c.voidable, "voidable");
        vm.assertEq(word & Terms.RESTRICTED != 0, c.stores.length > 0, "restricted");
        vm.assertEq(word & Terms.LATE, 0, "late");
    }

    function testTimes(CreateCampaign memory c) external pure {
        Campaigner.fit(c, 1_790_000_000);
        uint256 word = Terms.times(c);
        vm.assertEq(uint56(word >> Terms.MAX_DISCOUNT), c.maxDiscount, "maxDiscount");
        vm.assertEq(word.u40(Terms.UNITS), c.units, "units");
        vm.assertEq(word.u40(Terms.VALID_FROM), c.validFrom, "validFrom");
        vm.assertEq(word.u40(Terms.CLAIM_FROM), c.claimFrom, "claimFrom");
        vm.assertEq(word.validUntilOf(), c.validUntil, "validUntil");
        vm.assertEq(uint256(word.u16(Terms.GRACE)) * 900, c.grace, "grace");
        vm.assertEq(word.u8(Terms.ROLLBACK), c.rollback, "rollback");
        Offset memory first = c.offsets.length == 0 ? Offset(0, 0) : c.offsets[0];
        _expect(Terms.unpack(word >> Terms.FIRST_OFFSET), first);
    }

    function testSupply(CreateCampaign memory c) external pure {
        Campaigner.fit(c, 1_790_000_000);
        uint256 word = Terms.supply(c);
        vm.assertEq(word.u32(Terms.SUPPLY), c.supply, "supply");
        vm.assertEq(word.u32(Terms.OPEN), c.open, "open");
        vm.assertEq(word.u32(Terms.CAP), c.cap, "cap");
        vm.assertEq(word.u32(Terms.ISSUED), 0, "issued");
        vm.assertEq(word.u32(Terms.PER_HOLDER), c.perHolder, "perHolder");
        vm.assertEq(word.u32(Terms.PER_DAY), c.perDay, "perDay");
        vm.assertEq(word.u40(Terms.CLAIM_UNTIL), c.claimUntil, "claimUntil");
        vm.assertEq(word.u16(Terms.VALID_DAYS), c.validDays, "validDays");
        vm.assertEq(word.u8(Terms.STATUS), 1, "status");
    }

    function _minutes(uint256 x) private pure returns (int16 minutes_) {
        return int16(int256(x.fit(0, 112)) - 56) * 15;
    }

    function _expect(Offset memory got, Offset memory want) private pure {
        vm.assertEq(got.from, want.from, "from");
        vm.assertEq(int256(got.minutes_), int256(want.minutes_), "minutes");
    }
}
