package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/stretchr/testify/require"

	"tally/internal/audit/audittest"
	"tally/internal/audit/blockfile"
	"tally/internal/audit/translog"
	"tally/internal/ledger/fabric"
	"tally/internal/ledger/fabric/wire"
	"tally/internal/ledger/ledgertest"
	"tally/internal/processtest"
	"tally/internal/voucher"
	network "tally/network/fabric"
	"tally/network/fabric/fabrictest"
)

// form is the environment variable that names the form of the network: default,
// which has four BFT orderers, or small, which has one Raft orderer.
const form = "TALLY_NETWORK"

// consortium is a network with a ledger on which a little of everything was
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
	d := fabrictest.Form(t, cmp.Or(os.Getenv(form), "default"))
	d.Batch.Timeout = network.Wait(10 * time.Millisecond)
	d.Ports = fabrictest.Ports(t, len(d.Nodes()))
	c.Network = fabrictest.UpIn(t, c.dir, d, &network.Program{
		Path: processtest.Build(t, "./cmd/tally-chaincode"), Ready: wire.FunctionReady,
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
	outcomes, err := w.Ledger.Submit(t.Context(), w.Domain.AuthorAll(
		w.Claim(w.Alice, id, 0, 0), w.Claim(w.Bob, id, 7, 9), w.Claim(w.Alice, id, 1, 1), w.Claim(w.Alice, id, 2, 2),
	))
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

// built builds commands, and is where they are.
func built(t testing.TB, names ...string) string {
	t.Helper()
	dir := t.TempDir() + string(filepath.Separator)
	for _, name := range names {
		require.NoError(t, processtest.BuildIn(t.Context(), dir, "./cmd/"+name))
	}
	return dir
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

// process runs a program and reads its JSON.
func process(t testing.TB, into any, program string, args ...string) (code int, errs string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	answer, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
		code, errs = exit.ExitCode(), string(exit.Stderr)
	}
	if into != nil {
		require.NoError(t, json.Unmarshal(answer, into), "%s%s", answer, errs)
	}
	return code, errs
}

// fetcher is tally-fetch in the hands of a member of Platform.
type fetcher struct {
	*consortium
	program string
	out     string
}

type fetched struct {
	Blocks, New   uint64
	Genesis       string
	Organisations []string
	Failed        string
}

func (f *fetcher) run(t testing.TB, peers []string, more ...string) (code int, told fetched) {
	t.Helper()
	user := f.Client("Platform")
	args := []string{
		"--json", "--channel", f.opts.Channel, "--msp", user.MSPID, "--msp-cert", user.CertificateFile, "--msp-key", user.KeyFile, "--out", f.out,
	}
	for _, p := range peers {
		args = append(args, "--peer", p)
	}
	var into any = &told
	if len(peers) < 2 || peers[0] == peers[1] {
		into = nil // it is misused
	}
	code, _ = process(t, into, f.program, append(args, more...)...)
	return code, told
}

// TestChannel_AuditorFollowsANetwork: an auditor follows a channel. The test has a
// network, and the two programs as an auditor runs them.
func TestChannel_AuditorFollowsANetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("brings a network up")
	}
	c := founded(t)
	log := audittest.Follow(t, c.ledger)
	c.play(t)
	c.keep(t)
	bin := built(t, "tally-fetch", "tally-verify")
	f := &fetcher{c, bin + "tally-fetch", filepath.Join(t.TempDir(), "channel.blocks")}
	two := []string{c.peer("peer1.jasmine"), c.peer("peer1.oolong")}

	code, told := f.run(t, two, "--to", "5")
	require.Zero(t, code, told.Failed)
	require.Equal(t, fetched{Blocks: 6, New: 6, Genesis: told.Genesis, Organisations: []string{"Jasmine", "Oolong"}}, told)
	code, told = f.run(t, two)
	require.Zero(t, code, told.Failed)
	require.Equal(t, told.Blocks-6, told.New)
	d := openDesk(t, f.out)
	require.Equal(t, c.ledger.ID(), d.pins.Ledger, "the channel's own blocks make the ledger's id")
	require.Equal(t, d.pins.Fabric.Genesis.String(), "0x"+told.Genesis)
	t.Run("AFileGoesOnWhereItWasCutOff", func(t *testing.T) { f.goesOn(t, two) })
	t.Run("TheBlocksLeadToTheServersLog", func(t *testing.T) { f.leadsTo(t, d, log, bin+"tally-verify") })
	t.Run("WhomItTakesBlocksFrom", func(t *testing.T) { f.takesFrom(t, two) })
	t.Run("APeerThatIsGoneIsSaid", func(t *testing.T) {
		require.NoError(t, c.Kill(t.Context(), "peer1.oolong"))
		code, told := f.run(t, two)
		require.Equal(t, 5, code)
		require.Contains(t, told.Failed, "Oolong")
	})
}

