// Package cli is what all commands of the command line have in common: flags, keys
// and connection, answers in text or JSON, failures with their exit codes; and the
// commands that are nobody's in particular (keys, status, doctor, manual,
// completion). Those of an actor are in the folder of that name. A library's error is
// plain: only a command says Misused.
package cli
