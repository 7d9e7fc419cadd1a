package replay_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/audit"
	"tally/internal/audit/audittest"
	"tally/internal/audit/replay"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/voucher"
)

// state is the state of the rules in a map.
type state map[string][]byte

func (s state) Get(key string) ([]byte, error)     { return s[key], nil }
func (s state) Put(key string, value []byte) error { s[key] = value; return nil }

// stride is how far the tests go from one command that they tamper with to the
// next, since each replays the history up to there.
const stride = 4

func founding() replay.Founding {
	return replay.Founding{Operators: ledgertest.Operators(), Threshold: 1}
}

// history is all leaves of a ledger on which everything was done.
func history(t testing.TB) (leaves [][]byte) {
	t.Helper()
	l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, ledgertest.Start)
	require.NoError(t, err)
	audittest.Play(ledgertest.NewWorld(t, l, ledgertest.Start))
	head, err := l.Head(context.Background())
	require.NoError(t, err)
	for e, err := range l.Events(context.Background(), voucher.Position{}, head) {
		require.NoError(t, err)
		leaf, err := audit.Leaf(e)
		require.NoError(t, err)
		leaves = append(leaves, leaf)
	}
	return leaves
}

func each(leaves [][]byte) iter.Seq2[replay.Command, error] {
	return in(ledgertest.LedgerID(1), leaves)
}

// in reads leaves as those of a ledger.
func in(ledger voucher.Hash, leaves [][]byte) iter.Seq2[replay.Command, error] {
	domain := intent.NewDomain(ledger)
	return func(yield func(replay.Command, error) bool) {
		for _, leaf := range leaves {
			if !yield(replay.Read(domain, leaf)) {
				return
			}
		}
	}
}

func run(t testing.TB, leaves [][]byte) (followed int, err error) {
	t.Helper()
	r, err := replay.New(founding(), state{})
	require.NoError(t, err)
	err = r.Run(t.Context(), each(leaves), func(ledger.Entry) error { followed++; return nil })
	require.Equal(t, int64(followed), r.Leaves())
	return followed, err
}

func TestReplay_HistoryFollows(t *testing.T) {
	leaves := history(t)
	followed, err := run(t, leaves)
	require.NoError(t, err)
	require.Equal(t, len(leaves), followed)
}

// edited changes an entry and makes a leaf of it again.
func edited(t testing.TB, leaf []byte, edit func(*ledger.Entry)) []byte {
	t.Helper()
	e, err := audit.DecodeLeaf(leaf)
	require.NoError(t, err)
	edit(&e)
	raw, err := audit.Leaf(e)
	require.NoError(t, err)
	return raw
}

// TestReplay_Unread: a leaf without its command ends a history that otherwise
// follows, and is named.
func TestReplay_Unread(t *testing.T) {
	leaves := history(t)
	at := len(leaves) / 2
	leaves[at] = edited(t, leaves[at], func(e *ledger.Entry) { e.Command = nil })
	followed, err := run(t, leaves)
	var not *replay.NotFollowingError
	require.ErrorAs(t, err, &not)
	require.Equal(t, int64(at), not.Leaf)
	require.Equal(t, at, followed)
	require.ErrorContains(t, err, audit.ErrUnread.Error())
}

// TestReplay_CommandsDropped leaves out one command after another. Where the rest
// follows all the same, nothing that came later depended on the command: then the
// root of the tree must show that it is missing.
func TestReplay_CommandsDropped(t *testing.T) {
	leaves := history(t)
	found, tried := 0, 0
	for i := 0; i < len(leaves); i += stride {
		tried++
		_, err := run(t, slices.Delete(slices.Clone(leaves), i, i+1))
		if err != nil {
			require.ErrorIs(t, err, replay.ErrDoesNotFollow)
			found++
		}
	}
	require.Greater(t, found, tried/3)
}

