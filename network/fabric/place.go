package fabric

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// place is which of a peer's two chaincode ports a package has. The processes of
// two packages run side by side, so that an upgrade interrupts nothing. A package
// keeps its place for as long as it is in use: a peer is told the way to a
// package's process once, when the package is installed.
type place int

// places is how many there are.
const places = 2

var errPlace = errors.New("there is no such place for a chaincode process")

// placeOf is the place of a package after what ran before it: the same one for
// the same package, else the other one.
func placeOf(packageID string, before installed, ran bool) *place {
	switch {
	case !ran:
		return new(place(0))
	case before.ID == packageID:
		return before.Place
	}
	return new(1 - *before.Place)
}

// connectionFile is how Fabric's external builders name the way to a chaincode.
const connectionFile = "connection.json"

// connection is connection.json: how a peer reaches its chaincode process.
type connection struct {
	Address     string `json:"address"`
	DialTimeout string `json:"dial_timeout"`
	TLS         bool   `json:"tls_required"`
	ClientAuth  bool   `json:"client_auth_required"`
	ClientKey   string `json:"client_key"`
	ClientCert  string `json:"client_cert"`
	RootCert    string `json:"root_cert"`
}

// readConnection reads a connection.json.
func readConnection(path string) (connection, error) {
	var c connection
	text, err := os.ReadFile(path)
	if err != nil {
		return c, fmt.Errorf("way to a chaincode: %w", err)
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// offerConnection writes the connection.json that the external builder hands to
// the peer when a package is installed.
func (n Node) offerConnection(files layout, p place) error {
	return n.connect(files, files.node(n.Name, "chaincode", connectionFile), n.chaincode(p))
}

// keptConnections are the connection.json files that a peer keeps, one for each
// package that was installed.
func (n Node) keptConnections(files layout) ([]string, error) {
	kept, err := filepath.Glob(n.keptConnection(files, "*"))
	if err != nil {
		return nil, fmt.Errorf("ways to the chaincode of %s: %w", n.Name, err)
	}
	return kept, nil
}

// keptConnection is the one of a package. Fabric has a dash for the colon in the
// package's id.
func (n Node) keptConnection(files layout, packageID string) string {
	return files.node(n.Name, "data", "externalbuilder", "builds", strings.ReplaceAll(packageID, ":", "-"),
		"release", "chaincode", "server", connectionFile)
}

// renewConnections writes every connection.json of a peer again: with the peer's
// certificate of today, and with the place that the running package has. The
// peer reads the file whenever it connects.
func (n Node) renewConnections(files layout, running installed) error {
	if err := n.offerConnection(files, *running.Place); err != nil {
		return err
	}
	kept, err := n.keptConnections(files)
	if err != nil {
		return err
	}
	for _, path := range kept {
		before, err := readConnection(path)
		switch {
		case path == n.keptConnection(files, running.ID):
			before.Address = n.chaincode(*running.Place)
		case err != nil:
			continue // nothing runs there, and its address is lost
		}
		if err := n.connect(files, path, before.Address); err != nil {
			return err
		}
	}
	return nil
}

// connect has the peer show its TLS certificate to its chaincode. A file that
// says so already stays as it is.
func (n Node) connect(files layout, path, address string) error {
	c := connection{Address: address, DialTimeout: "10s", TLS: true, ClientAuth: true}
	for name, text := range map[string]*string{keyFile: &c.ClientKey, certificateFile: &c.ClientCert, "ca.pem": &c.RootCert} {
		content, err := os.ReadFile(files.node(n.Name, "tls", name))
		if err != nil {
			return fmt.Errorf("way to the chaincode of %s: %w", n.Name, err)
		}
		*text = string(content)
	}
	if before, err := readConnection(path); err == nil && before == c {
		return nil
	}
	text, err := json.MarshalIndent(c, "", "  ") //nolint:gosec // the key is the peer's own, in a file of its own
	if err != nil {
		return fmt.Errorf("way to the chaincode of %s: %w", n.Name, err)
	}
	return writeFile(path, text, 0o600)
}
