package terms

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"tally/internal/exact"
	"tally/internal/exact/document"
	"tally/internal/voucher"
)

// File is a campaign as a merchant writes it, in YAML or JSON.
//
//	name: Buy one, get one
//	currency: HKD
//	max_discount: "32.00"
//	supply: 500
//	per_holder: 1
//	claim: {from: now, until: +30d}
//	valid: {until: 2027-01-01T00:00:00+08:00}
//	time_zone: Asia/Hong_Kong
//	rollback: restore
//
// What is left out: one unit a voucher, everything open to claims and no more
// than the supply for ever, no limits, from now on, UTC, every store, no
// rollback.
type File struct {
	Name         string         `json:"name,omitempty"`
	Terms        map[string]any `json:"terms,omitempty"` // whatever else holders should read
	Currency     string         `json:"currency,omitempty"`
	Units        *uint64        `json:"units,omitempty"`
	MaxDiscount  literal        `json:"max_discount,omitempty"` // money that one unit takes off at most
	StoredValue  bool           `json:"stored_value,omitempty"` // a unit is a minor unit of money
	Supply       uint32         `json:"supply,omitempty"`
	Open         *uint32        `json:"open,omitempty"`
	Cap          *uint32        `json:"cap,omitempty"`
	PerHolder    uint32         `json:"per_holder,omitempty"`
	PerDay       uint32         `json:"per_day,omitempty"`
	Claim        window         `json:"claim,omitempty"`
	Valid        validity       `json:"valid,omitempty"`
	TimeZone     string         `json:"time_zone,omitempty"`
	Stores       []uint32       `json:"stores,omitempty"`
	Rollback     string         `json:"rollback,omitempty"` // none, restore or forfeit
	Grace        string         `json:"grace,omitempty"`    // a length of time
	Transferable bool           `json:"transferable,omitempty"`
	Voidable     bool           `json:"voidable,omitempty"`
	Attestors    []string       `json:"attestors,omitempty"` // addresses

	Examples []WorkedExample `json:"examples,omitempty"` // of the terms' offer: for a check, and not for the ledger
}

// window is when vouchers can be claimed.
type window struct {
	From  string `json:"from,omitempty"`
	Until string `json:"until,omitempty"`
}

// validity is when vouchers can be spent; days are counted from the claim.
type validity struct {
	From  string `json:"from,omitempty"`
	Until string `json:"until,omitempty"`
	Days  uint32 `json:"days,omitempty"`
}

// literal is a text or a number as it was written: 32.00 stays 32.00.
type literal string

// UnmarshalJSON implements json.Unmarshaler.
func (l *literal) UnmarshalJSON(b []byte) error {
	var value any
	if err := exact.JSON(b, &value); err != nil {
		return err
	}
	switch value := value.(type) {
	case string:
		*l = literal(value)
	case json.Number:
		*l = literal(value)
	default:
		return &exact.Error{Want: "an amount of money is wanted"}
	}
	return nil
}

// MaxFile is the greatest length of a campaign file, in bytes.
const MaxFile = 1 << 20

// Parse reads a campaign file, in YAML or JSON. A member that it does not know is
// refused: a limit with a typing error in its name would be no limit. Numbers are
// never reinterpreted, nor is what stands in the terms, which never change. The
// error is ErrRefused, and names line and member.
func Parse(text []byte) (file File, err error) {
	if len(text) > MaxFile {
		return file, refused("the campaign file is longer than %d bytes", MaxFile)
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		err = exact.JSON(text, &file)
	} else {
		err = parseYAML(text, &file)
	}
	if err != nil {
		return file, refused("the campaign file is not in its documented form: %w", err)
	}
	return file, nil
}

func parseYAML(text []byte, into *File) error {
	d, err := document.Parse(text)
	if err != nil {
		return err
	}
	return d.Decode(into, "terms")
}

// JSON writes a campaign file in YAML as one in JSON that says the same. The error
// is ErrRefused.
func JSON(text []byte) ([]byte, error) {
	d, err := document.Parse(text)
	if err != nil {
		return nil, refused("%w", err)
	}
	raw, err := d.JSON("terms")
	if err != nil {
		return nil, refused("%w", err)
	}
	return raw, nil
}

// document is the terms that holders read and the ledger keeps: the name, the
// time zone, and the file's terms.
func (f File) document() (string, error) {
	doc := map[string]any{"name": f.Name}
	if f.TimeZone != "" {
		doc["time_zone"] = f.TimeZone
	}
	for _, name := range slices.Sorted(maps.Keys(f.Terms)) {
		if _, taken := doc[name]; taken {
			return "", refused("terms.%s: the file has it at its top: leave it out of the terms", name)
		}
		doc[name] = f.Terms[name]
	}
	if err := exact.Texts(map[string]any{"terms": f.Terms}); err != nil {
		return "", refused("%w", err)
	}
	text, err := json.Marshal(doc)
	if err != nil {
		return "", refused("terms: %w", err)
	}
	canonical, err := voucher.CanonicalDocument(text)
	switch {
	case err != nil:
		return "", refused("%w", err)
	case len(canonical) > voucher.MaxTerms:
		return "", refused("the terms have %d bytes: at most %d, link to the rest", len(canonical), voucher.MaxTerms)
	}
	return canonical, nil
}
