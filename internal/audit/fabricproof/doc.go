// Package fabricproof shows offline that commands were accepted on a channel of
// Hyperledger Fabric, from nothing but the channel's blocks and the hash of its
// first one. It believes no peer and no server.
//
// Block after block it checks what Fabric's own peers check before they commit,
// and what they do not hand on a proof of:
//
//   - The block follows from the one before it, and its data is what its header
//     says, in one form (a hash over transactions without their lengths would
//     let bytes move from one to the next).
//   - The orderers signed it, as the channel's configuration at that height wants:
//     under BFT a quorum of distinct consenters, and at least that many; under Raft
//     one orderer. So with Raft any one orderer could have forged order and
//     completeness, with BFT more than a third of them together.
//   - A configuration block was ordered under the configuration before it, has the
//     next sequence, and was signed by those who may change what it changes.
//   - Each transaction's verdict. Verdicts are in no hash and under no signature:
//     a single peer could alter them. They are computed again, from the creator's
//     signature, the endorsers' signatures under the policies that the channel and
//     the chaincode's definition on the ledger name, and from what each transaction
//     read and wrote. One that differs is an error.
//
// What the orderers and endorsers agree on is believed: a majority of the
// endorsing organisations could have endorsed a command that the rules refuse,
// which a replay of the rules finds out (package replay), and a quorum of orderers
// could have withheld one, which nobody can see.
//
// Certificates are judged as Fabric judges them when it commits a block: against
// the authorities and revocation lists in the configuration at that height, and
// at the moment when the certificate began, so that a history does not end when
// its certificates do. What the clock was when a block was made, nobody signs.
//
// What Tally's channels do not use is refused and not passed over: key-level
// endorsement, range queries, collections other than the lifecycle's own, private
// validation plug-ins, chaincodes of the lifecycle before Fabric 2, identities
// other than X.509 with ECDSA or Ed25519.
package fabricproof
