package demo

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/keystore"
	"tally/internal/voucher"
)

// store is one of the chain's, whose number on the ledger is its place in the
// list, from 1 on.
type store struct{ name, city, zone string }

const (
	central = 1 + iota
	mongKok
	shibuya
	siam
	makati
	bukitBintang
)

func chain() []store {
	return []store{
		{"Central", "Hong Kong", "Asia/Hong_Kong"},
		{"Mong Kok", "Hong Kong", "Asia/Hong_Kong"},
		{"Shibuya", "Tokyo", "Asia/Tokyo"},
		{"Siam", "Bangkok", "Asia/Bangkok"},
		{"Makati", "Manila", "Asia/Manila"},
		{"Bukit Bintang", "Kuala Lumpur", "Asia/Kuala_Lumpur"},
	}
}

// clock is what the clock on the wall of the store shows.
func (s store) clock(now time.Time) (string, error) {
	zone, err := time.LoadLocation(s.zone)
	if err != nil {
		return "", err
	}
	return now.In(zone).Format("15:04"), nil
}

// customer is somebody with a wallet of one of the two partners.
type customer struct{ name, partner string }

func customers() []customer {
	return []customer{
		{"alice", "harbour-pay"}, {"bob", "harbour-pay"}, {"carol", "harbour-pay"},
		{"dan", "lotus-pay"}, {"erin", "lotus-pay"},
	}
}

// cast is everybody with a key file.
func cast() []string {
	names := []string{"operator", "root", "harbour-pay", "lotus-pay", "stranger"}
	for i := range chain() {
		names = append(names, tillOf(uint32(i+1)))
	}
	for _, c := range customers() {
		names = append(names, c.name)
	}
	return names
}

// tillOf is the name of the key of a store's till.
func tillOf(store uint32) string { return fmt.Sprintf("till-%d", store) }

// makeKeys writes a key file for everybody and opens it again, under one
// passphrase that lies beside them: a demo's keys guard nothing. It is 128
// random bits, which need no stretching.
func (s *story) makeKeys(context.Context) (string, error) {
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails, by its documentation
	passphrase := hex.EncodeToString(random[:])
	if err := os.WriteFile(filepath.Join(s.dir, "passphrase"), []byte(passphrase+"\n"), cli.OwnersFile); err != nil {
		return "", fmt.Errorf("write passphrase: %w", err)
	}
	keys := keystore.Dir(filepath.Join(s.dir, "keys"))
	s.people = map[string]*ecdsa.PrivateKey{}
	for _, name := range cast() {
		if _, err := keys.Create(name, passphrase, keystore.Scrypt{N: 2, P: 1}); err != nil {
			return "", err
		}
		key, err := keys.Open(name, passphrase)
		if err != nil {
			return "", err
		}
		s.people[name] = key
	}
	return fmt.Sprintf("%d encrypted files: operator, merchant, tills, partners, wallets; the server gets none", len(cast())), nil
}

// signer signs for somebody, on the story's ledger.
func (s *story) signer(name string) client.Signer {
	return client.Signer{Domain: s.session.Domain, Key: s.people[name]}
}

func (s *story) who(name string) voucher.Address { return intent.Address(s.people[name]) }
