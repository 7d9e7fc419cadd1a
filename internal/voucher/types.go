package voucher

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Address is the last 20 bytes of the keccak of a public key, as in Ethereum.
// It names the holder of the key. Text: 0x and 40 lower-case hex digits.
type Address [20]byte

// Hash is 32 bytes: a digest, or a command's id. Text: 0x and 64 lower-case hex digits.
type Hash [32]byte

// CampaignID is the first 16 bytes of the digest of the CreateCampaign intent,
// so no counter is shared and nobody can choose another's.
//
//	text      cmp_000102030405060708090a0b0c0d0e0f
//	typed data and events   0x000102030405060708090a0b0c0d0e0f
type CampaignID [16]byte

// Currency is an ISO 4217 code of three capital letters. The ledger checks the
// letters; package money knows the codes.
type Currency [3]byte

// Ref names one voucher: the serial-th of a campaign, counted from 0.
//
//	text   vch_000102030405060708090a0b0c0d0e0f0000002a  (serial 42)
type Ref struct {
	Campaign CampaignID `json:"campaign"`
	Serial   uint32     `json:"serial"`
}

// Signature is a compact secp256k1 signature (EIP-2098): r, then s with the
// parity of y in its top bit. s must be in the lower half of the group order.
type Signature struct {
	R  Hash `json:"r"`
	VS Hash `json:"vs"`
}

// Position is a command's place in the ledger's total order.
//
//	text   12.0.3   block 12, transaction 0, item 3
type Position struct {
	Block uint64
	Tx    uint32
	Item  uint32
}

// The text prefixes of ids.
const (
	campaignPrefix = "cmp_"
	voucherPrefix  = "vch_"
)

// ErrText says that a text is not the form its type documents.
var ErrText = errors.New("not a valid form")

// IsZero reports whether a is the zero address, which nobody holds a key of.
func (a Address) IsZero() bool { return a == Address{} }

// String is 0x and 40 lower-case hex digits.
func (a Address) String() string { return hexText("0x", a[:]) }

// MarshalText implements encoding.TextMarshaler.
func (a Address) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText accepts 0x and 40 hex digits of either case.
func (a *Address) UnmarshalText(b []byte) error { return unhex(a[:], b) }

// ParseAddress reads 0x and 40 hex digits.
func ParseAddress(s string) (Address, error) {
	var a Address
	return a, a.UnmarshalText([]byte(s))
}

// IsZero reports whether h is all zero, which stands for "none".
func (h Hash) IsZero() bool { return h == Hash{} }

// String is 0x and 64 lower-case hex digits.
func (h Hash) String() string { return hexText("0x", h[:]) }

// MarshalText implements encoding.TextMarshaler.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText accepts 0x and 64 hex digits of either case.
func (h *Hash) UnmarshalText(b []byte) error { return unhex(h[:], b) }

// ParseHash reads 0x and 64 hex digits.
func ParseHash(s string) (Hash, error) {
	var h Hash
	return h, h.UnmarshalText([]byte(s))
}

// String is cmp_ and 32 lower-case hex digits.
func (c CampaignID) String() string { return hexText(campaignPrefix, c[:]) }

// MarshalText is the form of typed data and events: 0x and 32 hex digits.
func (c CampaignID) MarshalText() ([]byte, error) {
	return []byte("0x" + hex.EncodeToString(c[:])), nil
}

// UnmarshalText accepts both forms, cmp_ and 0x.
func (c *CampaignID) UnmarshalText(b []byte) error {
	if rest, ok := bytes.CutPrefix(b, []byte(campaignPrefix)); ok {
		b = append([]byte("0x"), rest...)
	}
	return unhex(c[:], b)
}

// ParseCampaignID reads cmp_ (or 0x) and 32 hex digits.
func ParseCampaignID(s string) (CampaignID, error) {
	var c CampaignID
	return c, c.UnmarshalText([]byte(s))
}

// CampaignOf is the id of the campaign that the command with this id creates.
func CampaignOf(id Hash) CampaignID { return CampaignID(id[:16]) }

// String is the three letters.
func (c Currency) String() string { return string(c[:]) }

// MarshalText is the three letters, or the form of typed data for what is no
// currency, which no rule accepts: UnmarshalText reads back whatever there is.
func (c Currency) MarshalText() ([]byte, error) {
	if !wellFormed(c) {
		return []byte("0x" + hex.EncodeToString(c[:])), nil
	}
	return []byte(c.String()), nil
}

