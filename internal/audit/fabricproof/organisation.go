package fabricproof

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/msp"

	"tally/internal/ledger/fabric/blocks"
)

// organisation is a member of the channel: what Fabric calls an MSP.
type organisation struct {
	id                   string
	roots, intermediates *x509.CertPool
	inner                map[string]bool // authorities that certify authorities only
	revoked              []*x509.RevocationList
	admins               [][]byte // certificates by which admins are named, one by one
	roles                *msp.FabricNodeOUs
	units                []*msp.FabricOUIdentifier
}

var errIdentity = errors.New("not a member")

// fabricMSP is the type of an MSP whose members have X.509 certificates.
const fabricMSP = 0

// readOrganisation reads what the channel's configuration says of a member.
func readOrganisation(raw []byte) (*organisation, error) {
	var outer msp.MSPConfig
	var inner msp.FabricMSPConfig
	if err := blocks.Unmarshal(raw, &outer); err != nil {
		return nil, because(ErrConfiguration, "an organisation cannot be read: %s", err)
	}
	if outer.GetType() != fabricMSP {
		return nil, because(ErrUnsupported, "an organisation of type %d", outer.GetType())
	}
	if err := blocks.Unmarshal(outer.GetConfig(), &inner); err != nil {
		return nil, because(ErrConfiguration, "an organisation cannot be read: %s", err)
	}
	if hash := inner.GetCryptoConfig().GetSignatureHashFamily(); hash != "" && hash != "SHA2" {
		return nil, because(ErrUnsupported, "%s signs with %s", inner.GetName(), hash)
	}
	o := &organisation{
		id: inner.GetName(), roots: x509.NewCertPool(), intermediates: x509.NewCertPool(), inner: map[string]bool{},
		roles: inner.GetFabricNodeOus(), units: inner.GetOrganizationalUnitIdentifiers(),
	}
	if err := o.readAuthorities(&inner); err != nil {
		return nil, because(ErrConfiguration, "%s: %s", o.id, err)
	}
	return o, nil
}

func (o *organisation) readAuthorities(from *msp.FabricMSPConfig) error {
	for _, raw := range from.GetRootCerts() {
		certificate, err := parseCertificate(raw)
		if err != nil {
			return err
		}
		o.roots.AddCert(certificate)
	}
	var between []*x509.Certificate
	for _, raw := range from.GetIntermediateCerts() {
		certificate, err := parseCertificate(raw)
		if err != nil {
			return err
		}
		o.intermediates.AddCert(certificate)
		between = append(between, certificate)
	}
	for _, certificate := range between {
		chain, err := o.chain(certificate)
		if err != nil {
			return err
		}
		for _, above := range chain[1:] {
			o.inner[string(above.Raw)] = true
		}
	}
	return o.readLists(from)
}

func (o *organisation) readLists(from *msp.FabricMSPConfig) error {
	for _, raw := range from.GetAdmins() {
		certificate, err := parseCertificate(raw)
		if err != nil {
			return err
		}
		o.admins = append(o.admins, certificate.RawTBSCertificate)
	}
	for _, raw := range from.GetRevocationList() {
		if block, _ := pem.Decode(raw); block != nil {
			raw = block.Bytes
		}
		list, err := x509.ParseRevocationList(raw)
		if err != nil {
			return fmt.Errorf("a revocation list: %w", err)
		}
		o.revoked = append(o.revoked, list)
	}
	return nil
}

func parseCertificate(raw []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, fmt.Errorf("%w: no certificate in PEM", errIdentity)
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errIdentity, err)
	}
	return certificate, nil
}

// chain is the one chain from a certificate to a root, at the moment when the
// certificate began: as Fabric does, since nobody signs a block's time.
func (o *organisation) chain(certificate *x509.Certificate) ([]*x509.Certificate, error) {
	chains, err := certificate.Verify(x509.VerifyOptions{
		Roots: o.roots, Intermediates: o.intermediates, CurrentTime: certificate.NotBefore.Add(time.Second),
	})
	if err != nil {
		return nil, fmt.Errorf("%w of %s: %w", errIdentity, o.id, err)
	}
	if len(chains) != 1 {
		return nil, fmt.Errorf("%w of %s: %d chains lead to a root", errIdentity, o.id, len(chains))
	}
	return chains[0], nil
}

