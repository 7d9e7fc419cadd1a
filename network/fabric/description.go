package fabric

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"tally/internal/exact"
	"tally/internal/exact/document"
)

// Consensus is how the orderers agree on the next block.
type Consensus string

// The two that Fabric has. Under BFT a block carries the signatures of a quorum
// of orderers, so fewer than a third of them can neither forge nor reorder what
// was agreed; under Raft it carries one, and any single orderer can.
const (
	BFT  Consensus = "bft"
	Raft Consensus = "raft"
)

// What a description may hold at most. A node takes PortsEach ports.
const (
	MaxDescription   = 1 << 20 // bytes of the file
	MaxOrganisations = 32
	MaxNodes         = 100
	PortsEach        = 10
	maxDays          = 36_500
)

// ErrDescription is what every mistake in a description wraps.
var ErrDescription = errors.New("the network's description does not hold")

// Description is everything that a network's members agree on before it starts:
// identities, configuration and ports follow from it, apart from the keys.
// default.yaml is a commented one.
type Description struct {
	Name          string         `yaml:"name" json:"name"`       // part of the nodes' names
	Channel       string         `yaml:"channel" json:"channel"` // the one channel
	Ports         int            `yaml:"ports" json:"ports"`     // node i of the description takes Ports+10i to Ports+10i+9
	Consensus     Consensus      `yaml:"consensus" json:"consensus"`
	Batch         Batch          `yaml:"batch" json:"batch"`
	Chaincode     Chaincode      `yaml:"chaincode" json:"chaincode"`
	Certificates  Validity       `yaml:"certificates" json:"certificates"`
	Hosts         []Host         `yaml:"hosts" json:"hosts"`
	Organisations []Organisation `yaml:"organisations" json:"organisations"`
}

// Batch is when orderers cut a block: at the first limit that is reached.
type Batch struct {
	Timeout        Wait `yaml:"timeout" json:"timeout"`               // since its first transaction
	Messages       int  `yaml:"messages" json:"messages"`             // transactions
	PreferredBytes int  `yaml:"preferredBytes" json:"preferredBytes"` // of all transactions together
	MaxBytes       int  `yaml:"maxBytes" json:"maxBytes"`             // never more; larger transactions are refused
}

// Wait is a length of time, in a description as exact.Duration reads it: 50ms, 2s.
type Wait time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (w *Wait) UnmarshalText(text []byte) error {
	length, err := exact.Duration(string(text))
	*w = Wait(length)
	return err
}

// MarshalYAML implements yaml.Marshaler.
func (w Wait) MarshalYAML() (any, error) { return w.String(), nil }

// String is the length as UnmarshalText reads it: without a fraction.
func (w Wait) String() string {
	if length := time.Duration(w); length%time.Second != 0 {
		return fmt.Sprintf("%dms", length.Milliseconds())
	}
	return time.Duration(w).String()
}

// Chaincode is the program that judges, and how many organisations' peers must
// have come to the same result: more than half, so that no minority can forge.
type Chaincode struct {
	Name         string `yaml:"name" json:"name"`
	Endorsements int    `yaml:"endorsements" json:"endorsements"`
}

// Validity is how long certificates are good for.
type Validity struct {
	AuthorityDays int `yaml:"authorityDays" json:"authorityDays"` // of an organisation's two certificate authorities
	NodeDays      int `yaml:"nodeDays" json:"nodeDays"`           // of nodes and users
}

// Host is a machine with nodes on it.
type Host struct {
	Name    string `yaml:"name" json:"name"`
	Address string `yaml:"address" json:"address"`                   // where the others reach it: an IP address or a DNS name
	Listen  string `yaml:"listen,omitempty" json:"listen,omitempty"` // where its nodes listen; Address if it is empty
}

// Organisation is a member of the network. Its name is also its MSP's id.
// Peers and Orderers name the host of each of its nodes.
type Organisation struct {
	Name     string   `yaml:"name" json:"name"`
	Peers    []string `yaml:"peers,omitempty" json:"peers,omitempty"`
	Orderers []string `yaml:"orderers,omitempty" json:"orderers,omitempty"`
}

