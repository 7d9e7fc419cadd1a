package edge

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// ReloadEvery is how often, at most, the files of a certificate are looked at.
const ReloadEvery = 10 * time.Second

// Certificate is a certificate in files, which are read again when they change.
// While what they hold is none, as in the middle of a change, the last one serves.
type Certificate struct {
	cert, key string
	log       *slog.Logger
	now       func() time.Time

	mu      sync.Mutex
	current *tls.Certificate
	stamp   stamp
	looked  time.Time
}

// stamp tells a file's contents from another's.
type stamp struct {
	certTime, keyTime time.Time
	certSize, keySize int64
}

// LoadCertificate reads a certificate chain and its key, both in PEM.
func LoadCertificate(cert, key string, log *slog.Logger, now func() time.Time) (*Certificate, error) {
	c := &Certificate{cert: cert, key: key, log: log, now: now, looked: now()}
	var err error
	if c.stamp, err = c.look(); err != nil {
		return nil, err
	}
	return c, c.load()
}

// Leaf says for whom the certificate is and how long.
func (c *Certificate) Leaf() (names []string, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, address := range c.current.Leaf.IPAddresses {
		names = append(names, address.String())
	}
	return append(names, c.current.Leaf.DNSNames...), c.current.Leaf.NotAfter
}

// Config is how a server speaks TLS with the certificate.
func (c *Certificate) Config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			return c.get(hello.Context()), nil
		},
	}
}

func (c *Certificate) get(ctx context.Context) *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); now.Sub(c.looked) >= ReloadEvery {
		c.looked = now
		c.refresh(ctx)
	}
	return c.current
}

// refresh reads the files if they are others than before.
func (c *Certificate) refresh(ctx context.Context) {
	seen, err := c.look()
	if err == nil && seen == c.stamp {
		return
	}
	if err == nil {
		err = c.load()
	}
	if err != nil { // it is tried again: the stamp is still that of the last good ones
		c.log.ErrorContext(ctx, "the certificate cannot be read again, the last one serves", slog.Any("error", err))
		return
	}
	c.stamp = seen
	c.log.InfoContext(ctx, "certificate read again", slog.Time("until", c.current.Leaf.NotAfter))
}

func (c *Certificate) load() error {
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	c.current = &pair
	return nil
}

func (c *Certificate) look() (s stamp, err error) {
	cert, err := os.Stat(c.cert)
	if err != nil {
		return s, fmt.Errorf("certificate: %w", err)
	}
	key, err := os.Stat(c.key)
	if err != nil {
		return s, fmt.Errorf("certificate's key: %w", err)
	}
	return stamp{cert.ModTime(), key.ModTime(), cert.Size(), key.Size()}, nil
}
