// Package demo plays a whole story on this machine, from issue to audit: a server is
// killed in the middle, and the books are recomputed from the ledger at the end.
package demo
