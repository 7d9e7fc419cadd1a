package delegation_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"crypto/sha256"

	"github.com/stretchr/testify/require"

	"tally/internal/delegation"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// TestAttack_Delegations_OneTokenSaysOneThing signs tokens whose JSON two readers
// could read in two ways, with members that must be understood, or without end.
func TestAttack_Delegations_OneTokenSaysOneThing(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	key, ledger := ledgertest.NewActor("merchant"), voucher.Hash{1}
	good, err := delegation.Sign(key.Key, ledger, delegation.Delegation{
		ID: delegation.NewID(), Issuer: key.Address, Subject: "POS", Scopes: []delegation.Scope{delegation.Relay},
		Issued: now, Expires: now.Add(time.Hour),
	})
	require.NoError(t, err)
	parts := strings.Split(good, ".")
	text := func(part string) string {
		raw, err := base64.RawURLEncoding.DecodeString(part)
		require.NoError(t, err)
		return string(raw)
	}
	header, body := text(parts[0]), text(parts[1])
	again := func(header, body string) string {
		signed := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(body))
		s, err := intent.SignDigest(key.Key, sha256.Sum256([]byte(signed)))
		require.NoError(t, err)
		s.VS[0] &^= 0x80
		return signed + "." + base64.RawURLEncoding.EncodeToString(append(s.R[:], s.VS[:]...))
	}
	with := func(object, member string) string { return strings.TrimSuffix(object, "}") + "," + member + "}" }
	_, err = delegation.Open(again(header, body), ledger, now, nowhere)
	require.NoError(t, err)
	_, err = delegation.Open(again(with(header, `"cty":"x"`), with(body, `"note":{"iss":1}`)), ledger, now, nowhere)
	require.NoError(t, err, "what is not known is passed over")
	for _, member := range []string{`"crit":["exp"]`, `"crit":[]`, `"CRIT":["b64"]`, `"alg":"ES256K"`, `"Alg":"none"`, `"KID":"x"`, `"\u0061lg":"ES256K"`, `"\u212aid":"x"`} {
		_, err := delegation.Open(again(with(header, member), body), ledger, now, nowhere)
		require.ErrorIs(t, err, delegation.ErrDelegation, member)
	}
	for _, member := range []string{
		`"iss":"` + key.Address.String() + `"`, `"ISS":"x"`, `"\u017fub":"x"`, `"Scopes":["audit"]`, `"scopes":["relay"]`, `"store":1,"store":2`, `"x":1,"x":1`, `"EXP":9e9`,
	} {
		_, err := delegation.Open(again(header, with(body, member)), ledger, now, nowhere)
		require.ErrorIs(t, err, delegation.ErrDelegation, member)
	}
	for _, subject := range []string{"", strings.Repeat("x", delegation.MaxSubject+1)} {
		_, err := delegation.Open(again(header, strings.Replace(body, `"POS"`, `"`+subject+`"`, 1)), ledger, now, nowhere)
		require.ErrorIs(t, err, delegation.ErrDelegation)
	}
}
