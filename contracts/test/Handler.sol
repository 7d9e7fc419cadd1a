// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Place} from "../types/Commands.sol";
import {
    Accept,
    Cancel,
    Capture,
    ChangeCampaign,
    Claim,
    CreateCampaign,
    Deliver,
    Issue,
    Line,
    Part as AcceptPart,
    Redeem,
    Ref,
    ReinstateMerchant,
    Release,
    Return,
    Rollback,
    SuspendMerchant,
    Take,
    Transfer,
    Void
} from "../types/Intents.sol";
import {Campaign, Merchant} from "../types/Records.sol";
import {Slot, SlotLibrary} from "../types/Slot.sol";
import {Ledgerbook} from "./Ledgerbook.sol";
import {Trees} from "./Trees.sol";
import {Range, Vm, vm} from "./Vm.sol";

/// @notice Two merchants with two tills each, three campaigns and four wallets, who do what the fuzzer makes them do.
/// What they sign is mostly sensible, and now and then late, old, too much, or somebody else's. Every step of theirs is
/// judged by the ledger and written into a second book, by its events.
contract Handler is Ledgerbook {
    using Range for uint256;

    /// @dev Where a list names an owner.
    struct Promise {
        bytes32 issue;
        uint32 index;
        address owner;
    }

    /// @dev An offer that was signed.
    struct Signed {
        Redeem offer;
        Place[] places;
        address merchant;
        bytes item; // with an acceptance
    }

    uint256 private constant RECENT = 16; // items that may be sent again
    uint256 private constant LINES = 3;

    /// @notice The ledger's clock.
    uint256 public clock = START;
    /// @notice The campaigns, by their ids, ascending.
    bytes16[] public campaigns;

    address[] private merchants;
    address[] private wallets;
    mapping(address merchant => address[2]) private tillsOf;
    mapping(bytes16 campaign => CreateCampaign) private termsOf;
    mapping(uint256 key => Promise) private promises;
    mapping(bytes32 issue => address[]) private owners;
    bytes[] private recent;
    bytes[] private late; // abi.encode(Signed): offers that were not brought yet
    uint256 private dice;

    constructor() {
        _found("Records.sol:Records");
        for (uint256 i = 0; i < 4; ++i) wallets.push(_account(string.concat("wallet ", vm.toString(i))));
        for (uint256 i = 0; i < 2; ++i) {
            (address merchant, address[2] memory tills) = _open(string.concat("merchant ", vm.toString(i)));
            merchants.push(merchant);
            tillsOf[merchant] = tills;
        }
        CreateCampaign memory c = _terms(merchants[0], 1);
        c.validDays = 2;
        _add(c);
        c = _terms(merchants[0], 10);
        c.rollback = 2;
        _add(c);
        c = _terms(merchants[1], 5000);
        (c.storedValue, c.maxDiscount, c.grace) = (true, 1, 7 * 86_400);
        _add(c);
    }

    // --- what the fuzzer calls ---

    /// @notice A wallet claims.
    /// @param seed of the dice
    function claim(uint256 seed) external {
        _start(seed);
        bytes16 campaign = campaigns[_roll(campaigns.length)];
        address wallet = wallets[_roll(wallets.length)];
        (uint32 ordinal,,) = records.holderOf(campaign, wallet);
        if (_rarely()) ordinal ^= 1;
        uint32[] memory candidates = new uint32[](1 + _roll(4));
        for (uint256 i = 0; i < candidates.length; ++i) {
            candidates[i] = uint32(_roll(records.campaignOf(campaign).open + 2));
        }
        _bring(_claim(Claim(wallet, campaign, ordinal, _soon()), candidates));
    }

    /// @notice A merchant issues to a list of one to three wallets.
    /// @param seed of the dice
    function issue(uint256 seed) external {
        _start(seed);
        bytes16 campaign = campaigns[_roll(campaigns.length)];
        Campaign memory c = records.campaignOf(campaign);
        address[] memory list = new address[](1 + _roll(3));
        bytes32[] memory leaves = new bytes32[](list.length);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = wallets[_roll(wallets.length)];
            leaves[i] = Trees.leaf(i, list[i]);
        }
        bytes32 root = Trees.head(leaves, 0, leaves.length);
        Issue memory intent =
            Issue(c.merchant, c.merchant, campaign, root, c.issued, uint32(list.length), _soon());
        (bool ok, bytes32 id) = _bring(_issue(intent));
        if (!ok) return;
        owners[id] = list;
        for (uint32 i = 0; i < list.length; ++i) {
            promises[_keyOf(campaign, c.cap - 1 - (c.issued + i))] = Promise(id, i, list[i]);
        }
    }

    /// @notice Somebody delivers a voucher.
    /// @param seed of the dice
    function deliver(uint256 seed) external {
        _start(seed);
        (bytes16 campaign, uint32 serial, bool found) = _pick(true);
        if (!found) return;
        Promise memory p = promises[_keyOf(campaign, serial)];
        if (_rarely()) p.owner = wallets[_roll(wallets.length)];
        _bring(_deliver(Deliver(p.issue, p.index, p.owner), _placeOf(campaign, serial).path));
    }

    /// @notice An owner gives a voucher away.
    /// @param seed of the dice
    function transfer(uint256 seed) external {
        _start(seed);
        (bytes16 campaign, uint32 serial, bool found) = _pick(false);
        if (!found) return;
        address owner = _rarely() ? wallets[_roll(wallets.length)] : _ownerOf(campaign, serial);
        address to = wallets[_roll(wallets.length)];
        if (to == owner) return;
        uint64 signedAt = _stamp(told[_keyOf(campaign, serial)].signedAt());
        _bring(_transfer(Transfer(owner, campaign, serial, to, signedAt, signedAt + 600), _placeOf(campaign, serial)));
    }

    /// @notice An owner redeems at a till, or shows a code that is used later.
    /// @param seed of the dice
    function redeem(uint256 seed) external {
        _start(seed);
        _offer(0);
    }

    /// @notice A till holds an owner's vouchers.
    /// @param seed of the dice
    function hold(uint256 seed) external {
        _start(seed);
        _offer(uint64(clock + 1 + _roll(_rarely() ? 7 days : 3 hours)));
    }

    /// @notice A till captures what is held.
    /// @param seed of the dice
    function capture(uint256 seed) external {
        _start(seed);
        if (holdings.length == 0) return;
        Order memory order = _recent(holdings);
        Capture memory c;
        (c.hold, c.merchant, c.store) = (order.id, order.merchant, order.store);
        (c.till, c.currency, c.deadline) = (_tillOf(order), "HKD", _soon());
        c.takes = new Take[](order.parts.length);
        for (uint256 i = 0; i < c.takes.length; ++i) {
            Part memory p = order.parts[i];
            uint64 units = _rarely() ? p.units + 1 : uint64(_roll(uint256(p.units) + 1));
            c.takes[i] = Take(p.campaign, p.serial, units, _discountOf(p.campaign, units));
            c.amount += c.takes[i].discount;
        }
        _bring(_capture(c));
    }

    /// @notice A till frees what is held.
    /// @param seed of the dice
    function release(uint256 seed) external {
        _start(seed);
        if (holdings.length == 0) return;
        Order memory order = _recent(holdings);
        Ref[] memory refs = new Ref[](order.parts.length - (order.parts.length > 1 && _rarely() ? 1 : 0));
        for (uint256 i = 0; i < refs.length; ++i) refs[i] = Ref(order.parts[i].campaign, order.parts[i].serial);
        _bring(_release(Release(order.id, order.merchant, _tillOf(order), order.store, refs, _soon())));
    }

    /// @notice An owner or a till cancels a code that may come late.
    /// @param seed of the dice
    function cancel(uint256 seed) external {
        _start(seed);
        if (late.length == 0) return;
        Signed memory s = abi.decode(late[_roll(late.length)], (Signed));
        Cancel memory intent = Cancel(0, s.offer.owner, address(0), _soon());
        if (_roll(2) == 0) (intent.author, intent.merchant) = (tillsOf[s.merchant][_roll(2)], s.merchant);
        _bring(_cancel(intent, s.offer, s.places));
    }

    /// @notice A merchant gives back what a redemption took.
    /// @param seed of the dice
    function rollback(uint256 seed) external {
        _start(seed);
        if (takings.length == 0) return;
        Order memory order = _recent(takings);
        uint256 count = 1 + _roll(order.parts.length);
        Return[] memory back = new Return[](count);
        for (uint256 i = 0; i < count; ++i) {
            Part memory p = order.parts[i];
            uint256 key = _keyOf(p.campaign, p.serial);
            uint64 returned = uint64(given[order.id][key]);
            uint64 left = p.units - returned;
            back[i] = Return(p.campaign, p.serial, uint64(1 + _roll(left == 0 || _rarely() ? left + 1 : left)), p.units, returned);
            if (_rarely()) back[i].returned = uint64(_roll(uint256(p.units) + 1));
        }
        _bring(_rollback(Rollback(order.merchant, order.merchant, order.id, back, 0, _soon())));
    }

    /// @notice A merchant voids a voucher, or a serial that nobody has.
    /// @param seed of the dice
    function void(uint256 seed) external {
        _start(seed);
        if (_roll(2) != 0) return; // or soon there is nothing left
        (bytes16 campaign, uint32 serial, bool found) = _pick(false);
        if (!found || _roll(2) == 0) (campaign, serial) = (campaigns[_roll(campaigns.length)], uint32(_roll(14)));
        address merchant = termsOf[campaign].merchant;
        _bring(_void(Void(merchant, merchant, campaign, serial, "why", _soon())));
    }

    /// @notice The operator suspends a merchant, or reinstates it.
    /// @param seed of the dice
    function suspend(uint256 seed) external {
        _start(seed);
        address merchant = merchants[_roll(merchants.length)];
        Merchant memory m = records.merchantOf(merchant);
        (uint32 version,) = tally.standingOf(merchant);
        if (m.suspendedFrom != 0) {
            _bring(_reinstate(ReinstateMerchant(operator, merchant, version, _soon())));
        } else if (_roll(3) == 0) {
            _bring(_suspend(SuspendMerchant(operator, merchant, version, "why", _soon())));
        }
    }

    /// @notice A merchant mints more, pauses or goes on.
    /// @param seed of the dice
    function change(uint256 seed) external {
        _start(seed);
        bytes16 id = campaigns[_roll(campaigns.length)];
        Campaign memory c = records.campaignOf(id);
        ChangeCampaign memory i;
        (i.author, i.merchant, i.campaign, i.version) = (c.merchant, c.merchant, id, c.version);
        (i.supply, i.open, i.deadline) = (c.supply, c.open, _soon());
        i.status = c.status == 1 && _rarely() ? 2 : 1;
        if (_rarely()) ++i.supply;
        if (_rarely()) ++i.open;
        _bring(_change(i));
    }

    /// @notice Somebody sends again what was sent before, or brings a code late.
    /// @param seed of the dice
    function again(uint256 seed) external {
        _start(seed);
        if (late.length > 0 && _roll(2) == 0) _bring(abi.decode(late[_roll(late.length)], (Signed)).item);
        else if (recent.length > 0) _bring(recent[_roll(recent.length)]);
    }

    /// @notice Time passes; rarely it goes back a little.
    /// @param seed of the dice
    function advance(uint256 seed) external {
        _start(seed);
        uint256 kind = _roll(16);
        if (kind == 0) clock += 1 days;
        else if (kind < 8) clock += _roll(2 hours);
        else if (kind < 14) clock += _roll(2 minutes);
        else if (clock > START + 5 minutes) clock -= _roll(2 minutes);
        vm.warp(clock);
    }

    // --- how ---

    function _start(uint256 seed) private {
        dice = seed;
        clock += _roll(3);
        vm.warp(clock);
    }

    function _roll(uint256 sides) private returns (uint256 number) {
        dice = uint256(keccak256(abi.encode(dice)));
        return dice % sides;
    }

    function _rarely() private returns (bool yes) {
        return _roll(8) == 0;
    }

    function _soon() private view returns (uint64 deadline) {
        return uint64(clock + 60);
    }

    function _add(CreateCampaign memory c) private {
        bytes16 id = bytes16(_do(_create(c)));
        campaigns.push(id);
        termsOf[id] = c;
        for (uint256 i = campaigns.length - 1; i > 0 && campaigns[i - 1] > campaigns[i]; --i) {
            (campaigns[i - 1], campaigns[i]) = (campaigns[i], campaigns[i - 1]);
        }
    }

    /// @dev Has a command judged, rarely twice in one call, and writes the book.
    function _bring(bytes memory item) private returns (bool ok, bytes32 id) {
        bytes[] memory items = new bytes[](_rarely() ? 2 : 1);
        for (uint256 i = 0; i < items.length; ++i) items[i] = item;
        vm.record();
        Vm.Log[] memory logs = _submitAll(items);
        uint256 kind;
        (id, kind) = _verdict(logs[0]);
        ok = kind == 0;
        if (ok) ++acceptedOf[uint8(item[0])];
        else _expectNoTrace(logs.length, items.length);
        _write(logs);
        if (recent.length < RECENT) recent.push(item);
        else recent[_roll(RECENT)] = item;
    }

    function _expectNoTrace(uint256 logs, uint256 items) private {
        (, bytes32[] memory writes) = vm.accesses(address(tally));
        vm.assertEq(writes.length, 0, "a refusal writes nothing");
        vm.assertEq(logs, items, "a refusal has no events");
    }

    /// @dev An owner offers, a till accepts: to spend, or to hold.
    function _offer(uint64 until) private {
        (bytes16 campaign, uint32 serial, bool found) = _pick(false);
        if (!found) return;
        address merchant = termsOf[campaign].merchant;
        Redeem memory o;
        o.owner = _rarely() ? wallets[_roll(wallets.length)] : _ownerOf(campaign, serial);
        o.holdUntil = until;
        (Line[] memory lines, Place[] memory places, uint256 last) = _lines(merchant, o.owner, campaign, serial);
        o.lines = lines;
        o.signedAt = _stamp(last);
        o.deadline = o.signedAt + 600;
        bytes memory item = _redeem(o, _acceptance(merchant, lines), places);
        if (_roll(4) != 0) _bring(item);
        else if (late.length < RECENT) late.push(abi.encode(Signed(o, places, merchant, item)));
        else late[_roll(RECENT)] = abi.encode(Signed(o, places, merchant, item));
    }

    function _acceptance(address merchant, Line[] memory lines) private returns (Accept memory a) {
        uint256 store = _roll(2);
        (a.merchant, a.till, a.store, a.currency) = (merchant, tillsOf[merchant][store], uint32(store) + 1, "HKD");
        if (_rarely()) a.store = 3 - a.store;
        a.parts = new AcceptPart[](lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            uint64 units = uint64(1 + _roll(lines[i].units));
            a.parts[i] = AcceptPart(units, _discountOf(lines[i].campaign, units));
            a.amount += a.parts[i].discount;
        }
        if (a.amount > 0 && _rarely()) --a.amount;
    }

    /// @dev The voucher, and up to two more of its owner and merchant; the places of all or, if none needs one, none.
    function _lines(address merchant, address owner, bytes16 campaign, uint32 serial)
        private
        returns (Line[] memory lines, Place[] memory places, uint256 last)
    {
        uint256 count = 0;
        bool needed = false;
        (lines, places) = (new Line[](LINES), new Place[](LINES));
        for (uint256 i = 0; i < campaigns.length * 12 && count < LINES; ++i) {
            (bytes16 c, uint32 s) = (campaigns[i / 12], uint32(i % 12));
            bool wanted = c == campaign && s == serial;
            if (!wanted && (termsOf[c].merchant != merchant || _ownerOf(c, s) != owner || _roll(3) != 0)) continue;
            if (!wanted && count == LINES - 1 && !_passed(c, s, campaign, serial)) continue;
            Slot slot = told[_keyOf(c, s)];
            uint256 units = slot.isZero() ? termsOf[c].units : slot.units();
            lines[count] = Line(c, s, uint64(1 + _roll(units == 0 || _rarely() ? units + 1 : units)));
            if (slot.isZero()) (places[count], needed) = (_placeOf(c, s), true);
            if (slot.signedAt() > last) last = slot.signedAt();
            ++count;
        }
        if (!needed && _roll(2) == 0) places = new Place[](0);
        bool placed = places.length > 0;
        assembly ("memory-safe") {
            mstore(lines, count)
            if placed { mstore(places, count) }
        }
    }

    /// @dev Whether the wanted voucher is before another one, in the order of lines.
    function _passed(bytes16 c, uint32 s, bytes16 campaign, uint32 serial) private pure returns (bool yes) {
        return c > campaign || (c == campaign && s > serial);
    }

    /// @dev When an owner signs: mostly later than last, now and then too early or too far ahead.
    function _stamp(uint256 last) private returns (uint64 signedAt) {
        if (_rarely()) return uint64(clock - 30 + _roll(100));
        return uint64(last >= clock ? last + 1 : clock);
    }

    function _discountOf(bytes16 campaign, uint64 units) private returns (uint64 discount) {
        CreateCampaign storage terms = termsOf[campaign];
        if (terms.storedValue) return units;
        return uint64(_roll(units * terms.maxDiscount + (_rarely() ? 2 : 1)));
    }

    /// @dev Some voucher with an owner; one that only a list names, where it must not have appeared.
    function _pick(bool promised) private returns (bytes16 campaign, uint32 serial, bool found) {
        uint256 from = _roll(campaigns.length * 12);
        for (uint256 i = 0; i < campaigns.length * 12; ++i) {
            uint256 spot = (from + i) % (campaigns.length * 12);
            (campaign, serial) = (campaigns[spot / 12], uint32(spot % 12));
            uint256 key = _keyOf(campaign, serial);
            if (promised ? promises[key].issue != 0 && (told[key].isZero() || _rarely()) : _usable(campaign, serial)) {
                return (campaign, serial, true);
            }
        }
    }

    /// @dev Now and then also one that is spent or void.
    function _usable(bytes16 campaign, uint32 serial) private returns (bool yes) {
        if (_ownerOf(campaign, serial) == address(0)) return false;
        return told[_keyOf(campaign, serial)].state() <= SlotLibrary.CLAIMED || _roll(4) == 0;
    }

    function _ownerOf(bytes16 campaign, uint32 serial) private view returns (address owner) {
        uint256 key = _keyOf(campaign, serial);
        return told[key].isZero() ? promises[key].owner : told[key].owner();
    }

    function _placeOf(bytes16 campaign, uint32 serial) private view returns (Place memory place) {
        Promise memory p = promises[_keyOf(campaign, serial)];
        if (p.issue == 0) return place;
        address[] storage list = owners[p.issue];
        bytes32[] memory leaves = new bytes32[](list.length);
        for (uint256 i = 0; i < leaves.length; ++i) leaves[i] = Trees.leaf(i, list[i]);
        return Place(p.issue, p.index, Trees.pathOf(leaves, p.index));
    }

    /// @dev One of the last four.
    function _recent(Order[] storage list) private returns (Order memory order) {
        return list[list.length - 1 - _roll(list.length < 4 ? list.length : 4)];
    }

    /// @dev The till of the order's store, rarely of the other one.
    function _tillOf(Order memory order) private returns (address till) {
        uint256 store = order.store - 1;
        return tillsOf[order.merchant][_rarely() ? 1 - store : store];
    }
}
