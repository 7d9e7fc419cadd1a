// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Codec} from "../libraries/Codec.sol";
import {Limits} from "../libraries/Limits.sol";
import {SignaturePtr} from "./SignaturePtr.sol";

/// @dev A list of Possession in the calldata: a holder and a signature each.
type PossessionList is uint256;

/// @dev The signatures of a command that several operators sign.
struct Approvals {
    SignaturePtr first; // of the approvers' signatures, in their order
    uint256 count;
    PossessionList possessions;
    uint256 proofs; // how many possessions there are
}

using ApprovalsLibrary for PossessionList global;
using ApprovalsLibrary for Approvals global;

/// @notice Checks proofs of possession.
library ApprovalsLibrary {
    uint256 private constant SIZE = 96; // bytes of a proof
    uint256 private constant SIGNATURE_AT = 32; // bytes from the proof

    /// @notice The holder of a key.
    /// @param list of proofs
    /// @param i the proof's number
    /// @return account the holder's address
    function holder(PossessionList list, uint256 i) internal pure returns (address account) {
        unchecked {
            return address(uint160(Codec.load(PossessionList.unwrap(list) + i * SIZE)));
        }
    }

    /// @notice The holder's signature.
    /// @param list of proofs
    /// @param i the proof's number
    /// @return proof of the holder
    function signature(PossessionList list, uint256 i) internal pure returns (SignaturePtr proof) {
        unchecked {
            return SignaturePtr.wrap(PossessionList.unwrap(list) + i * SIZE + SIGNATURE_AT);
        }
    }

    /// @notice Reports whether there are more signatures than there can be signers: then none is looked at.
    /// @param a the signatures
    /// @return ok true where there are more
    function areTooMany(Approvals memory a) internal pure returns (bool ok) {
        return a.count + a.proofs > Limits.SIGNERS + 1;
    }

    /// @notice Reports whether the holders that proofs name signed a digest.
    /// @param a the signatures
    /// @param digest what was signed
    /// @return ok true where all signed it
    function areProven(Approvals memory a, bytes32 digest) internal pure returns (bool ok) {
        for (uint256 i = 0; i < a.proofs; ++i) {
            if (!a.possessions.signature(i).isBy(a.possessions.holder(i), digest)) return false;
        }
        return true;
    }

    /// @notice Reports whether proofs name members of a list, in its order.
    /// @param a the signatures
    /// @param members ascending
    /// @return ok true where they do, none twice
    function areOf(Approvals memory a, address[] memory members) internal pure returns (bool ok) {
        uint256 found = 0;
        for (uint256 i = 0; i < members.length; ++i) {
            if (found < a.proofs && members[i] == a.possessions.holder(found)) ++found;
        }
        return found == a.proofs;
    }

    /// @notice Reports whether a proof names a holder.
    /// @param a the signatures
    /// @param account the holder
    /// @return ok true where one does
    function include(Approvals memory a, address account) internal pure returns (bool ok) {
        for (uint256 i = 0; i < a.proofs; ++i) {
            if (a.possessions.holder(i) == account) return true;
        }
        return false;
    }
}
