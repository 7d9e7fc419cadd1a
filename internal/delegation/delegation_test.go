package delegation_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/delegation"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// nowhere is a server without a name.
func nowhere(string) bool { return false }

func example() delegation.Delegation {
	root := ledgertest.NewActor("merchant").Address
	return delegation.Delegation{
		ID: voucher.Address{1, 2, 3}, Issuer: root, Signer: root, Subject: "Jasmine POS",
		Scopes: []delegation.Scope{delegation.ReadRedemptions, delegation.Relay}, Store: 1,
		Issued: ledgertest.Start(), Expires: ledgertest.Start().Add(delegation.Life),
	}
}

func sign(t *testing.T, d delegation.Delegation) string {
	t.Helper()
	text, err := delegation.Sign(ledgertest.NewActor("merchant").Key, ledgertest.LedgerID(1), d)
	require.NoError(t, err)
	return text
}

const vector = "eyJhbGciOiJFUzI1NksiLCJraWQiOiIweGE2MTNhMmZkNTE4MWI2MDM4YzRlYzVhZjNiZDkzMDRhYjFmYmU0ZTgiLCJ0eXAiOiJ0" +
	"YWxseS1kZWxlZ2F0aW9uK2p3dCJ9.eyJpc3MiOiIweGE2MTNhMmZkNTE4MWI2MDM4YzRlYzVhZjNiZDkzMDRhYjFmYmU0ZTgiLCJ" +
	"zdWIiOiJKYXNtaW5lIFBPUyIsImF1ZCI6WyIweDRiZjUxMjJmMzQ0NTU0YzUzYmRlMmViYjhjZDJiN2UzZDE2MDBhZDYzMWMzODV" +
	"hNWQ3Y2NlMjNjNzc4NTQ1OWEiXSwiZXhwIjoxODAzMTk2ODAwLCJpYXQiOjE3OTU0MjA4MDAsImp0aSI6IjB4MDEwMjAzMDAwMDA" +
	"wMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMCIsInNjb3BlcyI6WyJyZWFkOnJlZGVtcHRpb25zIiwicmVsYXkiXSwic3RvcmU" +
	"iOjF9.SWUTlbXor-Xe3keraPCWk6vyc2wjbJ0--lci5U6nzYMaJjDtJrafV94lSXXPu0R4QMHDe4ksvrRTaGskq3wTuw"

// TestSign_Vector signs the vector again: signatures are those of RFC 6979.
func TestSign_Vector(t *testing.T) {
	text := sign(t, example())
	require.Equal(t, vector, text)
	require.True(t, delegation.Is(text))
	got, err := delegation.Open(text, ledgertest.LedgerID(1), ledgertest.Start(), nowhere)
	require.NoError(t, err)
	want := example()
	require.True(t, want.Issued.Equal(got.Issued))
	require.True(t, want.Expires.Equal(got.Expires))
	got.Issued, got.Expires = want.Issued, want.Expires
	require.Equal(t, want, got)
	require.True(t, got.Has(delegation.Relay))
	require.False(t, got.Has(delegation.Audit))
}

// TestOpen_Refuses: texts that are no delegation.
func TestOpen_Refuses(t *testing.T) {
	edited := func(edit func(*delegation.Delegation)) string {
		d := example()
		edit(&d)
		return sign(t, d)
	}
	good := sign(t, example())
	parts := strings.Split(good, ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[2])
	require.NoError(t, err)
	high := append([]byte(nil), raw...)
	high[32] |= 0x80
	part := func(i int, text string) string {
		list := append([]string(nil), parts...)
		list[i] = text
		return strings.Join(list, ".")
	}
	header := func(json string) string { return part(0, base64.RawURLEncoding.EncodeToString([]byte(json))) }
	last := parts[2][len(parts[2])-1]
	for name, text := range map[string]string{
		"nothing":          "",
		"two parts":        parts[0] + "." + parts[1],
		"too long":         good + strings.Repeat("A", delegation.MaxText),
		"padded":           good + "=",
		"stray bits":       good[:len(good)-1] + string(rune(last+1)),
		"no signature":     part(2, ""),
		"half a signature": part(2, base64.RawURLEncoding.EncodeToString(raw[:63])),
		"high s":           part(2, base64.RawURLEncoding.EncodeToString(high)),
		"other claims":     part(1, strings.Split(edited(func(d *delegation.Delegation) { d.Store = 2 }), ".")[1]),
		"alg none":         header(`{"alg":"none","typ":"tally-delegation+jwt","kid":"` + example().Signer.String() + `"}`),
		"alg HS256":        header(`{"alg":"HS256","typ":"tally-delegation+jwt","kid":"` + example().Signer.String() + `"}`),
		"another kid":      header(`{"alg":"ES256K","typ":"tally-delegation+jwt","kid":"` + ledgertest.NewActor("bob").Address.String() + `"}`),
		"zero kid":         header(`{"alg":"ES256K","typ":"tally-delegation+jwt","kid":"` + voucher.Address{}.String() + `"}`),
		"another typ":      header(`{"alg":"ES256K","typ":"JWT","kid":"` + example().Signer.String() + `"}`),
		"from the future":  edited(func(d *delegation.Delegation) { d.Issued = d.Issued.Add(2 * time.Minute) }),
		"for too long":     edited(func(d *delegation.Delegation) { d.Expires = d.Expires.Add(time.Second) }),
		"over":             edited(func(d *delegation.Delegation) { d.Expires, d.Issued = d.Issued, d.Issued.Add(-time.Hour) }),
		"no scopes":        edited(func(d *delegation.Delegation) { d.Scopes = nil }),
		"for nobody":       edited(func(d *delegation.Delegation) { d.Subject = "" }),
	} {
		_, err := delegation.Open(text, ledgertest.LedgerID(1), ledgertest.Start(), nowhere)
		require.ErrorIs(t, err, delegation.ErrDelegation, name)
	}
	_, err = delegation.Open(good, ledgertest.LedgerID(2), ledgertest.Start(), nowhere)
	require.ErrorIs(t, err, delegation.ErrDelegation, "another ledger's")
}

// TestDelegation_Servers opens delegations that are good at some servers only.
func TestDelegation_Servers(t *testing.T) {
	here := func(origin string) bool { return origin == "https://tally.example" }
	for name, c := range map[string]struct {
		servers []string
		good    bool
	}{
		"everywhere":    {nil, true},
		"here":          {[]string{"https://tally.example"}, true},
		"here, too":     {[]string{"https://b.example", "https://tally.example"}, true},
		"elsewhere":     {[]string{"https://b.example"}, false},
		"nameless":      {[]string{""}, false},
		"more than may": {[]string{"https://tally.example", "b", "c", "d", "e"}, false},
	} {
		d := example()
		d.Servers = c.servers
		got, err := delegation.Open(sign(t, d), ledgertest.LedgerID(1), ledgertest.Start(), here)
		if !c.good {
			require.ErrorIs(t, err, delegation.ErrDelegation, name)
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, c.servers, got.Servers, name)
		_, err = delegation.Open(sign(t, d), ledgertest.LedgerID(2), ledgertest.Start(), here)
		require.ErrorIs(t, err, delegation.ErrDelegation, "%s: another ledger's", name)
	}
}
