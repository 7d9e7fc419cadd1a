package main

import (
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"

	"tally/network/fabric"
)

type planCmd struct {
	Measured    string    `arg:"" help:"What make bench-fabric REPORT=FILE wrote." type:"existingfile"`
	Redemptions []float64 `help:"Redemptions in the busiest second." default:"1000,10000,100000" least:"1" most:"1000000000"`
	Use         float64   `help:"How much of a channel's rate and of a host's processors may be used then." default:"0.5" least:"0.01" most:"1"`
	Cores       int       `help:"Processors of a host." default:"16" least:"1" most:"4096"`
	Peers       int       `help:"Peers of each organisation on each channel." default:"2" least:"1" most:"1000"`
	JSON        bool      `name:"json" help:"Answer in JSON."`
}

// Run implements the command.
func (c *planCmd) Run() error {
	file, err := os.Open(c.Measured)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it was read
	m, err := fabric.ReadMeasured(file)
	if err != nil {
		return err
	}
	var plans []fabric.Plan
	for _, n := range c.Redemptions {
		plans = append(plans, m.Plan(fabric.Demand{PerSecond: n, Use: c.Use, Cores: c.Cores, Peers: c.Peers}))
	}
	if c.JSON {
		encoder := json.NewEncoder(os.Stdout)
		encoder.SetIndent("", "  ")
		return encoder.Encode(plans)
	}
	return printPlans(c, m, plans)
}

func printPlans(c *planCmd, m fabric.Measured, plans []fabric.Plan) error {
	fmt.Printf("A channel was measured to carry %.0f redemptions a second. Each took %.2f ms of a processor at a peer and %.2f at its chaincode, "+
		"%.2f at an orderer and %.2f at the server, and %.0f bytes of a peer's disk. %.0f %% of channels and of hosts with %d processors are used.\n\n",
		m.PerSecond, m.Cost.Peer, m.Cost.Chaincode, m.Cost.Orderer, m.Cost.Server, m.Cost.Disk, 100*c.Use, c.Cores)
	const gigabyte = 1e9
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "REDEMPTIONS/S\tCHANNELS\tPEER HOSTS OF EACH ENDORSER\tHOSTS OF EACH ORDERER\tSERVERS\tGB A DAY AT EACH PEER\t")
	for _, p := range plans {
		fmt.Fprintf(w, "%.0f\t%d\t%d\t%d\t%d\t%.0f\t\n",
			p.PerSecond, p.Channels, p.PeerHosts, p.OrdererHosts, p.ServerHosts, p.DiskPerDay/gigabyte)
	}
	return w.Flush()
}
