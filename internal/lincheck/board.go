package lincheck

import (
	"math/rand/v2"
	"sync"

	"tally/internal/voucher"
)

const (
	// remembered is how many of the last requests of a kind clients come back to:
	// few, so that they meet.
	remembered = 8
	// behind is how far in the past the first offer of a campaign is signed, in
	// seconds: every offer takes one, and the ledger allows none far ahead of its
	// clock. ahead is how far it may go.
	behind, ahead = 300, 30
)

// board is what the clients who race in one campaign know of it together, so
// that they get in each other's way. It may be out of date, as people are.
type board struct {
	Campaign

	mu       sync.Mutex
	signedAt uint64 // by the last owner
	owners   [MaxSupply]voucher.Address
	claims   map[voucher.Address]uint32
	returned map[voucher.Hash][MaxSupply]uint64
	sent     []request // to be sent again, or asked for
	offers   []offer   // that owners showed, sent or not
	holds    []request
	sales    []request
}

func newBoard(c Campaign) *board {
	return &board{
		Campaign: c, signedAt: unix() - behind,
		claims: map[voucher.Address]uint32{}, returned: map[voucher.Hash][MaxSupply]uint64{},
	}
}

// note learns from what a client was told.
func (b *board) note(r request, told Answer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if told.Voucher != nil {
		b.owners[r.call.Lines[0].Serial] = told.Voucher.Owner
	}
	if r.call.Verb.reads() || told.Code != Accepted && told.Code != Unknown {
		return
	}
	switch r.call.Verb {
	case Hold:
		b.holds = last(b.holds, r)
	case Redeem, Capture:
		b.sales = last(b.sales, r)
	}
	if told.Code == Accepted {
		b.learn(r.call, told)
	}
}

// learn notes what an accepted command changed.
func (b *board) learn(call Call, told Answer) {
	switch call.Verb {
	case Claim:
		serial, _ := claimed(told)
		b.owners[serial] = call.By
		b.claims[call.By] = max(b.claims[call.By], call.Ordinal+1)
	case Transfer:
		b.owners[call.Lines[0].Serial] = call.To
	case Rollback:
		returned := b.returned[call.Of]
		for _, line := range call.Lines {
			returned[line.Serial] = max(returned[line.Serial], line.Returned+line.Units)
		}
		b.returned[call.Of] = returned
	}
}

// returnedOf is how many units were given back of a redemption, by serial.
func (b *board) returnedOf(redemption voucher.Hash) [MaxSupply]uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.returned[redemption]
}

// keep puts a request among those that are sent again.
func (b *board) keep(r request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent = last(b.sent, r)
}

func (b *board) show(o offer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.offers = last(b.offers, o)
}

// instant is when the next offer says it was signed: mostly a second after the
// last, sometimes as an older code.
func (b *board) instant(r *rand.Rand) uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.IntN(10) == 0 {
		return b.signedAt - r.Uint64N(3)
	}
	b.signedAt = min(b.signedAt+1, unix()+ahead)
	return b.signedAt
}

// ordinal is that of a wallet's next claim, or a wrong one.
func (b *board) ordinal(r *rand.Rand, wallet voucher.Address) uint32 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.IntN(5) == 0 {
		return r.Uint32N(b.Supply)
	}
	return b.claims[wallet]
}

// soldOut reports whether every voucher has an owner.
func (b *board) soldOut() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, owner := range b.owners[:b.Supply] {
		if owner.IsZero() {
			return false
		}
	}
	return true
}

// owned is the vouchers of one of their owners; none, where nobody has any.
func (b *board) owned(r *rand.Rand) (owner voucher.Address, serials []uint32) {
	b.mu.Lock()
	defer b.mu.Unlock()
	owner = b.owners[r.Uint32N(b.Supply)]
	for serial := range b.Supply {
		if !owner.IsZero() && b.owners[serial] == owner {
			serials = append(serials, serial)
		}
	}
	return owner, serials
}

// pick is one of a list that is the board's.
func pick[T any](r *rand.Rand, b *board, list *[]T) (one T, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(*list) == 0 {
		return one, false
	}
	return (*list)[r.IntN(len(*list))], true
}

// last adds to a list of the remembered ones.
func last[T any](list []T, one T) []T {
	list = append(list, one)
	return list[max(0, len(list)-remembered):]
}
