package intent

import (
	"crypto/ecdsa"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/voucher"
)

// ErrSignature says that bytes are no signature that Tally accepts: 64 or 65
// bytes, s in the lower half, v 0, 1, 27 or 28.
var ErrSignature = errors.New("not an acceptable signature")

// Sign signs a message of Types.
func (d *Domain) Sign(key *ecdsa.PrivateKey, message any) (voucher.Signature, error) {
	return SignDigest(key, d.Digest(message))
}

// SignDigest signs a digest that is none of this package's: of a JWT, for one.
func SignDigest(key *ecdsa.PrivateKey, digest voucher.Hash) (voucher.Signature, error) {
	raw, err := crypto.Sign(digest[:], key)
	if err != nil {
		return voucher.Signature{}, fmt.Errorf("sign digest: %w", err)
	}
	return compact(raw)
}

// Signer recovers who signed a digest; the zero address stands for nobody.
func Signer(digest voucher.Hash, s voucher.Signature) voucher.Address {
	raw := expand(s)
	if !inRange(raw) {
		return voucher.Address{}
	}
	public, err := crypto.Ecrecover(digest[:], raw)
	if err != nil {
		return voucher.Address{}
	}
	return voucher.Address(crypto.Keccak256(public[1:])[12:])
}

// Recover finds the id and the authors of a command. It never fails: what does
// not recover has the zero address as its author, which no rule accepts.
func (d *Domain) Recover(c voucher.Command) voucher.Authors {
	intents, signatures := c.Intents(), c.Signatures()
	digests := make([]voucher.Hash, len(intents))
	for i, in := range intents {
		digests[i] = d.Digest(in)
	}
	authors := voucher.Authors{ID: digests[0]}
	if len(digests) > 1 {
		authors.Second = digests[1]
	}
	for i, s := range signatures {
		if i > voucher.MaxSigners {
			break // too many to be right: Apply sees that signers are missing
		}
		// Several approvers, and the holders of new keys, sign one and the same intent.
		authors.Signers = append(authors.Signers, Signer(digests[min(i, len(digests)-1)], s))
	}
	return authors
}

// Author recovers the authors of a command, to travel with it.
func (d *Domain) Author(c voucher.Command) voucher.Authored {
	return voucher.Authored{Command: c, Authors: d.Recover(c)}
}

// AuthorAll is Author for many commands, on all cores.
func (d *Domain) AuthorAll(commands ...voucher.Command) []voucher.Authored {
	all := make([]voucher.Authored, len(commands))
	var group sync.WaitGroup
	share := (len(commands) + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0)
	for start := 0; start < len(commands); start += share {
		group.Go(func() {
			for i := start; i < min(start+share, len(commands)); i++ {
				all[i] = d.Author(commands[i])
			}
		})
	}
	group.Wait()
	return all
}

// ID is a command's id: the digest of its first intent.
func (d *Domain) ID(c voucher.Command) voucher.Hash { return d.Digest(c.Intents()[0]) }

// Address is the address of a key.
func Address(key *ecdsa.PrivateKey) voucher.Address {
	return voucher.Address(crypto.PubkeyToAddress(key.PublicKey))
}

// ParseSignature reads 0x and 64 (EIP-2098) or 65 bytes in hex, as wallets
// give them. A high s is refused, not mended.
func ParseSignature(text string) (voucher.Signature, error) {
	rest, ok := strings.CutPrefix(text, "0x")
	raw, err := hex.DecodeString(rest)
	if !ok || err != nil {
		return voucher.Signature{}, fmt.Errorf("0x and hex digits wanted: %w", ErrSignature)
	}
	switch len(raw) {
	case 64:
		s := voucher.Signature{R: voucher.Hash(raw[:32]), VS: voucher.Hash(raw[32:])}
		return compact(expand(s))
	case 65:
		if raw[64] >= 27 {
			raw[64] -= 27
		}
		return compact(raw)
	default:
		return voucher.Signature{}, fmt.Errorf("%d bytes: %w", len(raw), ErrSignature)
	}
}

// FormatSignature writes 0x and the 64 bytes of EIP-2098 in hex.
func FormatSignature(s voucher.Signature) string {
	return "0x" + hex.EncodeToString(s.R[:]) + hex.EncodeToString(s.VS[:])
}

// compact turns r ‖ s ‖ v, v being 0 or 1, into the form of EIP-2098.
func compact(raw []byte) (voucher.Signature, error) {
	if !inRange(raw) {
		return voucher.Signature{}, fmt.Errorf("r, s or v out of range: %w", ErrSignature)
	}
	s := voucher.Signature{R: voucher.Hash(raw[:32]), VS: voucher.Hash(raw[32:64])}
	s.VS[0] |= raw[64] << 7 // a low s leaves the top bit free
	return s, nil
}

// The order of the curve's group, and the greatest number in its lower half.
const (
	order     = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xba\xae\xdc\xe6\xaf\x48\xa0\x3b\xbf\xd2\x5e\x8c\xd0\x36\x41\x41"
	lowerHalf = "\x7f\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x5d\x57\x6e\x73\x57\xa4\x50\x1d\xdf\xe9\x2f\x46\x68\x1b\x20\xa0"
	zero      = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
)

// inRange reports whether r ‖ s ‖ v has an r below the order, an s in its lower half, neither
// of them zero, and a v of 0 or 1.
func inRange(raw []byte) bool {
	r, s := string(raw[:32]), string(raw[32:64])
	return zero < r && r < order && zero < s && s <= lowerHalf && raw[64] <= 1
}

func expand(s voucher.Signature) []byte {
	raw := make([]byte, 0, 65)
	raw = append(raw, s.R[:]...)
	raw = append(raw, s.VS[:]...)
	raw = append(raw, s.VS[0]>>7)
	raw[32] &= 0x7f
	return raw
}
