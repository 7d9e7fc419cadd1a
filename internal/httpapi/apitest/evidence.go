package apitest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"tally/internal/api"
	"tally/internal/audit/evidence"
	"tally/internal/audit/translog"
	"tally/internal/httpapi"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Evidence is that of a ledger, and its pins. The log is derived until the test
// ends. Its key is always the same for a ledger's id. Of an embedded chain the
// evidence has blocks and proofs; the chain's pins are empty.
func Evidence(t testing.TB, l ledger.Ledger) (httpapi.Evidence, httpapi.Pins) {
	t.Helper()
	log, err := translog.Open(l, t.TempDir(), logKey(t, l.ID()), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); log.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-done
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	pins := httpapi.Pins{Log: api.LogInfo{Origin: translog.Origin(l.ID()), Key: log.Key()}}
	if _, ok := l.(ledger.Prover); ok {
		pins.Chain = &api.ChainInfo{}
	}
	return evidence.NewServer(l, log), pins
}

// logKey is a key of a ledger's log, of a seed that is no secret.
func logKey(t testing.TB, id voucher.Hash) translog.Key {
	t.Helper()
	seed := bytes.Repeat([]byte{7}, ed25519.SeedSize)
	public, ok := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	if !ok {
		t.Fatal("no public key")
	}
	origin := translog.Origin(id)
	verifier, err := note.NewEd25519VerifierKey(origin, public)
	if err != nil {
		t.Fatal(err)
	}
	const ed25519Algorithm = 1
	hash := strings.Split(verifier, "+")[1]
	private := "PRIVATE+KEY+" + origin + "+" + hash + "+" + base64.StdEncoding.EncodeToString(append([]byte{ed25519Algorithm}, seed...))
	path := filepath.Join(t.TempDir(), "log.key")
	if err := os.WriteFile(path, []byte(private+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := translog.LoadKey(path, id)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
