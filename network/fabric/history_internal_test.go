package fabric

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// sights are what nodes show: heights of peers and of orderers, each of an
// organisation of its own; -1 is one that does not answer.
func sights(d Description, peers, orderers []int) []sight {
	var all []sight
	for kind, heights := range map[Kind][]int{Peer: peers, Orderer: orderers} {
		for i, node := range d.nodesOf(kind) {
			s := sight{node: node}
			if i >= len(heights) {
				continue // who asks
			}
			if s.height = uint64(max(0, heights[i])); heights[i] < 0 {
				s.err = errors.New("does not answer")
			}
			all = append(all, s)
		}
	}
	return all
}

func consortiumOf(consensus Consensus, orderers int) Description {
	d := Description{Consensus: consensus, Hosts: []Host{{Name: "local"}}}
	for i := range max(3, orderers) {
		o := Organisation{Name: string(rune('A' + i))}
		if i < 3 {
			o.Peers = []string{"local"}
		}
		if i < orderers {
			o.Orderers = []string{"local"}
		}
		d.Organisations = append(d.Organisations, o)
	}
	return d
}

func TestMayJoin_NoOrdererBeginsAnotherHistory(t *testing.T) {
	for name, c := range map[string]struct {
		consensus       Consensus
		orderers        int
		peers, theOther []int
		want            error
		before          bool
	}{
		"a new channel": {BFT, 4, []int{1, 1, 1}, []int{1, 0, -1}, nil, false},
		"a new channel, a minority not there yet": {Raft, 1, []int{1, 0, -1}, nil, nil, false},
		"nobody answers":                          {BFT, 4, []int{-1, -1, -1}, []int{-1, -1, -1}, ErrUnseen, false},
		"a minority answers":                      {Raft, 3, []int{0, -1, -1}, []int{1, 1}, ErrUnseen, false},
		"the only orderer, its peers have blocks": {Raft, 1, []int{44, 44, 0}, nil, ErrHistory, false},
		"one peer has blocks":                     {Raft, 1, []int{-1, -1, 2}, nil, ErrHistory, false},
		"one of four":                             {BFT, 4, []int{44, 44, 44}, []int{44, 44, 44}, nil, false},
		"one of four, another one away":           {BFT, 4, []int{44, 44, 44}, []int{44, -1, 44}, nil, false},
		"two of four":                             {BFT, 4, []int{44, 44, 44}, []int{44, 0, 45}, nil, false},
		"three of four":                           {BFT, 4, []int{44, 44, 44}, []int{44, 0, 0}, ErrHistory, false},
		"all of four":                             {BFT, 4, []int{44, 44, 44}, []int{0, 0, 0}, ErrHistory, false},
		"the others began another history":        {BFT, 4, []int{44, 44, 44}, []int{6, 6, 6}, ErrHistory, false},
		"only an orderer has blocks":              {BFT, 4, []int{0, 0, 0}, []int{7, 0, 0}, ErrHistory, false},
		"one of three that was there":             {Raft, 3, []int{9, 9, 9}, []int{9, 9}, ErrHistory, true},
		"one of four that was there":              {BFT, 4, []int{9, 9, 9}, []int{9, 9, 9}, nil, true},
		"all was lost":                            {Raft, 3, []int{0, 0, 0}, []int{0, 0}, nil, true},
		"one of three":                            {Raft, 3, []int{9, 9, 9}, []int{9, 9}, nil, false},
		"one of three, another one away":          {Raft, 3, []int{9, 9, 9}, []int{9, -1}, ErrHistory, false},
		"two of seven":                            {BFT, 7, []int{9, 9, 9}, []int{9, 9, 9, 9, 9, 0}, nil, false},
		"five of seven":                           {BFT, 7, []int{9, 9, 9}, []int{9, 9, 0, 0, 0, 0}, ErrHistory, false},
	} {
		d := consortiumOf(c.consensus, c.orderers)
		asks := d.nodesOf(Orderer)[c.orderers-1]
		err := d.mayJoin(asks, c.before, sights(d, c.peers, c.theOther))
		require.ErrorIs(t, err, c.want, name)
	}
}

func TestQuorum_IsThatOfTheConsensus(t *testing.T) {
	for orderers, want := range map[int]int{4: 3, 5: 4, 6: 4, 7: 5, 10: 7} {
		require.Equal(t, want, consortiumOf(BFT, orderers).quorum(), "bft, %d", orderers)
	}
	for orderers, want := range map[int]int{1: 1, 2: 2, 3: 2, 4: 3, 5: 3} {
		require.Equal(t, want, consortiumOf(Raft, orderers).quorum(), "raft, %d", orderers)
	}
}

// TestMeasure_FindsAnotherClock by what a node takes whose clock is off.
func TestMeasure_FindsAnotherClock(t *testing.T) {
	for _, off := range []time.Duration{0, time.Second, -9 * time.Second, 11 * time.Second, -12 * time.Second, 40 * time.Second, -time.Minute, 10 * time.Minute, 29 * time.Minute, -29 * time.Minute} {
		asked := 0
		found, err := measure(func(at time.Duration) (bool, error) {
			asked++
			return (off - at).Abs() <= timeWindow, nil
		})
		require.NoError(t, err, off)
		if off.Abs() <= ClockTolerance {
			require.Zero(t, found, off)
			require.Equal(t, 2, asked, "a right clock costs two requests, and no line in the node's log")
			continue
		}
		require.InDelta(t, off.Seconds(), found.Seconds(), 2*clockStep.Seconds(), off)
	}
	_, err := measure(func(time.Duration) (bool, error) { return false, nil })
	require.ErrorIs(t, err, errTime)
	_, err = measure(func(time.Duration) (bool, error) { return false, errStranger })
	require.ErrorIs(t, err, errStranger)
}
