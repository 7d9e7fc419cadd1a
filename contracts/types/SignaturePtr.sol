// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {Codec} from "../libraries/Codec.sol";

/// @dev A signature in the calldata, in the two words of EIP-2098.
type SignaturePtr is uint256;

using SignaturePtrLibrary for SignaturePtr global;

/// @notice Checks signatures.
library SignaturePtrLibrary {
    uint256 private constant SIZE = 64; // bytes of a signature
    uint256 private constant VS_AT = 32; // bytes from the signature

    /// @notice Reports whether an author signed a digest. The zero address signs nothing, and a high s is no signature.
    /// @param signature of the digest
    /// @param author whom the intent names
    /// @param digest what was signed
    /// @return ok true where the signature is the author's
    function isBy(SignaturePtr signature, address author, bytes32 digest) internal pure returns (bool ok) {
        unchecked {
            bytes32 r = bytes32(Codec.load(SignaturePtr.unwrap(signature)));
            bytes32 vs = bytes32(Codec.load(SignaturePtr.unwrap(signature) + VS_AT));
            (address signer,,) = ECDSA.tryRecover(digest, r, vs);
            return author != address(0) && signer == author;
        }
    }

    /// @notice Reports whether an author and the holder of a key that comes into force signed a digest.
    /// @param signature of the author; the holder's follows
    /// @param author whom the intent names
    /// @param holder of the key
    /// @param digest what was signed
    /// @return ok true where both signed it
    function isByBoth(SignaturePtr signature, address author, address holder, bytes32 digest)
        internal
        pure
        returns (bool ok)
    {
        return isBy(signature, author, digest) && isBy(get(signature, 1), holder, digest);
    }

    /// @notice A signature of a list of them.
    /// @param first of the list
    /// @param i its number
    /// @return signature the i-th
    function get(SignaturePtr first, uint256 i) internal pure returns (SignaturePtr signature) {
        unchecked {
            return SignaturePtr.wrap(SignaturePtr.unwrap(first) + i * SIZE);
        }
    }
}
