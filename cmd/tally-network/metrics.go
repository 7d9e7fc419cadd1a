package main

import (
	"context"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"tally/internal/metrics/exporter"
	"tally/network/fabric"
)

// observer has what Run saw last, for Prometheus. Its labels are names of the
// description: nodes, hosts, organisations. network/fabric/README.md lists the
// metrics, and network/fabric/alerts.yaml has rules for them.
type observer struct {
	guard sync.Mutex
	last  fabric.Observation
}

// serveMetrics serves what o sees until stop is called. An address without a host
// is on loopback.
func serveMetrics(ctx context.Context, o *observer, address string) (stop func() error, err error) {
	if host, port, err := net.SplitHostPort(address); err == nil && host == "" {
		address = net.JoinHostPort("127.0.0.1", port)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(o, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return exporter.Serve(ctx, slog.New(slog.NewTextHandler(os.Stderr, nil)), address, registry)
}

func (o *observer) observe(seen fabric.Observation) {
	o.guard.Lock()
	defer o.guard.Unlock()
	o.last = seen
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("tally_network_"+name, help, labels, nil)
}

// What is told of a host.
var (
	observedDesc    = describe("observed_timestamp_seconds", "When everything below was looked at, Unix time.")
	problemsDesc    = describe("problems", "Things that are not as they should be; `tally-network status` names them.")
	pendingDesc     = describe("pending_since_timestamp_seconds", "Since when this host waits to be up, Unix time; `tally-network status` says for what. 0 while it waits for nothing.")
	diskDesc        = describe("disk_free_bytes", "Bytes that are left on the disk of the network's directory.")
	expiresDesc     = describe("certificate_expires_timestamp_seconds", "When a certificate ends, Unix time.", "of")
	sequenceDesc    = describe("chaincode_sequence", "Sequence of the chaincode's definition: committed in the channel, and what this host runs.", "of")
	approvedDesc    = describe("chaincode_approved", "1 if the organisation has approved the committed definition: only then its peers endorse.", "organisation")
	runningDesc     = describe("node_running", "1 if the node's process runs.", "node")
	reachableDesc   = describe("chaincode_reachable", "1 if a peer's chaincode takes connections where the peer looks for it.", "node")
	endorsesDesc    = describe("endorses", "1 if the peer itself, and no other, endorsed the chaincode's function for that.", "node")
	heightDesc      = describe("height_blocks", "Blocks that a node has; nodes of other hosts are there when they answer.", "node")
	waitingDesc     = describe("waiting_transactions", "Transactions at a BFT orderer that are in no block yet.", "node")
	blockDesc       = describe("last_block_timestamp_seconds", "Time of the last transaction that this host has, Unix time, by the clock of who sent it.")
	clockDesc       = describe("clock_offset_seconds", "How far the clock of another host is ahead of this one's; 0 within 10 s.", "host")
	restartsDesc    = describe("restarts_total", "How often a process was started again because it had ended.", "process")
	allDescriptions = []*prometheus.Desc{
		observedDesc, problemsDesc, pendingDesc, diskDesc, expiresDesc, sequenceDesc, approvedDesc, runningDesc, reachableDesc,
		endorsesDesc, heightDesc, waitingDesc, blockDesc, clockDesc, restartsDesc,
	}
)

// Describe implements prometheus.Collector.
func (*observer) Describe(to chan<- *prometheus.Desc) {
	for _, d := range allDescriptions {
		to <- d
	}
}

// Collect implements prometheus.Collector. Before the first look there is nothing.
func (o *observer) Collect(to chan<- prometheus.Metric) {
	o.guard.Lock()
	last := o.last
	o.guard.Unlock()
	if last.At.IsZero() {
		return
	}
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	collectHost(gauge, last)
	collectNodes(gauge, last.Status)
	for process, count := range last.Restarts {
		to <- prometheus.MustNewConstMetric(restartsDesc, prometheus.CounterValue, float64(count), process)
	}
}

type gauge func(d *prometheus.Desc, value float64, labels ...string)

func collectHost(gauge gauge, last fabric.Observation) {
	s := last.Status
	gauge(observedDesc, unix(last.At))
	gauge(problemsDesc, float64(len(s.Problems)))
	gauge(diskDesc, float64(last.DiskFree))
	waits := 0.0
	if s.Pending != nil {
		waits = unix(s.Pending.Since)
	}
	gauge(pendingDesc, waits)
	for _, c := range s.Certificates {
		if !c.Expires.IsZero() {
			gauge(expiresDesc, unix(c.Expires), c.Of)
		}
	}
	if s.Chaincode != nil {
		gauge(sequenceDesc, float64(s.Chaincode.Sequence), "here")
	}
	if s.Committed != nil {
		gauge(sequenceDesc, float64(s.Committed.Sequence), "channel")
		for _, o := range s.Committed.Approved {
			gauge(approvedDesc, 1, o)
		}
		for _, o := range s.Committed.NotApproved {
			gauge(approvedDesc, 0, o)
		}
	}
	if s.Block != nil {
		gauge(blockDesc, unix(s.Block.Time))
	}
}

func collectNodes(gauge gauge, s fabric.Status) {
	for _, n := range s.Nodes {
		gauge(runningDesc, one(n.PID != 0), n.Name)
		gauge(heightDesc, float64(n.Height), n.Name)
		gauge(waitingDesc, float64(n.Waiting), n.Name)
		if n.Reachable != nil {
			gauge(reachableDesc, one(*n.Reachable), n.Name)
		}
		if n.Endorses != nil {
			gauge(endorsesDesc, one(*n.Endorses), n.Name)
		}
	}
	clocks := map[string]time.Duration{}
	for _, n := range s.Others {
		if n.Height > 0 {
			gauge(heightDesc, float64(n.Height), n.Name)
			clocks[n.Host] = n.Clock
		}
	}
	for host, offset := range clocks {
		gauge(clockDesc, offset.Seconds(), host)
	}
}

func unix(t time.Time) float64 { return float64(t.UnixMilli()) / 1e3 }

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
