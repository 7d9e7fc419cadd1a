package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/scripts/bench/load"
	"tally/scripts/bench/shop"
)

// TestRedeemSection_EverySystemRedeemsOnce runs the section as it is, with few
// vouchers: at each number of clients each system accepts every voucher and
// refuses every double spend.
func TestRedeemSection_EverySystemRedeemsOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and starts servers and a database")
	}
	tables := measure(t, "redeem")
	var rows []map[string]any
	for _, step := range tiny().redeem {
		for _, system := range []string{systemDriver, systemTally, systemJournal, systemTable} {
			row := tables["redemptions"][len(rows)]
			require.InDelta(t, step.clients, row["clients"], 0)
			require.Equal(t, system, row["system"])
			require.InDelta(t, step.vouchers, row["accepted"], 0, row)
			require.InDelta(t, (step.vouchers+twiceEvery-1)/twiceEvery, row["refused"], 0, row)
			require.InDelta(t, 0, row["unknown"], 0, row)
			require.Equal(t, system == systemTally || system == systemJournal, row["ratio"] != nil, "the ratio stands beside tally")
			rows = append(rows, row)
		}
	}
	require.Len(t, tables["redemptions"], len(rows))
	require.Len(t, tables["costs of redemptions at tally"], 1+len(tiny().redeem)+2, "memory at rest and after each load, disk")
	require.Len(t, tables["costs of redemptions at tally, journal"], 1+len(tiny().redeem)+3, "likewise, and the state")
}

// TestRedeemSection_SystemThatRedeemsTwice holds answers against what was sent.
func TestRedeemSection_SystemThatRedeemsTwice(t *testing.T) {
	told := func(accepted, refused, unknown int) (r load.Result) {
		r.Elapsed = time.Second
		r.Told[load.Accepted].Count, r.Told[load.Refused].Count, r.Told[load.Unknown].Count = accepted, refused, unknown
		return r
	}
	require.NoError(t, check(told(40, 2, 0), 40, 42))
	require.NoError(t, check(told(39, 1, 2), 40, 42), "unknown may be either")
	require.ErrorIs(t, check(told(41, 1, 0), 40, 42), errCounts, "one voucher, redeemed twice")
	require.ErrorIs(t, check(told(39, 3, 0), 40, 42), errCounts, "a voucher that was never spent, refused")
	require.ErrorIs(t, check(told(40, 1, 0), 40, 42), errCounts, "a request without an answer")
}

// TestRedeemSection_DoubleSpendsComeAfterTheFirst is what the order of tries is for.
func TestRedeemSection_DoubleSpendsComeAfterTheFirst(t *testing.T) {
	order := shop.Twice(41, 20, 16)
	first := map[int]int{}
	twice := 0
	for i, try := range order {
		if try.Till == 0 {
			first[try.Voucher] = i
			continue
		}
		twice++
		require.Contains(t, first, try.Voucher)
		require.Zero(t, try.Voucher%20)
	}
	require.Len(t, first, 41)
	require.Equal(t, 3, twice)
	require.Len(t, order, 44)
}
