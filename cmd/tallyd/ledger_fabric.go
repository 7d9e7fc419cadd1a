package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"tally/internal/api"
	"tally/internal/ledger"
	"tally/internal/ledger/fabric"
	"tally/internal/metrics"
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
	Witnesses int    `help:"How many of the peers must show a block before it counts: with 2 or more, of different organisations, no single one can make the server tell what is not so." default:"1" least:"1" most:"64" env:"TALLYD_WITNESSES"`
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

// fabricLedger is the ledger on a channel of a Fabric network.
type fabricLedger struct {
	Reach Channel `embed:""`
	nothingBeside
}

func (*fabricLedger) kind() kind {
	return kind{name: "fabric", about: "a channel of a Fabric network (--peer, --msp, --msp-cert, --msp-key)"}
}

// open implements driver.
func (f *fabricLedger) open(ctx context.Context, _ basics, log *slog.Logger) (opened, error) {
	l, err := fabric.Open(ctx, f.Reach.options(log))
	if err != nil {
		return opened{}, err
	}
	genesis, chaincode := l.Root()
	return opened{
		ledger: l, batches: batchesOnFabric, pins: pinned{channel: &api.ChannelInfo{Genesis: genesis, Chaincode: chaincode}},
		peers: peersOf(l), lights: lightsOf(l),
	}, nil
}

// openToRead implements driver.
func (f *fabricLedger) openToRead(ctx context.Context, _ basics, log *slog.Logger) (ledger.Ledger, error) {
	return fabric.Open(ctx, f.Reach.options(log))
}

// explain implements driver.
func (*fabricLedger) explain(err error) (told error, ok bool) {
	switch {
	case errors.Is(err, fabric.ErrOptions), errors.Is(err, fabric.ErrFiles):
		return fmt.Errorf("%w: see --peer, --msp, --msp-cert and --msp-key", err), true
	case errors.Is(err, fabric.ErrUnreachable):
		return fmt.Errorf("%w: is a peer at each --peer, with a certificate of that CA?", err), true
	case errors.Is(err, fabric.ErrDenied):
		return fmt.Errorf("%w: --msp-cert has to be a certificate of --msp that the channel's readers and writers include", err), true
	case errors.Is(err, fabric.ErrNoChannel), errors.Is(err, fabric.ErrNoChaincode):
		return fmt.Errorf("%w: check --channel and --chaincode, and that the chaincode runs beside the peers", err), true
	case errors.Is(err, fabric.ErrNotFounded):
		return fmt.Errorf("%w: tallyd found founds it", err), true
	case errors.Is(err, fabric.ErrClock):
		return fmt.Errorf("%w: compare this machine's clock with each peer's, and set the wrong one", err), true
	case errors.Is(err, fabric.ErrPruned):
		return fmt.Errorf("%w: they joined by a snapshot; name with --peer one that has kept every block since the first", err), true
	default:
		return nil, false
	}
}

// peersOf is how a ledger's peers do.
func peersOf(on *fabric.Ledger) func() []metrics.Peer {
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

// lightsOf is what a ledger knows of its network.
func lightsOf(on *fabric.Ledger) func(*metrics.Lights) {
	return func(lights *metrics.Lights) {
		of := on.Lights()
		lights.LastBlock, lights.Approved = of.LastBlock, of.Approved
		lights.Certificates = []metrics.Certificate{{Of: "client", Ends: of.Ends}}
		for _, h := range on.Peers() {
			if !h.Ends.IsZero() {
				lights.Certificates = append(lights.Certificates, metrics.Certificate{Of: h.Endpoint, Ends: h.Ends})
			}
		}
	}
}

const (
	peersTimeout    = 30 * time.Second    // for all peers together
	clockWarning    = 10 * time.Second    // between a peer's clock and this machine's; a peer refuses 30 s by default
	mspExpiryNotice = 30 * 24 * time.Hour // of the certificate towards the peers: one that ends sooner is said to
)

// check implements driver.
func (f *fabricLedger) check(ctx context.Context, b basics, offline bool) checks {
	found := checks{data: []check{checkLogRoom(b), checkFree(b.data, 0)}, files: f.checkMSP()}
	if !offline {
		found.others = f.checkPeers(ctx)
	}
	return found
}

// checkMSP checks how long the certificate towards the peers is good.
func (f *fabricLedger) checkMSP() []check {
	if f.Reach.MSPCert == "" {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(f.Reach.MSPCert, f.Reach.MSPKey)
	if err != nil {
		return []check{failed("msp-cert", "%v", err)}
	}
	ends := pair.Leaf.NotAfter
	switch left := time.Until(ends); {
	case left <= 0:
		return []check{failed("msp-cert", "it ended on %s: put another into its file", ends.Format(time.RFC3339))}
	case left < mspExpiryNotice:
		return []check{warned("msp-cert", "it ENDS SOON, on %s", ends.Format(time.RFC3339))}
	default:
		return []check{passed("msp-cert", "until %s", ends.Format(time.DateOnly))}
	}
}

// checkPeers asks every peer itself to endorse a call that does nothing, and has
// it endorsed as a write would be. Nothing is sent to the orderers.
func (f *fabricLedger) checkPeers(ctx context.Context) (done []check) {
	ctx, cancel := context.WithTimeout(ctx, peersTimeout)
	defer cancel()
	l, err := fabric.Open(ctx, f.Reach.options(slog.New(slog.DiscardHandler)))
	if err != nil {
		return []check{failed("peers", "%v", explain(err))}
	}
	defer l.Close() //nolint:errcheck // nothing was written
	written := l.Probe(ctx)
	for _, h := range l.Peers() {
		done = append(done, checkPeer(h))
	}
	if written != nil {
		return append(done, failed("ledger", "a write would not be endorsed: %v", written))
	}
	return append(done, passed("ledger", "%s; a write would be endorsed", l.ID()))
}

// checkPeer judges what a peer answered by itself.
func checkPeer(h fabric.Health) check {
	name := "peer " + h.Endpoint
	switch {
	case !h.Endorses:
		return failed(name, "it does not endorse: %s", h.Reason)
	case h.Clock && h.Offset.Abs() > clockWarning:
		return warned(name, "its clock is %s ahead of this machine's", h.Offset.Round(time.Millisecond))
	default:
		return passed(name, "of %s, it endorses", h.Organisation)
	}
}
