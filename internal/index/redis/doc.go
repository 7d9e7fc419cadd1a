// Package redis is an index on Redis: the one for real use, which several
// servers share and which outlives them. Redis 7.0 or later.
//
// # What is kept
//
// One small hash, the pointer, says which generation of the index is current
// and how far it is; a generation is twelve keys, one for each kind of record.
// The records are those of index.Record, byte for byte:
//
//	tally:2:{LEDGER}                   hash   generation, next, last, beats
//	tally:2:{LEDGER}:GENERATION:o      hash   outcomes: record's key to value
//	tally:2:{LEDGER}:GENERATION:v      hash   vouchers: record's key to value
//	tally:2:{LEDGER}:GENERATION:w      zset   wallets' vouchers: record's key, score 0
//	tally:2:{LEDGER}:GENERATION:c      hash   campaigns: record's key to value
//	tally:2:{LEDGER}:GENERATION:n      zset   campaigns by age: record's key, score 0
//	tally:2:{LEDGER}:GENERATION:m      zset   merchants: record's key and value joined, score 0
//	tally:2:{LEDGER}:GENERATION:r      hash   references: record's key to value
//	tally:2:{LEDGER}:GENERATION:t      hash   taken serials: record's key to value
//	tally:2:{LEDGER}:GENERATION:b      zset   merchants' campaigns by age: record's key, score 0
//	tally:2:{LEDGER}:GENERATION:p      zset   orders of stores and merchants: record's key, score 0
//	tally:2:{LEDGER}:GENERATION:h      zset   vouchers' histories: record's key, score 0
//	tally:2:{LEDGER}:GENERATION:y      hash   buyers' first orders: record's key to value
//
// 2 is index.Schema, LEDGER the ledger id in 64 hex digits, so that two ledgers
// share one Redis, and GENERATION 16 random hex digits. next is a position of 16
// bytes, last a position and a SHA-256, beats a decimal number. Each of the twelve
// keys has one empty item from its start, so that none exists only sometimes.
// What nobody projects to for KeepFor vanishes.
//
// There are twelve keys and not one per voucher because Redis evicts, expires and
// loses whole keys: of a generation that lacks one of its keys nothing is
// believed any more, so what was lost cannot make a wrong figure or half a list.
// A dictionary's field is smaller than a key, too.
//
// It wants one primary. The braces put all of a ledger into one slot, as scripts
// need, so a cluster would serve each ledger from one of its shards; the client
// here speaks to one server, or to what routes to one. Give it memory enough and
// maxmemory-policy noeviction, and lazyfree-lazy-expire yes, lazyfree-lazy-eviction
// yes, because a generation's keys are large.
//
// # What it takes
//
// Measured with 100,000 vouchers, claimed one by one and redeemed one by one, on
// Redis 7.0.15: 934 bytes of used_memory_dataset for each claimed voucher (its
// state, its place in its wallet, its claim's outcome and its history) and 1,630
// more for each redemption by a wallet that bought nothing before (outcome, reference,
// history, a place in two lists of orders, and the wallet's first order). A voucher's state keeps its size whatever happens to it; a million serials' bits are at most 128 KiB. Redis
// spent 22 µs of processor time on an entry. On two cores with a load of 5 to 7
// beside it: 9,500 adds of one entry a second from one caller, 22,900 entries a
// second in batches of 500, a voucher's look-up in 1.3 to 1.5 times what a bare
// HGETALL took on the same machine at the same time, 100,000 entries rebuilt in
// 4.0 to 4.1 s, free serials among a million that are sold out in 1.6 ms, once a
// minute: it is remembered which records are full.
//
// # When it may be believed
//
// Every read asks in the same round trip for the pointer and whether all twelve
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
