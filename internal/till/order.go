package till

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/money"
	"tally/internal/voucher"
)

// Order is what a POS asks to have redeemed. Money is in minor units of the
// currency: HKD 64.00 is 6400.
type Order struct {
	Reference string           `json:"reference"` // the POS's own name of the order: see ValidReference
	Code      string           `json:"code"`      // as it was scanned; a secret
	Amount    uint64           `json:"amount"`    // before discounts
	Currency  voucher.Currency `json:"currency"`  // ISO 4217
	Discounts []uint64         `json:"discounts"` // one for each voucher of the code, in its order
	Units     []uint64         `json:"units,omitempty"`
	// Details are the order in the POS's own words. The ledger has SHA-256 of the
	// salt and the details.
	Details string        `json:"details,omitempty"`
	Salt    *voucher.Hash `json:"salt,omitempty"` // 32 random bytes; made where there is none
}

// ValidReference reports whether a text is a reference: 1 to MaxReference printable
// characters of ASCII but " and \, as A/12 #3. The first is a letter or a digit, and the
// last is no blank: a reference stands in an address and in a header, which would be
// changed on the way.
func ValidReference(text string) bool {
	return regexp.MustCompile(`^[A-Za-z0-9]([ -~]{0,126}[!-~])?$`).MatchString(text) && !strings.ContainsAny(text, `"\`)
}

// signer is who accepts, and where.
type signer struct {
	client.Signer
	merchant voucher.Address
	store    uint32
}

// idempotencyKey is the Idempotency-Key of a reference. It has the till's address, because
// a key is one of the merchant's and two tills may name an order alike.
func (s signer) idempotencyKey(reference string) string {
	return "till:" + s.Address().String() + ":" + reference
}

// read reads the text of a code.
func (s signer) read(text string) (intent.Code, error) {
	code, err := s.Domain.ParseCode(text)
	if err != nil {
		return code, api.CodeProblem(err)
	}
	return code, nil
}

// parse reads what every order has: a reference, and a code that spends.
func (s signer) parse(reference, text string) (intent.Code, error) {
	if !ValidReference(reference) {
		return intent.Code{}, invalid("reference: 1 to 128 printable characters of ASCII but quotation marks and backslashes. The first is a letter or a digit, and the last is no blank.")
	}
	code, err := s.read(text)
	if err == nil && code.Offer.HoldUntil != 0 {
		err = invalid("code: it reserves. This agent takes codes that spend.")
	}
	return code, err
}

// check holds an order against the code and the limits.
func (o Order) check(offer voucher.Redeem) error {
	if _, ok := money.MinorDigits(o.Currency); !ok {
		return known("unknown_currency")
	}
	switch n := len(offer.Lines); {
	case len(o.Discounts) != n:
		return invalid(fmt.Sprintf("discounts: the code offers %d vouchers, so there must be %d.", n, n))
	case len(o.Units) != 0 && len(o.Units) != n:
		return invalid(fmt.Sprintf("units: the code offers %d vouchers, so there must be %d or none.", n, n))
	case o.Amount > voucher.MaxAmount:
		return invalid("amount: it is more than any figure may be.")
	case len(o.Details) > MaxDetails:
		return invalid(fmt.Sprintf("details: at most %d bytes.", MaxDetails))
	case o.Details == "" && o.Salt != nil:
		return invalid("salt: there are no details to hide.")
	}
	for i, line := range offer.Lines {
		if o.Discounts[i] > voucher.MaxAmount {
			return invalid("discounts: one is more than any figure may be.")
		}
		if units := o.units(i, line); units == 0 || units > line.Units {
			return invalid(fmt.Sprintf("units: the code offers 1 to %d of voucher %s.", line.Units, line.Ref()))
		}
	}
	return nil
}

// units is what the order takes of a line: all, unless it says less.
func (o Order) units(i int, line voucher.Line) uint64 {
	if len(o.Units) == 0 {
		return line.Units
	}
	return o.Units[i]
}

// half is the store's half of an order that was checked.
func (o Order) half(s signer, offer voucher.Redeem) voucher.Accept {
	half := voucher.Accept{Merchant: s.merchant, Store: s.store, Currency: o.Currency, Amount: o.Amount}
	for i, line := range offer.Lines {
		half.Parts = append(half.Parts, voucher.Part{Units: o.units(i, line), Discount: o.Discounts[i]})
	}
	return half
}

// fingerprint tells two requests of the POS apart. The code in it is not to be found
// from it.
func fingerprint(request any) (voucher.Hash, error) {
	text, err := json.Marshal(request)
	return sha256.Sum256(text), err
}

// terms are what the till signs of an order, beside the code.
type terms struct {
	half    voucher.Accept   // but for offer, till, reference and details
	details string           // "" has no hash
	salt    *voucher.Hash    // of the details; nil: one is made
	priced  bool             // the details are an order record
	sold    *voucher.Outcome // the ledger has the sale already: nothing is signed
}

// accept signs the store's half of an order.
func (s signer) accept(r request, t terms) (record, error) {
	sale := record{Version: recordVersion, Reference: r.reference, Fingerprint: r.fingerprint, Deadline: r.code.Offer.Deadline}
	if t.details != "" {
		sale.Salt = t.salt
		if sale.Salt == nil {
			sale.Salt = new(voucher.Hash)
			_, _ = rand.Read(sale.Salt[:]) // never fails, by its documentation
		}
		t.half.Details = sha256.Sum256(append(sale.Salt[:], t.details...))
	}
	if t.priced {
		sale.OrderRecord = t.details
	}
	both, err := s.SignAccept(r.code, t.half, s.idempotencyKey(r.reference))
	if err != nil {
		return sale, fmt.Errorf("sign acceptance: %w", err)
	}
	sale.ID, sale.Request = both.Accept.Offer, &both
	return sale, nil
}

// cancel signs the till's cancel of a sale's code.
func (s signer) cancel(r record, now uint64) (client.Command, error) {
	return s.SignCancel(voucher.Cancel{Offer: r.ID, Merchant: s.merchant, Deadline: now + cancelLife}, r.Request.Code)
}

// redemption is a sale's command, the same every time.
func (s signer) redemption(r record) client.Command {
	return client.Redemption(*r.Request, s.idempotencyKey(r.Reference))
}
