package fabric

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The external builder is how a peer takes chaincode that runs already: three
// scripts that Fabric calls.
//
//go:embed builder
var builderScripts embed.FS

var errSampleConfig = errors.New("a line of Fabric's sample configuration is not there")

// writeBuilder writes the external builder's scripts.
func writeBuilder(files layout) error {
	for _, name := range []string{"detect", "build", "release"} {
		script, err := builderScripts.ReadFile("builder/" + name)
		if err != nil {
			return fmt.Errorf("external builder: %w", err)
		}
		if err := writeFile(files.path("builder", "bin", name), script, 0o755); err != nil {
			return err
		}
	}
	return nil
}

// writeSettings writes the files that a node reads beside its environment:
// Fabric's own sample configuration, for peers with Docker off and the external
// builder on.
func (n Node) writeSettings(files layout, programs string) error {
	name := "orderer.yaml"
	if n.Kind == Peer {
		name = "core.yaml"
	}
	text, err := os.ReadFile(filepath.Join(programs, "sampleconfig", name))
	if err != nil {
		return fmt.Errorf("sample configuration: %w", err)
	}
	if n.Kind == Peer {
		for _, edit := range [][2]string{
			{"endpoint: unix:///var/run/docker.sock", "endpoint:"},
			{"path: /opt/hyperledger/ccaas_builder", "path: " + files.builder()},
			{"- CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG", "- " + connectionVariable},
		} {
			if strings.Count(string(text), edit[0]) != 1 {
				return fmt.Errorf("%w: core.yaml: %q", errSampleConfig, edit[0])
			}
			text = []byte(strings.Replace(string(text), edit[0], edit[1], 1))
		}
	}
	return writeFile(files.node(n.Name, name), text, 0o644)
}

// connectionVariable tells the external builder which connection.json is the
// peer's own.
const connectionVariable = "TALLY_CHAINCODE_CONNECTION"

// memory is where a node's garbage collector begins to work harder.
const memory = "GOMEMLIMIT=512MiB"

// quiet leaves out the lines that Fabric writes for each call: blocks have theirs,
// and what fails is a warning.
const quiet = "info:grpc=error:comm.grpc.server=warn"

// logFormat is Fabric's own without colours.
const logFormat = "%{time:2006-01-02T15:04:05.000Z07:00} %{level:.4s} [%{module}] %{message}"

// environment is everything that a node's process sees. Nothing of the environment
// of the process that started it comes through.
func (n Node) environment(files layout) []string {
	common := []string{"PATH=" + os.Getenv("PATH"), memory, "FABRIC_CFG_PATH=" + files.node(n.Name), "FABRIC_LOGGING_FORMAT=" + logFormat}
	if n.Kind == Orderer {
		return append(common, n.ordererEnvironment(files)...)
	}
	return append(common, n.peerEnvironment(files)...)
}

func (n Node) ordererEnvironment(files layout) []string {
	certificate, key := files.node(n.Name, "tls", certificateFile), files.node(n.Name, "tls", keyFile)
	authority := "[" + files.node(n.Name, "tls", "ca.pem") + "]"
	return []string{
		// A short forward time-out of SmartBFT is a line in the log for each transaction.
		"FABRIC_LOGGING_SPEC=" + quiet + ":orderer.consensus.smartbft=warn",
		"ORDERER_GENERAL_LISTENADDRESS=" + n.listen(),
		"ORDERER_GENERAL_LISTENPORT=" + n.port(0),
		"ORDERER_GENERAL_LOCALMSPID=" + n.Organisation,
		"ORDERER_GENERAL_LOCALMSPDIR=" + files.node(n.Name, "msp"),
		"ORDERER_GENERAL_TLS_ENABLED=true",
		"ORDERER_GENERAL_TLS_CERTIFICATE=" + certificate,
		"ORDERER_GENERAL_TLS_PRIVATEKEY=" + key,
		"ORDERER_GENERAL_TLS_ROOTCAS=" + authority,
		"ORDERER_GENERAL_CLUSTER_CLIENTCERTIFICATE=" + certificate,
		"ORDERER_GENERAL_CLUSTER_CLIENTPRIVATEKEY=" + key,
		"ORDERER_GENERAL_CLUSTER_ROOTCAS=" + authority,
		"ORDERER_FILELEDGER_LOCATION=" + files.node(n.Name, "data", "ledger"),
		// An orderer that starts asks all others how far they are, itself too, which takes
		// the connection and does not answer yet; where they start with it nobody answers.
		// By default it waits 5 s for a connection and 5 s for an answer. The others wait 5
		// s for a leader's first heartbeat.
		"ORDERER_GENERAL_CLUSTER_DIALTIMEOUT=2s",
		"ORDERER_GENERAL_CLUSTER_REPLICATIONPULLTIMEOUT=2s",
		"ORDERER_CONSENSUS_WALDIR=" + files.node(n.Name, "data", "wal"),
		"ORDERER_CONSENSUS_SNAPDIR=" + files.node(n.Name, "data", "snapshots"),
		"ORDERER_OPERATIONS_LISTENADDRESS=" + n.operations(),
		"ORDERER_METRICS_PROVIDER=prometheus",
		"ORDERER_ADMIN_LISTENADDRESS=" + n.admin(),
		"ORDERER_ADMIN_TLS_ENABLED=true",
		"ORDERER_ADMIN_TLS_CERTIFICATE=" + certificate,
		"ORDERER_ADMIN_TLS_PRIVATEKEY=" + key,
		"ORDERER_ADMIN_TLS_CLIENTROOTCAS=" + authority,
	}
}

