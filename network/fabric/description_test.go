package fabric_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/network/fabric"
)

func TestDescription_Forms(t *testing.T) {
	for name, nodes := range map[string]int{"default": 10, "small": 4, "hosts": 7} {
		d, err := fabric.Form(name)
		require.NoError(t, err)
		require.Len(t, d.Nodes(), nodes)
	}
	_, err := fabric.Form("large")
	require.ErrorIs(t, err, fabric.ErrDescription)
}

// minimal is the smallest description; each mistake below is made in it.
const minimal = `
name: tally
channel: vouchers
ports: 17000
consensus: raft
batch: {timeout: 50ms, messages: 500, preferredBytes: 2097152, maxBytes: 10485760}
chaincode: {name: tally, endorsements: 1}
certificates: {authorityDays: 20, nodeDays: 10}
hosts:
  - {name: local, address: 127.0.0.1}
organisations:
  - {name: Jasmine, peers: [local], orderers: [local]}
`

// TestDescription_Mistakes: a description says what is wrong with it.
func TestDescription_Mistakes(t *testing.T) {
	_, err := fabric.ParseDescription([]byte(minimal))
	require.NoError(t, err)
	many := "[" + strings.Repeat("local, ", fabric.MaxNodes) + "local]"
	for _, c := range []struct{ name, from, to, says string }{
		{"an unknown key", "name: tally\nchannel", "colour: red\nchannel", "line 2: colour: there is no such member"},
		{"a key that is there twice", "ports: 17000", "ports: 17000\nports: 17001", "ports: this member comes twice"},
		{"two documents", "name: tally\nchannel", "name: tally\n---\nchannel", "a second YAML document"},
		{"a name that is none", "name: tally\nchannel", "name: Tally!\nchannel", `name "Tally!"`},
		{"a channel in capitals", "channel: vouchers", "channel: Vouchers", `channel "Vouchers"`},
		{"a chaincode without a name", "name: tally, endo", "name: '', endo", `chaincode.name ""`},
		{"no time-out", "timeout: 50ms", "timeout: 0s", "batch.timeout"},
		{"a time-out without a unit", "timeout: 50ms", "timeout: 50", "batch.timeout: a text is wanted, not a number"},
		{"a time-out in octal", "timeout: 50ms", "timeout: 050ms", "batch.timeout: a length of time"},
		{"a time-out with a fraction", "timeout: 50ms", "timeout: 1.5s", "batch.timeout: a length of time"},
		{"a number in hex", "ports: 17000", "ports: 0x4268", "ports: a whole number"},
		{"a number in octal", "ports: 17000", "ports: 041150", "not 041150"},
		{"a number with a separator", "ports: 17000", "ports: 17_000", "not 17_000"},
		{"a number with an exponent", "ports: 17000", "ports: 17e3", "not 17e3"},
		{"a number with a fraction", "ports: 17000", "ports: 17000.0", "not 17000.0"},
		{"a number with a sign", "ports: 17000", "ports: +17000", "not +17000"},
		{"a number in full-width digits", "ports: 17000", "ports: １７０００", "ports: a whole number"},
		{"a number in quotes", "ports: 17000", "ports: '17000'", "ports: a whole number"},
		{"no number", "ports: 17000", "ports: ~", "ports: a value is wanted"},
		{"a key that is missing", "ports: 17000\n", "", "ports: this member is missing"},
		{"a key in other letters", "ports: 17000", "Ports: 17000", "Ports: there is no such member"},
		{"an alias", "ports: 17000", "ports: &p 17000", "anchors and aliases"},
		{"a tag", "ports: 17000", "ports: !!int '17000'", "tags"},
		{"empty batches", "messages: 500", "messages: 0", "batch.messages"},
		{"a preference above the limit", "maxBytes: 10485760", "maxBytes: 2000000", "batch.preferredBytes"},
		{"blocks that no node takes", "maxBytes: 10485760", "maxBytes: 100000000", "batch.maxBytes"},
		{"nodes that outlive their authority", "nodeDays: 10", "nodeDays: 30", "nodeDays 30"},
		{"a host that is not there", "peers: [local]", "peers: [mars]", `no host "mars"`},
		{"no hosts", "  - {name: local, address: 127.0.0.1}", "  []", "no hosts"},
		{"a host twice", "  - {name: local, address: 127.0.0.1}", "  - {name: local, address: a}\n  - {name: local, address: b}", "twice"},
		{"two hosts at one address", "  - {name: local, address: 127.0.0.1}", "  - {name: local, address: a}\n  - {name: other, address: a}", "twice"},
		{"an address that is none", "address: 127.0.0.1", "address: 'a b'", `address "a b"`},
		{"an organisation that is no identifier", "name: Jasmine", "name: tea-chain", `organisation "tea-chain"`},
		{"an organisation twice", "  - {name: Jasmine, p", "  - {name: JASMINE, peers: [local]}\n  - {name: Jasmine, p", "twice"},
		{"an organisation without nodes", "peers: [local], orderers: [local]", "peers: []", "neither peers nor orderers"},
		{"privileged ports", "ports: 17000", "ports: 80", "ports 80 to 99"},
		{"ports that do not exist", "ports: 17000", "ports: 65530", "ports 65530 to 65549"},
		{"too many nodes", "peers: [local]", "peers: " + many, "nodes are more than"},
		{"another consensus", "consensus: raft", "consensus: solo", `consensus "solo"`},
		{"nobody who orders", "orderers: [local]", "orderers: []", "no organisation has orderers"},
		{"bft with too few", "consensus: raft", "consensus: bft", "at least 4 orderers"},
		{"endorsement by none", "endorsements: 1", "endorsements: 0", "chaincode.endorsements 0"},
		{"endorsement by more than there are", "endorsements: 1", "endorsements: 2", "chaincode.endorsements 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, 1, strings.Count(minimal, c.from), c.from)
			_, err := fabric.ParseDescription([]byte(strings.Replace(minimal, c.from, c.to, 1)))
			require.ErrorIs(t, err, fabric.ErrDescription)
			require.ErrorContains(t, err, c.says)
			for _, never := range []string{"unmarshal", "!!", "fabric.", "int into"} {
				require.NotContains(t, err.Error(), never)
			}
		})
	}
}

