package fabric

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"

	"gopkg.in/yaml.v3"
)

// The types below are the parts of configtx.yaml that Tally uses; its keys are
// Fabric's. What is a constant here is explained where it is set.

type configtx struct {
	Profiles map[string]profile `yaml:"Profiles"`
}

type profile struct {
	Policies     map[string]policy `yaml:"Policies"`
	Capabilities map[string]bool   `yaml:"Capabilities"`
	Orderer      ordererConfig     `yaml:"Orderer"`
	Application  applicationConfig `yaml:"Application"`
}

type policy struct {
	Type string `yaml:"Type"`
	Rule string `yaml:"Rule"`
}

type ordererConfig struct {
	OrdererType      string               `yaml:"OrdererType"`
	BatchTimeout     string               `yaml:"BatchTimeout"`
	BatchSize        batchSize            `yaml:"BatchSize"`
	SmartBFT         map[string]any       `yaml:"SmartBFT,omitempty"`
	ConsenterMapping []consenter          `yaml:"ConsenterMapping,omitempty"`
	EtcdRaft         *raftConfig          `yaml:"EtcdRaft,omitempty"`
	Organizations    []organizationConfig `yaml:"Organizations"`
	Policies         map[string]policy    `yaml:"Policies"`
	Capabilities     map[string]bool      `yaml:"Capabilities"`
}

type batchSize struct {
	MaxMessageCount   int `yaml:"MaxMessageCount"`
	AbsoluteMaxBytes  int `yaml:"AbsoluteMaxBytes"`
	PreferredMaxBytes int `yaml:"PreferredMaxBytes"`
}

type consenter struct {
	ID            int    `yaml:"ID,omitempty"`
	Host          string `yaml:"Host"`
	Port          int    `yaml:"Port"`
	MSPID         string `yaml:"MSPID,omitempty"`
	Identity      string `yaml:"Identity,omitempty"`
	ClientTLSCert string `yaml:"ClientTLSCert"`
	ServerTLSCert string `yaml:"ServerTLSCert"`
}

type raftConfig struct {
	Consenters []consenter    `yaml:"Consenters"`
	Options    map[string]any `yaml:"Options"`
}

type applicationConfig struct {
	Organizations []organizationConfig `yaml:"Organizations"`
	Policies      map[string]policy    `yaml:"Policies"`
	Capabilities  map[string]bool      `yaml:"Capabilities"`
}

type organizationConfig struct {
	Name             string            `yaml:"Name"`
	ID               string            `yaml:"ID"`
	MSPDir           string            `yaml:"MSPDir"`
	Policies         map[string]policy `yaml:"Policies"`
	AnchorPeers      []anchorPeer      `yaml:"AnchorPeers,omitempty"`
	OrdererEndpoints []string          `yaml:"OrdererEndpoints,omitempty"`
}

type anchorPeer struct {
	Host string `yaml:"Host"`
	Port int    `yaml:"Port"`
}

const profileName = "Tally"

func majority(of string) policy { return policy{"ImplicitMeta", "MAJORITY " + of} }
func anyone(of string) policy   { return policy{"ImplicitMeta", "ANY " + of} }

// channelConfig is the channel as configtxgen takes it. Its paths are relative
// to the network's directory, so the file is the same wherever that lies.
func (d Description) channelConfig() configtx {
	var files layout
	common := map[string]policy{"Readers": anyone("Readers"), "Writers": anyone("Writers"), "Admins": majority("Admins")}
	return configtx{Profiles: map[string]profile{profileName: {
		Policies:     common,
		Capabilities: map[string]bool{"V3_0": true},
		Orderer:      d.ordererConfig(files, common),
		Application: applicationConfig{
			Organizations: d.organizationConfigs(files, func(o Organisation) bool { return len(o.Peers) > 0 }),
			Policies: with(common, map[string]policy{
				"LifecycleEndorsement": majority("Endorsement"),
				"Endorsement":          majority("Endorsement"),
			}),
			Capabilities: map[string]bool{"V2_5": true},
		},
	}}}
}

func with(common, more map[string]policy) map[string]policy {
	for name, p := range common {
		more[name] = p
	}
	return more
}

func (d Description) organizationConfigs(files layout, take func(Organisation) bool) []organizationConfig {
	var all []organizationConfig
	for _, o := range d.Organisations {
		if take(o) {
			all = append(all, d.organizationConfig(files, o))
		}
	}
	return all
}

