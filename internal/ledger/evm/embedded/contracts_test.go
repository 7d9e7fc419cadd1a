package embedded

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger/evm/contract"
	"tally/internal/ledger/evm/embedded/chain"
	"tally/internal/ledger/sealer"
)

// TestOpen_LedgerOfAnotherContract opens a chain whose genesis has one
// byte more of code.
func TestOpen_LedgerOfAnotherContract(t *testing.T) {
	dir := t.TempDir()
	key, err := sealer.MakeKey(filepath.Join(dir, sealer.KeyFile))
	require.NoError(t, err)
	genesis, err := newGenesis(crypto.PubkeyToAddress(key.PublicKey), time.Now())
	require.NoError(t, err)
	other := genesis.Alloc[contract.Administration()]
	other.Code = append(other.Code, 0)
	genesis.Alloc[contract.Administration()] = other
	c, err := chain.Open(t.Context(), chain.Options{
		Dir: filepath.Join(dir, chainDir), Key: key, Genesis: genesis, Logger: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	require.NoError(t, c.Close())
	for range 2 { // and the refusal leaves nothing open
		_, err = Open(t.Context(), Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
		require.ErrorIs(t, err, contract.ErrOtherContract)
	}
}
