package fabric

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"tally/internal/disk"
)

// credential is who this process is on the network: a certificate and its key, in
// files that are read again when they change. While the files hold no valid pair, as
// in the middle of a change, the last pair signs.
type credential struct {
	mspID, certificate, key string
	channel                 string
	conn                    *grpc.ClientConn // nothing is sent over it: proposals are made with it

	current atomic.Pointer[signer]
	warned  time.Duration // of warnAhead, the last that was said; the beat's own
}

// signer signs as one certificate. What it proposes it also sends: a transaction
// keeps its signer when the certificate is renewed meanwhile.
type signer struct {
	id      *identity.X509Identity
	sign    identity.Sign
	network *client.Network // the channel, as the library makes proposals for it
	pem     []byte
	ends    time.Time // of the certificate
}

// openIdentity reads a certificate and its key. The error is ErrFiles, also for
// one that has ended.
func openIdentity(o Options, conn *grpc.ClientConn) (*credential, error) {
	c := &credential{mspID: o.MSPID, certificate: o.Certificate, key: o.Key, channel: o.Channel, conn: conn}
	s, err := c.read()
	if err != nil {
		return nil, err
	}
	if time.Now().After(s.ends) {
		return nil, fmt.Errorf("%w: %s was valid until %s", ErrFiles, o.Certificate, s.ends.Format(time.RFC3339))
	}
	c.current.Store(s)
	return c, nil
}

// now is who signs now.
func (c *credential) now() *signer { return c.current.Load() }

// refresh reads the files again, and reports whether another certificate signs from
// now on.
func (c *credential) refresh() (changed bool, err error) {
	s, err := c.read()
	if err != nil || bytes.Equal(s.pem, c.now().pem) {
		return false, err
	}
	c.current.Store(s)
	return true, nil
}

// warnAhead is how long before its end a certificate is warned of, each once.
func warnAhead() []time.Duration {
	const day = 24 * time.Hour
	return []time.Duration{day, 7 * day, 30 * day}
}

// warn says when the certificate will end soon, or has ended: once for each of
// warnAhead, and once more when it is over.
func (c *credential) warn(ctx context.Context, log *slog.Logger, now time.Time) {
	ends := c.now().ends
	left := ends.Sub(now)
	said := []slog.Attr{slog.String("file", c.certificate), slog.Time("until", ends)}
	if left <= 0 {
		if c.warned >= 0 {
			log.LogAttrs(ctx, slog.LevelError, "the certificate towards the peers has ended: nothing can be written until the file holds another", said...)
		}
		c.warned = -1
		return
	}
	for _, ahead := range warnAhead() {
		if left > ahead {
			continue
		}
		if c.warned != ahead {
			log.LogAttrs(ctx, slog.LevelWarn, "the certificate towards the peers ends soon: put another into its file", said...)
		}
		c.warned = ahead
		return
	}
	c.warned = 0
}

// read makes a signer of the files. The error is ErrFiles.
func (c *credential) read() (*signer, error) {
	if _, err := tls.LoadX509KeyPair(c.certificate, c.key); err != nil {
		return nil, fmt.Errorf("%w: the certificate %s with the key %s: %w", ErrFiles, c.certificate, c.key, err)
	}
	certificatePEM, err := os.ReadFile(c.certificate)
	if err != nil {
		return nil, errors.Join(ErrFiles, err)
	}
	keyPEM, err := disk.ReadSecret(c.key)
	if err != nil {
		return nil, errors.Join(ErrFiles, err)
	}
	certificate, err := identity.CertificateFromPEM(certificatePEM)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrFiles, c.certificate, err)
	}
	key, err := identity.PrivateKeyFromPEM(keyPEM)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrFiles, c.key, err)
	}
	s := &signer{pem: certificatePEM, ends: certificate.NotAfter}
	if s.id, err = identity.NewX509Identity(c.mspID, certificate); err != nil {
		return nil, errors.Join(ErrFiles, err)
	}
	if s.sign, err = identity.NewPrivateKeySign(key); err != nil {
		return nil, errors.Join(ErrFiles, err)
	}
	proposer, err := client.Connect(s.id, client.WithSign(s.sign), client.WithClientConnection(c.conn))
	if err != nil {
		return nil, errors.Join(ErrFiles, err)
	}
	s.network = proposer.GetNetwork(c.channel)
	return s, nil
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
