package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger/fabric"
	"tally/internal/ledger/fabric/wire"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
	network "tally/network/fabric"
	"tally/network/fabric/fabrictest"
)

// consortium is a BFT network with a ledger on which a little of everything was
// done.
type consortium struct {
	*network.Network
	dir    string
	opts   fabric.Options
	ledger *fabric.Ledger
	world  *ledgertest.World
}

func founded(t testing.TB) *consortium {
	t.Helper()
	c := &consortium{dir: t.TempDir()}
	d := fabrictest.Form(t, "default")
	d.Batch.Timeout = 10 * time.Millisecond
	d.Ports = fabrictest.Ports(t, len(d.Nodes()))
	c.Network = fabrictest.UpIn(t, c.dir, d, &network.Program{
		Path: fabrictest.Build(t, "./cmd/tally-chaincode"), Ready: wire.FunctionReady,
	})
	user := c.Client("Jasmine")
	c.opts = fabric.Options{
		MSPID: user.MSPID, Certificate: user.CertificateFile, Key: user.KeyFile,
		Channel: d.Channel, Chaincode: d.Chaincode.Name, Log: slog.New(slog.DiscardHandler),
	}
	for _, e := range c.Endpoints() {
		c.opts.Peers = append(c.opts.Peers, fabric.PeerOptions{Endpoint: e.Address, CA: e.TLSCAFile, ServerName: e.Name})
	}
	_, err := fabric.Found(t.Context(), c.opts, ledgertest.Operators(), 1)
	require.NoError(t, err)
	c.ledger, err = fabric.Open(t.Context(), c.opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.ledger.Close()) })
	c.world = ledgertest.NewWorld(t, c.ledger, time.Now)
	return c
}

// play has vouchers claimed and redeemed, with a refusal beside what is accepted,
// a transaction that comes too late, and a change of the channel between.
func (c *consortium) play(t testing.TB) {
	t.Helper()
	w := c.world
	w.Found()
	id := w.Campaign(100, func(in *voucher.CreateCampaign) { in.PerHolder = 0 })
	ref := func(serial uint32) voucher.Ref { return voucher.Ref{Campaign: id, Serial: serial} }
	outcomes, err := w.Ledger.Submit(t.Context(), []voucher.Command{
		w.Claim(w.Alice, id, 0, 0), w.Claim(w.Bob, id, 7, 9), w.Claim(w.Alice, id, 1, 1), w.Claim(w.Alice, id, 2, 2),
	})
	require.NoError(t, err)
	require.Equal(t, voucher.KindWrongOrdinal, outcomes[1].Kind)
	w.Must(w.Redeem(w.Alice, ref(0)))
	c.conflict(t, w.Offer(w.Alice, ref(1)))
	resize(t, c.Network, c.dir)
	w.Must(w.Redeem(w.Alice, ref(2)))
}

// conflict has two tills' transactions with one code endorsed, and then both
// ordered: the second is voided.
func (c *consortium) conflict(t testing.TB, offer voucher.Redeem) {
	t.Helper()
	contract, disconnect, err := c.Contract("peer1.jasmine")
	require.NoError(t, err)
	defer disconnect()
	var ready []*client.Transaction
	for reference := range byte(2) {
		accept := c.world.Accept(offer)
		accept.Reference[0] = reference
		command := voucher.EncodeCommand(c.world.Join(c.world.Alice, offer, c.world.Till, accept))
		proposal, err := contract.NewProposal(wire.FunctionSubmit, client.WithBytesArguments(command))
		require.NoError(t, err)
		tx, err := proposal.EndorseWithContext(t.Context())
		require.NoError(t, err)
		ready = append(ready, tx)
	}
	var valid []bool
	for _, tx := range ready {
		sent, err := tx.SubmitWithContext(t.Context())
		require.NoError(t, err)
		status, err := sent.StatusWithContext(t.Context())
		require.NoError(t, err)
		valid = append(valid, status.Successful)
	}
	require.Equal(t, []bool{true, false}, valid)
}

// built builds one of the commands.
func built(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "tally/cmd/"+name).CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}

// peer is a peer as tally-fetch takes it.
func (c *consortium) peer(name string) string {
	for _, e := range c.Endpoints() {
		if e.Name == name {
			return fmt.Sprintf("%s:%s@%s=%s", e.Organisation, e.Name, e.Address, e.TLSCAFile)
		}
	}
	return ""
}

// fetch runs tally-fetch as a member of Platform, who is neither of the two.
func (c *consortium) fetch(t testing.TB, program, out string, more ...string) (code int, told map[string]any, errs string) {
	t.Helper()
	user := c.Client("Platform")
	args := append([]string{
		"--json", "--channel", c.opts.Channel, "--msp", user.MSPID, "--msp-cert", user.CertificateFile, "--msp-key", user.KeyFile, "--out", out,
	}, more...)
	var exit *exec.ExitError
	cmd := exec.CommandContext(context.Background(), program, args...)
	answer, err := cmd.Output()
	if err != nil {
		require.ErrorAs(t, err, &exit)
		code, errs = exit.ExitCode(), string(exit.Stderr)
	}
	if len(answer) > 0 {
		require.NoError(t, json.Unmarshal(answer, &told), string(answer))
	}
	return code, told, errs
}

func TestRecord(t *testing.T) {
	c := founded(t)
	c.play(t)
	fetcher := built(t, "tally-fetch")
	out := filepath.Join(t.TempDir(), "channel.blocks")
	code, told, errs := c.fetch(t, fetcher, out, "--peer", c.peer("peer1.jasmine"), "--peer", c.peer("peer1.oolong"))
	require.Zero(t, code, errs)
	t.Log(told)
	require.NoError(t, exec.Command("rm", "-rf", "/tmp/fa/vec").Run())
	require.NoError(t, exec.Command("mkdir", "/tmp/fa/vec").Run())
	require.NoError(t, exec.Command("cp", "-r", out, filepath.Join(c.dir, "organisations"), c.dir+"/genesis.block", "/tmp/fa/vec/").Run())
	require.NoError(t, exec.Command("mkdir", "/tmp/fa/vec/nodes").Run())
	for _, n := range c.Description().Nodes() {
		require.NoError(t, exec.Command("cp", "-r", filepath.Join(c.dir, "nodes", n.Name, "msp"), "/tmp/fa/vec/nodes/"+n.Name).Run())
	}
	info, _ := os.Stat(out)
	t.Log(info.Size())
}
