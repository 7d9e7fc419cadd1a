package fabric

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// authority signs an organisation's certificates: of identities, or of TLS.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// The names of a certificate's and a key's file.
const (
	certificateFile = "cert.pem"
	keyFile         = "key.pem"
)

// backdated is how far a certificate's time lies before its making, for hosts
// whose clocks are behind.
const backdated = 5 * time.Minute

// subject is whom a certificate is for. Unit is the role that Fabric reads from
// it: peer, orderer, admin or client.
type subject struct {
	name, organisation, unit string
	hosts                    []string // of a server
}

// newAuthority makes an authority of its own in a directory.
func newAuthority(dir string, s subject, days int, now time.Time) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("key of %s: %w", s.name, err)
	}
	template, err := unsigned(s, days, now)
	if err != nil {
		return nil, err
	}
	template.IsCA = true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature
	a := &authority{certificate: template, key: key}
	if a.certificate, err = a.sign(template, &key.PublicKey); err != nil {
		return nil, err
	}
	return a, writePair(dir, a.certificate, key)
}

// openAuthority reads the authority that newAuthority made.
func openAuthority(dir string) (*authority, error) {
	certificate, err := readCertificate(filepath.Join(dir, certificateFile))
	if err != nil {
		return nil, err
	}
	key, err := readKey(filepath.Join(dir, keyFile))
	if err != nil {
		return nil, err
	}
	return &authority{certificate: certificate, key: key}, nil
}

// issue signs a certificate for a key: of a server and client of TLS if the
// subject has hosts, of an identity that signs otherwise. A certificate ends
// with its authority's at the latest.
func (a *authority) issue(s subject, key *ecdsa.PublicKey, days int, now time.Time) (*x509.Certificate, error) {
	template, err := unsigned(s, days, now)
	if err != nil {
		return nil, err
	}
	if template.NotAfter.After(a.certificate.NotAfter) {
		template.NotAfter = a.certificate.NotAfter
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	if len(s.hosts) > 0 {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	}
	return a.sign(template, key)
}

func unsigned(s subject, days int, now time.Time) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("serial number: %w", err)
	}
	t := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: s.name, Organization: []string{s.organisation}},
		NotBefore:    now.Add(-backdated).UTC(), NotAfter: now.AddDate(0, 0, days).UTC(),
		BasicConstraintsValid: true,
	}
	if s.unit != "" {
		t.Subject.OrganizationalUnit = []string{s.unit}
	}
	for _, host := range s.hosts {
		if ip := net.ParseIP(host); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, host)
		}
	}
	return t, nil
}

// sign signs until the signature's S is in the lower half: Fabric rewrites other
// certificates when it reads them, and then they differ from their own files.
func (a *authority) sign(template *x509.Certificate, key *ecdsa.PublicKey) (*x509.Certificate, error) {
	half := new(big.Int).Rsh(elliptic.P256().Params().N, 1)
	for {
		der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key, a.key)
		if err != nil {
			return nil, fmt.Errorf("certificate of %s: %w", template.Subject.CommonName, err)
		}
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("certificate of %s: %w", template.Subject.CommonName, err)
		}
		var signature struct{ R, S *big.Int }
		if _, err := asn1.Unmarshal(certificate.Signature, &signature); err != nil {
			return nil, fmt.Errorf("certificate of %s: %w", template.Subject.CommonName, err)
		}
		if signature.S.Cmp(half) <= 0 {
			return certificate, nil
		}
	}
}

// writePair writes a certificate and its key into a directory.
func writePair(dir string, certificate *x509.Certificate, key *ecdsa.PrivateKey) error {
	if err := writeCertificate(filepath.Join(dir, certificateFile), certificate); err != nil {
		return err
	}
	return writeKey(filepath.Join(dir, keyFile), key)
}

func writeCertificate(path string, certificate *x509.Certificate) error {
	return writeFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw}), 0o644)
}

func writeKey(path string, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return writeFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
}

func readCertificate(path string) (*x509.Certificate, error) {
	block, err := readPEM(path)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(block)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return certificate, nil
}

func readKey(path string) (*ecdsa.PrivateKey, error) {
	block, err := readPEM(path)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(block)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	ec, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s: %w", path, errNotECDSA)
	}
	return ec, nil
}

var (
	errNotPEM   = errors.New("the file is not PEM")
	errNotECDSA = errors.New("the key is not one of ECDSA")
)

func readPEM(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s: %w", path, errNotPEM)
	}
	return block.Bytes, nil
}

// writeFile writes a file whole or not at all, with the directories above it.
func writeFile(path string, content []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // keys have their own mode
		return fmt.Errorf("directory of %s: %w", path, err)
	}
	part := path + ".part"
	if err := writeThrough(part, content, mode); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(part, path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// writeThrough writes a file and waits until the disk has it: else a power cut
// leaves an empty one under its name.
func writeThrough(path string, content []byte, mode os.FileMode) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}
