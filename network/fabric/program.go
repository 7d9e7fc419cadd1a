package fabric

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
)

// installed is the program that a network runs now, in chaincode/current.json:
// what starts again when somebody heals the network without naming a program.
type installed struct {
	Version     string   `json:"version"`
	ID          string   `json:"id"`       // of the package
	Sequence    int64    `json:"sequence"` // of the definition
	Environment []string `json:"environment,omitempty"`
	Ready       string   `json:"ready,omitempty"`
}

func (n *Network) readInstalled() (installed, bool, error) {
	var i installed
	text, err := os.ReadFile(n.files.path("chaincode", "current.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return i, false, nil
	}
	if err != nil {
		return i, false, fmt.Errorf("chaincode: %w", err)
	}
	if err := json.Unmarshal(text, &i); err != nil {
		return i, false, fmt.Errorf("chaincode/current.json: %w", err)
	}
	return i, true, nil
}

func (n *Network) writeInstalled(i installed) error {
	text, err := json.MarshalIndent(i, "", "  ")
	if err != nil {
		return fmt.Errorf("chaincode: %w", err)
	}
	return writeFile(n.files.path("chaincode", "current.json"), append(text, '\n'), 0o600)
}

// keep copies a program below the network's directory, so that a later build at
// its old place changes nothing here.
func (n *Network) keep(program, version string) error {
	to := n.programPath(version)
	if exists(to) {
		return nil
	}
	text, err := os.ReadFile(program) //nolint:gosec // the operator names it
	if err != nil {
		return fmt.Errorf("chaincode: %w", err)
	}
	return writeFile(to, text, 0o755)
}

func (n *Network) programPath(version string) string {
	return n.files.path("chaincode", version, "program")
}

// chaincodeProcess is a peer's own process of the program.
func (n *Network) chaincodeProcess(node Node, i installed) process {
	parity := strconv.FormatInt(i.Sequence%2, 10)
	pair := func(name string) string { return n.files.node(node.Name, "chaincode", name) }
	return process{
		name: "chaincode of " + node.Name, program: n.programPath(i.Version),
		state: pair("chaincode" + parity + ".pid"), log: pair("chaincode" + parity + ".log"),
		environment: append([]string{
			"PATH=" + os.Getenv("PATH"), memory,
			"CHAINCODE_ID=" + i.ID,
			"CHAINCODE_SERVER_ADDRESS=" + node.chaincode(i.Sequence),
			"CHAINCODE_TLS_CERT=" + pair(certificateFile),
			"CHAINCODE_TLS_KEY=" + pair(keyFile),
			"CHAINCODE_TLS_CLIENT_CACERT=" + pair("ca.pem"),
		}, i.Environment...),
	}
}
