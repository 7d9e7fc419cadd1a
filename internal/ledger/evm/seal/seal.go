// Package seal is the signature of the embedded chain's sealer on its headers.
// It needs nothing but a header, so an auditor checks it offline; package
// chain signs and verifies with the same functions.
//
// A sealed header's extra data is 32 bytes kept zero, then the 65 bytes r ‖ s ‖ v
// of secp256k1 over Hash, with v 0 or 1 and s in the lower half of the group
// order. The signature covers every field of the header, the first 32 bytes of
// the extra data among them; the block's hash covers the signature too.
//
// The sealer signs its transactions with the same key. Neither signature can
// pass for the other: a header is signed as an RLP list that begins with a
// string of 32 bytes, a transaction as one that begins with its nonce, which
// has at most eight, or, where it has a type, as no list at all.
package seal

import (
	"crypto/ecdsa"
	"errors"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
)

// The lengths of extra data, in bytes: before signing, and of a sealed header.
const (
	Vanity = 32
	sealed = Vanity + crypto.SignatureLength
)

// ErrBad says that a header is not signed by the chain's sealer.
var ErrBad = errors.New("header is not signed by the chain's sealer")

// Hash is what the sealer signs: the hash of the header without its signature.
// It is meaningful for headers above the genesis only.
func Hash(h *types.Header) common.Hash {
	unsealed := types.CopyHeader(h)
	if len(unsealed.Extra) > Vanity {
		unsealed.Extra = unsealed.Extra[:Vanity]
	}
	return unsealed.Hash()
}

// Verify returns an error wrapping ErrBad unless sealer signed the header.
func Verify(h *types.Header, sealer common.Address) error {
	if len(h.Extra) != sealed {
		return fmt.Errorf("%w: extra data has %d bytes", ErrBad, len(h.Extra))
	}
	sig := h.Extra[Vanity:]
	// The other half of the curve would give a second hash for one signature.
	r, s := new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:64])
	if !crypto.ValidateSignatureValues(sig[64], r, s, true) {
		return fmt.Errorf("%w: signature is malformed", ErrBad)
	}
	pub, err := crypto.SigToPub(Hash(h).Bytes(), sig)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBad, err)
	}
	if signer := crypto.PubkeyToAddress(*pub); signer != sealer {
		return fmt.Errorf("%w: signed by %s, not %s", ErrBad, signer, sealer)
	}
	return nil
}

// Sign appends the signature to the header's extra data, in place of one that
// is there.
func Sign(h *types.Header, key *ecdsa.PrivateKey) error {
	sig, err := crypto.Sign(Hash(h).Bytes(), key)
	if err != nil {
		return fmt.Errorf("sign header: %w", err)
	}
	h.Extra = append(append(make([]byte, 0, sealed), h.Extra[:Vanity]...), sig...)
	return nil
}
