package contract

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"
)

var errLost = errors.New("lost")

func TestViewCache_AnswersAllThatAskTheSame(t *testing.T) {
	var c ViewCache
	var asked atomic.Int64
	enter, leave := make(chan struct{}), make(chan struct{})
	ask := func() ([]byte, error) {
		n := asked.Add(1)
		if n == 1 {
			close(enter)
			<-leave
		}
		return []byte{byte(n)}, nil
	}
	at := common.Hash{1}
	heard := make([]*Answer, 20)
	var all sync.WaitGroup
	for i := range heard {
		all.Go(func() {
			var err error
			heard[i], err = c.Ask(t.Context(), at, []byte("a"), ask)
			require.NoError(t, err)
		})
	}
	<-enter
	close(leave)
	all.Wait()
	for _, answer := range heard {
		require.Equal(t, []byte{1}, answer.ret)
	}
	answer, err := c.Ask(t.Context(), common.Hash{2}, []byte("a"), ask)
	require.NoError(t, err)
	require.Equal(t, []byte{2}, answer.ret, "at another block it is asked again")
	answer, err = c.Ask(t.Context(), common.Hash{2}, []byte("b"), ask)
	require.NoError(t, err)
	require.Equal(t, []byte{3}, answer.ret, "as is something else")
}

// TestViewCache_AFailureIsNotKept has one caller leave while it asks for two.
func TestViewCache_AFailureIsNotKept(t *testing.T) {
	var c ViewCache
	entered, fail := make(chan struct{}), make(chan struct{})
	first := make(chan error)
	go func() {
		_, err := c.Ask(context.Background(), common.Hash{1}, []byte("a"), func() ([]byte, error) {
			close(entered)
			<-fail
			return nil, errLost
		})
		first <- err
	}()
	<-entered
	second := make(chan error)
	go func() {
		_, err := c.Ask(context.Background(), common.Hash{1}, []byte("a"), func() ([]byte, error) { return []byte{1}, nil })
		second <- err
	}()
	gone, leave := context.WithCancel(context.Background())
	leave()
	_, err := c.Ask(gone, common.Hash{1}, []byte("a"), func() ([]byte, error) { return nil, errLost })
	require.ErrorIs(t, err, context.Canceled, "who waits leaves when it likes")
	close(fail)
	require.ErrorIs(t, <-first, errLost)
	require.NoError(t, <-second)
}

func TestViewCache_IsBounded(t *testing.T) {
	var c ViewCache
	for i := range maxAnswers + 10 {
		_, err := c.Ask(t.Context(), common.Hash{1}, fmt.Append(nil, i), func() ([]byte, error) { return nil, nil })
		require.NoError(t, err)
	}
	require.Len(t, c.answers, maxAnswers)
}

// TestAnswer_DecodedOnce: callers that ask for one record share what was decoded, and
// one that asks for another record of the same bytes gets its own.
func TestAnswer_DecodedOnce(t *testing.T) {
	type one struct{ Bytes []byte }
	type other struct{ Length int }
	answer, decoded := NewAnswer([]byte{1, 2}), 0
	decode := func(ret []byte, into any) error {
		decoded++
		switch into := into.(type) {
		case *one:
			into.Bytes = ret
		case *other:
			into.Length = len(ret)
		}
		return nil
	}
	for range 3 {
		got, err := record[one](answer, decode)
		require.NoError(t, err)
		require.Equal(t, one{[]byte{1, 2}}, got)
	}
	require.Equal(t, 1, decoded)
	got, err := record[other](answer, decode)
	require.NoError(t, err)
	require.Equal(t, other{2}, got)

	_, err = record[one](NewAnswer(nil), func([]byte, any) error { return errLost })
	require.ErrorIs(t, err, errLost)
}
