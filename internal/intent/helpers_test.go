package intent_test

import (
	"bytes"
	"crypto/ecdsa"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// go test ./internal/intent -update writes testdata again, but for viem.json,
// which scripts/npm/intents.test.mjs writes. A difference in a committed file
// is a change of a frozen format.
var update = flag.Bool("update", false, "write testdata again")

// key is a fixed private key.
func key(t require.TestingT, n byte) *ecdsa.PrivateKey {
	raw := bytes.Repeat([]byte{0x11}, 32)
	raw[31] = n
	k, err := crypto.ToECDSA(raw)
	require.NoError(t, err)
	return k
}

// domain is of a fixed ledger.
func domain() *intent.Domain {
	return intent.NewDomain(voucher.Hash{
		0xa1, 0xb2, 0xc3, 0xd4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
		17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 0xff,
	})
}

// golden compares with a committed file of testdata, byte for byte.
func golden(t *testing.T, name string, got any) {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(got))
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, b.Bytes(), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String(), "the frozen format in %s has changed", path)
}
