// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Codec} from "../libraries/Codec.sol";
import {Limits} from "../libraries/Limits.sol";

/// @dev A list of Place in the calldata: none, or one for each line of the offer. The pointer is where the first offset
/// is; the word before has how many places there are.
type PlaceList is uint256;

/// @dev A Place in the calldata: issue, index, an offset, the number of hashes, the hashes. Zero: there is no place.
type PlacePtr is uint256;

/// @dev An inclusion proof in the calldata. The pointer is where the first hash is; the word before has how many hashes
/// there are.
type PathPtr is uint256;

using PlacePtrLibrary for PlaceList global;
using PlacePtrLibrary for PlacePtr global;
using PlacePtrLibrary for PathPtr global;

/// @notice Reads places. Decoder has checked that they are canonical.
library PlacePtrLibrary {
    uint256 private constant WORD = 32; // bytes
    uint256 private constant INDEX_AT = 32; // bytes from the place
    uint256 private constant PATH_AT = 128;

    /// @notice Reports whether there are no places or one for each line, and no path is too long.
    /// @param list of places
    /// @param lines how many the command has
    /// @return ok true where it is so
    function isValid(PlaceList list, uint256 lines) internal pure returns (bool ok) {
        uint256 count = Codec.lengthOf(PlaceList.unwrap(list));
        if (count == 0) return true;
        if (count != lines) return false;
        for (uint256 i = 0; i < count; ++i) {
            if (!isShort(path(get(list, i)))) return false;
        }
        return true;
    }

    /// @notice The place of a line.
    /// @param list of places
    /// @param line its number
    /// @return place zero where the list is empty
    function get(PlaceList list, uint256 line) internal pure returns (PlacePtr place) {
        unchecked {
            uint256 first = PlaceList.unwrap(list);
            return PlacePtr.wrap(Codec.lengthOf(first) == 0 ? 0 : first + Codec.load(first + line * WORD));
        }
    }

    /// @notice Reports whether the command has no place here.
    /// @param place or zero
    /// @return none true where it is zero
    function isZero(PlacePtr place) internal pure returns (bool none) {
        return PlacePtr.unwrap(place) == 0;
    }

    /// @notice The issue whose list it is.
    /// @param place not zero
    /// @return id of the issue; zero: the command names no place
    function issue(PlacePtr place) internal pure returns (bytes32 id) {
        return bytes32(Codec.load(PlacePtr.unwrap(place)));
    }

    /// @notice The entry of the list.
    /// @param place not zero
    /// @return number 32 bits
    function index(PlacePtr place) internal pure returns (uint256 number) {
        unchecked {
            return Codec.load(PlacePtr.unwrap(place) + INDEX_AT);
        }
    }

    /// @notice The proof that the list has the entry.
    /// @param place not zero
    /// @return proof of any length
    function path(PlacePtr place) internal pure returns (PathPtr proof) {
        unchecked {
            return PathPtr.wrap(PlacePtr.unwrap(place) + PATH_AT);
        }
    }

    /// @notice Reports whether the proof has no more hashes than a list can need.
    /// @param proof of any length
    /// @return ok true where it is at most Limits.PROOF
    function isShort(PathPtr proof) internal pure returns (bool ok) {
        return Codec.lengthOf(PathPtr.unwrap(proof)) <= Limits.PROOF;
    }
}
