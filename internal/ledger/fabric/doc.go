// Package fabric is the ledger on a channel of Hyperledger Fabric that several
// organisations run: the chaincode of package chaincode, spoken to through the
// gateways, endorsers and block streams of several peers.
//
// A batch of commands is one transaction. It is endorsed in the state as it is
// by as many organisations as the chaincode's policy asks for, then ordered, and
// valid only if nothing it read has changed meanwhile. One that is voided has had
// no effect: its commands are judged again, in halves.
//
// A refusal writes nothing. What no ledger accepts is refused here, before
// anybody is asked. Where endorsers refuse some of a batch, the others are
// endorsed once more, alone: what was refused is in no transaction, and no key of
// it in any read set, so nobody voids others' commands with refused ones. What
// remains is the race between endorsing and ordering: a command that was accepted
// when it was endorsed, and that another transaction overtakes, voids its
// transaction and is in a block with it. Halving finds it in as many steps as the
// batch's size has binary digits, and alone it is tried at most maxVoided times.
//
// What is believed, and whom:
//
//   - That a command was accepted: the endorsements of the policy's organisations
//     (the gateway collects them, every peer checks them before it commits), and
//     the block of as many peers as Options.Witnesses says, one by default, that
//     has the transaction and calls it valid. Blocks must link, a record must be of
//     the commands beside it, and every connected peer's block of a number must be
//     the same, to the header's hash and the verdicts; a peer that shows another
//     than the first is not listened to, and the log says so.
//   - That a command was refused: the endorsers, and then one peer that is not
//     behind what this process returned. A refusal is in no block.
//   - Reads: one peer, at least as high as every block this process has seen.
//   - The orderers' signatures, and that the verdicts follow from the history, are
//     the auditor's business: this package does not check them.
//
// A time-out settles nothing: an envelope that an orderer withheld can come out
// later, and Fabric does not look at a transaction's age. So a transaction is
// sent again, the same envelope by another gateway, until it is in a block or the
// caller's context ends; then its outcome is unknown, until Outcome finds it or a
// cancel is accepted.
//
// It needs of each peer: the gateway, endorser and deliver services, and the
// system chaincode qscc for readers of the channel.
package fabric
