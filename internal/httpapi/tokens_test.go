package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/delegation"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
)

// TestTokens_TheAnswerSaysWhichPart shows tokens that are wrong in one part each. All
// answers are 401 with one code, and the detail names the part.
func TestTokens_TheAnswerSaysWhichPart(t *testing.T) {
	s := newShop(t)
	token := func(edit func(*intent.ReadToken), d *intent.Domain, by ledgertest.Actor) string {
		in := intent.ReadToken{Holder: s.Alice.Address, Audience: s.url, Expires: s.Unix() + 60}
		edit(&in)
		signature, err := d.Sign(by.Key, in)
		require.NoError(t, err)
		return "Bearer " + intent.FormatToken(in, signature)
	}
	same := func(*intent.ReadToken) {}
	delegated := func(by ledgertest.Actor, edit func(*delegation.Delegation)) string {
		text, _ := s.delegate(by, edit)
		return "Bearer " + text
	}
	good := token(same, s.Domain, s.Alice)
	path := "/v1/wallets/" + s.Alice.Address.String() + "/vouchers"
	status, _, body := s.raw(http.MethodGet, path, "", map[string]string{"Authorization": good})
	require.Equal(t, http.StatusOK, status, body)
	for name, c := range map[string]struct{ authorization, says string }{
		"none":                     {"", "Sign a ReadToken"},
		"another scheme":           {"Basic " + good[7:], "not one bearer token"},
		"no scheme":                {good[7:], "not one bearer token"},
		"no text":                  {"Bearer", "not one bearer token"},
		"half a text":              {good[:len(good)/2], "documented form"},
		"a text too long":          {"Bearer " + strings.Repeat("A", 2000), "documented form"},
		"padding":                  {good + "=", "documented form"},
		"a bit":                    {strings.Replace(good, "A", "B", 1), "documented form"},
		"another's signature":      {token(same, s.Domain, s.Bob), "signature"},
		"another ledger":           {token(same, intent.NewDomain(ledgertest.LedgerID(99)), s.Alice), "signature"},
		"expired":                  {token(func(in *intent.ReadToken) { in.Expires = s.Unix() }, s.Domain, s.Alice), "has expired"},
		"milliseconds":             {token(func(in *intent.ReadToken) { in.Expires *= 1000 }, s.Domain, s.Alice), "at most an hour"},
		"two hours":                {token(func(in *intent.ReadToken) { in.Expires += 7200 }, s.Domain, s.Alice), "at most an hour"},
		"a word for the audience":  {token(func(in *intent.ReadToken) { in.Audience = "tally" }, s.Domain, s.Alice), "another server"},
		"a slash after the origin": {token(func(in *intent.ReadToken) { in.Audience += "/" }, s.Domain, s.Alice), "another server"},
		"a JWT of another form":    {"Bearer a.b.c", "documented form"},
		"a delegation by nobody":   {delegated(s.Bob, whole), "may not give"},
		"a delegation elsewhere":   {delegated(s.Merchant, func(d *delegation.Delegation) { d.Servers = []string{"https://b.example"} }), "another server"},
		"a delegation expired":     {delegated(s.Merchant, func(d *delegation.Delegation) { d.Expires = s.now().Add(-time.Second) }), "has expired"},
		"a delegation too long":    {delegated(s.Merchant, func(d *delegation.Delegation) { d.Expires = d.Expires.Add(time.Hour) }), "at most 90 days"},
		"a delegation too early":   {delegated(s.Merchant, func(d *delegation.Delegation) { d.Issued = d.Issued.Add(time.Hour) }), "not good at this server's time"},
		"a delegation of another":  {strings.Replace(delegated(s.Merchant, whole), ".", ".e", 1), "documented form"},
	} {
		res := s.answer(http.MethodGet, path, "", map[string]string{"Authorization": c.authorization})
		text := bare(t, res)
		require.Equal(t, http.StatusUnauthorized, res.StatusCode, "%s: %s", name, text)
		require.Contains(t, text, `"code":"unauthorised"`, name)
		require.Contains(t, text, c.says, name)
		require.Equal(t, c.authorization != "", strings.Contains(res.Header.Get("WWW-Authenticate"), `error="invalid_token"`), name)
	}
}
