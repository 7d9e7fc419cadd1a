package remote

import (
	"fmt"
	"strconv"

	"tally/internal/exact"
	"tally/internal/voucher"
)

// MaxConfirmations bounds how many blocks a ledger may wait for.
const MaxConfirmations = 1000

// Finality says when a block counts. Whatever it is, no outcome is returned, no
// entry yielded and no record read from a block that does not count yet.
//
//   - Instant: a block counts as soon as the node shows it. Right for networks
//     whose blocks are final when they appear (QBFT, IBFT, one sealer). Where
//     blocks can be replaced, what was told may turn out otherwise: an accepted
//     command may vanish, lose to another, or be at another position, and a
//     refused one may be accepted. The driver notices and logs it, reads from the
//     chain that replaced them, and sends again the transactions that it sent in
//     the last ReorgDepth blocks until the network has them, so that most take
//     effect as before. A follower of Events that was already past their new
//     positions does not see them.
//   - Confirmations(n): a block counts once this driver has seen n blocks that
//     stand on it. The same holds for blocks that are replaced deeper than n;
//     what is replaced above never counted, so it was never told.
//   - Finalized: a block counts once the network calls it finalized. What counts
//     is as final as the network's own word; on Ethereum it takes about 13
//     minutes, and undoing it costs a third of all stake.
//
// The zero value is Instant. Texts: instant, finalized, or n in decimal.
type Finality struct {
	finalized     bool
	confirmations uint64
}

// Instant counts a block as soon as the node shows it.
func Instant() Finality { return Finality{} }

// Confirmations counts a block once n blocks stand on it, MaxConfirmations at most.
func Confirmations(n uint64) Finality { return Finality{confirmations: min(n, MaxConfirmations)} }

// Finalized counts a block once the network calls it finalized.
func Finalized() Finality { return Finality{finalized: true} }

// String is instant, finalized, or the number of confirmations.
func (f Finality) String() string {
	switch {
	case f.finalized:
		return "finalized"
	case f.confirmations == 0:
		return "instant"
	default:
		return strconv.FormatUint(f.confirmations, 10)
	}
}

// MarshalText implements encoding.TextMarshaler.
func (f Finality) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText accepts instant, finalized, or a number up to MaxConfirmations.
func (f *Finality) UnmarshalText(b []byte) error {
	switch string(b) {
	case "instant":
		*f = Instant()
		return nil
	case "finalized":
		*f = Finalized()
		return nil
	}
	n, err := exact.Whole(string(b), 0, MaxConfirmations)
	if err != nil {
		return fmt.Errorf("finality %.20q: instant, finalized or a number of confirmations up to %d: %w",
			b, MaxConfirmations, voucher.ErrText)
	}
	*f = Confirmations(n)
	return nil
}