// admit tells why a certificate is not of a member, and who issued it if it is.
func (o *organisation) admit(certificate *x509.Certificate) (issuer *x509.Certificate, err error) {
	if certificate.IsCA {
		return nil, fmt.Errorf("%w of %s: an authority's certificate", errIdentity, o.id)
	}
	chain, err := o.chain(certificate)
	if err != nil {
		return nil, err
	}
	if len(chain) < 2 || o.inner[string(chain[1].Raw)] {
		return nil, fmt.Errorf("%w of %s: not issued by one of its authorities for members", errIdentity, o.id)
	}
	issuer = chain[1]
	if o.isRevoked(certificate, issuer) {
		return nil, fmt.Errorf("%w of %s: the certificate was revoked", errIdentity, o.id)
	}
	return issuer, o.checkUnits(certificate, issuer)
}

func (o *organisation) isRevoked(certificate, issuer *x509.Certificate) bool {
	for _, list := range o.revoked {
		if !bytes.Equal(list.AuthorityKeyId, issuer.SubjectKeyId) || list.CheckSignatureFrom(issuer) != nil {
			continue
		}
		for _, entry := range list.RevokedCertificateEntries {
			if entry.SerialNumber.Cmp(certificate.SerialNumber) == 0 {
				return true
			}
		}
	}
	return false
}

// checkUnits wants one of the units that the organisation knows, if it names any,
// and exactly one role, if it tells members apart by roles.
func (o *organisation) checkUnits(certificate, issuer *x509.Certificate) error {
	known := len(o.units) == 0
	for _, unit := range o.units {
		known = known || has(certificate, issuer, unit)
	}
	if !known {
		return fmt.Errorf("%w of %s: of none of its units", errIdentity, o.id)
	}
	if !o.roles.GetEnable() {
		return nil
	}
	return o.checkRole(certificate, issuer)
}

func (o *organisation) checkRole(certificate, issuer *x509.Certificate) error {
	roles := 0
	for _, unit := range certificate.Subject.OrganizationalUnit {
		for _, role := range []msp.MSPRole_MSPRoleType{msp.MSPRole_CLIENT, msp.MSPRole_PEER, msp.MSPRole_ADMIN, msp.MSPRole_ORDERER} {
			if named := o.unit(role); named != nil && named.GetOrganizationalUnitIdentifier() == unit {
				roles++
				if !has(certificate, issuer, named) {
					return fmt.Errorf("%w of %s: its role is not from the right authority", errIdentity, o.id)
				}
			}
		}
	}
	if roles != 1 {
		return fmt.Errorf("%w of %s: it has %d roles", errIdentity, o.id, roles)
	}
	return nil
}

// unit is the unit by which a certificate shows a role; nil if there is none.
func (o *organisation) unit(role msp.MSPRole_MSPRoleType) *msp.FabricOUIdentifier {
	switch role {
	case msp.MSPRole_CLIENT:
		return o.roles.GetClientOuIdentifier()
	case msp.MSPRole_PEER:
		return o.roles.GetPeerOuIdentifier()
	case msp.MSPRole_ADMIN:
		return o.roles.GetAdminOuIdentifier()
	case msp.MSPRole_ORDERER:
		return o.roles.GetOrdererOuIdentifier()
	default:
		return nil
	}
}

// has reports whether a certificate belongs to a unit. If the unit names an
// authority, that authority must have issued the certificate.
func has(certificate, issuer *x509.Certificate, unit *msp.FabricOUIdentifier) bool {
	for _, name := range certificate.Subject.OrganizationalUnit {
		if name != unit.GetOrganizationalUnitIdentifier() {
			continue
		}
		if len(unit.GetCertificate()) == 0 {
			return true
		}
		authority, err := parseCertificate(unit.GetCertificate())
		if err == nil && authority.Equal(issuer) {
			return true
		}
	}
	return false
}
