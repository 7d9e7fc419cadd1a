package main

import (
	"errors"

	"tally/network/fabric"
)

// described are the flags that choose a description.
type described struct {
	Description string `help:"File of the description." placeholder:"FILE" type:"existingfile" xor:"description" env:"TALLY_NETWORK_DESCRIPTION"`
	Form        string `help:"One of the descriptions that come with Tally: default (six peers, four BFT orderers), small (three peers, one Raft orderer) or hosts (three peers and four BFT orderers on four machines)." placeholder:"NAME" xor:"description"`
	Ports       int    `help:"The first port, instead of the description's." least:"1024" most:"65000" placeholder:"PORT"`
}

// read is the description that was chosen; if none was, that of the network that
// is there, or else the default form.
func (d *described) read(g *Globals) (fabric.Description, error) {
	is, err := d.choose(g)
	if d.Ports != 0 {
		is.Ports = d.Ports
	}
	return is, err
}

func (d *described) choose(g *Globals) (fabric.Description, error) {
	if d.Description != "" {
		return fabric.ReadDescription(d.Description)
	}
	if d.Form != "" {
		return fabric.Form(d.Form)
	}
	n, err := g.open()
	if errors.Is(err, fabric.ErrNotGenerated) {
		return fabric.Form("default")
	}
	if err != nil {
		return fabric.Description{}, err
	}
	return n.Description(), nil
}
