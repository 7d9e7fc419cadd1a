package ledger_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// unreadable is a ledger whose outcomes cannot be read.
type unreadable struct{ ledger.Ledger }

func (unreadable) Outcome(context.Context, voucher.Hash) (voucher.Outcome, bool, error) {
	return voucher.Outcome{}, false, errors.New("disk on fire")
}

// TestFirst_RefusalThatCannotBeSettled: a refusal that cannot be settled is unknown.
func TestFirst_RefusalThatCannotBeSettled(t *testing.T) {
	d := intent.NewDomain(ledgertest.LedgerID(1))
	w := ledgertest.Cast(t, d, ledgertest.Start)
	admit := w.Admit(w.Bob, "Bob")
	outcomes := []voucher.Outcome{
		{ID: d.ID(admit), Status: voucher.StatusAccepted},
		{ID: d.ID(admit), Status: voucher.StatusRefused, Kind: voucher.KindExists},
		{ID: d.ID(admit), Status: voucher.StatusRefused, Kind: voucher.KindExists},
	}
	err := ledger.FirstOutcomes(t.Context(), unreadable{}, d.AuthorAll(admit, admit, admit), outcomes)
	require.ErrorIs(t, err, ledger.ErrUnknown)
	require.Equal(t, voucher.StatusAccepted, outcomes[0].Status)
	require.Equal(t, []voucher.Outcome{{ID: d.ID(admit)}, {ID: d.ID(admit)}}, outcomes[1:])
}