func (n Node) peerEnvironment(files layout) []string {
	return []string{
		"FABRIC_LOGGING_SPEC=" + quiet + ":endorser=warn:gateway=warn",
		"CORE_PEER_ID=" + n.Name,
		"CORE_PEER_ADDRESS=" + n.Address(),
		"CORE_PEER_LISTENADDRESS=" + n.at(n.listen(), 0),
		"CORE_PEER_CHAINCODEADDRESS=" + n.callback(),
		"CORE_PEER_CHAINCODELISTENADDRESS=" + n.callback(),
		"CORE_PEER_LOCALMSPID=" + n.Organisation,
		"CORE_PEER_MSPCONFIGPATH=" + files.node(n.Name, "msp"),
		"CORE_PEER_FILESYSTEMPATH=" + files.node(n.Name, "data"),
		"CORE_PEER_TLS_ENABLED=true",
		"CORE_PEER_TLS_CERT_FILE=" + files.node(n.Name, "tls", certificateFile),
		"CORE_PEER_TLS_KEY_FILE=" + files.node(n.Name, "tls", keyFile),
		"CORE_PEER_TLS_ROOTCERT_FILE=" + files.node(n.Name, "tls", "ca.pem"),
		"CORE_PEER_GOSSIP_BOOTSTRAP=" + n.Address(),
		"CORE_PEER_GOSSIP_EXTERNALENDPOINT=" + n.Address(),
		// Peers that start together miss each other's first call; by default they
		// try again after 25 s only.
		"CORE_PEER_GOSSIP_RECONNECTINTERVAL=1s",
		"CORE_PEER_GOSSIP_PUBLISHSTATEINFOINTERVAL=1s",
		"CORE_PEER_GOSSIP_REQUESTSTATEINFOINTERVAL=1s",
		// A peer that was cut off asks orderers again within seconds: by default its
		// patience grows to an hour.
		"CORE_PEER_DELIVERYCLIENT_RECONNECTBACKOFFTHRESHOLD=5s",
		// One whose orderer is frozen gets blocks from another after 3 s; by default
		// after 30 s, while redemptions that are ordered wait to be committed.
		"CORE_PEER_DELIVERYCLIENT_BLOCKCENSORSHIPTIMEOUTKEY=3s",
		// A peer that lost its disk also lost its organisation's approvals of
		// chaincode, the only private data there is: waiting for them is in vain when
		// it is the only peer, and is a minute for each block by default; what comes too
		// late is fetched afterwards.
		"CORE_PEER_GOSSIP_PVTDATA_PULLRETRYTHRESHOLD=1s",
		// A gateway asks other peers when one that was cut off has not answered by
		// then; by default it waits half a minute, and two to connect.
		"CORE_PEER_GATEWAY_ENDORSEMENTTIMEOUT=5s",
		"CORE_PEER_GATEWAY_BROADCASTTIMEOUT=5s",
		"CORE_PEER_GATEWAY_DIALTIMEOUT=3s",
		"CORE_LEDGER_SNAPSHOTS_ROOTDIR=" + files.node(n.Name, "data", "snapshots"),
		"CORE_OPERATIONS_LISTENADDRESS=" + n.operations(),
		"CORE_METRICS_PROVIDER=prometheus",
		connectionVariable + "=" + files.node(n.Name, "chaincode", connectionFile),
	}
}
