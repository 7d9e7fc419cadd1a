// Package block is the form of a journal's blocks: what is hashed, what is signed and
// what is kept. It opens no file, so an auditor links it. FORMATS.md beside the
// package above has the formats, with a literal of each.
package block
