// Package voucher is the rules of Tally: what a campaign, a voucher and a
// command are, and what a command does to the state of the ledger.
//
// It is pure and deterministic and imports the standard library only. The
// chaincode executes it, the auditor replays it, the memory ledger is it, and
// the Solidity contract is held equal to it by tests. Nothing in here reads a
// clock, draws a random number or recovers a signature: time and authors are
// arguments of Apply.
//
// # How a command travels
//
//	intent     what an author signs (EIP-712): one struct type
//	command    one or more intents with their signatures and what the relayer adds, command.go
//	Apply      decides: accepted with events, or refused with one Kind, apply.go
//	event      what changed, with the state after the change, events.go
//
// Each verb has a file of its own, named for it: its intent, its command, its
// events and its rule. verbs.go lists them, one row a verb.
//
// Every intent names its author, a deadline in Unix seconds, and the state that
// it expects, so that it can take effect once.
//
// # One description, four encodings
//
// The struct types of intents, commands and events are read by reflection, and
// the json tag of a field is its name everywhere. The name of an intent's Go type
// is its EIP-712 type; Address is address, Hash bytes32, CampaignID bytes16 and
// Currency bytes3.
//
//	EIP-712    package intent: what wallets sign, and the vectors
//	ABI        abi.go: what a ledger receives (a verb byte, then the ABI tuple), and event data on an EVM
//	JSON       canonical.go: RFC 8785, what people and logs read
//	slot       slot.go: one voucher in one 256-bit word
package voucher
