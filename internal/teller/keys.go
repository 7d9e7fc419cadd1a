package teller

import (
	"errors"
	"sync"
	"time"

	"tally/internal/voucher"
)

// A wallet's key costs nobody anything, and what it signs is kept for ever: on an EVM network
// it costs the relayer gas besides. So what one key may have accepted in a UTC day by one
// server has a bound, far above what a person does.
const (
	// KeyCommands is how many claims without a ticket, transfers and cancels of a
	// wallet are accepted in a UTC day.
	KeyCommands = 10_000
	// maxCountedKeys is how many keys are counted at once, about 16 MiB. Beyond it the
	// day's counts begin anew.
	maxCountedKeys = 1 << 17
)

// ErrKeySpent says that a key has had its commands of this UTC day.
var ErrKeySpent = errors.New("this key has had its commands of this UTC day")

// freeKeys counts what wallets' keys had accepted today.
type freeKeys struct {
	now   func() time.Time
	limit int

	mu     sync.Mutex
	day    string
	counts map[voucher.Address]int
}

// freeKey is the wallet whose key alone a command needs. Where a merchant, a till or an
// attestor signs as well, these are who bounds it.
func freeKey(c voucher.Command) (wallet voucher.Address, ok bool) {
	switch c := c.(type) {
	case voucher.ClaimCommand:
		return c.Claim.Wallet, c.Ticket == (voucher.Ticket{})
	case voucher.TransferCommand:
		return c.Transfer.Owner, true
	case voucher.CancelCommand:
		return c.Cancel.Author, c.Cancel.Author == c.Offer.Owner
	default:
		return wallet, false
	}
}

// take counts a command of a key, and reports whether it may be sent. What is
// not accepted is given back.
func (k *freeKeys) take(key voucher.Address) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	today := k.now().UTC().Format(time.DateOnly)
	_, known := k.counts[key]
	if k.day != today || !known && len(k.counts) >= maxCountedKeys {
		k.day, k.counts = today, map[voucher.Address]int{}
	}
	if k.counts[key] >= k.limit {
		return false
	}
	k.counts[key]++
	return true
}

func (k *freeKeys) giveBack(key voucher.Address) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch n := k.counts[key]; {
	case n > 1:
		k.counts[key] = n - 1
	case n == 1:
		delete(k.counts, key)
	}
}
