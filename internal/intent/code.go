package intent

import (
	"bytes"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/voucher"
)

// Code is what a wallet shows at the till: the owner's signed offer. A person who
// holds it can have it accepted at a store, once, until its deadline, so it is
// treated as a secret: it prints as a fingerprint, and Text is the one way to
// its text.
//
// The text is the prefix TALLY1- and the base32 (RFC 4648, no padding) of the
// bytes below, all big-endian: capital letters and digits only, which a QR code
// packs best. One line makes 122 bytes and 203 characters.
//
//	1    version, 1
//	4    the first bytes of the ledger id
//	1    flags: 1 holdUntil is there, 2 order is there
//	20   owner
//	4    signedAt
//	2    deadline − signedAt
//	4    holdUntil − signedAt, if there
//	32   order, if there
//	1    number of lines
//	25   for each line: campaign 16, serial 4, units 5
//	64   signature (EIP-2098)
type Code struct {
	Offer     voucher.Redeem    `json:"offer"`
	Signature voucher.Signature `json:"signature"`
}

const (
	codePrefix  = "TALLY1-"
	codeVersion = 1
	flagHold    = 1
	flagOrder   = 2
	lineSize    = 25
)

// MaxCode is the length of the longest code's text: 30 lines, a hold and an order.
const MaxCode = len(codePrefix) + (33+4+32+voucher.MaxLines*lineSize+64)*8/5 + 1

// Errors of codes.
var (
	ErrCode        = errors.New("not a voucher code")
	ErrWrongLedger = errors.New("the code belongs to another ledger")
)

// Text is the code to be shown, or an error where the offer does not fit one.
func (d *Domain) Text(c Code) (string, error) {
	o := c.Offer
	life, hold := o.Deadline-o.SignedAt, o.HoldUntil-o.SignedAt
	if o.SignedAt > voucher.MaxSignedAt || o.Deadline < o.SignedAt || life > voucher.RedeemLife ||
		len(o.Lines) == 0 || len(o.Lines) > voucher.MaxLines || o.HoldUntil != 0 && hold > voucher.HoldLife {
		return "", fmt.Errorf("the offer exceeds the limits of a code: %w", ErrCode)
	}
	var flags byte
	if o.HoldUntil != 0 {
		flags |= flagHold
	}
	if !o.Order.IsZero() {
		flags |= flagOrder
	}
	b := append([]byte{codeVersion}, d.ledger[:4]...)
	b = append(append(b, flags), o.Owner[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(o.SignedAt))
	b = binary.BigEndian.AppendUint16(b, uint16(life))
	if flags&flagHold != 0 {
		b = binary.BigEndian.AppendUint32(b, uint32(hold)) //nolint:gosec // checked above
	}
	if flags&flagOrder != 0 {
		b = append(b, o.Order[:]...)
	}
	b = append(b, byte(len(o.Lines))) //nolint:gosec // at most 30
	for _, line := range o.Lines {
		if line.Units > voucher.MaxUnits {
			return "", fmt.Errorf("the offer exceeds the limits of a code: %w", ErrCode)
		}
		b = append(b, line.Campaign[:]...)
		b = binary.BigEndian.AppendUint32(b, line.Serial)
		b = append(b, byte(line.Units>>32))
		b = binary.BigEndian.AppendUint32(b, uint32(line.Units)) //nolint:gosec // the upper byte is above
	}
	b = append(append(b, c.Signature.R[:]...), c.Signature.VS[:]...)
	return codePrefix + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b), nil
}

// ParseCode reads a code's text, in capitals or not, with what scanners add to
// it: see bareCode. The error is ErrCode, or ErrWrongLedger. It is ErrKeyboard, ErrWide,
// ErrTwoCodes or ErrHalfCode, too, where the text shows what went wrong. None repeats
// the text. It does not
// judge the signature: the ledger does.
func (d *Domain) ParseCode(text string) (Code, error) {
	rest, ok := strings.CutPrefix(bareCode(text), codePrefix)
	switch {
	case !ok && otherKeyboard(text):
		return Code{}, ErrKeyboard
	case !ok && wide(text):
		return Code{}, ErrWide
	case ok && strings.Contains(rest, codePrefix):
		return Code{}, ErrTwoCodes
	case !ok || len(rest) > MaxCode:
		return Code{}, fmt.Errorf("it begins with %s, and has at most %d characters: %w", codePrefix, MaxCode, ErrCode)
	}
	b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(rest)
	if err != nil {
		return Code{}, fmt.Errorf("it is damaged: %w", ErrCode)
	}
	r := codeReader{rest: b}
	if v := r.take(1); !r.short && v[0] != codeVersion {
		return Code{}, fmt.Errorf("version %d is unknown: %w", v[0], ErrCode)
	}
	ledger := r.take(4)
	c := r.code()
	switch {
	case r.short:
		return Code{}, ErrHalfCode
	case len(r.rest) != 0:
		return Code{}, fmt.Errorf("it is damaged: %w", ErrCode)
	}
	if !bytes.Equal(ledger, d.ledger[:4]) {
		return Code{}, ErrWrongLedger
	}
	if again, err := d.Text(c); err != nil || again != codePrefix+rest {
		return Code{}, fmt.Errorf("it is damaged: %w", ErrCode)
	}
	return c, nil
}

// upper makes a capital of an ASCII letter; strings.ToUpper would make ASCII
// letters of others, too.
func upper(r rune) rune {
	if 'a' <= r && r <= 'z' {
		return r - 'a' + 'A'
	}
	return r
}

// String hides the code.
func (c Code) String() string {
	return fmt.Sprintf("code#%x", crypto.Keccak256(c.Signature.R[:])[:4])
}

// Format hides the code from every verb of package fmt.
func (c Code) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// LogValue hides the code in logs.
func (c Code) LogValue() slog.Value { return slog.StringValue(c.String()) }

// codeReader takes fields off the front; past the end it yields zeros.
type codeReader struct {
	rest  []byte
	short bool
}

func (r *codeReader) take(n int) []byte {
	if len(r.rest) < n {
		r.short, r.rest = true, nil
		return make([]byte, n)
	}
	field := r.rest[:n]
	r.rest = r.rest[n:]
	return field
}

func (r *codeReader) uint32() uint64 { return uint64(binary.BigEndian.Uint32(r.take(4))) }

func (r *codeReader) code() (c Code) {
	flags := r.take(1)[0]
	c.Offer.Owner = voucher.Address(r.take(20))
	c.Offer.SignedAt = r.uint32()
	c.Offer.Deadline = c.Offer.SignedAt + uint64(binary.BigEndian.Uint16(r.take(2)))
	if flags&flagHold != 0 {
		c.Offer.HoldUntil = c.Offer.SignedAt + r.uint32()
	}
	if flags&flagOrder != 0 {
		c.Offer.Order = voucher.Hash(r.take(32))
	}
	for range r.take(1)[0] {
		line := voucher.Line{Campaign: voucher.CampaignID(r.take(16)), Serial: uint32(r.uint32())} //nolint:gosec // 4 bytes
		line.Units = uint64(r.take(1)[0])<<32 | r.uint32()
		c.Offer.Lines = append(c.Offer.Lines, line)
	}
	c.Signature.R, c.Signature.VS = voucher.Hash(r.take(32)), voucher.Hash(r.take(32))
	return c
}
