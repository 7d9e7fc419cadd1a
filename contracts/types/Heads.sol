// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LineList} from "./LinePtr.sol";
import {PartList} from "./PartPtr.sol";
import {RefList} from "./RefPtr.sol";
import {SignaturePtr} from "./SignaturePtr.sol";
import {TakeList} from "./TakePtr.sol";

// ---------------------------------------------------------------------------
// Intents with lists, as Decoder returns them: the head of the struct is in
// memory, member for member as in types/Intents.sol, and the list stays in the
// calldata, where its pointer says.
// ---------------------------------------------------------------------------

/// @dev A Redeem.
struct OfferHead {
    address owner;
    LineList lines;
    uint64 signedAt;
    uint64 deadline;
    uint64 holdUntil;
    bytes32 order;
}

/// @dev An Accept.
struct AcceptHead {
    bytes32 offer;
    address merchant;
    address till;
    uint32 store;
    PartList parts;
    bytes3 currency;
    uint64 amount;
    bytes32 details;
    bytes32 reference_;
}

/// @dev A Capture.
struct CaptureHead {
    bytes32 hold;
    address merchant;
    address till;
    uint32 store;
    TakeList takes;
    bytes3 currency;
    uint64 amount;
    bytes32 details;
    bytes32 reference_;
    uint64 deadline;
}

/// @dev A Release.
struct ReleaseHead {
    bytes32 hold;
    address merchant;
    address till;
    uint32 store;
    RefList vouchers;
    uint64 deadline;
}

/// @dev What the two authors of a command sign, and where their signatures are.
struct TwoDigests {
    bytes32 first; // the command's id
    bytes32 second;
    SignaturePtr firstSignature;
    SignaturePtr secondSignature;
}
