package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestConnect_ShellTakesTheConnection: a shell takes the connection. The test has a
// shell evaluate it, quotes in a path and all.
func TestConnect_ShellTakesTheConnection(t *testing.T) {
	c := connection{
		Peers: []string{"peer1.jasmine@127.0.0.1:17500=/it's here/$HOME/ca.pem", "peer1.oolong@127.0.0.1:17510=/b.pem"},
		MSP:   "Jasmine", MSPCert: "/cert.pem", MSPKey: "/key.pem", Channel: "vouchers", Chaincode: "tally",
	}
	script := c.exports() + `printf '%s\n' "$TALLYD_PEER" "$TALLYD_MSP" "$TALLYD_MSP_CERT" "$TALLYD_MSP_KEY" "$TALLYD_CHANNEL" "$TALLYD_CHAINCODE"`
	out, err := exec.CommandContext(t.Context(), "sh", "-c", script).Output()
	require.NoError(t, err)
	require.Equal(t, []string{
		strings.Join(c.Peers, ","), "Jasmine", "/cert.pem", "/key.pem", "vouchers", "tally", "",
	}, strings.Split(string(out), "\n"))
}
