// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {State} from "./types/State.sol";

/// @notice Where the state is. Tally and Administration derive from this first, so both find it at slot 0.
abstract contract Stateful {
    State internal _state;
}
