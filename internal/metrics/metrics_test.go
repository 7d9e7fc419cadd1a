package metrics

import (
	"context"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"tally/internal/edge"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/voucher"
)

// TestMain wants every goroutine gone that a test started.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const documentation = "../../cmd/tallyd/operating.md"

// sources are of a ledger at block 7, and an index two blocks behind.
func sources() Sources {
	return Sources{
		Head:  func(context.Context) (voucher.Position, error) { return voucher.Position{Block: 7}, nil },
		Depth: func() int { return 3 },
		Index: func(context.Context) (Index, error) {
			return Index{Blocks: 2, Since: 1500 * time.Millisecond, Rebuilds: 4}, nil
		},
		Log: func() Log {
			return Log{Leaves: 12, Reached: voucher.Position{Block: 4}, Council: &Council{Cosigned: 11, Failed: 2}}
		},
		Connections: func() int { return 5 },
		Ready:       func() bool { return true },
		Peers: func() []Peer {
			return []Peer{{Endpoint: "peer1.jasmine:17510", Up: true, Height: 7, Endorses: true, Offset: new(-1250 * time.Millisecond)}}
		},
		Purse: func() Purse {
			return Purse{Balances: map[string]*big.Int{"0x01": big.NewInt(5e17)}, Spent: big.NewInt(7), Left: big.NewInt(9)}
		},
		Lights: func() Lights {
			return Lights{Writable: new(true), Approved: map[string]bool{"Oolong": false}, Free: new(int64(1 << 30))}
		},
	}
}

