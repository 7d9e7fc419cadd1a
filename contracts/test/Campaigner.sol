// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Limits} from "../libraries/Limits.sol";
import {CreateCampaign} from "../types/Intents.sol";
import {Tables} from "./Tables.sol";
import {Range} from "./Vm.sol";

/// @notice Makes terms that a ledger accepts of terms that the fuzzer chose.
library Campaigner {
    using Range for uint256;

    /// @notice Puts every member into its limits, and in order with the others; the author, the merchant and the
    /// deadline are left alone.
    /// @param c the intent, which is changed
    /// @param now_ when it is judged
    function fit(CreateCampaign memory c, uint256 now_) internal pure {
        if (bytes(c.terms).length == 0 || bytes(c.terms).length > Limits.TERMS) c.terms = "{}";
        c.currency = _currency(c.currency);
        c.units = uint64(uint256(c.units).fit(1, Limits.UNITS));
        c.maxDiscount = c.storedValue ? 1 : uint64(uint256(c.maxDiscount).fit(0, Limits.AMOUNT));
        c.cap = uint32(uint256(c.cap).fit(1, Limits.SUPPLY));
        c.supply = uint32(uint256(c.supply).fit(0, c.cap));
        c.open = uint32(uint256(c.open).fit(0, c.supply));
        uint256 seed = uint256(keccak256(abi.encode(c)));
        c.attestors = new address[](seed % (Limits.ATTESTORS + 1));
        for (uint256 i = 0; i < c.attestors.length; ++i) c.attestors[i] = address(uint160(2 ** 156 * (i + 1) + (seed >> 100)));
        c.stores = new uint32[]((seed >> 8) % 20);
        for (uint256 i = 0; i < c.stores.length; ++i) c.stores[i] = uint32(1 + i * (1 + (seed >> 16) % 3000));
        c.offsets = Tables.some(seed, (seed >> 24) % (Limits.OFFSETS + 1));
        c.rollback = uint8(uint256(c.rollback).fit(0, 2));
        c.grace = uint32(uint256(c.grace).fit(0, Limits.GRACE / 900) * 900);
        c.validDays = uint32(uint256(c.validDays).fit(0, Limits.VALID_DAYS));
        uint256 first = now_ / 900 + 1;
        c.validUntil = uint64(uint256(c.validUntil).fit(first, first + Limits.CAMPAIGN_LIFE / 900 - 1) * 900);
        c.validFrom = uint64(uint256(c.validFrom).fit(0, c.validUntil - 1));
        c.claimUntil = uint64(uint256(c.claimUntil).fit(1, c.validUntil));
        c.claimFrom = uint64(uint256(c.claimFrom).fit(0, c.claimUntil - 1));
    }

    function _currency(bytes3 seed) private pure returns (bytes3 letters) {
        uint24 word = 0;
        for (uint256 i = 0; i < 3; ++i) word = word << 8 | (65 + uint8(seed[i]) % 26);
        return bytes3(word);
    }
}
