package httpapi_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/voucher"
)

// keyless is a ledger that cannot tell keys.
type keyless struct{ ledger.Ledger }

var errKeyless = errors.New("keys cannot be read")

func (keyless) Key(context.Context, voucher.Address, voucher.Address) (voucher.Key, error) {
	return voucher.Key{}, errKeyless
}

// TestParties_HolderIsKnownByTheVoucherAlone: a voucher names its holder. The server asks for
// the merchant's keys only if the reader is not the holder.
func TestParties_HolderIsKnownByTheVoucherAlone(t *testing.T) {
	s := shopOver(t, func(s *shop) ledger.Ledger {
		l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, s.now)
		require.NoError(t, err)
		return keyless{l}
	})
	ref := s.claim(s.Alice, s.create(0, anything), 0)
	for by, status := range map[ledgertest.Actor]int{
		s.Alice: http.StatusOK, s.Bob: http.StatusInternalServerError, s.Merchant: http.StatusInternalServerError,
	} {
		res := s.answer(http.MethodGet, "/v1/vouchers/"+ref.String(), "", map[string]string{"Authorization": "Bearer " + s.token(by)})
		require.NoError(t, res.Body.Close())
		require.Equal(t, status, res.StatusCode)
	}
}
