package demo

import (
	"crypto/ecdsa"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/httpapi/apitest"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/voucher"
)

// admitted is a story at the point where the merchant has a store with a till, against
// a server over a ledger in memory, by a clock of the test's.
func admitted(t *testing.T, now func() time.Time) *story {
	t.Helper()
	people := map[string]*ecdsa.PrivateKey{}
	for _, name := range []string{"operator", "root", tillOf(central), tillOf(mongKok), "alice"} {
		key, err := crypto.GenerateKey()
		require.NoError(t, err)
		people[name] = key
	}
	l, err := memory.New(ledgertest.LedgerID(7), []voucher.Address{intent.Address(people["operator"])}, 1, now)
	require.NoError(t, err)
	server := apitest.Serve(t, l, now)
	a := &cli.App{Main: cli.Main{Stdout: io.Discard, Env: os.LookupEnv, Now: now}, Globals: &cli.Globals{Timeout: time.Minute}}
	s := &story{
		app: a, teller: newTeller(a), http: http.DefaultClient, people: people,
		session: &client.Session{Client: client.Connect(server.URL, time.Minute), Domain: intent.NewDomain(ledgertest.LedgerID(7)), Now: now},
	}
	_, err = s.admitMerchant(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.openStore(t.Context(), central, "Central"))
	require.NoError(t, s.openStore(t.Context(), mongKok, "Mong Kok"))
	return s
}

// TestStory_Expire has the quarter of an hour that a voucher's expiry takes pass in a
// moment, by a clock that runs 2,000 times too fast.
func TestStory_Expire(t *testing.T) {
	began := time.Now()
	s := admitted(t, func() time.Time { return began.Add(2000 * time.Since(began)) })
	var err error
	s.drink, err = s.publishFile(t.Context(), "buy-one-get-one", nil)
	require.NoError(t, err)
	said, err := s.expire(t.Context())
	require.NoError(t, err)
	require.Contains(t, said, "refused: expired")
	require.Contains(t, said, "0 live + 0 spent + 1 expired")
}
