package fabricproof

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"
	"slices"
	"sync"

	"github.com/hyperledger/fabric-protos-go-apiv2/msp"

	"tally/internal/ledger/fabric/blocks"
)

// identity is who signed something: a certificate, and the organisation that it
// claims to be of.
type identity struct {
	organisation *organisation
	certificate  *x509.Certificate
	issuer       *x509.Certificate // nil if it is no member's
	refused      error             // why it is no member's
}

// key tells identities apart. The signature under a certificate does not count: from
// one valid ECDSA signature anybody can compute another valid one.
func (i *identity) key() string {
	return i.organisation.id + "\x00" + string(i.certificate.RawTBSCertificate)
}

// signed reports whether the identity signed a message.
func (i *identity) signed(message, signature []byte) bool {
	switch key := i.certificate.PublicKey.(type) {
	case *ecdsa.PublicKey:
		digest := sha256.Sum256(message)
		return isLow(key, signature) && ecdsa.VerifyASN1(key, digest[:], signature)
	case ed25519.PublicKey:
		return ed25519.Verify(key, message, signature)
	default:
		return false
	}
}

// isLow reports whether a signature has the form that Fabric takes: a signature
// is valid with s and with n-s, and Fabric takes the lesser of the two.
func isLow(key *ecdsa.PublicKey, signature []byte) bool {
	var parts struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(signature, &parts)
	half := new(big.Int).Rsh(key.Params().N, 1)
	return err == nil && len(rest) == 0 && parts.S.Cmp(half) <= 0
}

// satisfies reports whether the identity is one that a principal describes.
func (i *identity) satisfies(p *msp.MSPPrincipal) bool {
	switch p.GetPrincipalClassification() {
	case msp.MSPPrincipal_ROLE:
		var role msp.MSPRole
		return blocks.Unmarshal(p.GetPrincipal(), &role) == nil && i.plays(&role)
	case msp.MSPPrincipal_IDENTITY:
		var named msp.SerializedIdentity
		if i.refused != nil || blocks.Unmarshal(p.GetPrincipal(), &named) != nil || named.GetMspid() != i.organisation.id {
			return false
		}
		certificate, err := parseCertificate(named.GetIdBytes())
		return err == nil && bytes.Equal(certificate.RawTBSCertificate, i.certificate.RawTBSCertificate)
	default: // no policy of Tally's networks has another
		return false
	}
}

// plays reports whether the identity has a role in its organisation.
func (i *identity) plays(role *msp.MSPRole) bool {
	if role.GetMspIdentifier() != i.organisation.id {
		return false
	}
	named := slices.ContainsFunc(i.organisation.admins, func(tbs []byte) bool { return bytes.Equal(tbs, i.certificate.RawTBSCertificate) })
	switch {
	case role.GetRole() == msp.MSPRole_ADMIN && named:
		return true
	case i.refused != nil:
		return false
	case role.GetRole() == msp.MSPRole_MEMBER:
		return true
	case !i.organisation.roles.GetEnable():
		return false
	}
	unit := i.organisation.unit(role.GetRole())
	return unit != nil && has(i.certificate, i.issuer, unit)
}

// maxKnown is how many identities are kept that were looked at before.
const maxKnown = 10_000

// identities are the members of a channel under one configuration. They may be
// asked at the same time.
type identities struct {
	organisations map[string]*organisation
	mu            sync.Mutex
	known         map[string]*identity
}

// read reads an identity as it stands in a signature's header. The error says
// that it claims to be of no organisation of the channel.
func (a *identities) read(raw []byte) (*identity, error) {
	a.mu.Lock()
	known := a.known[string(raw)]
	a.mu.Unlock()
	if known != nil {
		return known, nil
	}
	var serialized msp.SerializedIdentity
	if err := blocks.Unmarshal(raw, &serialized); err != nil {
		return nil, fmt.Errorf("%w: %w", errIdentity, err)
	}
	o := a.organisations[serialized.GetMspid()]
	if o == nil {
		return nil, fmt.Errorf("%w: no organisation %.64q", errIdentity, serialized.GetMspid())
	}
	certificate, err := parseCertificate(serialized.GetIdBytes())
	if err != nil {
		return nil, err
	}
	i := &identity{organisation: o, certificate: certificate}
	i.issuer, i.refused = o.admit(certificate)
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.known) < maxKnown {
		a.known[string(raw)] = i
	}
	return i, nil
}

// signature is what somebody signed.
type signature struct {
	identity, message, signature []byte
}

// signers are those of a set of signatures that hold, each once.
func (a *identities) signers(set []signature) (all []*identity) {
	once := map[string]bool{}
	for _, s := range set {
		i, err := a.read(s.identity)
		if err != nil || once[i.key()] || !i.signed(s.message, s.signature) {
			continue
		}
		once[i.key()] = true
		all = append(all, i)
	}
	return all
}
