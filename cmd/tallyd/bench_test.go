package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/httpapi"
	"tally/internal/httpapi/apitest"
	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/fabric"
	"tally/internal/ledger/ledgertest"
	"tally/internal/processtest"
	"tally/internal/teller"
	"tally/internal/voucher"
	network "tally/network/fabric"
	"tally/network/fabric/fabrictest"
)

// load is a number of clients, and how many redemptions they make together:
// enough that the last ones, made by fewer clients, do not count.
type load struct{ clients, shared, own int }

func loads() []load {
	return []load{{1, 60, 60}, {16, 640, 320}, {64, 1920, 640}, {256, 5120, 1024}, {1000, 10_000, 2000}}
}

// The two ways that commands go into transactions.
const (
	inShared = "shared" // as tallyd does: what arrives at once shares transactions
	inOwn    = "own"    // one command a transaction, as Fabric's samples do
)

// BenchmarkFabric measures redemptions over HTTP, on BFT and on Raft, once with
// commands that share transactions and once, on the same network, with one
// command a transaction. make bench-fabric prints the table.
func BenchmarkFabric(b *testing.B) {
	gin.SetMode(gin.TestMode)
	var all []rate
	for _, consensus := range []network.Consensus{network.BFT, network.Raft} {
		b.Run(string(consensus), func(b *testing.B) { // its network ends with it
			for range b.N {
				all = append(all, measureOn(b, consensus)...)
			}
		})
	}
	// A benchmark that has others in it cannot log.
	fmt.Printf("%s, %s\n", machine(), time.Now().UTC().Format("2006-01-02 15:04 MST"))
	fmt.Println("one peer for each of three organisations, two endorse; a batch timeout of 50 ms, 500 transactions a block; 8 batches of commands under way; the gateways take 20,000 requests at once")
	fmt.Println("each redemption: milliseconds of a processor at a peer, its chaincode, an orderer, and the server with its clients; bytes on a peer's disk")
	fmt.Println(table(all))
	writeReport(b, all)
}

// rate is what was measured with one number of clients.
type rate struct {
	Consensus network.Consensus `json:"consensus"`
	Way       string            `json:"way"`
	Clients   int               `json:"clients"`
	Accepted  int               `json:"accepted"`
	Refused   int               `json:"refused"`
	Unknown   int               `json:"unknown"` // or told that it had no effect
	PerSecond float64           `json:"perSecond"`
	P50       float64           `json:"p50Ms"`
	P99       float64           `json:"p99Ms"`
	Stages    stages            `json:"stagesMs"`
	Cost      cost              `json:"cost"`
}

// stages is where a transaction's time went, in milliseconds on average, as the
// first peer tells Prometheus: until it was endorsed, until the orderers had it,
// and for each block its validation and its commit.
type stages struct {
	Endorse  float64 `json:"endorse"`
	Submit   float64 `json:"submit"`
	Validate float64 `json:"validate"`
	Commit   float64 `json:"commit"`
}

// bench is a network, and a campaign whose vouchers are redeemed on it.
type bench struct {
	*ledgertest.World
	b         *testing.B
	consensus network.Consensus
	network   *network.Network
	dir       string // of the network
	metrics   string // address of the first peer's operations
	ledger    *fabric.Ledger
	campaign  voucher.CampaignID
	next      uint32 // voucher that was not redeemed so far

	began time.Time     // with an empty directory
	up    time.Duration // until every node was ready, and the chaincode approved
}

func measureOn(b *testing.B, consensus network.Consensus) (all []rate) {
	b.Helper()
	m := startBench(b, consensus)
	m.claim()
	for _, l := range loads() {
		all = append(all,
			m.measure(inShared, l.clients, l.shared, m.ledger, 8),
			m.measure(inOwn, l.clients, l.own, singly{m.ledger}, l.clients))
	}
	return all
}

// startBench brings a network up, founds a ledger on it, and creates a campaign.
func startBench(b *testing.B, consensus network.Consensus) *bench {
	b.Helper()
	d := fabrictest.Form(b, map[network.Consensus]string{network.BFT: "default", network.Raft: "small"}[consensus])
	for i := range d.Organisations {
		d.Organisations[i].Peers = d.Organisations[i].Peers[:min(1, len(d.Organisations[i].Peers))]
	}
	d.Ports = fabrictest.Ports(b, len(d.Nodes()))
	ctx, cancel := context.WithTimeout(b.Context(), fabrictest.Patience)
	defer cancel()
	dir, programs, chaincode := b.TempDir(), openGateways(b), processtest.Build(b, "./cmd/tally-chaincode")
	began := time.Now()
	n, err := network.Up(ctx, d, network.Options{
		Dir: dir, Programs: programs, Attached: true, Program: &network.Program{Path: chaincode, Ready: "ready"},
	})
	require.NoError(b, err)
	up := time.Since(began)
	b.Cleanup(func() { require.NoError(b, n.Down(context.Background())) })
	opts := fabricOptions(n, "Jasmine")
	_, err = fabric.Found(ctx, opts, ledgertest.Operators(), 1)
	require.NoError(b, err)
	l, err := fabric.Open(b.Context(), opts)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, l.Close()) })
	status, err := n.Status(ctx)
	require.NoError(b, err)
	first := slices.IndexFunc(status.Nodes, func(s network.NodeStatus) bool { return s.Name == "peer1.jasmine" })
	m := &bench{
		World: ledgertest.NewWorld(b, l, time.Now), b: b, consensus: consensus, network: n, dir: dir, ledger: l,
		metrics: status.Nodes[first].Operations, began: began, up: up,
	}
	m.Found()
	m.campaign = m.Campaign(1_000_000, func(in *voucher.CreateCampaign) { in.PerHolder = 0 })
	return m
}

