// Package deposit keeps the records of orders and of returns that a merchant's tills
// deposit with a server, so that a lost till loses no books. The ledger has a hash of each
// record; the record itself, with the salt of that hash, is here. Nothing else depends on
// a record: one that is erased, or lost with the disk, harms no proof.
//
// # What it promises
//
//   - A record is kept under the command that it belongs to: a redemption, a capture or a
//     rollback. It is kept only if it is an order record or a return record in its canonical
//     form, and if its hash with the salt is what was signed. So each command has one text.
//   - What was put is on the disk before Put returns, also after the process was killed.
//   - What is read is held against the ledger's hash again. A record that a disk changed is
//     ErrDamaged, is never handed out, and may be put again.
//   - What was erased stays erased: the same record is not taken again, so that no copy
//     under way brings it back. Copies of the directory, and what a disk keeps of a file that was
//     replaced, are beyond the store.
//
// # Its files
//
// A record is one file, DIR/MERCHANT/BYTE/COMMAND: a line with the salt, then the text. A
// mark takes the place of one that was erased. It is no database, because a database that
// lost a page of its log or of its list of tables lost records without a word, and because
// it kept the bytes of an erased record in its log. One process has the directory: that
// which has the ledger beside it.
package deposit
