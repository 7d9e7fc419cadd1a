// Package redis is an index on Redis: the one for real use, which several
// servers share and which outlives them. Redis 7.0 or later.
//
// # What is kept
//
// One small hash, the pointer, says which generation of the index is current
// and how far it is; a generation is thirteen keys:
//
//	tally:3:{LEDGER}                   hash   generation, next, last, beats
//	tally:3:{LEDGER}:GENERATION:o      hash   where outcomes are: buckets of tags
//	tally:3:{LEDGER}:GENERATION:v      hash   vouchers, and where they were touched last: buckets of eight
//	tally:3:{LEDGER}:GENERATION:w      hash   wallets' vouchers: buckets
//	tally:3:{LEDGER}:GENERATION:x      zset   vouchers of wallets that have many: pieces of lists
//	tally:3:{LEDGER}:GENERATION:c      hash   campaigns: record's key to value
//	tally:3:{LEDGER}:GENERATION:n      zset   campaigns by age: record's key, score 0
//	tally:3:{LEDGER}:GENERATION:m      zset   merchants: record's key and value joined, score 0
//	tally:3:{LEDGER}:GENERATION:r      hash   where references' first orders are: buckets of tags
//	tally:3:{LEDGER}:GENERATION:t      hash   taken serials: record's key to value, a bit each
//	tally:3:{LEDGER}:GENERATION:b      zset   merchants' campaigns by age: record's key, score 0
//	tally:3:{LEDGER}:GENERATION:p      zset   orders of stores and merchants: pieces of lists
//	tally:3:{LEDGER}:GENERATION:h      zset   vouchers' histories beyond the last touches: pieces of lists
//	tally:3:{LEDGER}:GENERATION:y      hash   where buyers' first orders are: buckets of tags
//
// 3 is index.Schema, LEDGER the ledger id in 64 hex digits, so that two ledgers
// share one Redis, and GENERATION 16 random hex digits. next is a position of 16
// bytes, last a position and a SHA-256, beats a decimal number. Each of the thirteen
// keys has one empty item from its start, so that none exists only sometimes.
// What nobody projects to for KeepFor vanishes: also what a server of another
// schema left, beside which this one works meanwhile.
//
// An outcome, an order, a reference and a touch are kept as where they are on the
// ledger, as packed positions (packed.go). Buckets and pieces pack many items into one
// value (buckets.go, lists.go): Redis takes 50 to 90 bytes for a field or a member, and
// these items have 5 to 50. How many buckets there are grows with what is in them.
//
// There are thirteen keys and not one per bucket because Redis evicts, expires and
// loses whole keys: of a generation that lacks one of its keys nothing is
// believed any more, so what was lost cannot make a wrong figure or half a list.
// A bucket of tags or wallets that is gone is noticed, too, by who reads it or adds to
// it, and so is one that cannot be read: then the index starts again. So do pieces.
//
// It wants one primary. The braces put all of a ledger into one slot, as scripts
// need, so a cluster would serve each ledger from one of its shards; the client
// here speaks to one server, or to what routes to one. Give it memory enough and
// maxmemory-policy noeviction, and lazyfree-lazy-expire yes, lazyfree-lazy-eviction
// yes, because a generation's keys are large.
//
// # What it takes
//
// Measured on 2026-12-01 with 100,000 vouchers, claimed one by one and redeemed one by
// one, on Redis 7.0.15 (TestIndex_MemoryPerVoucher):
//
//	used_memory_dataset, bytes                         schema 2   schema 3
//	for each claimed voucher                                933        140
//	more for each redemption by a wallet that
//	bought nothing before                                 1,630         95
//
// All serials of the campaign are claimed there. Of a campaign that has few of many claimed,
// each is in a bucket of its own, and takes about 60 bytes more. A voucher grows by 14 bytes
// with what happens to it; a million serials' bits are at most 128 KiB.
//
// Processor time for 40,005 entries of scripts/bench's history, half of them redemptions,
// made again on two cores that a load of 20 shared (four runs each, in turns):
//
//	microseconds an entry                              schema 2   schema 3
//	of Redis                                          23 to 25   27 to 29
//	of the server                                     14 to 14     4 to 5
//	of the server, for an index in memory               7 to 9     4 to 5
//
// Redis works more for an entry: its script takes buckets apart. The server works less: it
// reads one byte of a command where it read all. An outcome costs a read of its block on
// the ledger, which the teller remembers (8,192 of them): on a remote EVM one question for
// logs, on Fabric one block of a peer. Before, the index had a copy, which the teller had
// confirmed on the ledger once.
//
// # When it may be believed
//
// Every read asks in the same round trip for the pointer and whether all thirteen
// keys are there. It answers only from the generation that this process's
// projector has seen agree with the ledger and catch up, and only when the
// watermark is past everything that this process added and may have been lost:
// because the call failed, or because a connection reached another server
// process (a restart, a fail-over). Everything else is index.ErrUnavailable, and
// the caller asks the ledger.
//
// A call takes at most Options.Timeout from its turn on, and waits at most
// turnWait times as long for that: no more than Turns are under way. After breakAfter calls in a row that
// Redis did not answer, calls fail at once; one in breakFor is let through to see.
package redis
