package metrics

import (
	"context"
	"math/big"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tally/internal/voucher"
)

// scrapeTimeout is how long one scrape waits for the ledger and the index. What
// they did not say by then is left out.
const scrapeTimeout = 3 * time.Second

// Sources are what each scrape asks.
type Sources struct {
	Head        func(context.Context) (voucher.Position, error) // of the ledger
	Depth       func() int                                      // of the pipeline
	Index       func(context.Context) (Index, error)
	Log         func() Log
	Connections func() int
	Ready       func() bool
	Peers       func() []Peer // of the ledger's network, at most a handful; nil without one
	Purse       func() Purse  // nil where nothing is paid for
	Lights      func() Lights // of the ledger's network as a whole
}

// Peer is how one peer of the ledger's network does.
type Peer struct {
	Endpoint string
	Up       bool           // it delivers its blocks
	Height   uint64         // blocks that it has, as far as it told
	Endorses bool           // it endorsed when it was asked last
	Offset   *time.Duration // of its clock to this process's; nil if it does not tell
}

// Lights are what a ledger knows of what it runs on. What it does not know is
// zero, and left out.
type Lights struct {
	Writable     *bool // a write would be taken now, as of the ledger's last try
	Certificates []Certificate
	LastBlock    time.Time       // when it was made
	Approved     map[string]bool // organisations, and whether each has approved what is committed
	Free         *int64          // bytes on the disk of the data directory
}

// Certificate is one that writing depends on.
type Certificate struct {
	Of   string // client, or a peer's endpoint
	Ends time.Time
}

// Purse is what the accounts have that pay for a remote ledger's gas, in wei.
type Purse struct {
	Balances map[string]*big.Int // by the account's address, of those that were looked at
	Spent    *big.Int            // since the start; nil where nothing is paid for
	Left     *big.Int            // of the day's budget; nil without one
}

// Index is how far an index is.
type Index struct {
	Blocks   uint64        // that it is behind the ledger
	Since    time.Duration // it has been; 0 if it is not
	Rebuilds uint64        // since the start
	Lost     bool          // it is out of reach, and the ledger answers in its place
}

// Log is how far the transparency log is.
type Log struct {
	Leaves  int64            // commands that it has
	Reached voucher.Position // how far it has read the ledger
	Council *Council         // nil without witnesses
}

// Council is what witnesses have made of the log.
type Council struct {
	Cosigned int64 // leaves that enough of them cosigned
	Failed   int64 // rounds without enough cosignatures
}

// state is a collector of what others know.
type state struct {
	sources Sources

	up, head, depth, lagBlocks, lagSeconds, indexUp, rebuilds, logLeaves, logLag, cosigned, uncosigned, connections, ready, peerUp, peerHeight, balance, spent, left *prometheus.Desc

	writable, endorses, offset, expiry, blockAge, approved, free *prometheus.Desc
}

func newState(sources Sources) *state {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return &state{
		sources:     sources,
		up:          desc("tally_ledger_up", "1 if the ledger tells its head, else 0."),
		head:        desc("tally_ledger_head_block", "The first block that is not durable yet."),
		depth:       desc("tally_pipeline_depth", "Commands that wait for a batch."),
		lagBlocks:   desc("tally_index_lag_blocks", "Blocks that the index is behind the ledger."),
		lagSeconds:  desc("tally_index_lag_seconds", "How long the index has been behind the ledger."),
		indexUp:     desc("tally_index_up", "0 if the index is out of reach, so that the ledger answers in its place; else 1."),
		rebuilds:    desc("tally_index_rebuilds_total", "How often the index was started again."),
		logLeaves:   desc("tally_log_leaves", "Accepted commands that the transparency log has."),
		logLag:      desc("tally_log_lag_blocks", "Blocks that the transparency log is behind the ledger."),
		cosigned:    desc("tally_log_cosigned_leaves", "Leaves that enough witnesses have cosigned."),
		uncosigned:  desc("tally_log_cosign_failures_total", "Rounds in which too few witnesses cosigned."),
		connections: desc("tally_http_connections", "Open connections."),
		ready:       desc("tally_ready", "1 if the server says that it is ready, else 0."),
		peerUp:      desc("tally_ledger_peer_up", "1 if a peer of the ledger's network delivers its blocks, else 0.", "peer"),
		peerHeight:  desc("tally_ledger_peer_height", "Blocks that a peer has, as far as it told.", "peer"),
		balance:     desc("tally_relayer_balance_wei", "What an account has that pays for gas, in wei, as of the last look.", "relayer"),
		spent:       desc("tally_relayer_spent_wei_total", "What this server's transactions cost since its start, in wei."),
		left:        desc("tally_relayer_budget_left_wei", "What is left of the relayers' budget of this UTC day, in wei."),
		writable:    desc("tally_ledger_writable", "1 if a write would be taken, as of the ledger's last try, else 0."),
		endorses:    desc("tally_ledger_peer_endorses", "1 if a peer itself endorsed when it was asked last, else 0.", "peer"),
		offset:      desc("tally_ledger_peer_clock_offset_seconds", "How far a peer's clock is ahead of this server's.", "peer"),
		expiry:      desc("tally_ledger_certificate_expiry_seconds", "Seconds until a certificate ends: this server's (client), or what a peer endorses with.", "of"),
		blockAge:    desc("tally_ledger_last_block_age_seconds", "How long ago the newest block's transactions were made."),
		approved:    desc("tally_ledger_organisation_approves", "1 if an organisation has approved the chaincode's committed definition, else 0.", "organisation"),
		free:        desc("tally_data_free_bytes", "Bytes that are free on the disk of the data directory."),
	}
}

