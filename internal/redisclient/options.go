package redisclient

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"tally/internal/disk"
)

// Access is what opens a Redis, beside its address. All of it may be empty.
type Access struct {
	Password         string // instead of the address's
	SentinelPassword string // of the Sentinels themselves
	CA               string // file with the certificates that may vouch for the server, in PEM; the system's if empty
	Certificate, Key string // files with the client's own, in PEM
	ServerName       string // in the server's certificate; the host's if empty
}

var (
	// ErrFiles says that a file for TLS does not hold what it should.
	ErrFiles = errors.New("a file for TLS to Redis is not usable")
	// ErrPlain says that there are files for TLS, and the address is without.
	ErrPlain = errors.New("there are files or a name for TLS, and the address is not rediss://")
)

// Options are a client's, for redis.NewUniversalClient, with an address and what
// opens it. The error is ErrFiles or ErrPlain.
func Options(a Address, by Access) (*redis.UniversalOptions, error) {
	o := &redis.UniversalOptions{
		Addrs: a.Hosts, MasterName: a.Master, IsClusterMode: a.Cluster, DB: a.DB, Username: a.User, Password: a.Password,
		SentinelPassword: by.SentinelPassword, Protocol: 2, DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
	if by.Password != "" {
		o.Password = by.Password
	}
	if !a.TLS {
		if by.CA != "" || by.Certificate != "" || by.Key != "" || by.ServerName != "" {
			return nil, ErrPlain
		}
		return o, nil
	}
	var err error
	o.TLSConfig, err = by.tls()
	return o, err
}

func (by Access) tls() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: by.ServerName}
	if by.CA != "" {
		pem, err := disk.Read(by.CA)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFiles, err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%w: %s has no certificate in PEM", ErrFiles, by.CA)
		}
	}
	if (by.Certificate == "") != (by.Key == "") {
		return nil, fmt.Errorf("%w: a certificate and its key belong together", ErrFiles)
	}
	if by.Certificate != "" {
		if _, err := by.pair(); err != nil {
			return nil, err
		}
		// Read at each connection: a certificate that is renewed is used without a restart.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return by.pair() }
	}
	return config, nil
}

func (by Access) pair() (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(by.Certificate, by.Key)
	if err != nil {
		return nil, fmt.Errorf("%w: %s and %s: %w", ErrFiles, by.Certificate, by.Key, err)
	}
	return &pair, nil
}