// organizationConfig is the same wherever an organisation appears, as Fabric
// demands of one that both endorses and orders.
func (d Description) organizationConfig(files layout, o Organisation) organizationConfig {
	c := organizationConfig{
		Name: o.Name, ID: o.Name, MSPDir: files.organisation(o.Name, "msp"),
		Policies: map[string]policy{
			"Readers":     {"Signature", fmt.Sprintf("OR('%s.member')", o.Name)},
			"Writers":     {"Signature", fmt.Sprintf("OR('%s.member')", o.Name)},
			"Admins":      {"Signature", fmt.Sprintf("OR('%s.admin')", o.Name)},
			"Endorsement": {"Signature", fmt.Sprintf("OR('%s.peer')", o.Name)},
		},
	}
	for _, n := range d.nodesIn(o.Name) {
		if n.Kind == Orderer {
			c.OrdererEndpoints = append(c.OrdererEndpoints, n.Address())
			continue
		}
		// Every peer, so that organisations find each other when one is down.
		c.AnchorPeers = append(c.AnchorPeers, anchorPeer{n.Host.Address, n.ports})
	}
	return c
}

func (d Description) ordererConfig(files layout, common map[string]policy) ordererConfig {
	c := ordererConfig{
		BatchTimeout: d.Batch.Timeout.String(),
		BatchSize: batchSize{
			MaxMessageCount: d.Batch.Messages, AbsoluteMaxBytes: d.Batch.MaxBytes, PreferredMaxBytes: d.Batch.PreferredBytes,
		},
		Organizations: d.organizationConfigs(files, func(o Organisation) bool { return len(o.Orderers) > 0 }),
		Policies:      with(common, map[string]policy{"BlockValidation": anyone("Writers")}), // replaced by the quorum under BFT
		Capabilities:  map[string]bool{"V2_0": true},
	}
	if d.Consensus == BFT {
		c.OrdererType, c.ConsenterMapping, c.SmartBFT = "BFT", d.consenters(files, true), d.smartBFT()
		return c
	}
	c.OrdererType = "etcdraft"
	c.EtcdRaft = &raftConfig{Consenters: d.consenters(files, false), Options: map[string]any{
		"TickInterval":         "100ms",
		"ElectionTick":         10,
		"HeartbeatTick":        1,
		"MaxInflightBlocks":    5,
		"SnapshotIntervalSize": 16 << 20,
	}}
	return c
}

// smartBFT sets what SmartBFT reads from the channel. It has a time-out of its
// own for batches, and takes their size from BatchSize. A transaction that
// reached a follower waits the forward time-out before the leader has it; a dead
// leader is noticed after the heartbeat's.
func (d Description) smartBFT() map[string]any {
	return map[string]any{
		"RequestBatchMaxInterval":   d.Batch.Timeout.String(),
		"RequestForwardTimeout":     "100ms",
		"RequestComplainTimeout":    "5s",
		"RequestAutoRemoveTimeout":  "3m0s",
		"RequestPoolSize":           100_000,
		"IncomingMessageBufferSize": 200,
		"LeaderHeartbeatTimeout":    "5s",
		"LeaderHeartbeatCount":      10,
		"CollectTimeout":            "1s",
		"ViewChangeResendInterval":  "2s",
		"ViewChangeTimeout":         "10s",
		"SyncOnStart":               true,
		"SpeedUpViewChange":         false,
	}
}

func (d Description) consenters(files layout, bft bool) []consenter {
	var all []consenter
	for i, n := range d.nodesOf(Orderer) {
		tls := files.node(n.Name, "tls", certificateFile)
		c := consenter{Host: n.Host.Address, Port: n.ports, ClientTLSCert: tls, ServerTLSCert: tls}
		if bft {
			c.ID, c.MSPID, c.Identity = i+1, n.Organisation, files.node(n.Name, "msp", "signcerts", certificateFile)
		}
		all = append(all, c)
	}
	return all
}

// writeGenesis writes the channel's first block, by configtxgen.
func (d Description) writeGenesis(ctx context.Context, files layout, programs string) error {
	text, err := yaml.Marshal(d.channelConfig())
	if err != nil {
		return fmt.Errorf("configtx.yaml: %w", err)
	}
	if err := writeFile(files.path("configtx.yaml"), text, 0o644); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(programs, "configtxgen"), //nolint:gosec // Fabric's own
		"-configPath", files.path(), "-profile", profileName, "-channelID", d.Channel, "-outputBlock", files.genesis())
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("configtxgen: %w: %s", err, lastLine(out))
	}
	return nil
}
