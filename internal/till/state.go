package till

import (
	"fmt"

	"tally/internal/voucher"
)

// State is what is known of a sale.
type State uint8

// The states of a sale.
const (
	StatePending   State = iota // it may or may not be redeemed yet
	StateRedeemed               // the ledger accepted it; final
	StateRefused                // it was refused, and no copy of it is under way
	StateCancelled              // it can never be redeemed; final
)

// String is the state in one lower-case word.
func (s State) String() string {
	switch s {
	case StatePending:
		return "pending"
	case StateRedeemed:
		return "redeemed"
	case StateRefused:
		return "refused"
	case StateCancelled:
		return "cancelled"
	default:
		return fmt.Sprintf("state_%d", uint8(s))
	}
}

// MarshalText implements encoding.TextMarshaler.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText accepts the four words.
func (s *State) UnmarshalText(b []byte) error {
	for known := StatePending; known <= StateCancelled; known++ {
		if known.String() == string(b) {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("state of a sale: %w", voucher.ErrText)
}
