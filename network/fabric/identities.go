package fabric

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

func lower(s string) string { return strings.ToLower(s) }

// units tells Fabric to read a certificate's role from its organisational unit.
const units = `NodeOUs:
  Enable: true
  ClientOUIdentifier:
    OrganizationalUnitIdentifier: client
  PeerOUIdentifier:
    OrganizationalUnitIdentifier: peer
  AdminOUIdentifier:
    OrganizationalUnitIdentifier: admin
  OrdererOUIdentifier:
    OrganizationalUnitIdentifier: orderer
`

// member is one organisation's two authorities at work.
type member struct {
	files    layout
	name     string
	validity Validity
	now      time.Time
	ca       *authority // of identities
	tlsca    *authority // of TLS
}

// newMember makes an organisation: its authorities, and what others know of it.
func newMember(files layout, name string, validity Validity, now time.Time) (*member, error) {
	m := &member{files: files, name: name, validity: validity, now: now}
	var err error
	if m.ca, err = newAuthority(files.organisation(name, "ca"), subject{name: "ca." + lower(name), organisation: name}, validity.AuthorityDays, now); err != nil {
		return nil, err
	}
	if m.tlsca, err = newAuthority(files.organisation(name, "tlsca"), subject{name: "tlsca." + lower(name), organisation: name}, validity.AuthorityDays, now); err != nil {
		return nil, err
	}
	return m, m.writeAuthorities(files.organisation(name, "msp"))
}

// openMember finds an organisation's authorities, which only its own machine has.
func openMember(files layout, name string, validity Validity, now time.Time) (*member, error) {
	m := &member{files: files, name: name, validity: validity, now: now}
	var err error
	if m.ca, err = openAuthority(files.organisation(name, "ca")); err != nil {
		return nil, err
	}
	if m.tlsca, err = openAuthority(files.organisation(name, "tlsca")); err != nil {
		return nil, err
	}
	return m, nil
}

// writeAuthorities writes the part of an MSP that is no secret.
func (m *member) writeAuthorities(msp string) error {
	if err := writeCertificate(filepath.Join(msp, "cacerts", "ca.pem"), m.ca.certificate); err != nil {
		return err
	}
	if err := writeCertificate(filepath.Join(msp, "tlscacerts", "tlsca.pem"), m.tlsca.certificate); err != nil {
		return err
	}
	return writeFile(filepath.Join(msp, "config.yaml"), []byte(units), 0o644)
}

// enrol gives somebody an identity and a TLS pair, in dir/msp and dir/tls. Keys
// that are there already stay: then only the certificates are new.
func (m *member) enrol(dir, name, unit string, hosts []string) error {
	msp := filepath.Join(dir, "msp")
	if err := m.writeAuthorities(msp); err != nil {
		return err
	}
	identity := subject{name: name, organisation: m.name, unit: unit}
	if err := m.certify(m.ca, identity, filepath.Join(msp, "signcerts", certificateFile), filepath.Join(msp, "keystore", "priv_sk")); err != nil {
		return err
	}
	return m.pair(filepath.Join(dir, "tls"), name, hosts)
}

// pair makes a TLS pair, or renews its certificate.
func (m *member) pair(dir, name string, hosts []string) error {
	s := subject{name: name, organisation: m.name, hosts: hosts}
	if err := m.certify(m.tlsca, s, filepath.Join(dir, certificateFile), filepath.Join(dir, keyFile)); err != nil {
		return err
	}
	return writeCertificate(filepath.Join(dir, "ca.pem"), m.tlsca.certificate)
}

func (m *member) certify(by *authority, s subject, certificatePath, keyPath string) error {
	key, err := keyAt(keyPath)
	if err != nil {
		return err
	}
	certificate, err := by.issue(s, &key.PublicKey, m.validity.NodeDays, m.now)
	if err != nil {
		return err
	}
	return writeCertificate(certificatePath, certificate)
}

// keyAt is the key in a file, made when there is none.
func keyAt(path string) (*ecdsa.PrivateKey, error) {
	if exists(path) {
		return readKey(path)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", path, err)
	}
	return key, writeKey(path, key)
}

// enrolNode gives a node its identity and TLS pair, and its chaincode process
// a pair of its own.
func (m *member) enrolNode(n Node) error {
	hosts := []string{n.Name, "localhost", loopback}
	if n.Host.Address != loopback && n.Host.Address != "localhost" {
		hosts = append(hosts, n.Host.Address)
	}
	if err := m.enrol(m.files.node(n.Name), n.Name, string(n.Kind), hosts); err != nil {
		return err
	}
	if n.Kind != Peer {
		return nil
	}
	return m.pair(m.files.node(n.Name, "chaincode"), "chaincode."+n.Name, []string{"localhost", loopback})
}

// enrolUser gives a user of the organisation an identity and a TLS pair. Its
// host name is a name only: nobody connects to a user.
func (m *member) enrolUser(user string) error {
	unit := "client"
	if user == adminUser {
		unit = "admin"
	}
	name := user + "." + lower(m.name)
	return m.enrol(m.files.user(m.name, user), name, unit, []string{name})
}
