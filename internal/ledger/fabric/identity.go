package fabric

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"google.golang.org/grpc/credentials"
)

// signer is this process's identity on the network.
type signer struct {
	id   *identity.X509Identity
	sign identity.Sign
}

// readSigner reads a certificate and its key. The error is ErrFiles.
func readSigner(mspID, certificateFile, keyFile string) (*signer, error) {
	if _, err := tls.LoadX509KeyPair(certificateFile, keyFile); err != nil {
		return nil, fmt.Errorf("%w: the certificate %s with the key %s: %w", ErrFiles, certificateFile, keyFile, err)
	}
	certificatePEM, err := os.ReadFile(certificateFile) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, errors.Join(ErrFiles, err)
	}
	keyPEM, err := os.ReadFile(keyFile) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, errors.Join(ErrFiles, err)
	}
	certificate, err := identity.CertificateFromPEM(certificatePEM)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrFiles, certificateFile, err)
	}
	if ends := certificate.NotAfter; time.Now().After(ends) {
		return nil, fmt.Errorf("%w: %s was valid until %s", ErrFiles, certificateFile, ends.Format(time.RFC3339))
	}
	key, err := identity.PrivateKeyFromPEM(keyPEM)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrFiles, keyFile, err)
	}
	id, err := identity.NewX509Identity(mspID, certificate)
	if err != nil {
		return nil, errors.Join(ErrFiles, err)
	}
	sign, err := identity.NewPrivateKeySign(key)
	if err != nil {
		return nil, errors.Join(ErrFiles, err)
	}
	return &signer{id: id, sign: sign}, nil
}

// of signs a message.
func (s *signer) of(message []byte) ([]byte, error) {
	digest := sha256.Sum256(message)
	signature, err := s.sign(digest[:])
	if err != nil {
		return nil, fmt.Errorf("sign for the peers: %w", err)
	}
	return signature, nil
}

// transport is TLS towards a peer whose certificate comes from this CA.
func transport(o PeerOptions) (credentials.TransportCredentials, error) {
	pem, err := os.ReadFile(o.CA)
	if err != nil {
		return nil, errors.Join(ErrFiles, err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%w: %s has no certificate", ErrFiles, o.CA)
	}
	return credentials.NewTLS(&tls.Config{RootCAs: roots, ServerName: o.ServerName, MinVersion: tls.VersionTLS12}), nil
}
