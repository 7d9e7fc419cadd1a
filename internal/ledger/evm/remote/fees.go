package remote

import (
	"context"
	"errors"
	"math/big"
)

// gwei is 10^9 wei.
const gwei = 1_000_000_000

// DefaultMaxFee is the most that a transaction offers for a unit of gas where
// the options name nothing else, in wei.
const DefaultMaxFee = 500 * gwei

// defaultTip is for nodes that suggest none.
const defaultTip = gwei

// fees are EIP-1559 fees in wei for a unit of gas.
type fees struct {
	tip, most *big.Int
}

// suggested are fees that pay twice the base fee of the head and the tip that
// the node finds usual, or nothing where gas is free.
func suggested(ctx context.Context, n *node, head block, limit *big.Int) (fees, error) {
	base := head.baseFee()
	if base.Sign() == 0 {
		return fees{tip: new(big.Int), most: new(big.Int)}, nil
	}
	return priced(ctx, n, base, limit)
}

func priced(ctx context.Context, n *node, base, limit *big.Int) (fees, error) {
	tip, err := n.priority(ctx)
	if errors.Is(err, ErrUnreachable) {
		return fees{}, err
	}
	if err != nil {
		tip = big.NewInt(defaultTip)
	}
	most := new(big.Int).Lsh(base, 1)
	return fees{tip: tip, most: most.Add(most, tip)}.within(limit), nil
}

// raised are fees that may replace these in a pool, which asks for a tenth more
// of both: an eighth more, and no less than the floor.
func (f fees) raised(floor fees, limit *big.Int) fees {
	return fees{tip: larger(eighthMore(f.tip), floor.tip), most: larger(eighthMore(f.most), floor.most)}.within(limit)
}

func (f fees) within(limit *big.Int) fees {
	most := smaller(f.most, limit)
	return fees{tip: smaller(f.tip, most), most: most}
}

func eighthMore(n *big.Int) *big.Int {
	more := new(big.Int).Rsh(n, 3)
	return more.Add(more, n).Add(more, big.NewInt(1))
}

func larger(a, b *big.Int) *big.Int {
	if a.Cmp(b) < 0 {
		return b
	}
	return a
}

func smaller(a, b *big.Int) *big.Int {
	if a.Cmp(b) > 0 {
		return b
	}
	return a
}
