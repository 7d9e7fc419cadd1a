package index_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/index"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// TestEffects_OfEveryEvent fails for an event that is neither found in an index nor
// named here as one that is not: a new one must be decided about.
func TestEffects_OfEveryEvent(t *testing.T) {
	unseen := map[string]bool{
		"OperatorsSet": true, "MerchantSuspended": true, "MerchantReinstated": true, "RootSet": true, "AuditorSet": true,
		"CampaignIssued": true, "AttestorPut": true, // the ledger is asked
		"HoldReleased": true, "OfferCancelled": true, "RolledBack": true, // an event of each voucher follows
	}
	for _, e := range voucher.EventTypes() {
		effects := index.EffectsOf(ledger.Entry{Outcome: voucher.Outcome{Events: voucher.Events{e}}})
		if unseen[voucher.EventName(e)] {
			require.Zero(t, effects, "%T", e)
		} else {
			require.NotZero(t, effects, "%T", e)
		}
	}
}