// ReadDescription reads a description's file. The error is ErrDescription, or
// that of the file system.
func ReadDescription(path string) (Description, error) {
	f, err := os.Open(path)
	if err != nil {
		return Description{}, fmt.Errorf("description: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	text, err := io.ReadAll(io.LimitReader(f, MaxDescription+1))
	if err != nil {
		return Description{}, fmt.Errorf("description: %w", err)
	}
	return ParseDescription(text)
}

// ParseDescription reads a description and checks it. It is one YAML document, in which
// every value means the same to every reader: see package document. A key that is unknown
// or there twice is a mistake. The error is ErrDescription.
func ParseDescription(text []byte) (Description, error) {
	if len(text) > MaxDescription {
		return Description{}, fmt.Errorf("%w: it is longer than %d bytes", ErrDescription, MaxDescription)
	}
	var d Description
	read, err := document.Parse(text)
	if err == nil {
		err = read.Decode(&d, "")
	}
	if err != nil {
		return Description{}, fmt.Errorf("%w: %w", ErrDescription, err)
	}
	return d, d.Validate()
}

var (
	networkName   = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
	channelName   = regexp.MustCompile(`^[a-z][a-z0-9.-]{0,99}$`)
	chaincodeName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
	hostName      = networkName
	hostAddress   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$`)
	memberName    = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,31}$`)
)

// Validate says what is wrong with a description, the first mistake only, or
// nil. The error is ErrDescription.
func (d Description) Validate() error {
	for _, check := range []func() error{
		d.checkNames, d.checkBatch, d.checkValidity, d.checkHosts, d.checkOrganisations, d.checkPorts, d.checkConsensus, d.checkEndorsements,
	} {
		if err := check(); err != nil {
			return fmt.Errorf("%w: %w", ErrDescription, err)
		}
	}
	return nil
}

func (d Description) checkNames() error {
	for _, n := range []struct {
		what, value string
		form        *regexp.Regexp
	}{
		{"name", d.Name, networkName},
		{"channel", d.Channel, channelName},
		{"chaincode.name", d.Chaincode.Name, chaincodeName},
	} {
		if !n.form.MatchString(n.value) {
			return fmt.Errorf("%s %q is not of the form %s", n.what, n.value, n.form)
		}
	}
	return nil
}

func (d Description) checkBatch() error {
	b := d.Batch
	switch {
	case b.Timeout < Wait(time.Millisecond) || b.Timeout > Wait(time.Minute):
		return fmt.Errorf("batch.timeout %s is not between 1ms and 1m", b.Timeout)
	case b.Messages < 1 || b.Messages > 10_000:
		return fmt.Errorf("batch.messages %d is not between 1 and 10000", b.Messages)
	case b.PreferredBytes < 1<<10 || b.PreferredBytes > b.MaxBytes:
		return fmt.Errorf("batch.preferredBytes %d is not between 1024 and batch.maxBytes", b.PreferredBytes)
	case b.MaxBytes > 64<<20: // a node takes messages of up to 100 MB, several to a block's envelope
		return fmt.Errorf("batch.maxBytes %d is more than 64 MiB", b.MaxBytes)
	}
	return nil
}

func (d Description) checkValidity() error {
	v := d.Certificates
	if v.NodeDays < 1 || v.AuthorityDays < v.NodeDays || v.AuthorityDays > maxDays {
		return fmt.Errorf("certificates: nodeDays %d must be at least 1 and at most authorityDays, which is %d and at most %d", v.NodeDays, v.AuthorityDays, maxDays)
	}
	return nil
}

func (d Description) checkHosts() error {
	if len(d.Hosts) == 0 {
		return errors.New("there are no hosts")
	}
	seen := map[string]bool{}
	for _, h := range d.Hosts {
		switch {
		case !hostName.MatchString(h.Name):
			return fmt.Errorf("host %q is not of the form %s", h.Name, hostName)
		case !hostAddress.MatchString(h.Address):
			return fmt.Errorf("host %s: address %q is neither an IPv4 address nor a DNS name", h.Name, h.Address)
		case h.Listen != "" && !hostAddress.MatchString(h.Listen):
			return fmt.Errorf("host %s: listen %q is neither an IPv4 address nor a DNS name", h.Name, h.Listen)
		case seen[h.Name] || seen["@"+h.Address]:
			return fmt.Errorf("host %s or its address %s is there twice", h.Name, h.Address)
		}
		seen[h.Name], seen["@"+h.Address] = true, true
	}
	return nil
}

func (d Description) checkOrganisations() error {
	if len(d.Organisations) > MaxOrganisations {
		return fmt.Errorf("%d organisations are more than %d", len(d.Organisations), MaxOrganisations)
	}
	seen := map[string]bool{}
	for _, o := range d.Organisations {
		lower := strings.ToLower(o.Name)
		switch {
		case !memberName.MatchString(o.Name):
			return fmt.Errorf("organisation %q is not of the form %s", o.Name, memberName)
		case seen[lower]:
			return fmt.Errorf("organisation %s is there twice, or differs from another by capitals only", o.Name)
		case len(o.Peers)+len(o.Orderers) == 0:
			return fmt.Errorf("organisation %s has neither peers nor orderers", o.Name)
		}
		seen[lower] = true
		for _, host := range append(append([]string{}, o.Peers...), o.Orderers...) {
			if _, ok := d.host(host); !ok {
				return fmt.Errorf("organisation %s: there is no host %q", o.Name, host)
			}
		}
	}
	return nil
}

func (d Description) checkPorts() error {
	n := len(d.Nodes())
	if n > MaxNodes {
		return fmt.Errorf("%d nodes are more than %d", n, MaxNodes)
	}
	if last := d.Ports + n*PortsEach - 1; d.Ports < 1024 || last > 65_535 {
		return fmt.Errorf("ports %d to %d, which %d nodes need, are not between 1024 and 65535", d.Ports, last, n)
	}
	return nil
}

// checkConsensus checks what BFT needs: enough orderers, and no organisation with
// more orderers than may be faulty.
func (d Description) checkConsensus() error {
	var orderers, most int
	for _, o := range d.Organisations {
		orderers += len(o.Orderers)
		most = max(most, len(o.Orderers))
	}
	switch {
	case d.Consensus != BFT && d.Consensus != Raft:
		return fmt.Errorf("consensus %q is neither %s nor %s", d.Consensus, BFT, Raft)
	case orderers == 0:
		return errors.New("no organisation has orderers")
	case d.Consensus == BFT && orderers < 4:
		return fmt.Errorf("bft needs at least 4 orderers to bear a faulty one, not %d", orderers)
	case d.Consensus == BFT && most > (orderers-1)/3:
		return fmt.Errorf("bft bears %d faulty of %d orderers, and one organisation has %d: it alone could stop or fork the network", (orderers-1)/3, orderers, most)
	}
	return nil
}

func (d Description) checkEndorsements() error {
	peers := len(d.PeerOrganisations())
	if n := d.Chaincode.Endorsements; 2*n <= peers || n > peers {
		return fmt.Errorf("chaincode.endorsements %d is not more than half of the %d organisations that have peers, or more than all", n, peers)
	}
	return nil
}

// PeerOrganisations are those that endorse.
func (d Description) PeerOrganisations() []Organisation {
	var all []Organisation
	for _, o := range d.Organisations {
		if len(o.Peers) > 0 {
			all = append(all, o)
		}
	}
	return all
}

func (d Description) host(name string) (Host, bool) {
	for _, h := range d.Hosts {
		if h.Name == name {
			return h, true
		}
	}
	return Host{}, false
}

// text is the description in the one form that it is compared and stored in.
func (d Description) text() ([]byte, error) {
	text, err := yaml.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("description: %w", err)
	}
	return text, nil
}