// TestDescription_ReadsItsOwn: a description that is kept is read again as it was.
func TestDescription_ReadsItsOwn(t *testing.T) {
	for _, name := range []string{"default", "small", "hosts"} {
		d, err := fabric.Form(name)
		require.NoError(t, err)
		d.Batch.Timeout = fabric.Wait(90 * time.Second / 60)
		kept, err := d.Text()
		require.NoError(t, err)
		again, err := fabric.ParseDescription(kept)
		require.NoError(t, err, string(kept))
		require.Equal(t, d, again)
	}
}

// TestDescription_ConsensusOfOneOrganisation: no organisation may hold the consensus alone.
func TestDescription_ConsensusOfOneOrganisation(t *testing.T) {
	d, err := fabric.Form("default")
	require.NoError(t, err)
	d.Organisations[0].Orderers = append(d.Organisations[0].Orderers, "local")
	require.ErrorContains(t, d.Validate(), "it alone could stop or fork the network")
}

// TestDescription_MinorityMayNotEndorse: no minority may endorse.
func TestDescription_MinorityMayNotEndorse(t *testing.T) {
	d, err := fabric.Form("default")
	require.NoError(t, err)
	d.Chaincode.Endorsements = 1
	require.ErrorContains(t, d.Validate(), "not more than half of the 3 organisations")
}

// TestDescription_Limit: a description has a limit.
func TestDescription_Limit(t *testing.T) {
	_, err := fabric.ParseDescription(bytes.Repeat([]byte("#"), fabric.MaxDescription+1))
	require.ErrorIs(t, err, fabric.ErrDescription)
	_, err = fabric.ReadDescription("testdata/none.yaml")
	require.Error(t, err)
	require.NotErrorIs(t, err, fabric.ErrDescription)
}

// TestDescription_Ports: nodes have ports in the order of the description.
func TestDescription_Ports(t *testing.T) {
	d, err := fabric.Form("default")
	require.NoError(t, err)
	nodes := d.Nodes()
	require.Equal(t, "peer1.jasmine", nodes[0].Name)
	require.Equal(t, "127.0.0.1:17000", nodes[0].Address())
	require.Equal(t, "orderer1.jasmine", nodes[2].Name)
	require.Equal(t, "127.0.0.1:17020", nodes[2].Address())
	require.Equal(t, "orderer1.witness", nodes[9].Name)
	require.Equal(t, "127.0.0.1:17090", nodes[9].Address())
}
