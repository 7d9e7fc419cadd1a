package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"tally/network/fabric"
)

type connectCmd struct {
	Organisation string `arg:"" help:"Whose server it is to be."`
	JSON         bool   `name:"json" help:"Answer in JSON."`
}

// Help shows an example.
func (connectCmd) Help() string {
	return `Prints the environment of tallyd for a server of an organisation: its identity, and all peers, its own first.

    eval "$(tally-network connect jasmine)"
    tallyd found --operator 0x…
    tallyd serve --ledger fabric`
}

// connection is what tallyd needs to know of a network.
type connection struct {
	Peers     []string `json:"peers"` // as tallyd serve --peer takes them
	MSP       string   `json:"msp"`
	MSPCert   string   `json:"mspCert"`
	MSPKey    string   `json:"mspKey"`
	Channel   string   `json:"channel"`
	Chaincode string   `json:"chaincode"`
}

// Run implements the command.
func (c *connectCmd) Run(g *Globals) error {
	n, err := g.open()
	if err != nil {
		return err
	}
	to, err := connect(n, c.Organisation)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(to)
	}
	_, err = fmt.Print(to.exports())
	return err
}

func connect(n *fabric.Network, organisation string) (connection, error) {
	d := n.Description()
	var first, others []string
	for _, e := range n.Endpoints() {
		peer := fmt.Sprintf("%s@%s=%s", e.Name, e.Address, e.TLSCAFile)
		if strings.EqualFold(e.Organisation, organisation) {
			organisation, first = e.Organisation, append(first, peer)
		} else {
			others = append(others, peer)
		}
	}
	if len(first) == 0 {
		return connection{}, fmt.Errorf("%w: no organisation %q has peers", fabric.ErrDescription, organisation)
	}
	user := n.Client(organisation)
	return connection{
		Peers: append(first, others...), MSP: user.MSPID, MSPCert: user.CertificateFile, MSPKey: user.KeyFile,
		Channel: d.Channel, Chaincode: d.Chaincode.Name,
	}, nil
}

// exports is the connection for a shell to evaluate.
func (c connection) exports() string {
	var text strings.Builder
	for _, v := range [][2]string{
		{"TALLYD_PEER", strings.Join(c.Peers, ",")}, {"TALLYD_MSP", c.MSP}, {"TALLYD_MSP_CERT", c.MSPCert}, {"TALLYD_MSP_KEY", c.MSPKey},
		{"TALLYD_CHANNEL", c.Channel}, {"TALLYD_CHAINCODE", c.Chaincode},
	} {
		fmt.Fprintf(&text, "export %s='%s'\n", v[0], strings.ReplaceAll(v[1], "'", `'\''`))
	}
	return text.String()
}
