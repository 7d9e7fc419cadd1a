// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvents} from "../interfaces/IEvents.sol";
import {IRecords} from "../interfaces/IRecords.sol";
import {ITally} from "../interfaces/ITally.sol";
import {
    CancelCommand,
    CaptureCommand,
    ChangeCampaignCommand,
    ClaimCommand,
    CreateCampaignCommand,
    DeliverCommand,
    IssueCommand,
    Place,
    ProvenAdmitMerchantCommand,
    PutKeyCommand,
    PutStoreCommand,
    RedeemCommand,
    ReinstateMerchantCommand,
    ReleaseCommand,
    RollbackCommand,
    Signature,
    SuspendMerchantCommand,
    TransferCommand,
    VoidCommand
} from "../types/Commands.sol";
import {
    Accept,
    AdmitMerchant,
    Cancel,
    Capture,
    ChangeCampaign,
    Claim,
    CreateCampaign,
    Deliver,
    Issue,
    PutKey,
    PutStore,
    Redeem,
    ReinstateMerchant,
    Release,
    Rollback,
    SuspendMerchant,
    Ticket,
    Transfer,
    Void
} from "../types/Intents.sol";
import {Types} from "./Types.sol";
import {Vm, vm} from "./Vm.sol";

/// @notice A ledger that was founded, whom there is on it, and the commands that they sign. forge deploys what it
/// compiled by itself, so that no test is a part of it.
abstract contract World {
    uint256 internal constant START = 1_790_000_000;
    /// @dev Who sends the transactions.
    address internal constant RELAYER = address(0xbee);
    /// @dev The order of secp256k1.
    uint256 internal constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    ITally internal tally;
    IRecords internal records; // the same
    bytes32 internal domain;
    address internal operator;
    mapping(address account => uint256) internal keyOf;

    /// @dev Founds a ledger with one operator.
    function _found(string memory administration) internal {
        vm.warp(START);
        tally = ITally(vm.deployCode("Tally.sol:Tally"));
        records = IRecords(address(tally));
        operator = _account("operator");
        address[] memory operators = new address[](1);
        operators[0] = operator;
        tally.found(blockhash(0), operators, 1, vm.deployCode(administration));
        domain = _domainOf("1", tally.ledgerId());
    }

    /// @dev The separator of a domain. forge wants a dynamic struct, which begins with an offset.
    function _domainOf(string memory version, bytes32 salt) internal pure returns (bytes32 separator) {
        return vm.eip712HashStruct(Types.DOMAIN, bytes.concat(bytes32(uint256(32)), abi.encode("Tally", version, salt)));
    }

    /// @dev An address whose key we have.
    function _account(string memory name) internal returns (address account) {
        uint256 key = uint256(keccak256(bytes(name))) % ORDER;
        account = vm.addr(key);
        keyOf[account] = key;
    }

    /// @dev Has a command judged.
    function _submit(bytes memory item) internal returns (Vm.Log[] memory logs) {
        bytes[] memory items = new bytes[](1);
        items[0] = item;
        return _submitAll(items);
    }

    function _submitAll(bytes[] memory items) internal returns (Vm.Log[] memory logs) {
        vm.recordLogs();
        vm.prank(RELAYER, RELAYER);
        tally.submit(items);
        return vm.getRecordedLogs();
    }

    /// @dev Has a command judged that must be accepted.
    function _do(bytes memory item) internal returns (bytes32 id) {
        (id,) = _expect(item, 0);
    }

    /// @dev Has a command judged that must be refused so, or accepted, and leave no trace if it is refused.
    function _expect(bytes memory item, uint256 want) internal returns (bytes32 id, Vm.Log[] memory logs) {
        vm.record();
        logs = _submit(item);
        uint256 kind;
        (id, kind) = _verdict(logs[0]);
        vm.assertEq(kind, want, "verdict");
        if (want != 0) {
            (, bytes32[] memory writes) = vm.accesses(address(tally));
            vm.assertEq(writes.length, 0, "a refusal writes nothing");
            vm.assertEq(logs.length, 1, "a refusal has no events");
        }
    }

    function _verdict(Vm.Log memory log) internal pure returns (bytes32 id, uint256 kind) {
        if (log.topics[0] == IEvents.Accepted.selector) return (log.topics[1], 0);
        vm.assertEq(log.topics[0], IEvents.Refused.selector, "Accepted or Refused");
        return (log.topics[1], abi.decode(log.data, (uint8)));
    }

    // --- what they sign ---

    function _digest(string memory type_, bytes memory encoded) internal view returns (bytes32 digest) {
        return keccak256(abi.encodePacked(hex"1901", domain, vm.eip712HashStruct(type_, encoded)));
    }

    function _sign(address author, bytes32 digest) internal view returns (Signature memory signature) {
        (signature.r, signature.vs) = vm.signCompact(keyOf[author], digest);
    }

    function _admit(AdmitMerchant memory i) internal view returns (bytes memory item) {
        bytes32 digest = _digest(Types.ADMIT_MERCHANT, abi.encode(i));
        ProvenAdmitMerchantCommand memory c =
            ProvenAdmitMerchantCommand(i, _sign(i.operator, digest), _sign(i.merchant, digest));
        return bytes.concat(hex"16", abi.encode(c));
    }

    function _suspend(SuspendMerchant memory i) internal view returns (bytes memory item) {
        Signature memory s = _sign(i.operator, _digest(Types.SUSPEND_MERCHANT, abi.encode(i)));
        return bytes.concat(hex"03", abi.encode(SuspendMerchantCommand(i, s)));
    }

    function _reinstate(ReinstateMerchant memory i) internal view returns (bytes memory item) {
        Signature memory s = _sign(i.operator, _digest(Types.REINSTATE_MERCHANT, abi.encode(i)));
        return bytes.concat(hex"04", abi.encode(ReinstateMerchantCommand(i, s)));
    }

    function _putStore(PutStore memory i) internal view returns (bytes memory item) {
        Signature memory s = _sign(i.author, _digest(Types.PUT_STORE, abi.encode(i)));
        return bytes.concat(hex"05", abi.encode(PutStoreCommand(i, s)));
    }

    function _putKey(PutKey memory i) internal view returns (bytes memory item) {
        Signature memory s = _sign(i.author, _digest(Types.PUT_KEY, abi.encode(i)));
        return bytes.concat(hex"06", abi.encode(PutKeyCommand(i, s)));
    }

    function _create(CreateCampaign memory i) internal view returns (bytes memory item) {
        Signature memory s = _sign(i.author, _digest(Types.CREATE_CAMPAIGN, abi.encode(i)));
        return bytes.concat(hex"09", abi.encode(CreateCampaignCommand(i, s)));
    }

    function _change(ChangeCampaign memory i) internal view returns (bytes memory item) {
        Signature memory s = _sign(i.author, _digest(Types.CHANGE_CAMPAIGN, abi.encode(i)));
        return bytes.concat(hex"0a", abi.encode(ChangeCampaignCommand(i, s)));
    }

    function _issue(Issue memory i) internal view returns (bytes memory item) {
        Signature memory s = _sign(i.author, _digest(Types.ISSUE, abi.encode(i)));
        return bytes.concat(hex"0b", abi.encode(IssueCommand(i, s)));
    }

    function _deliver(Deliver memory i, bytes32[] memory path) internal pure returns (bytes memory item) {
        return bytes.concat(hex"0c", abi.encode(DeliverCommand(i, path)));
    }

    function _claim(Claim memory i, uint32[] memory candidates) internal view returns (bytes memory item) {
        Ticket memory none;
        Signature memory s = _sign(i.wallet, _digest(Types.CLAIM, abi.encode(i)));
        return bytes.concat(hex"0d", abi.encode(ClaimCommand(i, s, none, Signature(0, 0), candidates)));
    }

    function _transfer(Transfer memory i, Place memory place) internal view returns (bytes memory item) {
        Signature memory s = _sign(i.owner, _digest(Types.TRANSFER, abi.encode(i)));
        return bytes.concat(hex"0e", abi.encode(TransferCommand(i, s, place)));
    }

    /// @dev The acceptance's offer is filled in.
    function _redeem(Redeem memory o, Accept memory a, Place[] memory places) internal view returns (bytes memory item) {
        a.offer = _digest(Types.REDEEM, abi.encode(o));
        Signature memory s = _sign(o.owner, a.offer);
        Signature memory t = _sign(a.till, _digest(Types.ACCEPT, abi.encode(a)));
        return bytes.concat(hex"0f", abi.encode(RedeemCommand(o, s, a, t, places)));
    }

    function _capture(Capture memory i) internal view returns (bytes memory item) {
        Signature memory s = _sign(i.till, _digest(Types.CAPTURE, abi.encode(i)));
        return bytes.concat(hex"10", abi.encode(CaptureCommand(i, s)));
    }

    function _release(Release memory i) internal view returns (bytes memory item) {
        Signature memory s = _sign(i.till, _digest(Types.RELEASE, abi.encode(i)));
        return bytes.concat(hex"11", abi.encode(ReleaseCommand(i, s)));
    }

    /// @dev The cancel's offer is filled in.
    function _cancel(Cancel memory i, Redeem memory o, Place[] memory places) internal view returns (bytes memory item) {
        i.offer = _digest(Types.REDEEM, abi.encode(o));
        Signature memory s = _sign(i.author, _digest(Types.CANCEL, abi.encode(i)));
        return bytes.concat(hex"12", abi.encode(CancelCommand(i, s, o, _sign(o.owner, i.offer), places)));
    }

    function _rollback(Rollback memory i) internal view returns (bytes memory item) {
        Signature memory s = _sign(i.author, _digest(Types.ROLLBACK, abi.encode(i)));
        return bytes.concat(hex"13", abi.encode(RollbackCommand(i, s)));
    }

    function _void(Void memory i) internal view returns (bytes memory item) {
        Place memory none;
        Signature memory s = _sign(i.author, _digest(Types.VOID, abi.encode(i)));
        return bytes.concat(hex"14", abi.encode(VoidCommand(i, s, none)));
    }

    // --- whom there is ---

    /// @dev Admits a merchant, with a till at each of its stores, which are 1 and 2.
    function _open(string memory name) internal returns (address merchant, address[2] memory tills) {
        merchant = _account(name);
        uint64 deadline = uint64(block.timestamp);
        _do(_admit(AdmitMerchant(operator, merchant, name, deadline)));
        for (uint32 i = 0; i < 2; ++i) {
            tills[i] = _account(string.concat(name, "'s till ", vm.toString(i)));
            _do(_putStore(PutStore(merchant, merchant, 1 + 2 * i, i + 1, "a store", deadline)));
            _do(_putKey(PutKey(merchant, merchant, 2 + 2 * i, tills[i], 1, i + 1, deadline)));
        }
    }

    /// @dev Terms with nothing special; good for 30 days.
    function _terms(address merchant, uint64 units) internal view returns (CreateCampaign memory c) {
        (c.author, c.merchant, c.terms, c.currency) = (merchant, merchant, "{}", "HKD");
        (c.units, c.maxDiscount, c.rollback) = (units, 100, 1);
        (c.supply, c.open, c.cap) = (10, 6, 12);
        (c.transferable, c.voidable) = (true, true);
        c.validUntil = uint64((block.timestamp / 900 + 30 * 96) * 900);
        (c.claimUntil, c.deadline) = (c.validUntil, uint64(block.timestamp));
    }
}
