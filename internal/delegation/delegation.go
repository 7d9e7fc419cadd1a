// Package delegation lets a merchant say who may read its matters and relay for
// it: JSON Web Tokens (RFC 7519) signed with ES256K (RFC 8812) by keys that the
// ledger knows. A delegation changes no state. Auditors are named on the ledger.
//
// Nothing keeps a list of delegations, and the ledger alone ends them before
// their time. A merchant revokes one as it revokes a key: its root puts the
// delegation's id, which has the form of an address, as a key without scopes.
// Putting the signer's own address again ends all that the signer signed
// before; putting the merchant's address ends all of the merchant's. So does
// whatever takes the signer's rights: a new root, a revoked key. What a root signed
// ends for good when another takes over, also if it becomes the root again. A
// signer's clock may be a minute ahead, so what is signed in the minute after such
// an act ends with it. All of it is on the ledger, signed, seen by every server,
// and survives them.
package delegation

import (
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// Scope is one thing that a delegation allows.
type Scope string

// The scopes. A merchant may give all but the last.
const (
	ReadCampaigns   Scope = "read:campaigns"   // figures, books and issues of the merchant's campaigns
	ReadRedemptions Scope = "read:redemptions" // redemptions, holds and captures, at one store or at all
	ReadVouchers    Scope = "read:vouchers"    // vouchers of the merchant's campaigns, and their history
	Relay           Scope = "relay"            // deliver issued vouchers
	Audit           Scope = "audit"            // of servers before: no operator alone names an auditor any more
)

// Limits of delegations.
const (
	Life    = 90 * 24 * time.Hour // from its start to the latest end of a delegation
	Skew    = time.Minute         // a signer's clock may be ahead
	MaxText = 2048                // characters of its text

	MaxSubject = 128 // bytes of whom it is for
	MaxServers = 4   // servers that one may name
)

const tokenType = "tally-delegation+jwt"

// ErrDelegation says that a text is no delegation of this ledger that is good at
// this time.
var ErrDelegation = errors.New("not a valid delegation")

// Delegation is what one says. Its claims; the audience is the ledger's id and, where
// the delegation is good at some servers only, their origins (intent.Origin):
//
//	{"iss":"0x…merchant","sub":"Jasmine POS","aud":["0x…ledger","https://tally.example"],
//	 "iat":1795420800,"exp":1803196800,"jti":"0x…","scopes":["read:redemptions"],"store":1}
type Delegation struct {
	ID      voucher.Address // 20 random bytes
	Issuer  voucher.Address // the merchant, or the operator
	Signer  voucher.Address // the key that signed it: the header's kid
	Subject string          // whom it is for: a name that means something to the issuer
	Scopes  []Scope
	Servers []string // origins of the servers where it is good; empty is every server of the ledger
	Store   uint32   // the only store whose redemptions it shows; 0 is every store
	Version uint32   // of the operators, where one names an auditor; else 0
	Issued  time.Time
	Expires time.Time
}

// Has reports whether the delegation allows a scope.
func (d Delegation) Has(s Scope) bool { return slices.Contains(d.Scopes, s) }

type claims struct {
	jwt.RegisteredClaims
	Scopes  []Scope `json:"scopes"`
	Store   uint32  `json:"store,omitempty"`
	Version uint32  `json:"version,omitempty"`
}

// NewID is an id for a delegation.
func NewID() (id voucher.Address) {
	_, _ = rand.Read(id[:]) // never fails, by its documentation
	return id
}

// Sign is the text of a delegation for a ledger. The signer is the key.
func Sign(key *ecdsa.PrivateKey, ledger voucher.Hash, d Delegation) (string, error) {
	token := jwt.NewWithClaims(es256k{}, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: d.Issuer.String(), Subject: d.Subject, Audience: append(jwt.ClaimStrings{ledger.String()}, d.Servers...), ID: d.ID.String(),
			IssuedAt: jwt.NewNumericDate(d.Issued), ExpiresAt: jwt.NewNumericDate(d.Expires),
		},
		Scopes: d.Scopes, Store: d.Store, Version: d.Version,
	})
	token.Header["typ"], token.Header["kid"] = tokenType, intent.Address(key).String()
	text, err := token.SignedString(key)
	if err != nil {
		return "", fmt.Errorf("sign delegation: %w", err)
	}
	return text, nil
}

// Is tells a delegation's text from a read token's.
func Is(text string) bool { return strings.Count(text, ".") == 2 }

