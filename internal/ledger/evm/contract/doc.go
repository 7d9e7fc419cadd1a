// Package contract is how the contract Tally is spoken to, whatever chain it is on:
// Calls packs commands, Logs reads outcomes, Views reads records. A command travels as
// its encoding (voucher.EncodeCommand) in the call submit(bytes[]); its position is
// block, transaction, and index in the call. The package opens no connection.
package contract
