// Package outbox keeps what a person signed until its outcome is known.
//
// A command whose answer is lost may or may not have taken effect. Signed anew it is
// another command, and may take effect as well; sent again as it was, it takes effect
// at most once. So a command is in the outbox, on the disk and with its name there,
// before it leaves, and it stays there until its outcome is known.
//
// An item is one file, which its owner alone can read: a code is in it that anybody
// could spend, or the salt of what the ledger has a hash of. No passphrase and no key
// is in it. The file is named after the fingerprint of what the person asked for, so
// the same request finds what was signed for it. It has one line of JSON and its sum
// (see disk.WithSum).
//
//	{"version":1,"fingerprint":"0x…","id":"0x…","server":"https://tally.example",…}
//	6bd1…64 digits
package outbox