// Open checks the form, the signature, the audience and the times of a
// delegation. here reports whether an origin is the server that was asked. Whether
// the signer may give the delegation is not judged. The error is ErrDelegation and, as
// of a read token, one of intent's that says what is wrong first.
func Open(text string, ledger voucher.Hash, now time.Time, here func(origin string) bool) (d Delegation, err error) {
	if len(text) > MaxText {
		return d, fmt.Errorf("%w: %w", ErrDelegation, intent.ErrTokenForm)
	}
	got, err := d.parse(text)
	if err == nil {
		err = jwt.NewValidator(
			jwt.WithAudience(ledger.String()), jwt.WithExpirationRequired(), jwt.WithTimeFunc(func() time.Time { return now }),
		).Validate(got)
	}
	if err == nil {
		err = d.fill(got, now)
	}
	if err == nil {
		err = d.address(got.Audience, ledger, here)
	}
	if err != nil {
		return Delegation{}, fmt.Errorf("%w: %w: %w", ErrDelegation, fault(err), err)
	}
	return d, nil
}

var (
	errForm   = errors.New("a member is missing or out of its limits")
	errServer = errors.New("it is for another server")
	errFuture = errors.New("it is of the future")
	errLife   = errors.New("its life is too long")
)

// fault is intent's error for what is wrong with a delegation.
func fault(err error) error {
	switch {
	case errors.Is(err, jwt.ErrSignatureInvalid):
		return intent.ErrTokenSignature
	case errors.Is(err, errServer), errors.Is(err, jwt.ErrTokenInvalidAudience):
		return intent.ErrAudience
	case errors.Is(err, jwt.ErrTokenExpired):
		return intent.ErrTokenExpired
	case errors.Is(err, errFuture), errors.Is(err, errLife), errors.Is(err, jwt.ErrTokenNotValidYet):
		return intent.ErrTokenLife
	default:
		return intent.ErrTokenForm
	}
}

// parse takes a token apart and verifies its signature. The library's parser
// knows only algorithms that are registered for the whole process.
func (d *Delegation) parse(text string) (got claims, err error) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return got, errForm
	}
	decode := jwt.NewParser(jwt.WithStrictDecoding()).DecodeSegment
	header, err1 := decode(parts[0])
	body, err2 := decode(parts[1])
	signature, err3 := decode(parts[2])
	if err := errors.Join(err1, err2, err3); err != nil {
		return got, err
	}
	var head struct {
		Alg string          `json:"alg"`
		Typ string          `json:"typ"`
		Kid voucher.Address `json:"kid"`
	}
	if err := errors.Join(members(header, "alg", "typ", "kid"), members(body, "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scopes", "store", "version")); err != nil {
		return got, err
	}
	if err := errors.Join(json.Unmarshal(header, &head), json.Unmarshal(body, &got)); err != nil {
		return got, err
	}
	if head.Alg != (es256k{}).Alg() || head.Typ != tokenType {
		return got, errForm
	}
	d.Signer = head.Kid
	return got, es256k{}.Verify(parts[0]+"."+parts[1], signature, head.Kid)
}

// address reads the audience. The ledger's id is in it: Open has checked that.
func (d *Delegation) address(audience jwt.ClaimStrings, ledger voucher.Hash, here func(string) bool) error {
	for _, name := range audience {
		if name != ledger.String() {
			d.Servers = append(d.Servers, name)
		}
	}
	switch {
	case len(d.Servers) > MaxServers:
		return errForm
	case len(d.Servers) > 0 && !slices.ContainsFunc(d.Servers, here):
		return errServer
	}
	return nil
}

// fill reads the claims, whose times are compared here.
func (d *Delegation) fill(got claims, now time.Time) error {
	if err := errors.Join(d.ID.UnmarshalText([]byte(got.ID)), d.Issuer.UnmarshalText([]byte(got.Issuer))); err != nil {
		return err
	}
	if got.IssuedAt == nil || got.Subject == "" || len(got.Subject) > MaxSubject || len(got.Scopes) == 0 {
		return errForm
	}
	d.Subject, d.Scopes, d.Store, d.Version = got.Subject, got.Scopes, got.Store, got.Version
	d.Issued, d.Expires = got.IssuedAt.Time, got.ExpiresAt.Time
	switch {
	case d.Issued.After(now.Add(Skew)):
		return errFuture
	case d.Expires.After(d.Issued.Add(Life)):
		return errLife
	}
	return nil
}