// UnmarshalText accepts three capital letters, or 0x and 6 hex digits, the form of typed data.
func (c *Currency) UnmarshalText(b []byte) error {
	if len(b) == 8 {
		return unhex(c[:], b)
	}
	if len(b) != len(c) || !wellFormed(Currency(b)) {
		return fmt.Errorf("currency %q: three capital letters wanted: %w", clip(b), ErrText)
	}
	copy(c[:], b)
	return nil
}

func wellFormed(c Currency) bool {
	for _, letter := range c {
		if letter < 'A' || letter > 'Z' {
			return false
		}
	}
	return true
}

// String is vch_ and 40 hex digits: the campaign, then the serial.
func (r Ref) String() string { return r.textAfter(voucherPrefix) }

// textAfter is a voucher's digits after a prefix.
func (r Ref) textAfter(prefix string) string {
	var raw [len(r.Campaign) + 4]byte
	copy(raw[:], r.Campaign[:])
	binary.BigEndian.PutUint32(raw[len(r.Campaign):], r.Serial)
	return hexText(prefix, raw[:])
}

// Less orders vouchers by campaign, then serial: the order lines must have.
func (r Ref) Less(o Ref) bool {
	if c := bytes.Compare(r.Campaign[:], o.Campaign[:]); c != 0 {
		return c < 0
	}
	return r.Serial < o.Serial
}

// ParseRef reads vch_ and 40 hex digits.
func ParseRef(s string) (Ref, error) {
	rest, ok := strings.CutPrefix(s, voucherPrefix)
	var raw [20]byte
	if !ok {
		return Ref{}, fmt.Errorf("voucher %q: it starts with %s: %w", clip([]byte(s)), voucherPrefix, ErrText)
	}
	if err := unhex(raw[:], []byte("0x"+rest)); err != nil {
		return Ref{}, err
	}
	serial := uint32(raw[16])<<24 | uint32(raw[17])<<16 | uint32(raw[18])<<8 | uint32(raw[19])
	return Ref{Campaign: CampaignID(raw[:16]), Serial: serial}, nil
}

// String is block.transaction.item in decimal.
func (p Position) String() string {
	var room [len("18446744073709551615.4294967295.4294967295")]byte
	text := append(strconv.AppendUint(room[:0], p.Block, 10), '.')
	text = append(strconv.AppendUint(text, uint64(p.Tx), 10), '.')
	return string(strconv.AppendUint(text, uint64(p.Item), 10))
}

// Before orders positions as the ledger does.
func (p Position) Before(o Position) bool {
	if p.Block != o.Block {
		return p.Block < o.Block
	}
	if p.Tx != o.Tx {
		return p.Tx < o.Tx
	}
	return p.Item < o.Item
}

// MarshalText implements encoding.TextMarshaler.
func (p Position) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *Position) UnmarshalText(b []byte) error {
	got, err := ParsePosition(string(b))
	*p = got
	return err
}

// ParsePosition reads the form that String writes, and no other.
func ParsePosition(s string) (Position, error) {
	parts := strings.Split(s, ".")
	if len(parts) != 3 {
		return Position{}, fmt.Errorf("position %q: block.transaction.item wanted: %w", clip([]byte(s)), ErrText)
	}
	block, err1 := strconv.ParseUint(parts[0], 10, 64)
	tx, err2 := strconv.ParseUint(parts[1], 10, 32)
	item, err3 := strconv.ParseUint(parts[2], 10, 32)
	p := Position{Block: block, Tx: uint32(tx), Item: uint32(item)}
	if errors.Join(err1, err2, err3) != nil || p.String() != s {
		return Position{}, fmt.Errorf("position %q: block.transaction.item wanted: %w", clip([]byte(s)), ErrText)
	}
	return p, nil
}

// longestText is the length of the longest text that hexText writes without a second buffer:
// a key of the state that names a voucher has less.
const longestText = 72

// hexText is a prefix, and after it bytes in lower-case hex digits.
func hexText(prefix string, b []byte) string {
	var room [longestText]byte
	return string(hex.AppendEncode(append(room[:0], prefix...), b))
}

// unhex reads 0x and exactly enough hex digits to fill dst.
func unhex(dst, text []byte) error {
	rest, ok := bytes.CutPrefix(text, []byte("0x"))
	if !ok || len(rest) != hex.EncodedLen(len(dst)) {
		return fmt.Errorf("%q: 0x and %d hex digits wanted: %w", clip(text), hex.EncodedLen(len(dst)), ErrText)
	}
	if _, err := hex.Decode(dst, rest); err != nil {
		return fmt.Errorf("%q: %w: %w", clip(text), err, ErrText)
	}
	return nil
}

// clip keeps error texts short whatever was sent.
func clip(b []byte) string {
	const most = 80
	if len(b) > most {
		return string(b[:most]) + "…"
	}
	return string(b)
}
