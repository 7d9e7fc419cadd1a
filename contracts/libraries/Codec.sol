// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {ITally} from "../interfaces/ITally.sol";
import {Context} from "../types/Context.sol";

/// @notice Reads commands: checks that the bytes are the one canonical ABI encoding of their struct, and hashes the
/// intents in them as EIP-712 asks.
///
/// One command has one encoding. Other bytes that decode to the same values would have a commandHash that no auditor can
/// explain.
///
/// @dev There are two ways to read an intent. Customers' intents are many and small, and there are few kinds of them. They
/// are hashed from the calldata by hashAtoms, hashStruct and hashAll; Decoder checks their members one by one, and
/// types/LinePtr.sol and its like read their lists. All other intents are described: readDynamic and readStatic check them, hash them
/// and copy them to memory, as Solidity keeps structs there, in one walk. An atomic member is the same word in all three.
///
/// A description has one byte for each member, from the left, and the number of members in the last byte:
///
///      01 to 20   a number, aligned right; the byte is its size in bytes: uint8 01, uint32 04, uint64 08, address 14,
///                 bytes32 20
///      40, 42     bool, int16
///      83, 90     bytes3, bytes16, aligned left; the byte is 80 and the size in bytes
///      c0         string
///      c1, c2     address[], uint32[]
///      c3, c4     Offset[], Return[]
///
/// Places in the calldata, sizes and accepted offsets are far below 2^64, and a length is compared with the rest of the
/// item before it is used. So no sum or product here overflows: `unchecked` throughout.
library Codec {
    /// @notice Bytes of a word.
    uint256 internal constant WORD = 32;

    uint256 private constant BOOL = 0x40;
    uint256 private constant LEFT = 0x80; // less than that: a number, bool or int16
    uint256 private constant LISTS = 0xc0; // less than that: to the left
    uint256 private constant STRING = 0xc0;
    uint256 private constant ADDRESSES = 0xc1;
    uint256 private constant NUMBERS = 0xc2;
    uint256 private constant OFFSETS = 0xc3;

    bytes32 private constant OFFSET_TYPE = keccak256("Offset(uint64 from,int16 minutes)");
    bytes32 private constant OFFSET_MEMBERS = bytes32(hex"0842") | bytes32(uint256(2));
    bytes32 private constant RETURN_TYPE =
        keccak256("Return(bytes16 campaign,uint32 serial,uint64 units,uint64 taken,uint64 returned)");
    bytes32 private constant RETURN_MEMBERS = bytes32(hex"9004080808") | bytes32(uint256(5));

    /// @notice Begins to read a command.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @param base where the command's head begins
    /// @param words of the head
    function start(Context memory ctx, bytes calldata body, uint256 base, uint256 words) internal pure {
        unchecked {
            ctx.tail = base + words * WORD;
            ctx.end = place(body) + body.length;
            ctx.wrong = 0;
        }
    }

    /// @notice Begins to read a command that is a dynamic tuple, as commands with lists or texts are: an offset comes before
    /// its head.
    /// @param ctx the command while it is judged
    /// @param body the item without its verb
    /// @param words of the head
    /// @return base where the head begins
    function startDynamic(Context memory ctx, bytes calldata body, uint256 words) internal pure returns (uint256 base) {
        unchecked {
            base = place(body) + WORD;
            start(ctx, body, base, words);
            ctx.wrong = load(base - WORD) ^ WORD;
        }
    }

    /// @notice Ends the reading: the command must have been canonical, and nothing may follow it.
    /// @param ctx the command while it is judged
    function finish(Context memory ctx) internal pure {
        if (ctx.wrong != 0 || ctx.tail != ctx.end) revert ITally.MalformedCommand(ctx.index);
    }

    /// @notice Reads an intent that is a dynamic member of the command.
    /// @param ctx the command while it is judged
    /// @param base where the command's head begins
    /// @param head of the member, its number of bytes from base
    /// @param typeHash of the intent
    /// @param members of the intent
    /// @return signed what the author signs
    /// @return p where the struct is in memory
    function readDynamic(Context memory ctx, uint256 base, uint256 head, bytes32 typeHash, bytes32 members)
        internal
        pure
        returns (bytes32 signed, uint256 p)
    {
        unchecked {
            expect(ctx, base, head);
            uint256 spot = ctx.tail;
            ctx.tail = spot + uint8(uint256(members)) * WORD;
            return readStatic(ctx, spot, typeHash, members);
        }
    }

    /// @notice Reads an intent at a place.
    /// @param ctx the command while it is judged
    /// @param spot the place
    /// @param typeHash of the intent
    /// @param members of the intent
    /// @return signed what the author signs
    /// @return p where the struct is in memory
    function readStatic(Context memory ctx, uint256 spot, bytes32 typeHash, bytes32 members)
        internal
        pure
        returns (bytes32 signed, uint256 p)
    {
        uint256 hash;
        (hash, p) = _readStruct(ctx, spot, typeHash, members);
        return (digest(ctx, bytes32(hash)), p);
    }

    /// @notice Passes over the head of a struct that is a dynamic member of the command.
    /// @param ctx the command while it is judged
    /// @param base where the command's head begins
    /// @param head of the member, its number of bytes from base
    /// @param words of the struct's head
    /// @return spot where it begins
    function skipHead(Context memory ctx, uint256 base, uint256 head, uint256 words)
        internal
        pure
        returns (uint256 spot)
    {
        unchecked {
            expect(ctx, base, head);
            spot = ctx.tail;
            ctx.tail = spot + words * WORD;
        }
    }

    /// @notice Passes over a list.
    /// @param ctx the command while it is judged
    /// @param base where the head of the struct begins that has the list
    /// @param head of the list, its number of bytes from base
    /// @param words of each element
    /// @return spot where the first one begins
    /// @return count how many there are
    function skipList(Context memory ctx, uint256 base, uint256 head, uint256 words)
        internal
        pure
        returns (uint256 spot, uint256 count)
    {
        expect(ctx, base, head);
        unchecked {
            spot = ctx.tail + WORD;
            count = _list(ctx, words * WORD);
        }
    }

    /// @notice hashStruct of a struct without lists or texts.
    /// @param typeHash of the struct
    /// @param spot where it begins
    /// @param words of it
    /// @return hash of its type and members
    function hashAtoms(bytes32 typeHash, uint256 spot, uint256 words) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let p := mload(0x40)
            mstore(p, typeHash)
            calldatacopy(add(p, 32), spot, mul(words, 32))
            hash := keccak256(p, add(mul(words, 32), 32))
        }
    }

    /// @notice hashStruct of a struct with one list, and a copy of its head in memory, as Solidity keeps a struct whose
    /// member at the list's place is a uint256.
    /// @param typeHash of the struct
    /// @param spot where it begins
    /// @param words of its head
    /// @param head of the list, its number of bytes from spot
    /// @param list the list's hash
    /// @param first where the list's first element is, which the copy has in place of the offset
    /// @return hash of its type and members
    /// @return p where the copy is
    function hashStruct(bytes32 typeHash, uint256 spot, uint256 words, uint256 head, bytes32 list, uint256 first)
        internal
        pure
        returns (bytes32 hash, uint256 p)
    {
        assembly ("memory-safe") {
            let size := mul(words, 32)
            p := mload(0x40)
            mstore(p, typeHash)
            let hashed := p
            p := add(p, 32)
            mstore(0x40, add(p, size))
            calldatacopy(p, spot, size)
            mstore(add(p, head), list)
            hash := keccak256(hashed, add(size, 32))
            mstore(add(p, head), first)
        }
    }

    /// @notice The hash of a list of structs without lists or texts: that of the hashes of its elements.
    /// @param typeHash of the elements
    /// @param spot where the first one begins
    /// @param count how many there are, which _list held against the calldata
    /// @param words of each
    /// @return hash of all
    function hashAll(bytes32 typeHash, uint256 spot, uint256 count, uint256 words)
        internal
        pure
        returns (bytes32 hash)
    {
        assembly ("memory-safe") {
            let size := mul(words, 32)
            let hashes := mload(0x40)
            let to := hashes
            let p := add(hashes, mul(count, 32)) // an element with its type
            mstore(p, typeHash)
            for {} lt(to, p) { to := add(to, 32) } {
                calldatacopy(add(p, 32), spot, size)
                mstore(to, keccak256(p, add(size, 32)))
                spot := add(spot, size)
            }
            hash := keccak256(hashes, mul(count, 32))
        }
    }

    /// @notice What is signed of an intent.
    /// @param ctx the command while it is judged
    /// @param hash its hashStruct
    /// @return signed what the author signs, in this ledger's domain
    function digest(Context memory ctx, bytes32 hash) internal pure returns (bytes32 signed) {
        return MessageHashUtils.toTypedDataHash(ctx.domain, hash);
    }

    /// @notice Passes over a list of places.
    /// @param ctx the command while it is judged
    /// @param base where the command's head begins
    /// @param head of the list, its number of bytes from base
    /// @return first where the list begins, after its length
    function skipPlaces(Context memory ctx, uint256 base, uint256 head) internal pure returns (uint256 first) {
        uint256 count;
        (first, count) = skipList(ctx, base, head, 1);
        unchecked {
            for (uint256 i = 0; i < count; ++i) skipPlace(ctx, first, i * WORD);
        }
    }

    /// @notice Passes over a place: issue, index, the offset of its path, the path.
    /// @param ctx the command while it is judged
    /// @param base where the head of the tuple or list begins that has the place
    /// @param head of the place, its number of bytes from base
    /// @return spot where it begins
    function skipPlace(Context memory ctx, uint256 base, uint256 head) internal pure returns (uint256 spot) {
        spot = skipHead(ctx, base, head, 3);
        unchecked {
            ctx.wrong |= load(spot + WORD) >> 32;
            skipList(ctx, spot, 2 * WORD, 1);
        }
    }

    /// @notice Where memory is free.
    /// @return p the place of what is allocated next
    function freeMemory() internal pure returns (uint256 p) {
        assembly ("memory-safe") {
            p := mload(0x40)
        }
    }

    /// @notice Frees all memory from a place on: memory of one command would make the next command cost more. Nothing that
    /// was allocated since may be used any more.
    /// @param p what freeMemory said
    function release(uint256 p) internal pure {
        assembly ("memory-safe") {
            mstore(0x40, p)
        }
    }

    /// @notice Where bytes begin.
    /// @param body of the calldata
    /// @return spot their place
    function place(bytes calldata body) internal pure returns (uint256 spot) {
        assembly ("memory-safe") {
            spot := body.offset
        }
    }

    /// @notice Where a list of bytes begins, after its length.
    /// @param list of the calldata
    /// @return spot its place
    function listPlace(bytes[] calldata list) internal pure returns (uint256 spot) {
        assembly ("memory-safe") {
            spot := list.offset
        }
    }

    /// @notice The element of a list of bytes that the canonical encoding has at a place. A size beyond the calldata is
    /// what the caller looks at.
    /// @param base where the list begins, after its length
    /// @param i the element's number
    /// @param spot the place
    /// @return item the element
    /// @return end where the next one must begin
    /// @return excess zero if the list's offset is this place and the padding is zero
    function elementAt(uint256 base, uint256 i, uint256 spot)
        internal
        pure
        returns (bytes calldata item, uint256 end, uint256 excess)
    {
        unchecked {
            uint256 size = load(spot);
            excess = load(base + i * WORD) ^ (spot - base);
            spot += WORD;
            assembly ("memory-safe") {
                item.offset := spot
                item.length := size
            }
            end = spot + size / WORD * WORD;
            if (size % WORD != 0) {
                excess |= load(end) << size % WORD * 8;
                end += WORD;
            }
        }
    }

    /// @notice A word of the calldata; beyond its end there are zeros.
    /// @param spot its place
    /// @return word 32 bytes
    function load(uint256 spot) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(spot)
        }
    }

    /// @notice How many elements a list of the calldata has: the word before its first element.
    /// @param first where its first element is
    /// @return length of the list
    function lengthOf(uint256 first) internal pure returns (uint256 length) {
        unchecked {
            return load(first - WORD);
        }
    }

    /// @notice A dynamic member must begin where the one before it ended.
    /// @param ctx the command while it is judged
    /// @param base where the tuple's head begins
    /// @param head of the member, its number of bytes from base
    function expect(Context memory ctx, uint256 base, uint256 head) internal pure {
        unchecked {
            ctx.wrong |= load(base + head) ^ (ctx.tail - base);
        }
    }

    /// @dev hashStruct of the struct at a place, and its copy in memory. A list or text first has its hash there, then,
    /// when all is hashed, its place: `patches` remembers, 64 bits for each, where (32) to put what (32). No struct has
    /// more than four of them, and memory is below 2^32.
    function _readStruct(Context memory ctx, uint256 spot, bytes32 typeHash, bytes32 members)
        private
        pure
        returns (uint256 hash, uint256 p)
    {
        unchecked {
            uint256 size = uint8(uint256(members)) * WORD;
            p = _allocate(size + WORD);
            _store(p, uint256(typeHash));
            uint256 base = spot;
            uint256 patches = 0;
            uint256 wrong = 0;
            for (uint256 to = p + WORD; to <= p + size; to += WORD) {
                uint256 word = load(spot);
                uint256 code = uint256(members) >> 248;
                if (code < BOOL) {
                    wrong |= word >> code * 8;
                } else if (code < LISTS) {
                    wrong |= _excess(code, word);
                } else {
                    wrong |= word ^ (ctx.tail - base);
                    uint256 copy;
                    (word, copy) = _readTail(ctx, code);
                    patches = patches << 64 | to << 32 | copy;
                }
                _store(to, word);
                members <<= 8;
                spot += WORD;
            }
            ctx.wrong |= wrong;
            hash = _keccak(p, size + WORD);
            p += WORD;
            for (; patches != 0; patches >>= 64) _store(uint32(patches >> 32), uint32(patches));
        }
    }

    /// @dev The bits that an atomic value may not have, unless it is a number.
    function _excess(uint256 code, uint256 word) private pure returns (uint256 bits) {
        unchecked {
            if (code > LEFT) return word << (code - LEFT) * 8;
            if (code == BOOL) return word >> 1;
            return word ^ uint256(int256(int16(uint16(word))));
        }
    }

    /// @dev The hash of the text or list at the tail, which it moves behind it, and the place of its copy.
    function _readTail(Context memory ctx, uint256 code) private pure returns (uint256 hash, uint256 p) {
        if (code == STRING) return _readString(ctx);
        if (code == ADDRESSES) return _readWords(ctx, 20);
        if (code == NUMBERS) return _readWords(ctx, 4);
        if (code == OFFSETS) return _readStructs(ctx, OFFSET_TYPE, OFFSET_MEMBERS);
        return _readStructs(ctx, RETURN_TYPE, RETURN_MEMBERS);
    }

    function _readString(Context memory ctx) private pure returns (uint256 hash, uint256 p) {
        unchecked {
            uint256 spot = ctx.tail + WORD;
            uint256 size = _list(ctx, 1);
            // The padding is zero.
            if (size % WORD != 0) ctx.wrong |= load(ctx.tail - WORD) << size % WORD * 8;
            p = _allocate(size / WORD * WORD + 2 * WORD);
            _store(p, size);
            assembly ("memory-safe") {
                calldatacopy(add(p, 32), spot, size)
            }
            hash = _keccak(p + WORD, size);
        }
    }

    /// @dev A list of numbers; bytes_ is the size of each.
    function _readWords(Context memory ctx, uint256 bytes_) private pure returns (uint256 hash, uint256 p) {
        unchecked {
            uint256 spot = ctx.tail + WORD;
            uint256 count = _list(ctx, WORD);
            p = _allocate((count + 1) * WORD);
            _store(p, count);
            uint256 wrong = 0;
            for (uint256 i = 0; i < count; ++i) {
                uint256 word = load(spot + i * WORD);
                wrong |= word >> bytes_ * 8;
                _store(p + (i + 1) * WORD, word);
            }
            ctx.wrong |= wrong;
            hash = _keccak(p + WORD, count * WORD);
        }
    }

    /// @dev A list of structs of atomic members: the hashes of its elements, then its copy.
    function _readStructs(Context memory ctx, bytes32 typeHash, bytes32 members)
        private
        pure
        returns (uint256 hash, uint256 p)
    {
        unchecked {
            uint256 step = uint8(uint256(members)) * WORD;
            uint256 spot = ctx.tail + WORD;
            uint256 count = _list(ctx, step);
            uint256 hashed = _allocate((2 * count + 1) * WORD);
            p = hashed + count * WORD;
            _store(p, count);
            for (uint256 i = 0; i < count; ++i) {
                (uint256 h, uint256 element) = _readStruct(ctx, spot + i * step, typeHash, members);
                _store(hashed + i * WORD, h);
                _store(p + (i + 1) * WORD, element);
            }
            hash = _keccak(hashed, count * WORD);
        }
    }

    /// @dev Moves the tail behind the list that begins there; step is the size of each element in bytes.
    function _list(Context memory ctx, uint256 step) private pure returns (uint256 count) {
        unchecked {
            count = load(ctx.tail);
            if (ctx.tail > ctx.end || count > (ctx.end - ctx.tail) / step) {
                ctx.wrong = 1;
                return 0;
            }
            ctx.tail += WORD + (count * step + WORD - 1) / WORD * WORD;
        }
    }

    function _allocate(uint256 size) private pure returns (uint256 p) {
        assembly ("memory-safe") {
            p := mload(0x40)
            mstore(0x40, add(p, size))
        }
    }

    /// @dev Stores a word at a place that was allocated.
    function _store(uint256 p, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(p, word)
        }
    }

    function _keccak(uint256 p, uint256 size) private pure returns (uint256 hash) {
        assembly ("memory-safe") {
            hash := keccak256(p, size)
        }
    }
}