// goesOn cuts a file off in a block, and in its first line.
func (f *fetcher) goesOn(t *testing.T, two []string) {
	t.Helper()
	whole, err := os.ReadFile(f.out)
	require.NoError(t, err)
	for _, length := range []int{len(whole) - 100, len(blockfile.Format) + 100, 3} {
		cut := &fetcher{f.consortium, f.program, filepath.Join(t.TempDir(), "cut.blocks")}
		require.NoError(t, os.WriteFile(cut.out, whole[:length], 0o600))
		code, told := cut.run(t, two)
		require.Zero(t, code, told.Failed)
		again, err := os.ReadFile(cut.out)
		require.NoError(t, err)
		require.Equal(t, whole, again)
	}
}

// leadsTo ties the log that a server derives to the channel.
func (f *fetcher) leadsTo(t *testing.T, d *desk, log *translog.Log, program string) {
	t.Helper()
	head, err := f.ledger.Head(t.Context())
	require.NoError(t, err)
	leaves := int64(0)
	for _, err := range f.ledger.Events(t.Context(), voucher.Position{}, head) {
		require.NoError(t, err)
		leaves++
	}
	require.Eventually(t, func() bool { return log.Size() == leaves }, time.Minute, time.Millisecond)
	signed, err := log.Checkpoint()
	require.NoError(t, err)
	d.pins.Log = log.Key()
	raw, err := json.Marshal(d.pins)
	require.NoError(t, err)
	var report channelReport
	code, errs := process(t, &report, program, "--json", "--pins", d.file(t, "pins.json", raw),
		"channel", f.out, "--checkpoint", d.file(t, "now.txt", signed))
	require.Equal(t, exitHolds, code, errs)
	require.True(t, report.Holds)
	require.Equal(t, leaves, report.Size)
	require.Equal(t, leaves, report.Checkpoint)
	require.Equal(t, uint64(1), report.Voided)
	require.Equal(t, uint64(2), report.Configurations)
	if f.Description().Consensus == network.BFT {
		require.Equal(t, "bft", report.Consensus)
		require.Equal(t, 3, report.Quorum)
	} else {
		require.Equal(t, "raft", report.Consensus)
		require.Equal(t, 1, report.Quorum)
	}
	require.Equal(t, uint64(3), report.Books[0].Vouchers.Spent)
}

// takesFrom: two organisations, each by a peer of its own.
func (f *fetcher) takesFrom(t *testing.T, two []string) {
	t.Helper()
	other := &fetcher{f.consortium, f.program, filepath.Join(t.TempDir(), "other.blocks")}
	code, _ := other.run(t, two[:1])
	require.Equal(t, 2, code, "one peer")
	code, _ = other.run(t, []string{two[0], two[0]})
	require.Equal(t, 2, code, "one organisation twice")
	code, told := other.run(t, []string{two[0], strings.Replace(two[1], "Oolong:", "Platform:", 1)})
	require.Equal(t, 1, code, "a peer that is not of the organisation that the auditor named")
	require.Contains(t, told.Failed, "another organisation")
	code, told = other.run(t, two, "--to", "100000")
	require.Equal(t, 5, code)
	require.Contains(t, told.Failed, "block 100000 is wanted")
	raw, err := os.ReadFile(recorded)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(other.out, raw[:len(raw)/2], 0o600))
	code, told = other.run(t, two)
	require.Equal(t, 1, code, "a file that was begun on another channel")
	require.Contains(t, told.Failed, "in the file")
}

// keep writes what the tests of package fabricproof need of a network to the
// directory that TALLY_RECORD names, if it does: the keys of all who sign. The
// blocks are what tally-fetch writes.
func (c *consortium) keep(t testing.TB) {
	t.Helper()
	to := os.Getenv("TALLY_RECORD")
	if to == "" {
		return
	}
	var keys []byte
	for _, pattern := range []string{"nodes/*/msp/keystore/*", "organisations/*/users/*/msp/keystore/*"} {
		files, err := filepath.Glob(filepath.Join(c.dir, pattern))
		require.NoError(t, err)
		for _, file := range files {
			raw, err := os.ReadFile(file)
			require.NoError(t, err)
			keys = append(keys, raw...)
		}
	}
	require.NoError(t, os.WriteFile(filepath.Join(to, "keys.pem"), keys, 0o600))
	f := &fetcher{c, built(t, "tally-fetch") + "tally-fetch", filepath.Join(to, "channel.blocks")}
	code, told := f.run(t, []string{c.peer("peer1.jasmine"), c.peer("peer1.oolong")})
	require.Zero(t, code, told.Failed)
}
