// Package chain is an embedded EVM chain with one sealer: go-ethereum's block
// chain over one directory, without peers, without fees, under Cancun rules.
//
// What it promises:
//
//   - A block that Seal returned is on disk and survives a crash.
//   - Nothing shows a block before that: not Head, not Changed, not a read.
//   - Every header is signed by the sealer that block 0 names, and no block is
//     dated by a clock that is plainly wrong (ErrClockBehind, ErrClockAhead).
//
// The sealer's signature proves to others who wrote a block. It does not stop
// the operator, who holds the key, from writing another history: anchor head
// hashes elsewhere against that.
//
// If the disk refuses a write, the store tells Options.Fatal, which ends the
// process, and the next Open recovers. go-ethereum ends the process, too, where a
// write fails, and logs to its own global logger, silent by default. A program
// should direct it with log.SetDefault, at least at level warn.
//
// The last block that was acknowledged is marked in the file head, beside the
// database: a chain without that block is refused (see LostError).
//
// # How the state is kept
//
// Blocks are written and synced one by one; the state is not. While the disk takes a
// block, its state is committed to memory (see states). A state that cannot be
// committed ends the chain, as the block may be on the disk by then. The state goes
// to disk, by go-ethereum's path scheme, every 1024 blocks or 200 million gas and at
// Close. Open executes again the blocks that came after (see recover). The other
// choice was the hash scheme in archive mode, which
// keeps the state of every block. Measured on two noisy cores and ext4, 2000
// blocks, each transaction writing one new random slot, the range of several
// runs:
//
//	                                    blocks/s    p50 ms      disk B/block
//	path, flushed rarely  1 tx/block    570 - 790   1.0 - 1.3        700
//	                      50 txs        62 - 96     9 - 13         16 300
//	path, each block      1 tx/block    530 - 770   1.3 - 1.4        760
//	                      50 txs        50 - 96     14 - 15        16 300
//	hash archive          1 tx/block    540 - 900   1.3 - 1.4      2 440
//	                      50 txs        59 - 68     13 - 14        69 500
//
// Speed does not decide: the ranges overlap. Disk does, by a factor of four,
// more with a larger state. What the archive would give, state at old blocks,
// nobody needs: our proofs are receipt proofs. Writing the state at each block
// would make recovery free, but then every block makes the state under running
// reads unreadable, and they must start again.
//
// What a flush costs falls on one Seal: up to 10 to 30 ms after 1024 blocks of
// one transaction, 90 to 300 ms after 200 million gas in new slots. What a
// crash costs is the recovery: 1000 blocks of one transaction took 1.2 to 1.4 s
// to open; 1000 blocks of 50 transactions took 7 to 12 s. The limit on gas
// leaves a tenth of that.
package chain
