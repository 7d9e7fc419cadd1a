package fabric

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"slices"
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
	for _, a := range []struct {
		dir string
		is  **authority
	}{{"ca", &m.ca}, {"tlsca", &m.tlsca}} {
		var err error
		s := subject{name: a.dir + "." + lower(name), organisation: name}
		if *a.is, err = newAuthority(files.organisation(name, a.dir), s, validity.AuthorityDays, now); err != nil {
			return nil, err
		}
	}
	return m, m.writeAuthorities(files.organisation(name, "msp"))
}

// openMember finds an organisation's authorities, which only its own machine has.
func openMember(files layout, name string, validity Validity, now time.Time) (*member, error) {
	m := &member{files: files, name: name, validity: validity, now: now}
	for _, a := range []struct {
		dir string
		is  **authority
	}{{"ca", &m.ca}, {"tlsca", &m.tlsca}} {
		var err error
		if *a.is, err = openAuthority(files.organisation(name, a.dir)); err != nil {
			return nil, err
		}
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

// enrol gives somebody an identity and a TLS pair, in dir/msp and dir/tls.
func (m *member) enrol(dir string, s subject, days int) error {
	if err := m.writeAuthorities(filepath.Join(dir, "msp")); err != nil {
		return err
	}
	if err := m.identify(dir, s, days); err != nil {
		return err
	}
	return m.pair(filepath.Join(dir, "tls"), s)
}

// identify makes an identity, or renews its certificate.
func (m *member) identify(dir string, s subject, days int) error {
	msp := filepath.Join(dir, "msp")
	s.hosts = nil
	return certify(m.ca, s, days, m.now, filepath.Join(msp, "signcerts", certificateFile), filepath.Join(msp, "keystore", "priv_sk"))
}

// pair makes a TLS pair, or renews its certificate.
func (m *member) pair(dir string, s subject) error {
	s.unit = ""
	if err := certify(m.tlsca, s, m.validity.NodeDays, m.now, filepath.Join(dir, certificateFile), filepath.Join(dir, keyFile)); err != nil {
		return err
	}
	return writeCertificate(filepath.Join(dir, "ca.pem"), m.tlsca.certificate)
}

// certify writes a certificate for the key in a file. A key that is there stays:
// orderers know each other by their keys, so a renewal may not change them.
func certify(by *authority, s subject, days int, now time.Time, certificatePath, keyPath string) error {
	key, err := keyAt(keyPath)
	if err != nil {
		return err
	}
	certificate, err := by.issue(s, &key.PublicKey, days, now)
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

// of is whom the certificates of a node are for.
func (m *member) of(n Node) subject {
	s := subject{name: n.Name, organisation: m.name, unit: string(n.Kind), hosts: []string{n.Name, "localhost", loopback}}
	if !slices.Contains(s.hosts, n.Host.Address) {
		s.hosts = append(s.hosts, n.Host.Address)
	}
	return s
}

// enrolNode gives a node its identity and TLS pair, and its chaincode process
// a pair of its own. The channel names BFT orderers by the very certificate of
// their identity, so an orderer's is good for as long as its authority.
func (m *member) enrolNode(n Node) error {
	days := m.validity.NodeDays
	if n.Kind == Orderer {
		days = m.validity.AuthorityDays
	}
	if err := m.enrol(m.files.node(n.Name), m.of(n), days); err != nil {
		return err
	}
	return m.pairChaincode(n)
}

func (m *member) pairChaincode(n Node) error {
	if n.Kind != Peer {
		return nil
	}
	return m.pair(m.files.node(n.Name, "chaincode"), subject{name: "chaincode." + n.Name, organisation: m.name, hosts: []string{"localhost", loopback}})
}

// enrolUser gives a user of the organisation an identity and a TLS pair. Its
// host name is a name only: nobody connects to a user.
func (m *member) enrolUser(user string) error {
	return m.enrol(m.files.user(m.name, user), m.ofUser(user), m.validity.NodeDays)
}

func (m *member) ofUser(user string) subject {
	name := user + "." + lower(m.name)
	s := subject{name: name, organisation: m.name, unit: "client", hosts: []string{name}}
	if user == adminUser {
		s.unit = "admin"
	}
	return s
}
