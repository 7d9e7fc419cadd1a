package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"tally/network/fabric"
)

// seen has something of everything.
func seen() fabric.Observation {
	no, yes := false, true
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	return fabric.Observation{
		At: at,
		Status: fabric.Status{
			Chaincode: &fabric.ChaincodeStatus{Name: "tally", Sequence: 2},
			Committed: &fabric.CommittedStatus{Sequence: 3, Approved: []string{"Jasmine"}, NotApproved: []string{"Oolong"}},
			Block:     &fabric.BlockStatus{Number: 6, Time: at.Add(-time.Minute)},
			Nodes: []fabric.NodeStatus{
				{Name: "peer1.jasmine", Kind: fabric.Peer, PID: 7, Height: 7, Endorses: &yes, Reachable: &yes},
				{Name: "peer1.oolong", Kind: fabric.Peer, Endorses: &no, Reachable: &no},
				{Name: "orderer1.jasmine", Kind: fabric.Orderer, PID: 8, Height: 7, Waiting: 5},
			},
			Others: []fabric.OtherStatus{
				{Name: "peer1.platform", Host: "platform", Height: 6, Clock: -40 * time.Second},
				{Name: "peer1.witness", Host: "witness", Problem: "does not answer"},
			},
			Certificates: []fabric.CertificateStatus{{Of: "client of Jasmine", Expires: at.Add(time.Hour)}, {Of: "admin of Jasmine", Problem: "it is not there"}},
			Pending:      &fabric.Pending{Since: at.Add(-time.Hour)},
			Problems:     []string{"one", "two"},
		},
		DiskFree: 5 << 30,
		Restarts: map[string]int{"chaincode of peer1.oolong": 3},
	}
}

// told are all values, by name and labels.
func told(t *testing.T, o *observer) map[string]float64 {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	require.NoError(t, registry.Register(o))
	families, err := registry.Gather()
	require.NoError(t, err)
	all := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			name := f.GetName()
			for _, l := range m.GetLabel() {
				name += " " + l.GetValue()
			}
			all[name] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	return all
}

func TestObserver_TellsWhatWasSeen(t *testing.T) {
	o := new(observer)
	require.Empty(t, told(t, o), "nothing was looked at")
	o.observe(seen())
	at := float64(seen().At.Unix())
	require.Equal(t, map[string]float64{
		"tally_network_observed_timestamp_seconds":                              at,
		"tally_network_problems":                                                2,
		"tally_network_pending_since_timestamp_seconds":                         at - 3600,
		"tally_network_disk_free_bytes":                                         5 << 30,
		"tally_network_certificate_expires_timestamp_seconds client of Jasmine": at + 3600,
		"tally_network_chaincode_sequence channel":                              3,
		"tally_network_chaincode_sequence here":                                 2,
		"tally_network_chaincode_approved Jasmine":                              1,
		"tally_network_chaincode_approved Oolong":                               0,
		"tally_network_node_running peer1.jasmine":                              1,
		"tally_network_node_running peer1.oolong":                               0,
		"tally_network_node_running orderer1.jasmine":                           1,
		"tally_network_chaincode_reachable peer1.jasmine":                       1,
		"tally_network_chaincode_reachable peer1.oolong":                        0,
		"tally_network_endorses peer1.jasmine":                                  1,
		"tally_network_endorses peer1.oolong":                                   0,
		"tally_network_height_blocks peer1.jasmine":                             7,
		"tally_network_height_blocks peer1.oolong":                              0,
		"tally_network_height_blocks orderer1.jasmine":                          7,
		"tally_network_height_blocks peer1.platform":                            6,
		"tally_network_waiting_transactions peer1.jasmine":                      0,
		"tally_network_waiting_transactions peer1.oolong":                       0,
		"tally_network_waiting_transactions orderer1.jasmine":                   5,
		"tally_network_last_block_timestamp_seconds":                            at - 60,
		"tally_network_clock_offset_seconds platform":                           -40,
		"tally_network_restarts_total chaincode of peer1.oolong":                3,
	}, told(t, o))
}

// TestAlerts_NameWhatIsTold: a rule over a metric that does not exist never fires.
func TestAlerts_NameWhatIsTold(t *testing.T) {
	o := new(observer)
	o.observe(seen())
	var names []string
	for name := range told(t, o) {
		names = append(names, strings.Fields(name)[0])
	}
	page, err := os.ReadFile("../../network/fabric/README.md")
	require.NoError(t, err)
	for _, name := range names {
		require.Contains(t, string(page), "`"+name, "the page lists every metric")
	}
	text, err := os.ReadFile("../../network/fabric/alerts.yaml")
	require.NoError(t, err)
	var file struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr string
				Annotations map[string]string
			}
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	require.Len(t, file.Groups, 1)
	metric := regexp.MustCompile(`tally_[a-z_]+`)
	for _, r := range file.Groups[0].Rules {
		used := metric.FindAllString(r.Expr, -1)
		require.NotEmpty(t, used, r.Alert)
		for _, name := range used {
			require.True(t, slices.Contains(names, name), "%s: nobody tells %s", r.Alert, name)
		}
		require.NotEmpty(t, r.Annotations["summary"], r.Alert)
		require.NotEmpty(t, r.Annotations["action"], r.Alert)
		require.Contains(t, string(page), r.Alert, "the page lists every alert")
	}
}
