// Package sealer is what the ledgers that one operator runs keep in their directory
// beside the history: the key of the one who seals it, and a mark that says whose
// directory it is. Without the history, a marked directory is never founded anew.
package sealer
