package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/httpapi/apitest"
	"tally/internal/voucher"
	network "tally/network/fabric"
)

// BenchmarkFirstRedemption measures, on BFT and on Raft, the time from an empty
// directory to a network that is ready, and to the answer to the first redemption
// on it: keys, channel, chaincode, founding, a merchant, a campaign and a claim
// lie in between. Fabric's programs and the chaincode are built before.
func BenchmarkFirstRedemption(b *testing.B) {
	for _, consensus := range []network.Consensus{network.BFT, network.Raft} {
		b.Run(string(consensus), func(b *testing.B) {
			var up, sold time.Duration
			for range b.N {
				m := startBench(b, consensus)
				claimed, err := m.ledger.Submit(b.Context(), m.Domain.AuthorAll(m.Claim(m.Alice, m.campaign, 0, 0)))
				require.NoError(b, err)
				require.Equal(b, voucher.StatusAccepted, claimed[0].Status)
				api, end := serveOver(m.ledger, 1)
				first := m.sales(1)[0]
				_, err = api.Send(b.Context(), apitest.Keyed(m.Domain, first.request, first.key))
				require.NoError(b, err)
				up, sold = up+m.up, sold+time.Since(m.began)
				end()
			}
			b.ReportMetric(up.Seconds()/float64(b.N), "s-to-network")
			b.ReportMetric(sold.Seconds()/float64(b.N), "s-to-redemption")
		})
	}
}
