package fabric_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/fabric"
	"tally/internal/ledger/fabric/wire"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
	network "tally/network/fabric"
)

// whatIsWrongIsSaid: every mistake that an operator can make has an error of its own.
func (c *channel) whatIsWrongIsSaid(t *testing.T) {
	good := c.found(t, time.Now)
	other := c.Client(c.Endpoints()[len(c.Endpoints())-1].Organisation)
	for name, example := range map[string]struct {
		change func(*fabric.Options)
		want   error
	}{
		"no peers":                     {func(o *fabric.Options) { o.Peers = nil }, fabric.ErrOptions},
		"a peer without a port":        {func(o *fabric.Options) { o.Peers[0].Endpoint = "localhost" }, fabric.ErrOptions},
		"more witnesses than peers":    {func(o *fabric.Options) { o.Witnesses = len(o.Peers) + 1 }, fabric.ErrOptions},
		"no channel":                   {func(o *fabric.Options) { o.Channel = "" }, fabric.ErrOptions},
		"no such file":                 {func(o *fabric.Options) { o.Certificate = "nowhere.pem" }, fabric.ErrFiles},
		"the key of another":           {func(o *fabric.Options) { o.Key = other.KeyFile }, fabric.ErrFiles},
		"a CA that is none":            {func(o *fabric.Options) { o.Peers[0].CA = o.Key }, fabric.ErrFiles},
		"the MSP of another":           {func(o *fabric.Options) { o.MSPID = other.MSPID }, fabric.ErrDenied},
		"another channel":              {func(o *fabric.Options) { o.Channel = "elsewhere" }, fabric.ErrNoChannel},
		"another chaincode":            {func(o *fabric.Options) { o.Chaincode = "nothing" }, fabric.ErrNoChaincode},
		"a chaincode that is not ours": {func(o *fabric.Options) { o.Chaincode = "_lifecycle" }, fabric.ErrEndorse},
		"a ledger that is not founded": {func(o *fabric.Options) { o.Chaincode = c.name(t) }, fabric.ErrNotFounded},
		"the CA of another": {func(o *fabric.Options) {
			for i := range o.Peers {
				o.Peers[i].CA = c.Endpoints()[(i+1)%len(o.Peers)].TLSCAFile
			}
			o.Peers = o.Peers[:1]
			o.Peers[0].CA = c.Endpoints()[len(c.Endpoints())-1].TLSCAFile
		}, fabric.ErrUnreachable},
		"nobody there": {func(o *fabric.Options) {
			o.Peers = o.Peers[:1]
			o.Peers[0].Endpoint = silence(t)
		}, fabric.ErrUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			opts := good
			opts.Peers = append([]fabric.PeerOptions(nil), good.Peers...)
			example.change(&opts)
			_, err := fabric.Open(t.Context(), opts)
			require.ErrorIs(t, err, example.want)
		})
	}
	t.Run("nothing is wrong where one peer answers", func(t *testing.T) {
		opts := good
		opts.Peers = append([]fabric.PeerOptions{good.Peers[0]}, good.Peers...)
		opts.Peers[0].Endpoint = silence(t)
		require.NotZero(t, open(t, opts).ID())
	})
}

// silence is an endpoint at which nobody listens.
func silence(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close() //nolint:errcheck // nothing was accepted
	return l.Addr().String()
}

// aLedgerIsFoundedOnce, as what the channel and the name make of it.
func (c *channel) aLedgerIsFoundedOnce(t *testing.T) {
	opts := c.options(c.name(t))
	_, err := fabric.Found(t.Context(), opts, nil, 1)
	require.ErrorIs(t, err, fabric.ErrEndorse)
	id, err := fabric.Found(t.Context(), opts, ledgertest.Operators(), 1)
	require.NoError(t, err)
	_, err = fabric.Found(t.Context(), opts, ledgertest.Operators(), 1)
	require.ErrorIs(t, err, fabric.ErrFounded)
	l := open(t, opts)
	require.Equal(t, id, l.ID())
	operators, err := l.Operators(t.Context())
	require.NoError(t, err)
	require.Equal(t, voucher.Operators{Version: 1, Members: ledgertest.Operators(), Threshold: 1}, operators)
}

// aFalseFoundingIsFoundOut: a ledger that was founded with the genesis block of
// another channel is a ledger that no driver opens.
func (c *channel) aFalseFoundingIsFoundOut(t *testing.T) {
	opts := c.options(c.name(t))
	foundAs(t, opts, wire.Founding{Genesis: voucher.Hash{1}, Operators: ledgertest.Operators(), Threshold: 1})
	_, err := fabric.Open(t.Context(), opts)
	require.ErrorIs(t, err, fabric.ErrOtherLedger)
	require.ErrorContains(t, err, intent.LedgerID(voucher.Hash{1}, []byte(opts.Chaincode)).String())
}

// anUpgradeKeepsTheLedger: the second version has the first one's state, and the
// clocks that endorsers have by themselves.
func (c *channel) anUpgradeKeepsTheLedger(t *testing.T) {
	opts := c.options(c.Description().Chaincode.Name)
	_, err := fabric.Found(t.Context(), opts, ledgertest.Operators(), 1)
	require.NoError(t, err)
	w := ledgertest.NewWorld(t, open(t, opts), time.Now)
	w.Found()
	ref := w.Claimed(w.Alice, w.Campaign(3, nil), 0, 0)
	c.up(t, network.Program{Path: c.program.Path, Version: "2", Ready: wire.FunctionReady})
	sold := w.Must(w.Redeem(w.Alice, ref))
	w.Ledger = open(t, opts)
	found, ok, err := w.Ledger.Outcome(t.Context(), sold.ID)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, string(sold.Canonical()), string(found.Canonical()))

	t.Run("a clock that is ten minutes off is named", func(t *testing.T) {
		for _, off := range []time.Duration{10 * time.Minute, -10 * time.Minute} {
			opts := opts
			opts.Now = func() time.Time { return time.Now().Add(off) }
			l := open(t, opts)
			outcomes, err := l.Submit(t.Context(), w.Domain.AuthorAll(w.PutStore(5, 9, "Late")))
			require.ErrorIs(t, err, fabric.ErrClock)
			require.ErrorIs(t, err, ledger.ErrNotSent)
			require.Equal(t, voucher.StatusUnknown, outcomes[0].Status)
		}
	})
}

// TestAKeyIsReadFromItsFile needs no network.
func TestOpen_NoCertificate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cert.pem")
	require.NoError(t, os.WriteFile(path, []byte("hello"), 0o600))
	_, err := fabric.Open(context.Background(), fabric.Options{
		Peers: []fabric.PeerOptions{{Endpoint: "127.0.0.1:1", CA: path}},
		MSPID: "Jasmine", Certificate: path, Key: path, Channel: "vouchers", Chaincode: "tally",
	})
	require.ErrorIs(t, err, fabric.ErrFiles)
}
