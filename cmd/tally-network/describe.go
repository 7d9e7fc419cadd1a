package main

import "tally/network/fabric"

// described are the flags that choose a description.
type described struct {
	Description string `help:"File of the description." placeholder:"FILE" type:"existingfile" xor:"description" env:"TALLY_NETWORK_DESCRIPTION"`
	Form        string `help:"One of the descriptions that come with Tally: default (six peers, four BFT orderers) or small (three peers, one Raft orderer)." enum:"default,small" default:"default" xor:"description"`
	Ports       int    `help:"The first port, instead of the description's." placeholder:"PORT"`
}

func (d *described) read() (fabric.Description, error) {
	var is fabric.Description
	var err error
	if d.Description != "" {
		is, err = fabric.ReadDescription(d.Description)
	} else {
		is, err = fabric.Form(d.Form)
	}
	if d.Ports != 0 {
		is.Ports = d.Ports
	}
	return is, err
}
