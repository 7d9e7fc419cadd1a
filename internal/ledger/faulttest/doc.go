// Package faulttest has the disk of a ledger fail at every system call, one after the
// other, and holds what is left against what was acknowledged. It needs Linux on amd64;
// elsewhere the package is empty.
package faulttest
