package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"

	"tally/internal/ledger"
	"tally/internal/ledger/fabric"
	"tally/internal/metrics"
	"tally/internal/voucher"
)

// batchesOnFabric is how many batches of commands are under way at once on a
// channel, where a block takes its time.
const batchesOnFabric = 8

// Channel is how to reach a channel of a Fabric network.
type Channel struct {
	Peer      []Peer `help:"A peer of the Fabric network: host:port, = and the file with the CA of its TLS certificate; before them, with @, the certificate's name if it is not the host. The nearest first, then those of other organisations." env:"TALLYD_PEER" placeholder:"peer1.jasmine@127.0.0.1:17510=tlsca.pem"`
	MSP       string `name:"msp" help:"The organisation's id on the Fabric network." env:"TALLYD_MSP"`
	MSPCert   string `name:"msp-cert" help:"File with this server's certificate from the organisation, in PEM." env:"TALLYD_MSP_CERT" type:"path"`
	MSPKey    string `name:"msp-key" help:"File with the certificate's key, in PEM." env:"TALLYD_MSP_KEY" type:"path"`
	Witnesses int    `help:"How many of the peers must show a block before it counts: with 2 or more, of different organisations, no single one can make the server tell what is not so." default:"1" env:"TALLYD_WITNESSES"`
	Channel   string `help:"The Fabric channel." default:"vouchers" env:"TALLYD_CHANNEL"`
	Chaincode string `help:"The chaincode's name on the channel." default:"tally" env:"TALLYD_CHAINCODE"`
}

func (c *Channel) options(log *slog.Logger) fabric.Options {
	opts := fabric.Options{
		MSPID: c.MSP, Certificate: c.MSPCert, Key: c.MSPKey, Channel: c.Channel, Chaincode: c.Chaincode,
		Witnesses: c.Witnesses, Log: log,
	}
	for _, p := range c.Peer {
		opts.Peers = append(opts.Peers, fabric.PeerOptions(p))
	}
	return opts
}

// Peer is a peer as a flag names it: name@host:port=file, the name if need be.
type Peer fabric.PeerOptions

// UnmarshalText reads name@host:port=file. The error is fabric.ErrOptions.
func (p *Peer) UnmarshalText(text []byte) error {
	endpoint, ca, ok := strings.Cut(string(text), "=")
	if !ok || ca == "" {
		return fmt.Errorf("%w: a peer is host:port=file, not %q", fabric.ErrOptions, text)
	}
	*p = Peer{Endpoint: endpoint, CA: ca}
	if name, rest, ok := strings.Cut(endpoint, "@"); ok {
		p.ServerName, p.Endpoint = name, rest
	}
	return nil
}

// MarshalText writes what UnmarshalText reads.
func (p Peer) MarshalText() ([]byte, error) {
	text := p.Endpoint + "=" + p.CA
	if p.ServerName != "" {
		text = p.ServerName + "@" + text
	}
	return []byte(text), nil
}

// Found is the command that founds a ledger on a Fabric channel.
type Found struct {
	Reach     Channel           `embed:""`
	Operator  []voucher.Address `help:"Address of a first operator. Repeat it for more." required:"" env:"TALLYD_OPERATOR"`
	Threshold uint32            `help:"How many operators must agree to change the operators." default:"1" env:"TALLYD_THRESHOLD"`
}

// Run founds the ledger of a chaincode that the organisations have committed.
func (f *Found) Run(ctx context.Context) error {
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	slices.SortFunc(f.Operator, func(a, b voucher.Address) int { return slices.Compare(a[:], b[:]) })
	id, err := fabric.Found(ctx, f.Reach.options(log), f.Operator, f.Threshold)
	if err != nil {
		return explain(err)
	}
	fmt.Fprintf(os.Stdout, "ledger id  %s\n\ntallyd serve --ledger fabric with the same flags serves it.\n", id)
	return nil
}

// peersOf is how a ledger's peers do, if it has any.
func peersOf(l ledger.Ledger) func() []metrics.Peer {
	on, ok := l.(*fabric.Ledger)
	if !ok {
		return func() []metrics.Peer { return nil }
	}
	return func() (peers []metrics.Peer) {
		for _, h := range on.Peers() {
			p := metrics.Peer{Endpoint: h.Endpoint, Up: h.Up, Height: h.Height, Endorses: h.Endorses}
			if h.Clock {
				p.Offset = &h.Offset
			}
			peers = append(peers, p)
		}
		return peers
	}
}

// lightsOf is what a ledger knows of what it runs on.
func lightsOf(l ledger.Ledger) func() metrics.Lights {
	return func() (lights metrics.Lights) {
		if prober, ok := l.(ledger.Prober); ok {
			writable := prober.Writable(context.Background()) == nil // it contacts nobody
			lights.Writable = &writable
		}
		on, ok := l.(*fabric.Ledger)
		if !ok {
			return lights
		}
		of := on.Lights()
		lights.LastBlock, lights.Approved = of.LastBlock, of.Approved
		lights.Certificates = []metrics.Certificate{{Of: "client", Ends: of.Ends}}
		for _, h := range on.Peers() {
			if !h.Ends.IsZero() {
				lights.Certificates = append(lights.Certificates, metrics.Certificate{Of: h.Endpoint, Ends: h.Ends})
			}
		}
		return lights
	}
}
