// Package audit is what an auditor needs to check a ledger of vouchers without
// trusting the ledger's operators. It knows the rules and no driver: a leaf is the
// same whatever the ledger is made of.
package audit
