package cli

import (
	"crypto/rand"
	"crypto/sha256"

	"tally/internal/voucher"
)

// Salted is the function of that name, and keeps the salt with what is sent: without
// it nobody can prove the details.
func (a *App) Salted(text string, salt voucher.Hash) (used, sum voucher.Hash) {
	a.salt, sum = Salted(text, salt)
	return a.salt, sum
}

// Salted is the hash of a text and a salt, which is made up if it is zero. Of no
// text both are zero.
func Salted(text string, salt voucher.Hash) (used, sum voucher.Hash) {
	if text == "" {
		return voucher.Hash{}, voucher.Hash{}
	}
	if salt.IsZero() {
		_, _ = rand.Read(salt[:]) // never fails
	}
	return salt, sha256.Sum256(append(salt[:], text...))
}