// TestReplay_CommandsTwiceOrTooEarly: the error names the very command that came
// twice or too early.
func TestReplay_CommandsTwiceOrTooEarly(t *testing.T) {
	leaves := history(t)
	for i := 0; i < len(leaves); i += stride {
		var why *replay.NotFollowingError
		_, err := run(t, append(slices.Clone(leaves[:i+1]), leaves[i]))
		require.ErrorAs(t, err, &why)
		require.Equal(t, int64(i)+1, why.Leaf)
		if i == 0 {
			continue
		}
		swapped := slices.Clone(leaves[:i+1])
		swapped[i-1], swapped[i] = swapped[i], swapped[i-1]
		_, err = run(t, swapped)
		require.ErrorAs(t, err, &why)
		require.LessOrEqual(t, why.Leaf, int64(i))
	}
}

// TestReplay_CommandAgainLater: the rules refuse a command again at a later place,
// whatever the place says.
func TestReplay_CommandAgainLater(t *testing.T) {
	leaves := history(t)
	for i := 0; i < len(leaves); i += stride {
		last, err := audit.DecodeLeaf(leaves[len(leaves)-1])
		require.NoError(t, err)
		again := edited(t, leaves[i], func(e *ledger.Entry) {
			e.Outcome.Position = last.Outcome.Position
			e.Outcome.Position.Block++
		})
		followed, err := run(t, append(slices.Clone(leaves), again))
		require.ErrorIs(t, err, replay.ErrDoesNotFollow)
		require.Equal(t, len(leaves), followed)
	}
}

// TestReplay_FalseLeaf: a leaf with a false outcome, time or signature does not
// follow.
func TestReplay_FalseLeaf(t *testing.T) {
	leaves := history(t)
	for name, edit := range map[string]func(*ledger.Entry){
		"no events":       func(e *ledger.Entry) { e.Outcome.Events = nil },
		"an event twice":  func(e *ledger.Entry) { e.Outcome.Events = append(e.Outcome.Events, e.Outcome.Events[0]) },
		"another's event": func(e *ledger.Entry) { e.Outcome.Events = voucher.Events{voucher.OfferCancelled{}} },
		"years later":     func(e *ledger.Entry) { e.Outcome.Time += 100 * 365 * 86_400 },
		"another id":      func(e *ledger.Entry) { e.Outcome.ID[0] ^= 1 },
	} {
		t.Run(name, func(t *testing.T) {
			for i := 0; i < len(leaves); i += stride {
				forged := slices.Clone(leaves[:i+1])
				forged[i] = edited(t, leaves[i], edit)
				var why *replay.NotFollowingError
				_, err := run(t, forged)
				require.ErrorAs(t, err, &why, "leaf %d", i)
				require.Equal(t, int64(i), why.Leaf)
			}
		})
	}
}

// TestReplay_OtherFounding: another founding does not follow.
func TestReplay_OtherFounding(t *testing.T) {
	leaves := history(t)
	stranger := founding()
	stranger.Operators = []voucher.Address{{19: 1}}
	for name, c := range map[string]struct {
		founding replay.Founding
		commands iter.Seq2[replay.Command, error]
	}{
		"another ledger":   {founding(), in(ledgertest.LedgerID(2), leaves)},
		"another operator": {stranger, each(leaves)},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := replay.New(c.founding, state{})
			require.NoError(t, err)
			require.ErrorIs(t, r.Run(t.Context(), c.commands, func(ledger.Entry) error { return nil }), replay.ErrDoesNotFollow)
		})
	}
	_, err := replay.New(replay.Founding{}, state{})
	require.ErrorIs(t, err, voucher.ErrText, "nobody founded it")
}

func TestReplay_Stops(t *testing.T) {
	leaves := history(t)
	r, err := replay.New(founding(), state{})
	require.NoError(t, err)
	wrong := errors.New("the disk is full")
	broken := func(yield func(replay.Command, error) bool) { yield(replay.Command{}, wrong) }
	require.ErrorIs(t, r.Run(t.Context(), broken, func(ledger.Entry) error { return nil }), wrong)
	require.ErrorIs(t, r.Run(t.Context(), each(leaves), func(ledger.Entry) error { return wrong }), wrong)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, r.Run(ctx, each(leaves), func(ledger.Entry) error { return nil }), context.Canceled)
	require.ErrorIs(t, r.Run(t.Context(), each([][]byte{{1}}), func(ledger.Entry) error { return nil }), audit.ErrLeaf)
}
