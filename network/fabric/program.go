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
	Place       *place   `json:"place"`    // of the package; never nil in what readInstalled returns
	Policy      []byte   `json:"policy"`   // of the definition: who must endorse; nil if an older release wrote the file
	Environment []string `json:"environment,omitempty"`
	Ready       string   `json:"ready,omitempty"`
}

// program is what runs, in the terms in which a caller asks for one.
func (n *Network) program(i installed) Program {
	return Program{Path: n.programPath(i.Version), Version: i.Version, Environment: i.Environment, Ready: i.Ready}
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
	if i.Place == nil { // an older release took the place from the sequence
		i.Place = new(place(i.Sequence % places))
	}
	if *i.Place < 0 || *i.Place >= places {
		return i, false, fmt.Errorf("chaincode/current.json: %w: %d", errPlace, *i.Place)
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
// its old path changes nothing here. The error is ErrSameVersion if another
// program has the version.
func (n *Network) keep(program string, pkg chaincodePackage) error {
	to := n.programPath(pkg.version)
	if exists(to) {
		kept, err := hashFile(to)
		if err == nil && kept != pkg.program {
			err = fmt.Errorf("%w: %s", ErrSameVersion, pkg.version)
		}
		return err
	}
	text, err := os.ReadFile(program)
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
	pair := func(name string) string { return n.files.node(node.Name, "chaincode", name) }
	file := "chaincode" + strconv.Itoa(int(*i.Place))
	return process{
		name: "chaincode of " + node.Name, program: n.programPath(i.Version),
		state: pair(file + ".pid"), log: pair(file + ".log"),
		environment: append([]string{
			"PATH=" + os.Getenv("PATH"), memory,
			"CHAINCODE_ID=" + i.ID,
			"CHAINCODE_SERVER_ADDRESS=" + node.chaincode(*i.Place),
			"CHAINCODE_TLS_CERT=" + pair(certificateFile),
			"CHAINCODE_TLS_KEY=" + pair(keyFile),
			"CHAINCODE_TLS_CLIENT_CACERT=" + pair("ca.pem"),
		}, i.Environment...),
	}
}
