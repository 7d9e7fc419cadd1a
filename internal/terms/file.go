package terms

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"gopkg.in/yaml.v3"

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
	Name         string         `json:"name" yaml:"name"`
	Terms        map[string]any `json:"terms" yaml:"terms"` // whatever else holders should read
	Currency     string         `json:"currency" yaml:"currency"`
	Units        *uint64        `json:"units" yaml:"units"`
	MaxDiscount  literal        `json:"max_discount" yaml:"max_discount"` // money that one unit takes off at most
	StoredValue  bool           `json:"stored_value" yaml:"stored_value"` // a unit is a minor unit of money
	Supply       uint32         `json:"supply" yaml:"supply"`
	Open         *uint32        `json:"open" yaml:"open"`
	Cap          *uint32        `json:"cap" yaml:"cap"`
	PerHolder    uint32         `json:"per_holder" yaml:"per_holder"`
	PerDay       uint32         `json:"per_day" yaml:"per_day"`
	Claim        window         `json:"claim" yaml:"claim"`
	Valid        validity       `json:"valid" yaml:"valid"`
	TimeZone     string         `json:"time_zone" yaml:"time_zone"`
	Stores       []uint32       `json:"stores" yaml:"stores"`
	Rollback     string         `json:"rollback" yaml:"rollback"` // none, restore or forfeit
	Grace        string         `json:"grace" yaml:"grace"`       // a length of time
	Transferable bool           `json:"transferable" yaml:"transferable"`
	Voidable     bool           `json:"voidable" yaml:"voidable"`
	Attestors    []string       `json:"attestors" yaml:"attestors"` // addresses
}

// window is when vouchers can be claimed.
type window struct {
	From  string `json:"from" yaml:"from"`
	Until string `json:"until" yaml:"until"`
}

// validity is when vouchers can be spent; days are counted from the claim.
type validity struct {
	From  string `json:"from" yaml:"from"`
	Until string `json:"until" yaml:"until"`
	Days  uint32 `json:"days" yaml:"days"`
}

// literal is a text or a number as it was written: 32.00 stays 32.00.
type literal string

// UnmarshalYAML implements yaml.Unmarshaler.
func (l *literal) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: a text or a number is wanted", node.Line)
	}
	*l = literal(node.Value)
	return nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *literal) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		*l = literal(text)
		return nil
	}
	var number json.Number
	err := json.Unmarshal(b, &number)
	*l = literal(number)
	return err
}

// Parse reads a campaign file. A member that it does not know is refused: a limit
// with a typing error in its name would be no limit. The error is ErrRefused.
func Parse(text []byte) (file File, err error) {
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		d.UseNumber()
		err = errors.Join(d.Decode(&file), atEnd(d.More()))
	} else {
		d := yaml.NewDecoder(bytes.NewReader(text))
		d.KnownFields(true)
		err = d.Decode(&file)
		if err == nil {
			err = atEnd(!errors.Is(d.Decode(new(yaml.Node)), io.EOF))
		}
	}
	if err != nil {
		return file, refused("the campaign file is not in its documented form: %w", err)
	}
	return file, nil
}

var errFollows = errors.New("something follows the campaign")

func atEnd(more bool) error {
	if more {
		return errFollows
	}
	return nil
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