// openGateways is Fabric's programs with a configuration whose gateways take
// 20,000 requests at once, where the sample's take 500.
func openGateways(b *testing.B) string {
	b.Helper()
	built, dir := fabrictest.Programs(b), b.TempDir()
	require.NoError(b, os.CopyFS(filepath.Join(dir, "sampleconfig"), os.DirFS(filepath.Join(built, "sampleconfig"))))
	for _, name := range []string{"peer", "orderer", "configtxgen"} {
		require.NoError(b, os.Symlink(filepath.Join(built, name), filepath.Join(dir, name)))
	}
	core := filepath.Join(dir, "sampleconfig", "core.yaml")
	text, err := os.ReadFile(core)
	require.NoError(b, err)
	open := bytes.Replace(text, []byte("gatewayService: 500"), []byte("gatewayService: 20000"), 1)
	open = bytes.Replace(open, []byte("endorserService: 2500"), []byte("endorserService: 20000"), 1)
	require.NotEqual(b, string(text), string(open))
	require.NoError(b, os.WriteFile(core, open, 0o600))
	return dir
}

// claim claims as many vouchers as all loads redeem.
func (m *bench) claim() {
	m.b.Helper()
	var claims []voucher.Command
	for _, l := range loads() {
		for range l.shared + l.own {
			serial := uint32(len(claims))
			claims = append(claims, m.Claim(m.Alice, m.campaign, serial, serial))
		}
	}
	for batch := range slices.Chunk(claims, ledger.MaxBatch) {
		outcomes, err := m.ledger.Submit(m.b.Context(), m.Domain.AuthorAll(batch...))
		require.NoError(m.b, err)
		for _, out := range outcomes {
			require.Equal(m.b, voucher.StatusAccepted, out.Status)
		}
	}
}

// sales signs n redemptions of vouchers that were not redeemed so far.
func (m *bench) sales(n int) []sale {
	all := make([]sale, n)
	inTurns(n, func(i int) {
		ref := voucher.Ref{Campaign: m.campaign, Serial: m.next + uint32(i)}
		offer, key := m.Offer(m.Alice, ref), fmt.Sprint("bench ", ref.Serial)
		half := m.Accept(offer)
		half.Reference = api.Reference(key)
		code, err := m.Domain.Text(intent.Code{Offer: offer, Signature: m.Sign(m.Alice, offer)})
		if err != nil {
			m.b.Error(err)
		}
		all[i] = sale{key: key, request: api.RedemptionRequest{
			Code: code, Accept: half, Signature: intent.FormatSignature(m.Sign(m.Till, half)),
		}}
	})
	m.next += uint32(n)
	return all
}

// measure has the clients make n redemptions as fast as they are answered, at a
// server whose pipeline has at most the given number of batches under way.
func (m *bench) measure(way string, clients, n int, l ledger.Ledger, batches int) rate {
	m.b.Helper()
	sales := m.sales(n)
	api, end := serveOver(l, batches)
	defer end()
	took, told := make([]time.Duration, n), map[string]int{}
	var mu sync.Mutex
	var next atomic.Int64
	before, used, began := m.scrape(), spent(m.b, m.network, m.dir), time.Now()
	atOnce(clients, func(int) {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			asked := time.Now()
			_, err := api.Send(m.b.Context(), apitest.Keyed(m.Domain, sales[i].request, sales[i].key))
			took[i] = time.Since(asked)
			mu.Lock()
			told[toldOf(err)]++
			mu.Unlock()
		}
	})
	elapsed := time.Since(began)
	slices.Sort(took)
	r := rate{
		Consensus: m.consensus, Way: way, Clients: clients, Accepted: told[toldAccepted], Refused: told[toldRefused],
		Unknown:   told[toldUnknown] + told[toldUnavailable],
		PerSecond: float64(told[toldAccepted]) / elapsed.Seconds(), P50: ms(took[n/2]), P99: ms(took[n*99/100]),
		Stages: stagesBetween(before, m.scrape()),
	}
	r.Cost = spent(m.b, m.network, m.dir).each(used, r.Accepted)
	fmt.Fprintf(os.Stderr, "%s, %d clients, %s transactions: %.0f redemptions/s\n", r.Consensus, r.Clients, r.Way, r.PerSecond)
	return r
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// serveOver serves the API over a ledger, without tallyd's process about it,
// from an index that has all of the ledger.
func serveOver(l ledger.Ledger, batches int) (api *client.Client, end func()) {
	x, log := indexmemory.Trusted(), slog.New(slog.DiscardHandler)
	ctx, cancel := context.WithCancel(context.Background())
	projected, caughtUp := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(projected)
		index.Project(ctx, l, x, log, func() { close(caughtUp) })
	}()
	<-caughtUp
	p := ledger.NewPipeline(l, batches)
	server := httptest.NewServer(httpapi.New(teller.New(l, p, x, log), log, time.Now, func() bool { return true }).Handler())
	transport := &http.Transport{MaxIdleConnsPerHost: 1000}
	return client.New(server.URL, &http.Client{Transport: transport}), func() {
		transport.CloseIdleConnections()
		server.Close()
		p.Close()
		cancel()
		<-projected
	}
}