// TestMetrics_DocumentedAreThoseThatExist, by name and by label.
func TestMetrics_DocumentedAreThoseThatExist(t *testing.T) {
	registry := prometheus.NewRegistry()
	_, err := New(registry)
	require.NoError(t, err)
	_, err = edge.NewMetrics(registry)
	require.NoError(t, err)
	require.NoError(t, Watch(registry, sources()))
	descriptions := make(chan *prometheus.Desc, 1000)
	registry.Describe(descriptions)
	close(descriptions)
	parts := regexp.MustCompile(`fqName: "([^"]+)".*variableLabels: \{([^}]*)\}`)
	var have []string
	for d := range descriptions {
		found := parts.FindStringSubmatch(d.String())
		require.Len(t, found, 3, d.String())
		if strings.HasPrefix(found[1], "go_") || strings.HasPrefix(found[1], "process_") {
			continue // the client library's own
		}
		name := found[1]
		if found[2] != "" {
			name += "{" + found[2] + "}"
		}
		have = append(have, name)
	}
	text, err := os.ReadFile(documentation)
	require.NoError(t, err)
	var documented []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(tally_[^`]+)` \\|").FindAllStringSubmatch(string(text), -1) {
		documented = append(documented, row[1])
	}
	slices.Sort(have)
	slices.Sort(documented)
	require.Equal(t, have, documented, documentation)
	require.Contains(t, string(text), "`go_*`")
	require.Contains(t, string(text), "`process_*`")
}

// scrape is what Prometheus would read.
func scrape(t *testing.T, r *prometheus.Registry) string {
	t.Helper()
	w := httptest.NewRecorder()
	promhttp.HandlerFor(r, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	require.Equal(t, http.StatusOK, w.Code)
	return w.Body.String()
}

func TestMetrics_StateIsReadAtEachScrape(t *testing.T) {
	s := sources()
	registry := prometheus.NewPedanticRegistry()
	require.NoError(t, Watch(registry, s))
	require.Equal(t, `# HELP tally_data_free_bytes Bytes that are free on the disk of the data directory.
# TYPE tally_data_free_bytes gauge
tally_data_free_bytes 1.073741824e+09
# HELP tally_http_connections Open connections.
# TYPE tally_http_connections gauge
tally_http_connections 5
# HELP tally_index_lag_blocks Blocks that the index is behind the ledger.
# TYPE tally_index_lag_blocks gauge
tally_index_lag_blocks 2
# HELP tally_index_lag_seconds How long the index has been behind the ledger.
# TYPE tally_index_lag_seconds gauge
tally_index_lag_seconds 1.5
# HELP tally_index_rebuilds_total How often the index was started again.
# TYPE tally_index_rebuilds_total counter
tally_index_rebuilds_total 4
# HELP tally_index_up 0 if the index is out of reach, so that the ledger answers in its place; else 1.
# TYPE tally_index_up gauge
tally_index_up 1
# HELP tally_ledger_head_block The first block that is not durable yet.
# TYPE tally_ledger_head_block gauge
tally_ledger_head_block 7
# HELP tally_ledger_organisation_approves 1 if an organisation has approved the chaincode's committed definition, else 0.
# TYPE tally_ledger_organisation_approves gauge
tally_ledger_organisation_approves{organisation="Oolong"} 0
# HELP tally_ledger_peer_clock_offset_seconds How far a peer's clock is ahead of this server's.
# TYPE tally_ledger_peer_clock_offset_seconds gauge
tally_ledger_peer_clock_offset_seconds{peer="peer1.jasmine:17510"} -1.25
# HELP tally_ledger_peer_endorses 1 if a peer itself endorsed when it was asked last, else 0.
# TYPE tally_ledger_peer_endorses gauge
tally_ledger_peer_endorses{peer="peer1.jasmine:17510"} 1
# HELP tally_ledger_peer_height Blocks that a peer has, as far as it told.
# TYPE tally_ledger_peer_height gauge
tally_ledger_peer_height{peer="peer1.jasmine:17510"} 7
# HELP tally_ledger_peer_up 1 if a peer of the ledger's network delivers its blocks, else 0.
# TYPE tally_ledger_peer_up gauge
tally_ledger_peer_up{peer="peer1.jasmine:17510"} 1
# HELP tally_ledger_up 1 if the ledger tells its head, else 0.
# TYPE tally_ledger_up gauge
tally_ledger_up 1
# HELP tally_ledger_writable 1 if a write would be taken, as of the ledger's last try, else 0.
# TYPE tally_ledger_writable gauge
tally_ledger_writable 1
# HELP tally_log_cosign_failures_total Rounds in which too few witnesses cosigned.
# TYPE tally_log_cosign_failures_total counter
tally_log_cosign_failures_total 2
# HELP tally_log_cosigned_leaves Leaves that enough witnesses have cosigned.
# TYPE tally_log_cosigned_leaves gauge
tally_log_cosigned_leaves 11
# HELP tally_log_lag_blocks Blocks that the transparency log is behind the ledger.
# TYPE tally_log_lag_blocks gauge
tally_log_lag_blocks 3
# HELP tally_log_leaves Accepted commands that the transparency log has.
# TYPE tally_log_leaves gauge
tally_log_leaves 12
# HELP tally_pipeline_depth Commands that wait for a batch.
# TYPE tally_pipeline_depth gauge
tally_pipeline_depth 3
# HELP tally_ready 1 if the server says that it is ready, else 0.
# TYPE tally_ready gauge
tally_ready 1
# HELP tally_relayer_balance_wei What an account has that pays for gas, in wei, as of the last look.
# TYPE tally_relayer_balance_wei gauge
tally_relayer_balance_wei{relayer="0x01"} 5e+17
# HELP tally_relayer_budget_left_wei What is left of the relayers' budget of this UTC day, in wei.
# TYPE tally_relayer_budget_left_wei gauge
tally_relayer_budget_left_wei 9
# HELP tally_relayer_spent_wei_total What this server's transactions cost since its start, in wei.
# TYPE tally_relayer_spent_wei_total counter
tally_relayer_spent_wei_total 7
`, scrape(t, registry))

	s.Head = func(context.Context) (voucher.Position, error) { return voucher.Position{}, io.ErrUnexpectedEOF }
	s.Index = func(context.Context) (Index, error) { return Index{}, io.ErrUnexpectedEOF }
	registry = prometheus.NewPedanticRegistry()
	require.NoError(t, Watch(registry, s))
	require.NotContains(t, scrape(t, registry), "head_block")
	require.NotContains(t, scrape(t, registry), "index_")
	require.Contains(t, scrape(t, registry), "\ntally_ledger_up 0\n", "what is not known is left out, and the scrape succeeds")
}

// scripted is a ledger that answers as it is told.
type scripted struct {
	ledger.Ledger
	outcomes []voucher.Outcome
	err      error
}

func (s scripted) Submit(context.Context, []voucher.Authored) ([]voucher.Outcome, error) {
	return s.outcomes, s.err
}

func TestMetrics_CommandsByVerdict(t *testing.T) {
	registry := prometheus.NewRegistry()
	m, err := New(registry)
	require.NoError(t, err)
	l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, time.Now)
	require.NoError(t, err)
	w := ledgertest.Cast(t, intent.NewDomain(l.ID()), time.Now)
	admit := w.Admit(w.Merchant, "Jasmine & Co")
	again := w.Admit(w.Merchant, "Another name")
	store := w.PutStore(1, 1, "Central")
	metered := m.Metered(l)
	require.Equal(t, l.ID(), metered.ID())
	outcomes, err := metered.Submit(t.Context(), w.Domain.AuthorAll(admit, again, store))
	require.NoError(t, err)
	require.Len(t, outcomes, 3)

	for _, failed := range []error{ledger.ErrNotSent, ledger.ErrUnknown} {
		_, err = m.Metered(scripted{l, nil, failed}).Submit(t.Context(), w.Domain.AuthorAll(store))
		require.ErrorIs(t, err, failed)
	}
	_, err = m.Metered(scripted{l, []voucher.Outcome{outcomes[2], {}}, ledger.ErrUnknown}).Submit(t.Context(), w.Domain.AuthorAll(store, admit))
	require.ErrorIs(t, err, ledger.ErrUnknown)

	require.Contains(t, scrape(t, registry), `tally_commands_total{verb="admit_merchant_proven",verdict="accepted"} 1
tally_commands_total{verb="admit_merchant_proven",verdict="`+outcomes[1].Kind.String()+`"} 1
tally_commands_total{verb="admit_merchant_proven",verdict="unknown"} 1
tally_commands_total{verb="put_store",verdict="accepted"} 2
tally_commands_total{verb="put_store",verdict="not_sent"} 1
tally_commands_total{verb="put_store",verdict="unknown"} 1
`)
	require.NotEqual(t, voucher.KindAccepted, outcomes[1].Kind)
}
