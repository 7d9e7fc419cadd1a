package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"tally/network/fabric"
)

// Globals are the flags that every command has.
type Globals struct {
	Data     string        `help:"Directory of the network." default:".data/fabric" placeholder:"DIR" env:"TALLY_NETWORK_DATA"`
	Programs string        `help:"Directory of Fabric's programs, as scripts/fabric.sh prints it; what starts nodes needs it." placeholder:"DIR" env:"TALLY_NETWORK_PROGRAMS"`
	Host     string        `help:"Only the nodes of this host of the description." placeholder:"NAME" env:"TALLY_NETWORK_HOST"`
	Timeout  time.Duration `help:"How long to wait at most." default:"3m" least:"1s" most:"24h"`
}

var errPrograms = errors.New("fabric's programs are not found: name their directory with --programs")

func (g *Globals) options() fabric.Options {
	return fabric.Options{
		Dir: g.Data, Programs: g.Programs, Host: g.Host,
		Progress: func(line string) { fmt.Fprintln(os.Stderr, "network:", line) },
	}
}

// starting are the options of a command that starts Fabric's programs.
func (g *Globals) starting() (fabric.Options, error) {
	o := g.options()
	if o.Programs == "" {
		return o, errPrograms
	}
	return o, nil
}

// open finds the network that is there.
func (g *Globals) open() (*fabric.Network, error) {
	return fabric.Open(g.options())
}