// singly has each command in a transaction of its own.
type singly struct{ *fabric.Ledger }

// Submit implements ledger.Ledger.
func (l singly) Submit(ctx context.Context, commands []voucher.Authored) ([]voucher.Outcome, error) {
	outcomes, failed := make([]voucher.Outcome, len(commands)), make([]error, len(commands))
	var all sync.WaitGroup
	for i, command := range commands {
		all.Go(func() {
			one, err := l.Ledger.Submit(ctx, []voucher.Authored{command})
			outcomes[i], failed[i] = one[0], err
		})
	}
	all.Wait()
	return outcomes, errors.Join(failed...)
}

// scrape is what the first peer tells Prometheus.
func (m *bench) scrape() map[string]float64 {
	m.b.Helper()
	response, err := http.Get("http://" + m.metrics + "/metrics")
	require.NoError(m.b, err)
	defer response.Body.Close() //nolint:errcheck // it is read
	all := map[string]float64{}
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		if name, text, ok := strings.Cut(lines.Text(), "} "); ok {
			all[name+"}"], _ = strconv.ParseFloat(text, 64)
		}
	}
	return all
}

func stagesBetween(before, after map[string]float64) stages {
	mean := func(name, labels string) float64 {
		count := after[name+"_count"+labels] - before[name+"_count"+labels]
		if count == 0 {
			return 0
		}
		return 1000 * (after[name+"_sum"+labels] - before[name+"_sum"+labels]) / count
	}
	const call, channel = "grpc_server_unary_request_duration", `{channel="vouchers"}`
	return stages{
		Endorse:  mean(call, `{code="OK",method="Endorse",service="gateway_Gateway"}`),
		Submit:   mean(call, `{code="OK",method="Submit",service="gateway_Gateway"}`),
		Validate: mean("gossip_privdata_validation_duration", channel),
		Commit:   mean("ledger_blockstorage_and_pvtdata_commit_time", channel),
	}
}

// table is the rates, those of the two ways side by side.
func table(all []rate) string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "ORDER\tCLIENTS\tCOMMANDS\tREDEMPTIONS/S\tP50 MS\tP99 MS\tACCEPTED\tREFUSED\tUNKNOWN\tENDORSE MS\tSUBMIT MS\tVALIDATE MS\tCOMMIT MS\tRATIO\tPEER\tCHAINCODE\tORDERER\tSERVER\tDISK\t")
	for i, r := range all {
		ratio := ""
		if r.Way == inOwn && r.PerSecond > 0 {
			ratio = fmt.Sprintf("%.1f", all[i-1].PerSecond/r.PerSecond)
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%.0f\t%.0f\t%.0f\t%d\t%d\t%d\t%.0f\t%.0f\t%.0f\t%.0f\t%s\t%.2f\t%.2f\t%.2f\t%.2f\t%.0f\t\n", r.Consensus, r.Clients, r.Way, r.PerSecond,
			r.P50, r.P99, r.Accepted, r.Refused, r.Unknown, r.Stages.Endorse, r.Stages.Submit, r.Stages.Validate, r.Stages.Commit, ratio,
			r.Cost.Peer, r.Cost.Chaincode, r.Cost.Orderer, r.Cost.Server, r.Cost.Disk)
	}
	_ = w.Flush() // to memory
	return text.String()
}

// machine is what was measured on.
func machine() string {
	model := runtime.GOARCH
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, rest, ok := strings.Cut(string(text), "model name\t: "); ok {
			model, _, _ = strings.Cut(rest, "\n")
		}
	}
	busy, _ := os.ReadFile("/proc/loadavg")
	return fmt.Sprintf("%d × %s, %s, load average at the end %s", runtime.NumCPU(), model, runtime.Version(), strings.TrimSpace(string(busy)))
}
