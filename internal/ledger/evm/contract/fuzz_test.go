package contract

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// vectors are the committed encodings of package voucher: one of every verb, or of every event.
func vectors(t require.TestingT, name, member string) (list [][]byte) {
	raw, err := os.ReadFile("../../../voucher/testdata/" + name)
	require.NoError(t, err)
	var rows []map[string]any
	require.NoError(t, json.Unmarshal(raw, &rows))
	for _, row := range rows {
		text, _ := row[member].(string)
		b, err := hex.DecodeString(strings.TrimPrefix(text, "0x"))
		require.NoError(t, err)
		list = append(list, b)
	}
	require.NotEmpty(t, list)
	return list
}

// eventData is what the contract logs: the members without the offset word of a dynamic struct.
func eventData(e voucher.Event) []byte {
	data := voucher.EncodeABI(e)
	if signature := voucher.EventSignature(e); strings.Contains(signature, "[]") || strings.Contains(signature, "string") {
		return data[32:]
	}
	return data
}

// FuzzLogs: the logs of a call are refused, or say again what they were: the
// head of each command, and its events to the byte.
func FuzzLogs(f *testing.F) {
	reader := NewLogs(Address())
	kinds := append([]common.Hash{reader.accepted, reader.refused}, topic("TransferSingle(address,address,address,uint256,uint256)"))
	for _, like := range voucher.EventTypes() {
		kinds = append(kinds, topic(voucher.EventSignature(like)))
	}
	for i, data := range vectors(f, "events.json", "data") {
		f.Add(byte(0), byte(3+i), bytes.Repeat([]byte{7}, 32), data)
		f.Add(byte(1), byte(3+i), bytes.Repeat([]byte{8}, 32), data)
	}
	f.Fuzz(func(t *testing.T, head, kind byte, word, data []byte) {
		first := kinds[int(head)%2]
		logs := []*types.Log{
			{Address: Address(), Topics: []common.Hash{first, {31: 9}}, Data: word},
			{Address: Address(), Topics: []common.Hash{kinds[int(kind)%len(kinds)]}, Data: data},
			{Address: common.Address{1}, Topics: []common.Hash{first, {}}, Data: word},
			{Address: Address()},
		}
		out, err := reader.Outcomes(LogPos{Block: 5, Tx: 2, Time: 6}, logs)
		if err != nil {
			require.ErrorIs(t, err, ErrLogs)
			require.Nil(t, out)
			return
		}
		require.Len(t, out, 1)
		require.Equal(t, voucher.Hash{31: 9}, out[0].ID)
		require.Equal(t, voucher.Position{Block: 5, Tx: 2}, out[0].Position)
		require.Equal(t, uint64(6), out[0].Time)
		switch out[0].Status {
		case voucher.StatusAccepted:
			require.Equal(t, word, out[0].CommandHash[:])
		case voucher.StatusRefused:
			require.Equal(t, word[31], byte(out[0].Kind))
		default:
			require.Fail(t, "an outcome that is none")
		}
		for _, e := range out[0].Events {
			require.Equal(t, kinds[int(kind)%len(kinds)], topic(voucher.EventSignature(e)))
			require.Equal(t, data, eventData(e))
		}
	})
}

// FuzzItems: the commands of a call to submit are refused, or are those that
// make such a call; whatever lengths it claims, it takes memory by its size.
func FuzzItems(f *testing.F) {
	calls, err := NewCalls()
	require.NoError(f, err)
	commands := vectors(f, "commands.json", "encoding")
	f.Add(calls.contract.PackSubmit(commands))
	f.Add(calls.contract.PackSubmit(commands[:1]))
	f.Add(calls.contract.PackSubmit(nil))
	f.Add([]byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, call []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		items, ok := calls.Items(call)
		runtime.ReadMemStats(&after)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, 1<<20+512*uint64(len(call)))
		if !ok {
			require.Nil(t, items)
			return
		}
		packed := calls.contract.PackSubmit(items)
		again, ok := calls.Items(packed)
		require.True(t, ok)
		require.Equal(t, items, again)
	})
}
