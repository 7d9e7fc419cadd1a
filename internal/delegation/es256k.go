package delegation

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"fmt"

	"github.com/golang-jwt/jwt/v5"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// es256k is the algorithm of RFC 8812: ECDSA over secp256k1 with SHA-256, whose
// signature is r and s, 32 bytes each. Keys are known by their addresses: the
// key that verifies is a voucher.Address, and the signer is recovered. Of the
// two values that s may have only the lower is good, so that a token has one text.
type es256k struct{}

var _ jwt.SigningMethod = es256k{}

// Alg implements jwt.SigningMethod.
func (es256k) Alg() string { return "ES256K" }

// Sign implements jwt.SigningMethod.
func (es256k) Sign(text string, key any) ([]byte, error) {
	private, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, jwt.ErrInvalidKeyType
	}
	s, err := intent.SignDigest(private, sha256.Sum256([]byte(text)))
	if err != nil {
		return nil, err
	}
	s.VS[0] &^= parity
	return append(s.R[:], s.VS[:]...), nil
}

// parity is the bit in which EIP-2098 keeps what a JWT does not tell.
const parity = 0x80

// Verify implements jwt.SigningMethod.
func (es256k) Verify(text string, signature []byte, key any) error {
	signer, ok := key.(voucher.Address)
	if !ok {
		return jwt.ErrInvalidKeyType
	}
	if len(signature) != 64 || signature[32]&parity != 0 {
		return fmt.Errorf("64 bytes and a low s wanted: %w", jwt.ErrSignatureInvalid)
	}
	digest := sha256.Sum256([]byte(text))
	s := voucher.Signature{R: voucher.Hash(signature[:32]), VS: voucher.Hash(signature[32:])}
	even := intent.Signer(digest, s)
	s.VS[0] |= parity
	odd := intent.Signer(digest, s)
	if signer.IsZero() || even != signer && odd != signer {
		return jwt.ErrSignatureInvalid
	}
	return nil
}
