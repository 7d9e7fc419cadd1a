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

// Sources say what is asked at each scrape.
type Sources struct {
	Head        func(context.Context) (voucher.Position, error) // of the ledger
	Depth       func() int                                      // of the pipeline
	Index       func(context.Context) (Index, error)
	Log         func() Log
	Connections func() int
	Ready       func() bool
	Peers       func() []Peer // of the ledger's network, at most a handful
	Purse       func() Purse
}

// Peer is how one peer of the ledger's network does.
type Peer struct {
	Endpoint string
	Up       bool   // it delivers its blocks
	Height   uint64 // blocks that it has, as far as it told
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
	}
}

// Describe implements prometheus.Collector.
func (s *state) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{s.up, s.head, s.depth, s.lagBlocks, s.lagSeconds, s.indexUp, s.rebuilds, s.logLeaves, s.logLag, s.cosigned, s.uncosigned, s.connections, s.ready, s.peerUp, s.peerHeight, s.balance, s.spent, s.left} {
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
	s.purse(to, s.sources.Purse())
	for _, p := range s.sources.Peers() {
		gauge(s.peerUp, truth(p.Up), p.Endpoint)
		gauge(s.peerHeight, float64(p.Height), p.Endpoint)
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
