package api

import (
	"crypto/sha256"

	"tally/internal/voucher"
)

// Reference is what an acceptance says of an Idempotency-Key: its SHA-256. The till
// signs it, so the key finds the redemption for as long as the ledger lives.
func Reference(key string) voucher.Hash { return sha256.Sum256([]byte(key)) }
