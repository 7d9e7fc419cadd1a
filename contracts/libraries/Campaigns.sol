// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

import {IEvents} from "../interfaces/IEvents.sol";
import {ChangeCampaign, CreateCampaign, Offset} from "../types/Intents.sol";
import {Campaign} from "../types/Records.sol";
import {Rules, State, StoredCampaign} from "../types/State.sol";
import {Authority} from "./Authority.sol";
import {Context} from "./Codec.sol";
import {Intents} from "./Intents.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";
import {Terms} from "./Terms.sol";

/// @notice Campaigns: internal/voucher/create.go and change.go.
library Campaigns {
    using BitMaps for BitMaps.BitMap;
    using Intents for bytes32;
    using Terms for uint256;

    /// @notice The state of a campaign from which can be claimed.
    uint8 internal constant ACTIVE = 1;
    /// @notice The state of a campaign that has ended for good.
    uint8 internal constant CLOSED = 3;

    uint32 private constant ROOT_ONLY = 0; // the scope of what no other key may do
    /// @dev The greatest of CreateCampaign.rollback: forfeit.
    uint8 private constant FORFEIT = 2;
    uint256 private constant OFFSETS_A_WORD = 8;
    uint256 private constant OFFSET_BITS = 32;
    uint256 private constant BITS = 256;
    /// @dev Where the intent begins in a CreateCampaignCommand: an offset, the head (an offset, a signature).
    uint256 private constant INTENT_AT = 128;

    /// @notice Judges the creation of a campaign and makes it if it is accepted.
    /// @param s the state
    /// @param x the context
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function create(State storage s, Context memory x, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        CreateCampaign memory intent;
        uint256 signature;
        (intent, id, signature) = Intents.createCampaign(x, body);
        bytes16 campaign = bytes16(id);
        kind = _checkCreation(s, id, intent, signature);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, x.commandHash);
        _write(s, campaign, intent);
        _emitCreated(campaign, body[INTENT_AT:]);
    }

    /// @notice Judges the change of a campaign and makes it if it is accepted.
    /// @param s the state
    /// @param x the context
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function change(State storage s, Context memory x, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        ChangeCampaign memory intent;
        uint256 signature;
        (intent, id, signature) = Intents.changeCampaign(x, body);
        kind = _checkChange(s, id, intent, signature);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, x.commandHash);
        uint32 version = _writeChange(s.campaigns[intent.campaign], intent);
        emit IEvents.CampaignChanged(
            intent.campaign, version, intent.status, intent.supply, intent.open, intent.offsets
        );
    }

    /// @notice A campaign's record, in the form of the interface.
    /// @param from what the state holds
    /// @return r the same
    function read(StoredCampaign storage from) internal view returns (Campaign memory r) {
        _readRules(r, from.rules);
        _readTimes(r, from.times);
        _readSupply(r, from.supply);
        r.termsHash = from.termsHash;
        r.attestors = readAttestors(from, from.rules);
        r.offsets = readOffsets(from, from.rules);
        r.stores = _readStores(from);
    }

    /// @notice A campaign's attestors.
    /// @param from what the state holds
    /// @param rules its first word
    /// @return list ascending
    function readAttestors(StoredCampaign storage from, uint256 rules) internal view returns (address[] memory list) {
        list = new address[](rules.u8(Terms.ATTESTORS));
        for (uint256 i = 0; i < list.length; ++i) list[i] = from.attestors[i];
    }

    /// @notice A campaign's offset table.
    /// @param from what the state holds
    /// @param rules its first word
    /// @return table ascending
    function readOffsets(StoredCampaign storage from, uint256 rules) internal view returns (Offset[] memory table) {
        table = new Offset[](rules.u8(Terms.OFFSETS));
        for (uint256 i = 0; i < table.length; ++i) table[i] = _readOffset(from, i);
    }

    function _checkCreation(State storage s, bytes32 id, CreateCampaign memory intent, uint256 signature)
        private
        view
        returns (uint8 kind)
    {
        if (!_wellShaped(intent)) return Kinds.MALFORMED;
        if (!id.signedBy(signature, intent.author)) return Kinds.BAD_SIGNATURE;
        kind = Rules.checkDeadline(intent.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return kind;
        if (!_consistent(intent)) return Kinds.INVALID_TERMS;
        kind = Authority.checkActsFor(s, intent.merchant, intent.author, ROOT_ONLY);
        if (kind != Kinds.ACCEPTED) return kind;
        if (s.campaigns[bytes16(id)].rules != 0) return Kinds.EXISTS;
    }

    function _checkChange(State storage s, bytes32 id, ChangeCampaign memory intent, uint256 signature)
        private
        view
        returns (uint8 kind)
    {
        if (intent.status < ACTIVE || intent.status > CLOSED || !_validOffsets(intent.offsets)) return Kinds.MALFORMED;
        if (!id.signedBy(signature, intent.author)) return Kinds.BAD_SIGNATURE;
        kind = Rules.checkDeadline(intent.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return kind;
        kind = Authority.checkActsFor(s, intent.merchant, intent.author, ROOT_ONLY);
        if (kind != Kinds.ACCEPTED) return kind;
        StoredCampaign storage old = s.campaigns[intent.campaign];
        // The merchant is known, so it is not zero, which a campaign that is none has.
        if (old.rules.merchantOf() != intent.merchant) return Kinds.UNKNOWN_CAMPAIGN;
        return _checkChangeable(old, intent);
    }

    function _checkChangeable(StoredCampaign storage old, ChangeCampaign memory intent)
        private
        view
        returns (uint8 kind)
    {
        (uint256 rules, uint256 supply) = (old.rules, old.supply);
        (uint32 minted, uint32 open) = (supply.u32(Terms.SUPPLY), supply.u32(Terms.OPEN));
        if (intent.version != rules.u32(Terms.VERSION)) return Kinds.WRONG_VERSION;
        if (supply.u8(Terms.STATUS) == CLOSED) return Kinds.CAMPAIGN_INACTIVE;
        if (
            intent.supply > supply.u32(Terms.CAP) || intent.open > intent.supply || intent.open < open
                || intent.supply - intent.open < minted - open
        ) return Kinds.SUPPLY_EXCEEDED;
        uint256 length = rules.u8(Terms.OFFSETS);
        if (length + intent.offsets.length > Limits.OFFSETS) return Kinds.INVALID_TERMS;
        if (intent.offsets.length == 0) return Kinds.ACCEPTED;
        // The past stays as it was: what is added lies in the future and at the end of a table that is not empty,
        // because the first entry of a table also holds for all time before it.
        uint256 from = intent.offsets[0].from;
        if (length == 0 || from <= _readOffset(old, length - 1).from || from <= block.timestamp) {
            return Kinds.INVALID_TERMS;
        }
    }

    /// @dev Sizes and orders.
    function _wellShaped(CreateCampaign memory intent) private pure returns (bool ok) {
        uint256 size = bytes(intent.terms).length;
        return size > 0 && size <= Limits.TERMS && _wellFormed(intent.currency) && intent.units >= 1
            && intent.units <= Limits.UNITS && intent.maxDiscount <= Limits.AMOUNT
            && intent.attestors.length <= Limits.ATTESTORS && Rules.ascendingAboveZero(intent.attestors)
            && _validStores(intent.stores) && _validOffsets(intent.offsets);
    }

    /// @dev Three capital letters.
    function _wellFormed(bytes3 currency) private pure returns (bool ok) {
        for (uint256 i = 0; i < 3; ++i) {
            if (currency[i] < "A" || currency[i] > "Z") return false;
        }
        return true;
    }

    function _validStores(uint32[] memory stores) private pure returns (bool ok) {
        if (stores.length > Limits.STORES) return false;
        uint256 before = 0;
        for (uint256 i = 0; i < stores.length; ++i) {
            if (stores[i] <= before || stores[i] > Limits.STORE) return false;
            before = stores[i];
        }
        return true;
    }

    function _validOffsets(Offset[] memory offsets) private pure returns (bool ok) {
        if (offsets.length > Limits.OFFSETS) return false;
        for (uint256 i = 0; i < offsets.length; ++i) {
            int16 ahead = offsets[i].minutes_;
            if (ahead > Limits.MINUTES || ahead < -Limits.MINUTES || ahead % Limits.MINUTES_STEP != 0) {
                return false;
            }
            if (offsets[i].from > Limits.INSTANT || offsets[i].from % Limits.QUARTER != 0) return false;
            if (i > 0 && offsets[i].from <= offsets[i - 1].from) return false;
        }
        return true;
    }

    /// @dev The terms must not contradict each other.
    function _consistent(CreateCampaign memory intent) private view returns (bool ok) {
        return _consistentSupply(intent) && _consistentTimes(intent) && intent.rollback <= FORFEIT
            && (!intent.storedValue || intent.maxDiscount == 1);
    }

    function _consistentSupply(CreateCampaign memory intent) private pure returns (bool ok) {
        return intent.open <= intent.supply && intent.supply <= intent.cap && intent.cap >= 1
            && intent.cap <= Limits.SUPPLY;
    }

    function _consistentTimes(CreateCampaign memory intent) private view returns (bool ok) {
        bool windows = intent.claimFrom < intent.claimUntil && intent.claimUntil <= intent.validUntil
            && intent.validFrom < intent.validUntil;
        bool life = intent.validUntil > block.timestamp
            && intent.validUntil <= block.timestamp + Limits.CAMPAIGN_LIFE
            && intent.validUntil % Limits.QUARTER == 0 && intent.validUntil <= Limits.INSTANT;
        return windows && life && intent.validDays <= Limits.VALID_DAYS && intent.grace <= Limits.GRACE
            && intent.grace % Limits.QUARTER == 0;
    }

    function _write(State storage s, bytes16 campaign, CreateCampaign memory intent) private {
        StoredCampaign storage to = s.campaigns[campaign];
        uint256 rules = Terms.rules(intent);
        uint256 lost = s.merchants[intent.merchant].lost;
        if (lost != 0) { // what was lost before is not made up for
            rules |= Terms.LATE;
            s.lost[campaign] = lost;
        }
        to.rules = _append(to, rules, intent.offsets);
        to.times = Terms.times(intent);
        to.supply = Terms.supply(intent);
        to.termsHash = sha256(bytes(intent.terms));
        for (uint256 i = 0; i < intent.attestors.length; ++i) to.attestors[i] = intent.attestors[i];
        for (uint256 i = 0; i < intent.stores.length; ++i) to.stores.set(intent.stores[i]);
    }

    function _writeChange(StoredCampaign storage to, ChangeCampaign memory intent) private returns (uint32 version) {
        uint256 rules = _append(to, to.rules + (1 << Terms.VERSION), intent.offsets);
        to.rules = rules;
        // Supply and open are the lowest 64 bits, the status the highest 8.
        to.supply = to.supply << 8 >> 72 << 64 | uint256(intent.status) << Terms.STATUS
            | uint256(intent.open) << Terms.OPEN | intent.supply;
        return rules.u32(Terms.VERSION);
    }

    /// @dev emit IEvents.CampaignCreated(campaign, intent): the intent is canonical, so its bytes are the event's.
    function _emitCreated(bytes16 campaign, bytes calldata intent) private {
        bytes memory data = bytes.concat(bytes32(campaign), bytes32(uint256(64)), intent);
        bytes32 topic = IEvents.CampaignCreated.selector;
        assembly ("memory-safe") {
            log1(add(data, 32), mload(data), topic)
        }
    }

    /// @dev Adds to the offset table, of which the first word holds the length and the second, from the campaign's
    /// creation, the first offset.
    function _append(StoredCampaign storage to, uint256 rules, Offset[] memory offsets)
        private
        returns (uint256 longer)
    {
        uint256 length = rules.u8(Terms.OFFSETS);
        for (uint256 i = length == 0 ? 1 : 0; i < offsets.length; ++i) {
            (uint256 word, uint256 shift) = _offsetAt(length + i);
            to.offsets[word] |= Terms.pack(offsets[i]) << shift;
        }
        return rules + (offsets.length << Terms.OFFSETS);
    }

    function _readOffset(StoredCampaign storage from, uint256 i) private view returns (Offset memory offset) {
        if (i == 0) return Terms.unpack(from.times >> Terms.FIRST_OFFSET);
        (uint256 word, uint256 shift) = _offsetAt(i);
        return Terms.unpack(from.offsets[word] >> shift);
    }

    /// @dev Where an offset is that is not the first.
    function _offsetAt(uint256 i) private pure returns (uint256 word, uint256 shift) {
        return ((i - 1) / OFFSETS_A_WORD, (i - 1) % OFFSETS_A_WORD * OFFSET_BITS);
    }

    function _readRules(Campaign memory r, uint256 rules) private pure {
        r.version = rules.u32(Terms.VERSION);
        r.merchant = rules.merchantOf();
        r.currency = bytes3(uint24(rules >> Terms.CURRENCY));
        r.storedValue = rules & Terms.STORED_VALUE != 0;
        r.transferable = rules & Terms.TRANSFERABLE != 0;
        r.voidable = rules & Terms.VOIDABLE != 0;
    }

    function _readTimes(Campaign memory r, uint256 times) private pure {
        r.maxDiscount = uint56(times);
        r.units = times.u40(Terms.UNITS);
        r.validFrom = times.u40(Terms.VALID_FROM);
        r.validUntil = uint64(times.validUntilOf());
        r.claimFrom = times.u40(Terms.CLAIM_FROM);
        r.grace = uint32(times.u16(Terms.GRACE) * Limits.QUARTER);
        r.rollback = times.u8(Terms.ROLLBACK);
    }

    function _readSupply(Campaign memory r, uint256 supply) private pure {
        r.supply = supply.u32(Terms.SUPPLY);
        r.open = supply.u32(Terms.OPEN);
        r.cap = supply.u32(Terms.CAP);
        r.issued = supply.u32(Terms.ISSUED);
        r.perHolder = supply.u32(Terms.PER_HOLDER);
        r.perDay = supply.u32(Terms.PER_DAY);
        r.claimUntil = supply.u40(Terms.CLAIM_UNTIL);
        r.validDays = supply.u16(Terms.VALID_DAYS);
        r.status = supply.u8(Terms.STATUS);
    }

    function _readStores(StoredCampaign storage from) private view returns (uint32[] memory stores) {
        if (from.rules & Terms.RESTRICTED == 0) return stores;
        uint32[] memory list = new uint32[](Limits.STORES);
        uint256 length = 0;
        for (uint256 word = 0; word <= Limits.STORE / BITS; ++word) {
            uint256 bits = from.stores._data[word];
            for (uint256 bit = 0; bits != 0; ++bit) {
                if (bits & 1 != 0) list[length++] = uint32(word * BITS + bit);
                bits >>= 1;
            }
        }
        stores = new uint32[](length);
        for (uint256 i = 0; i < length; ++i) stores[i] = list[i];
    }
}
