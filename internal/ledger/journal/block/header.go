package block

import (
	"bytes"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rlp"

	"tally/internal/voucher"
)

// Format is the first member of every header: the format and its version.
const Format = "tally-journal-block-1"

// maxHeader is the greatest length of a header, in bytes. One has less than 300.
const maxHeader = 512

var (
	// ErrHeader says that bytes are not a header in its one form.
	ErrHeader = errors.New("not a journal's header in its canonical form")
	// ErrSeal says that a header is not signed by the journal's sealer.
	ErrSeal = errors.New("the header is not signed by the journal's sealer")
)

// Header is what the sealer signs of a block.
type Header struct {
	Format string
	Ledger voucher.Hash // zero in block 0, whose hash the ledger's id is made of
	Number uint64
	Parent voucher.Hash // hash of the block before; zero in block 0
	Time   uint64       // Unix seconds, never before the parent's
	Count  uint32       // records
	Root   voucher.Hash // of the records: see Root
	Seal   []byte       // r ‖ s ‖ v, 65 bytes, v 0 or 1, s in the lower half of the order
}

// Encode is the header in its one form: the RLP of the list of its members.
func (h Header) Encode() []byte { return encode(h) }

// encode never fails: the members of what is encoded here are texts, numbers and bytes.
func encode(v any) []byte {
	raw, err := rlp.EncodeToBytes(v)
	if err != nil {
		panic(err)
	}
	return raw
}

// DecodeHeader reads what Encode writes and nothing else. The error is ErrHeader.
func DecodeHeader(raw []byte) (h Header, err error) {
	if len(raw) > maxHeader {
		return h, fmt.Errorf("%w: %d bytes, at most %d", ErrHeader, len(raw), maxHeader)
	}
	if err := rlp.DecodeBytes(raw, &h); err != nil {
		return h, fmt.Errorf("%w: %w", ErrHeader, err)
	}
	if h.Format != Format || !bytes.Equal(h.Encode(), raw) {
		return h, fmt.Errorf("%w: format is not %s", ErrHeader, Format)
	}
	return h, nil
}

// Hash is the block's hash: the keccak of the header, its signature included.
func (h Header) Hash() voucher.Hash { return HashOf(h.Encode()) }

// HashOf is the hash of the block with this encoded header.
func HashOf(header []byte) voucher.Hash { return voucher.Hash(crypto.Keccak256Hash(header)) }

// digest is what the sealer signs: the keccak of the list without its last member.
// It begins with a text of 21 bytes, so no transaction, no header of an EVM chain and
// no typed data has the same bytes.
func (h Header) digest() []byte {
	return crypto.Keccak256(encode([]any{h.Format, h.Ledger, h.Number, h.Parent, h.Time, h.Count, h.Root}))
}

// Sign puts the sealer's signature into the header.
func (h *Header) Sign(key *ecdsa.PrivateKey) error {
	seal, err := crypto.Sign(h.digest(), key)
	if err != nil {
		return fmt.Errorf("sign header: %w", err)
	}
	h.Seal = seal
	return nil
}

// Verify returns an error wrapping ErrSeal unless sealer signed the header.
func (h Header) Verify(sealer voucher.Address) error {
	if len(h.Seal) != crypto.SignatureLength {
		return fmt.Errorf("%w: the signature has %d bytes", ErrSeal, len(h.Seal))
	}
	// The other half of the curve would give a second hash for one signature.
	r, s := new(big.Int).SetBytes(h.Seal[:32]), new(big.Int).SetBytes(h.Seal[32:64])
	if !crypto.ValidateSignatureValues(h.Seal[64], r, s, true) {
		return fmt.Errorf("%w: the signature is malformed", ErrSeal)
	}
	key, err := crypto.SigToPub(h.digest(), h.Seal)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSeal, err)
	}
	if signer := voucher.Address(crypto.PubkeyToAddress(*key)); signer != sealer {
		return fmt.Errorf("%w: signed by %s, not %s", ErrSeal, signer, sealer)
	}
	return nil
}
