package voucher_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// kindsOf is which kinds a table expects.
func kindsOf[C voucher.Command](into map[voucher.Kind]bool, refusals []refusal[C]) {
	for _, r := range refusals {
		into[r.kind] = true
	}
}

func TestKinds_EachIsInARefusalTable(t *testing.T) {
	seen := map[voucher.Kind]bool{}
	kindsOf(seen, setOperatorsRefusals())
	kindsOf(seen, admitMerchantRefusals())
	kindsOf(seen, putStoreRefusals())
	kindsOf(seen, putKeyRefusals())
	kindsOf(seen, createCampaignRefusals())
	kindsOf(seen, changeCampaignRefusals())
	kindsOf(seen, claimRefusals())
	kindsOf(seen, ticketRefusals())
	kindsOf(seen, redeemRefusals())
	kindsOf(seen, cancelRefusals())
	kindsOf(seen, suspendRefusals())
	kindsOf(seen, reinstateRefusals())
	kindsOf(seen, rotateRefusals())
	kindsOf(seen, recoverRefusals())
	kindsOf(seen, auditorRefusals())
	kindsOf(seen, attestorRefusals())
	kindsOf(seen, issueRefusals())
	kindsOf(seen, deliverRefusals())
	kindsOf(seen, transferRefusals())
	kindsOf(seen, holdRefusals())
	kindsOf(seen, captureRefusals())
	kindsOf(seen, releaseRefusals())
	kindsOf(seen, rollbackRefusals())
	kindsOf(seen, voidRefusals())

	// Only a command of a later version can be unsupported. Suspensions are tested
	// apart, with a recovery that waits.
	notYet := []voucher.Kind{voucher.KindUnsupported}
	seen[voucher.KindRecoveryPending] = true
	for k := voucher.KindMalformed; ; k++ {
		if _, ok := k.Refusal(); !ok {
			break
		}
		require.Equal(t, !slices.Contains(notYet, k), seen[k], k)
	}
}
