package main

import (
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/exact"
)

var (
	someAddress = regexp.MustCompile(`\b0x[0-9a-fA-F]{40}\b`)
	someInstant = regexp.MustCompile(`\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?`)
)

// requireForPeople holds a text for people to what all of them promise: addresses have
// the checksum of EIP-55, and instants say how far their clock is from UTC.
func requireForPeople(t testing.TB, text string, args []string) {
	t.Helper()
	for _, address := range someAddress.FindAllString(text, -1) {
		require.Equal(t, exact.Checksum(address), address, "%q: an address without a checksum: %s", args, text)
	}
	for _, instant := range someInstant.FindAllString(text, -1) {
		_, err := time.Parse(time.RFC3339, instant)
		require.NoError(t, err, "%q: an instant without an offset: %s", args, text)
	}
}

// TestTexts_InstantsOfTheZone: what is said of a campaign has instants as its clocks show
// them, wherever a server was asked.
func TestTexts_InstantsOfTheZone(t *testing.T) {
	s := onstage(t)
	s.found()
	of := s.campaign("time_zone: Asia/Hong_Kong\n" + tenCups + "attestors: [" + s.address("bob").String() + "]\n")
	ticket := s.file("ticket", "")
	require.Contains(t, s.must("ticket", "sign", "--as", "bob", "--wallet", "alice", "--person", "a", "--out", ticket, of.String()), "+08:00")
	require.Contains(t, s.must("claim", "--as", "alice", "--ticket", ticket, of.String()), "+08:00")
	ref := s.firstOf("alice")
	signed := s.run("code", "--as", "alice", "--hold", "2h", ref)
	require.Contains(t, signed.errors, "+08:00")
	code := s.code("alice", "--hold", "2h", ref)
	placed := s.must(append([]string{"hold", "place"}, redeem(code, "--discount", "1.00")[1:]...)...)
	require.Contains(t, placed, "+08:00")
	id := regexp.MustCompile(`0x[0-9a-f]{64}`).FindString(placed)
	require.Regexp(t, `until +[0-9T:-]+\+08:00`, s.must("hold", "show", "--as", "till-1", id))
	offline := s.run("code", "--as", "alice", "--ledger-id", s.ledgerID(), ref)
	require.Regexp(t, `good until [0-9T:-]+Z;`, offline.errors, "no server was asked")
}
