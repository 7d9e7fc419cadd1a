// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The verbs: the first byte of a command, as internal/voucher numbers them. ITally lists the command of each verb.
/// A verb keeps its number for ever.
library Verbs {
    uint8 internal constant SET_OPERATORS = 1;
    uint8 internal constant ADMIT_MERCHANT = 2;
    uint8 internal constant SUSPEND_MERCHANT = 3;
    uint8 internal constant REINSTATE_MERCHANT = 4;
    uint8 internal constant PUT_STORE = 5;
    uint8 internal constant PUT_KEY = 6;
    uint8 internal constant ROTATE_ROOT = 7;
    uint8 internal constant RECOVER_ROOT = 8;
    uint8 internal constant CREATE_CAMPAIGN = 9;
    uint8 internal constant CHANGE_CAMPAIGN = 10;
    uint8 internal constant ISSUE = 11;
    uint8 internal constant DELIVER = 12;
    uint8 internal constant CLAIM = 13;
    uint8 internal constant TRANSFER = 14;
    uint8 internal constant REDEEM = 15;
    uint8 internal constant CAPTURE = 16;
    uint8 internal constant RELEASE = 17;
    uint8 internal constant CANCEL = 18;
    uint8 internal constant ROLLBACK = 19;
    uint8 internal constant VOID = 20;
    uint8 internal constant SET_OPERATORS_PROVEN = 21;
    uint8 internal constant ADMIT_MERCHANT_PROVEN = 22;
    uint8 internal constant ROTATE_ROOT_PROVEN = 23;
    uint8 internal constant RECOVER_ROOT_PROVEN = 24;
    uint8 internal constant SET_AUDITOR = 25;
    uint8 internal constant PUT_ATTESTOR = 26;
}
