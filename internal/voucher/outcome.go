package voucher

import (
	"encoding/json"
	"fmt"
)

// Status is how a command ended.
type Status uint8

// The ends of a command. "Unknown" is one of them: the command may or may not
// have taken effect, and its id settles which.
const (
	StatusUnknown Status = iota // the zero value claims nothing
	StatusAccepted
	StatusRefused
)

// String is the status in one lower-case word.
func (s Status) String() string {
	switch s {
	case StatusAccepted:
		return "accepted"
	case StatusRefused:
		return "refused"
	default:
		return "unknown"
	}
}

// MarshalText implements encoding.TextMarshaler.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText accepts the three words.
func (s *Status) UnmarshalText(b []byte) error {
	for known := StatusUnknown; known <= StatusRefused; known++ {
		if known.String() == string(b) {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("status %q: %w", clip(b), ErrText)
}

// Outcome is what became of a command.
type Outcome struct {
	ID          Hash     `json:"id"` // digest of the first intent
	Status      Status   `json:"status"`
	Kind        Kind     `json:"kind"`        // why it was refused
	CommandHash Hash     `json:"commandHash"` // keccak of EncodeCommand; zero unless accepted
	Position    Position `json:"position"`
	Time        uint64   `json:"time"` // the ledger's clock when it judged
	Events      Events   `json:"events"`
}

// Canonical is the outcome as RFC 8785 JSON: the same bytes on every ledger and for ever.
func (o Outcome) Canonical() []byte {
	return CanonicalJSON(struct {
		ID          Hash          `json:"id"`
		Status      Status        `json:"status"`
		Kind        Kind          `json:"kind"`
		CommandHash Hash          `json:"commandHash"`
		Position    Position      `json:"position"`
		Time        uint64        `json:"time"`
		Events      []taggedEvent `json:"events"`
	}{o.ID, o.Status, o.Kind, o.CommandHash, o.Position, o.Time, o.Events.tagged()})
}

// MarshalJSON writes the canonical form.
func (o Outcome) MarshalJSON() ([]byte, error) { return o.Canonical(), nil }

// Acceptance is the digest of the store's half that was accepted, or zero.
func (o Outcome) Acceptance() Hash {
	for _, e := range o.Events {
		switch e := e.(type) {
		case Redeemed:
			return e.Acceptance
		case OrderHeld:
			return e.Acceptance
		}
	}
	return Hash{}
}

var _ json.Marshaler = Outcome{}
