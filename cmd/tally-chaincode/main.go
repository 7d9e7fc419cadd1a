// Command tally-chaincode is the chaincode as a service: one process beside each
// endorsing peer, which connects to it. It keeps nothing and can be stopped and
// started at any time.
//
// Settings, all from the environment:
//
//	CHAINCODE_ID              the package id, as the peer's lifecycle prints it
//	CHAINCODE_SERVER_ADDRESS  host:port to listen on
//	CHAINCODE_TLS_KEY, CHAINCODE_TLS_CERT, CHAINCODE_TLS_CLIENT_CACERT
//	                          PEM files; without them the peer has to be on this machine
//	TALLY_CLOCK_TOLERANCE     how far a transaction's time may be off this machine's
//	                          clock, as in 45s; 30s if not set
package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"tally/chaincode"
	"tally/internal/exact"
)

// What can be wrong with the settings.
var (
	errSetting = errors.New("a setting is missing or wrong")
	errPlain   = errors.New("without TLS it listens on this machine only: set CHAINCODE_TLS_KEY, CHAINCODE_TLS_CERT and CHAINCODE_TLS_CLIENT_CACERT")
)

func main() {
	server, err := newServer(os.Getenv)
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "tally-chaincode:", err)
		os.Exit(1)
	}
}

// newServer makes a server of the environment.
func newServer(env func(string) string) (*shim.ChaincodeServer, error) {
	tolerance := chaincode.DefaultTolerance
	if text := env("TALLY_CLOCK_TOLERANCE"); text != "" {
		var err error
		if tolerance, err = exact.Duration(text); err != nil || tolerance <= 0 {
			return nil, fmt.Errorf("%w: TALLY_CLOCK_TOLERANCE: a length of time above 0 is wanted, as 45s", errSetting)
		}
	}
	server := &shim.ChaincodeServer{
		CCID: env("CHAINCODE_ID"), Address: env("CHAINCODE_SERVER_ADDRESS"), CC: chaincode.New(time.Now, tolerance),
	}
	if server.CCID == "" {
		return nil, fmt.Errorf("%w: CHAINCODE_ID", errSetting)
	}
	host, _, err := net.SplitHostPort(server.Address)
	if err != nil {
		return nil, fmt.Errorf("%w: CHAINCODE_SERVER_ADDRESS: %w", errSetting, err)
	}
	if server.TLSProps, err = tlsOf(env); err != nil {
		return nil, err
	}
	if server.TLSProps.Disabled && !loopback(host) {
		return nil, errPlain
	}
	return server, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// tlsOf reads the TLS files: all of them, or none.
func tlsOf(env func(string) string) (shim.TLSProperties, error) {
	if env("CHAINCODE_TLS_KEY") == "" && env("CHAINCODE_TLS_CERT") == "" && env("CHAINCODE_TLS_CLIENT_CACERT") == "" {
		return shim.TLSProperties{Disabled: true}, nil
	}
	var props shim.TLSProperties
	for name, into := range map[string]*[]byte{
		"CHAINCODE_TLS_KEY": &props.Key, "CHAINCODE_TLS_CERT": &props.Cert, "CHAINCODE_TLS_CLIENT_CACERT": &props.ClientCACerts,
	} {
		pem, err := os.ReadFile(env(name))
		if err != nil {
			return props, fmt.Errorf("%w: %s: %w", errSetting, name, err)
		}
		*into = pem
	}
	return props, nil
}