// Describe implements prometheus.Collector.
func (s *state) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{s.up, s.head, s.depth, s.lagBlocks, s.lagSeconds, s.indexUp, s.rebuilds, s.logLeaves, s.logLag, s.cosigned, s.uncosigned, s.connections, s.ready, s.peerUp, s.peerHeight, s.balance, s.spent, s.left,
		s.writable, s.endorses, s.offset, s.expiry, s.blockAge, s.approved, s.free} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (s *state) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	head, err := s.sources.Head(ctx)
	log := s.sources.Log()
	gauge(s.up, truth(err == nil))
	gauge(s.logLeaves, float64(log.Leaves))
	if c := log.Council; c != nil {
		gauge(s.cosigned, float64(c.Cosigned))
		to <- prometheus.MustNewConstMetric(s.uncosigned, prometheus.CounterValue, float64(c.Failed))
	}
	if err == nil {
		gauge(s.head, float64(head.Block))
		gauge(s.logLag, float64(head.Block-min(head.Block, log.Reached.Block)))
	}
	if x, err := s.sources.Index(ctx); err == nil {
		gauge(s.lagBlocks, float64(x.Blocks))
		gauge(s.lagSeconds, x.Since.Seconds())
		gauge(s.indexUp, truth(!x.Lost))
		to <- prometheus.MustNewConstMetric(s.rebuilds, prometheus.CounterValue, float64(x.Rebuilds))
	}
	gauge(s.depth, float64(s.sources.Depth()))
	gauge(s.connections, float64(s.sources.Connections()))
	gauge(s.ready, truth(s.sources.Ready()))
	if s.sources.Purse != nil {
		s.purse(to, s.sources.Purse())
	}
	if s.sources.Peers != nil {
		s.collectPeers(gauge, s.sources.Peers())
	}
	s.collectLights(gauge, s.sources.Lights(), time.Now())
}

func (s *state) collectPeers(gauge func(*prometheus.Desc, float64, ...string), peers []Peer) {
	for _, p := range peers {
		gauge(s.peerUp, truth(p.Up), p.Endpoint)
		gauge(s.peerHeight, float64(p.Height), p.Endpoint)
		gauge(s.endorses, truth(p.Endorses), p.Endpoint)
		if p.Offset != nil {
			gauge(s.offset, p.Offset.Seconds(), p.Endpoint)
		}
	}
}

// collectLights tells what a ledger knows of what it runs on.
func (s *state) collectLights(gauge func(*prometheus.Desc, float64, ...string), l Lights, now time.Time) {
	if l.Writable != nil {
		gauge(s.writable, truth(*l.Writable))
	}
	for _, c := range l.Certificates {
		gauge(s.expiry, c.Ends.Sub(now).Seconds(), c.Of)
	}
	if !l.LastBlock.IsZero() {
		gauge(s.blockAge, now.Sub(l.LastBlock).Seconds())
	}
	if l.Free != nil {
		gauge(s.free, float64(*l.Free))
	}
	for organisation, approves := range l.Approved {
		gauge(s.approved, truth(approves), organisation)
	}
}

// purse tells of the relayers, where there are any.
func (s *state) purse(to chan<- prometheus.Metric, p Purse) {
	for of, wei := range p.Balances {
		to <- prometheus.MustNewConstMetric(s.balance, prometheus.GaugeValue, float(wei), of)
	}
	if p.Spent != nil {
		to <- prometheus.MustNewConstMetric(s.spent, prometheus.CounterValue, float(p.Spent))
	}
	if p.Left != nil {
		to <- prometheus.MustNewConstMetric(s.left, prometheus.GaugeValue, float(p.Left))
	}
}

// float is a number as metrics have them: of more than 53 bits the first ones.
func float(n *big.Int) float64 {
	f, _ := new(big.Float).SetInt(n).Float64()
	return f
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
