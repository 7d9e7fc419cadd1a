package remote

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"net"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

// TestLane_FullIsBusy fills a lane that does not run.
func TestLane_FullIsBusy(t *testing.T) {
	t.Parallel()
	l := &lane{wake: make(chan struct{}, 1)}
	jobs := make([]*job, MaxWaiting)
	for i := range jobs {
		jobs[i] = newJob(nil, nil, 0)
	}
	require.NoError(t, l.enqueue(jobs[:MaxWaiting-1]))
	require.ErrorIs(t, l.enqueue(jobs[:2]), ledger.ErrBusy)
	require.Equal(t, MaxWaiting-1, l.underWay(), "all or none")
	require.NoError(t, l.enqueue(jobs[:1]))
	l.close()
	require.ErrorIs(t, l.enqueue(jobs[:1]), ledger.ErrClosed)
}

// TestLane_CallerLeaves says what its caller is told in each state.
func TestLane_CallerLeaves(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	j := newJob(nil, nil, 0)
	_, err := j.wait(ended)
	require.ErrorIs(t, err, ledger.ErrNotSent)
	require.False(t, j.goes(), "nobody waits for it any more")

	j = newJob(nil, nil, 0)
	require.True(t, j.goes())
	j.stays()
	_, err = j.wait(ended)
	require.ErrorIs(t, err, ledger.ErrNotSent, "it did not get out")

	j = newJob(nil, nil, 0)
	require.True(t, j.goes())
	_, err = j.wait(ended)
	require.ErrorIs(t, err, ledger.ErrUnknown)
	require.True(t, j.goes(), "its nonce is needed")
}

// TestConfirmed_CountsOneChain: a block of the same height on another chain, and
// one that is not final yet, do not count.
func TestConfirmed_CountsOneChain(t *testing.T) {
	one := func(n byte) block { return block{Number: hexutil.Uint64(n), Hash: common.Hash{n}} }
	v := &tracker{window: []block{one(5), one(6), one(7), one(8)}, final: one(7)}
	require.True(t, v.confirmed(6, common.Hash{6}))
	require.True(t, v.confirmed(7, common.Hash{7}))
	require.False(t, v.confirmed(7, common.Hash{0xff}))
	require.False(t, v.confirmed(8, common.Hash{8}))
	require.True(t, v.confirmed(4, common.Hash{4}), "below what can be replaced")
}

func TestFinality_Texts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Finality{
		"instant": Instant(), "finalized": Finalized(), "0": Instant(), "12": Confirmations(12), "1000": Confirmations(1000),
	} {
		var f Finality
		require.NoError(t, f.UnmarshalText([]byte(text)))
		require.Equal(t, want, f)
	}
	var f Finality
	for _, text := range []string{"", "safe", "-1", "1001", "1.5", "99999999999999999999"} {
		require.ErrorIs(t, f.UnmarshalText([]byte(text)), voucher.ErrText, text)
	}
	require.Equal(t, "12", Confirmations(12).String())
	require.Equal(t, "finalized", Finalized().String())
	require.Equal(t, "instant", Confirmations(0).String())
}

// TestFees_RaisedEnoughToReplace: pools ask for a tenth more of both fees.
func TestFees_RaisedEnoughToReplace(t *testing.T) {
	t.Parallel()
	limit := big.NewInt(DefaultMaxFee)
	for _, n := range []int64{1, 7, 8, 9, 1000, gwei} {
		old := fees{tip: big.NewInt(n), most: big.NewInt(2 * n)}
		now := old.raised(fees{tip: new(big.Int), most: new(big.Int)}, limit)
		require.GreaterOrEqual(t, 100*now.tip.Int64(), 110*n)
		require.GreaterOrEqual(t, 100*now.most.Int64(), 220*n)
		floor := fees{tip: big.NewInt(50 * n), most: big.NewInt(60 * n)}
		require.Equal(t, floor, old.raised(floor, limit))
		capped := old.raised(floor, big.NewInt(3*n))
		require.Equal(t, 3*n, capped.most.Int64())
		require.LessOrEqual(t, capped.tip.Int64(), capped.most.Int64())
	}
}

// answer is an rpc.Error as a node sends one.
type answer string

func (a answer) Error() string { return string(a) }
func (answer) ErrorCode() int  { return -32000 }

func TestNodeErrors_Translated(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]verdict{
		"already known":                                         taken,
		"transaction already imported":                          taken,
		"Known transaction":                                     taken,
		"nonce too low: next nonce 3, tx nonce 2":               spent,
		"Nonce too low":                                         spent,
		"replacement transaction underpriced":                   tooCheap,
		"transaction underpriced: gas tip cap 0, minimum 1":     tooCheap,
		"max fee per gas less than block base fee":              tooCheap,
		"txpool is full":                                        later,
		"daily request count exceeded, request rate limited":    later,
		"insufficient funds for gas * price + value: balance 0": refused,
		"exceeds block gas limit":                               refused,
		"Sender account not authorized to send transactions":    refused,
	} {
		require.Equal(t, want, judge(fmt.Errorf("eth_sendRawTransaction: %w", answer(text))), text)
	}
	require.Equal(t, taken, judge(nil))
	require.Equal(t, notSent, judge(translate("send", &net.OpError{Op: "dial", Err: errors.New("refused")})))
	require.Equal(t, later, judge(translate("send", &net.OpError{Op: "read", Err: errors.New("reset")})))
	require.ErrorIs(t, refusal(answer("insufficient funds for transfer")), ErrNoFunds)
}

// TestInitCode_OfOneByte is the code that makes a contract of one byte, STOP.
func TestInitCode_OfOneByte(t *testing.T) {
	t.Parallel()
	require.Equal(t, []byte{0x61, 0, 1, 0x80, 0x60, 0x0a, 0x5f, 0x39, 0x5f, 0xf3, 0x00}, initCode([]byte{0x00}))
}
