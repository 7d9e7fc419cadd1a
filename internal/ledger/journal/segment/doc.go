// Package segment keeps a journal's blocks in files of one length, which are
// written with zeros ahead of time: appending a block changes no file's length, so one
// fdatasync makes it last.
//
// Open reads every byte. What a crash leaves half written at the end is told from
// damage to what was acknowledged: after a block was synced, and before anybody
// is told of it, a mark is written behind it. A bad frame at the end of the last file
// without that mark was never acknowledged, and is wiped. All else is a DamagedError.
// FORMATS.md beside the package above has the formats, with a literal of each.
package segment
