package audit_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	evmproof "tally/internal/ledger/evm/proof"
)

// FuzzDecodeProof: what decodes encodes to the same bytes, all else is refused
// as no proof. It stands here because the tests of the proof link a whole chain,
// which takes a fuzzer minutes to compile.
func FuzzDecodeProof(f *testing.F) {
	text, err := os.ReadFile("../ledger/evm/proof/testdata/redemption.json")
	require.NoError(f, err)
	var vector struct {
		Proof string `json:"proof"`
	}
	require.NoError(f, json.Unmarshal(text, &vector))
	raw, err := hex.DecodeString(strings.TrimPrefix(vector.Proof, "0x"))
	require.NoError(f, err)
	f.Add(raw)
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := evmproof.Decode(raw)
		if err != nil {
			require.ErrorIs(t, err, evmproof.ErrProof)
			return
		}
		again, err := p.Encode()
		require.NoError(t, err)
		require.Equal(t, raw, again)
	})
}
