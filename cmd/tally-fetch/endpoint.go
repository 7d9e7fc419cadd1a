package main

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
)

// endpoint is a peer as a flag names it: organisation:name@host:port=file.
type endpoint struct {
	organisation string // its MSP id
	address      string
	name         string // in its TLS certificate
	authority    *x509.Certificate
}

var errEndpoint = errors.New("a peer is ORGANISATION:HOST:PORT=FILE, or with NAME@ before the host")

// UnmarshalText reads a flag, and the file that it names.
func (e *endpoint) UnmarshalText(text []byte) error {
	where, ca, _ := strings.Cut(string(text), "=")
	organisation, address, _ := strings.Cut(where, ":")
	if organisation == "" || ca == "" {
		return fmt.Errorf("%w, not %q", errEndpoint, text)
	}
	*e = endpoint{organisation: organisation, address: address}
	if name, rest, ok := strings.Cut(address, "@"); ok {
		e.name, e.address = name, rest
	}
	host, _, err := net.SplitHostPort(e.address)
	if err != nil {
		return fmt.Errorf("%w, not %q", errEndpoint, text)
	}
	if e.name == "" {
		e.name = host
	}
	e.authority, err = readCertificate(ca)
	return err
}

func readCertificate(path string) (*x509.Certificate, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, fmt.Errorf("%s: no certificate in PEM", path)
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return certificate, nil
}
