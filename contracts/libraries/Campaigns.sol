// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

import {IEvents} from "../interfaces/IEvents.sol";
import {Context} from "../types/Context.sol";
import {ChangeCampaign, CreateCampaign, Offset} from "../types/Intents.sol";
import {PackedOffset, PackedOffsetLibrary} from "../types/PackedOffset.sol";
import {Campaign} from "../types/Records.sol";
import {RulesWord, RulesWordLibrary} from "../types/RulesWord.sol";
import {SignaturePtr} from "../types/SignaturePtr.sol";
import {State, StoredCampaign} from "../types/State.sol";
import {SupplyWord, SupplyWordLibrary} from "../types/SupplyWord.sol";
import {TimesWord, TimesWordLibrary} from "../types/TimesWord.sol";
import {Authority} from "./Authority.sol";
import {Checks} from "./Checks.sol";
import {Decoder} from "./Decoder.sol";
import {Kinds} from "./Kinds.sol";
import {Limits} from "./Limits.sol";

/// @notice Campaigns: internal/voucher/create.go and change.go.
library Campaigns {
    using BitMaps for BitMaps.BitMap;

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
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function create(State storage s, Context memory ctx, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        CreateCampaign memory intent;
        SignaturePtr signature;
        (intent, id, signature) = Decoder.createCampaign(ctx, body);
        bytes16 campaign = bytes16(id);
        kind = _checkCreation(s, id, intent, signature);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, ctx.commandHash);
        _write(s, campaign, intent);
        _emitCreated(campaign, body[INTENT_AT:]);
    }

    /// @notice Judges the change of a campaign and makes it if it is accepted.
    /// @param s the state
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @return id of the command
    /// @return kind the verdict
    function change(State storage s, Context memory ctx, bytes calldata body)
        internal
        returns (bytes32 id, uint8 kind)
    {
        ChangeCampaign memory intent;
        SignaturePtr signature;
        (intent, id, signature) = Decoder.changeCampaign(ctx, body);
        kind = _checkChange(s, id, intent, signature);
        if (kind != Kinds.ACCEPTED) return (id, kind);
        emit IEvents.Accepted(id, ctx.commandHash);
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
    function readAttestors(StoredCampaign storage from, RulesWord rules) internal view returns (address[] memory list) {
        list = new address[](rules.attestors());
        for (uint256 i = 0; i < list.length; ++i) list[i] = from.attestors[i];
    }

    /// @notice A campaign's offset table.
    /// @param from what the state holds
    /// @param rules its first word
    /// @return table ascending
    function readOffsets(StoredCampaign storage from, RulesWord rules) internal view returns (Offset[] memory table) {
        table = new Offset[](rules.offsets());
        for (uint256 i = 0; i < table.length; ++i) table[i] = _readOffset(from, i);
    }

    function _checkCreation(State storage s, bytes32 id, CreateCampaign memory intent, SignaturePtr signature)
        private
        view
        returns (uint8 kind)
    {
        if (!_wellShaped(intent)) return Kinds.MALFORMED;
        if (!signature.isBy(intent.author, id)) return Kinds.BAD_SIGNATURE;
        kind = Checks.checkDeadline(intent.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return kind;
        if (!_consistent(intent)) return Kinds.INVALID_TERMS;
        kind = Authority.checkActsFor(s, intent.merchant, intent.author, ROOT_ONLY);
        if (kind != Kinds.ACCEPTED) return kind;
        if (!s.campaigns[bytes16(id)].rules.isZero()) return Kinds.EXISTS;
    }

    function _checkChange(State storage s, bytes32 id, ChangeCampaign memory intent, SignaturePtr signature)
        private
        view
        returns (uint8 kind)
    {
        if (intent.status < ACTIVE || intent.status > CLOSED || !_validOffsets(intent.offsets)) return Kinds.MALFORMED;
        if (!signature.isBy(intent.author, id)) return Kinds.BAD_SIGNATURE;
        kind = Checks.checkDeadline(intent.deadline, Limits.INTENT_LIFE);
        if (kind != Kinds.ACCEPTED) return kind;
        kind = Authority.checkActsFor(s, intent.merchant, intent.author, ROOT_ONLY);
        if (kind != Kinds.ACCEPTED) return kind;
        StoredCampaign storage old = s.campaigns[intent.campaign];
        // The merchant is known, so it is not zero, which a campaign that is none has.
        if (old.rules.merchant() != intent.merchant) return Kinds.UNKNOWN_CAMPAIGN;
        return _checkChangeable(old, intent);
    }

    function _checkChangeable(StoredCampaign storage old, ChangeCampaign memory intent)
        private
        view
        returns (uint8 kind)
    {
        (RulesWord rules, SupplyWord supply) = (old.rules, old.supply);
        (uint32 minted, uint32 open) = (supply.minted(), supply.open());
        if (intent.version != rules.version()) return Kinds.WRONG_VERSION;
        if (supply.status() == CLOSED) return Kinds.CAMPAIGN_INACTIVE;
        if (
            intent.supply > supply.cap() || intent.open > intent.supply || intent.open < open
                || intent.supply - intent.open < minted - open
        ) return Kinds.SUPPLY_EXCEEDED;
        uint256 length = rules.offsets();
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
            && intent.attestors.length <= Limits.ATTESTORS && Checks.ascendingAboveZero(intent.attestors)
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
        RulesWord rules = RulesWordLibrary.pack(intent);
        uint256 lost = s.merchants[intent.merchant].lost;
        if (lost != 0) { // what was lost before is not made up for
            rules = rules.markLate();
            s.lost[campaign] = lost;
        }
        to.rules = _append(to, rules, intent.offsets);
        to.times = TimesWordLibrary.pack(intent);
        to.supply = SupplyWordLibrary.pack(intent);
        to.termsHash = sha256(bytes(intent.terms));
        for (uint256 i = 0; i < intent.attestors.length; ++i) to.attestors[i] = intent.attestors[i];
        for (uint256 i = 0; i < intent.stores.length; ++i) to.stores.set(intent.stores[i]);
    }

    function _writeChange(StoredCampaign storage to, ChangeCampaign memory intent) private returns (uint32 version) {
        RulesWord rules = _append(to, to.rules.bumpVersion(), intent.offsets);
        to.rules = rules;
        to.supply = to.supply.change(intent.supply, intent.open, intent.status);
        return rules.version();
    }

    /// @dev emit IEvents.CampaignCreated(campaign, intent): the intent is canonical, so its bytes are the event's.
    function _emitCreated(bytes16 campaign, bytes calldata intent) private {
        bytes memory data = bytes.concat(bytes32(campaign), bytes32(uint256(64)), intent);
        bytes32 topic = IEvents.CampaignCreated.selector;
        assembly ("memory-safe") {
            log1(add(data, 32), mload(data), topic)
        }
    }

    /// @dev Adds to the offset table. Its length is in the first word of the campaign; its first entry is in the second word
    /// from the campaign's creation on.
    function _append(StoredCampaign storage to, RulesWord rules, Offset[] memory offsets)
        private
        returns (RulesWord longer)
    {
        uint256 length = rules.offsets();
        for (uint256 i = length == 0 ? 1 : 0; i < offsets.length; ++i) {
            (uint256 word, uint256 shift) = _offsetAt(length + i);
            to.offsets[word] |= PackedOffset.unwrap(PackedOffsetLibrary.pack(offsets[i])) << shift;
        }
        return rules.addOffsets(offsets.length);
    }

    function _readOffset(StoredCampaign storage from, uint256 i) private view returns (Offset memory offset) {
        if (i == 0) return from.times.firstOffset().unpack();
        (uint256 word, uint256 shift) = _offsetAt(i);
        return PackedOffset.wrap(from.offsets[word] >> shift).unpack();
    }

    /// @dev Where an offset is that is not the first.
    function _offsetAt(uint256 i) private pure returns (uint256 word, uint256 shift) {
        return ((i - 1) / OFFSETS_A_WORD, (i - 1) % OFFSETS_A_WORD * OFFSET_BITS);
    }

    function _readRules(Campaign memory r, RulesWord rules) private pure {
        r.version = rules.version();
        r.merchant = rules.merchant();
        r.currency = rules.currency();
        r.storedValue = rules.isStoredValue();
        r.transferable = rules.isTransferable();
        r.voidable = rules.isVoidable();
    }

    function _readTimes(Campaign memory r, TimesWord times) private pure {
        r.maxDiscount = times.maxDiscount();
        r.units = times.units();
        r.validFrom = times.validFrom();
        r.validUntil = uint64(times.validUntil());
        r.claimFrom = times.claimFrom();
        r.grace = uint32(times.grace());
        r.rollback = times.rollback();
    }

    function _readSupply(Campaign memory r, SupplyWord supply) private pure {
        r.supply = supply.minted();
        r.open = supply.open();
        r.cap = supply.cap();
        r.issued = supply.issued();
        r.perHolder = supply.perHolder();
        r.perDay = supply.perDay();
        r.claimUntil = supply.claimUntil();
        r.validDays = supply.validDays();
        r.status = supply.status();
    }

    function _readStores(StoredCampaign storage from) private view returns (uint32[] memory stores) {
        if (!from.rules.isRestricted()) return stores;
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
