package fabric_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/ledger/fabric"
	network "tally/network/fabric"
)

// driver is the shop's ledger as the driver that it is.
func (s *shop) driver(t *testing.T) *fabric.Ledger {
	t.Helper()
	l, ok := s.Ledger.(*fabric.Ledger)
	require.True(t, ok)
	return l
}

// aDeadChaincodeIsALight: at one peer it is that peer's light, at all of them the
// ledger cannot be written, and both go by themselves.
func (c *channel) aDeadChaincodeIsALight(t *testing.T) {
	s := c.shop(t, 1)
	l, nearest := s.driver(t), c.Endpoints()[0]
	require.NoError(t, l.Probe(t.Context()))
	require.True(t, s.health(t, nearest.Address).Endorses)
	require.True(t, s.health(t, nearest.Address).Clock)
	require.NotEmpty(t, s.health(t, nearest.Address).Organisation)
	require.NotEmpty(t, l.Lights().Approved)
	require.NoError(t, c.KillChaincode(t.Context(), nearest.Name))
	require.NoError(t, l.Probe(t.Context()), "the others are enough")
	require.False(t, s.health(t, nearest.Address).Endorses)
	require.NotEmpty(t, s.health(t, nearest.Address).Reason)
	for _, e := range c.Endpoints()[1:] {
		require.NoError(t, c.KillChaincode(t.Context(), e.Name))
	}
	require.ErrorIs(t, l.Probe(t.Context()), ledger.ErrUnavailable)
	_, err := l.Submit(t.Context(), s.Domain.AuthorAll(s.Redeem(s.Alice, s.vouchers[0])))
	require.ErrorIs(t, err, ledger.ErrNotSent)
	require.ErrorIs(t, err, ledger.ErrUnavailable)
	_, _, err = l.Voucher(t.Context(), s.vouchers[0])
	require.ErrorIs(t, err, ledger.ErrUnavailable, "a read, too")
	for _, e := range c.Endpoints() {
		require.NoError(t, c.StartChaincode(e.Name))
	}
	for _, e := range c.Endpoints() {
		require.NoError(t, endorsedThrough(t.Context(), c, e, s.opts.Chaincode))
	}
	require.Eventually(t, func() bool { return l.Probe(t.Context()) == nil }, patience, 50*time.Millisecond)
	s.Must(s.Redeem(s.Alice, s.vouchers[0]))
}

// aWrongClockStopsOneEndorser: the first peer's endorser takes no transaction's
// time. Sales go on by the others; where two of three are so, they are given up.
func (c *channel) aWrongClockStopsOneEndorser(t *testing.T) {
	s := c.shop(t, 3)
	l, peers := s.driver(t), c.Endpoints()
	c.strict(t, l, peers[0])
	s.Must(s.Redeem(s.Alice, s.vouchers[0]))
	require.NoError(t, l.Probe(t.Context()))
	require.Contains(t, s.health(t, peers[0].Address).Reason, "clock")
	require.True(t, s.health(t, peers[1].Address).Endorses)
	s.Must(s.Redeem(s.Alice, s.vouchers[1]))
	c.strict(t, l, peers[1])
	require.ErrorIs(t, l.Probe(t.Context()), fabric.ErrClock)
	_, err := l.Submit(t.Context(), s.Domain.AuthorAll(s.Redeem(s.Alice, s.vouchers[2])))
	require.ErrorIs(t, err, fabric.ErrClock)
	require.ErrorIs(t, err, ledger.ErrUnavailable)
	for _, e := range peers[:2] {
		require.NoError(t, c.KillChaincode(t.Context(), e.Name))
		require.NoError(t, c.StartChaincode(e.Name))
	}
	for _, e := range peers {
		require.NoError(t, endorsedThrough(t.Context(), c, e, s.opts.Chaincode))
	}
	s.Must(s.Redeem(s.Alice, s.vouchers[2]))
}

// strict starts the program beside a peer again, so that no clock is right for it.
func (c *channel) strict(t *testing.T, l *fabric.Ledger, e network.Endpoint) {
	t.Helper()
	path := filepath.Join(c.at.Dir, "chaincode", "current.json")
	was, err := os.ReadFile(path)
	require.NoError(t, err)
	strict := strings.Replace(string(was), "TALLY_CLOCK_TOLERANCE=1000000h", "TALLY_CLOCK_TOLERANCE=1ms", 1)
	require.NotEqual(t, string(was), strict)
	require.NoError(t, c.KillChaincode(t.Context(), e.Name))
	require.NoError(t, os.WriteFile(path, []byte(strict), 0o600))
	require.NoError(t, c.StartChaincode(e.Name))
	require.NoError(t, os.WriteFile(path, was, 0o600))
	require.Eventually(t, func() bool {
		_ = l.Probe(t.Context()) // the peer's own light is looked at
		for _, h := range l.Peers() {
			if h.Endpoint == e.Address && strings.Contains(h.Reason, "this endorser's clock") {
				return true
			}
		}
		return false
	}, patience, 50*time.Millisecond)
}

// anEndedCertificateIsReadAgain: it ends while the driver runs; another in the
// same file is enough.
func (c *channel) anEndedCertificateIsReadAgain(t *testing.T) {
	s := c.shop(t, 1)
	opts := s.opts
	organisation := c.Endpoints()[0].Organisation
	ca := filepath.Join(c.at.Dir, "organisations", strings.ToLower(organisation), "ca")
	opts.Certificate, opts.Key = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	l := openInTime(t, opts, func(ends time.Time) { certify(t, ca, c.Client(organisation), ends, opts) })
	require.Eventually(t, func() bool { return l.Probe(t.Context()) != nil }, patience, 200*time.Millisecond)
	require.ErrorIs(t, l.Writable(t.Context()), fabric.ErrDenied)
	_, err := l.Submit(t.Context(), s.Domain.AuthorAll(s.Redeem(s.Alice, s.vouchers[0])))
	require.ErrorIs(t, err, ledger.ErrUnavailable)
	_, err = fabric.Open(t.Context(), opts)
	require.ErrorIs(t, err, fabric.ErrFiles)
	certify(t, ca, c.Client(organisation), time.Now().Add(time.Hour), opts)
	require.NoError(t, l.Probe(t.Context()))
	s.Ledger = l
	s.Must(s.Redeem(s.Alice, s.vouchers[0]))
}

// openInTime opens a ledger with a certificate that ends soon, and not before the ledger
// has used it: a machine that is slow is given more time.
func openInTime(t *testing.T, opts fabric.Options, certify func(ends time.Time)) *fabric.Ledger {
	t.Helper()
	for life := 8 * time.Second; ; life *= 3 {
		ends := time.Now().Add(life)
		certify(ends)
		l, err := fabric.Open(t.Context(), opts)
		if err == nil {
			t.Cleanup(func() { require.NoError(t, l.Close()) })
			err = l.Probe(t.Context())
		}
		if err == nil {
			require.WithinDuration(t, ends, l.Lights().Ends, time.Second)
			return l
		}
		require.Less(t, life, patience, "%v", err)
	}
}

// certify issues a certificate like a user's, for a key of its own, that ends when
// it is told to, into the files that the options name.
func certify(t *testing.T, ca string, like network.User, ends time.Time, into fabric.Options) {
	t.Helper()
	decode := func(path string) []byte {
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		block, _ := pem.Decode(raw)
		return block.Bytes
	}
	authority, err := x509.ParseCertificate(decode(filepath.Join(ca, "cert.pem")))
	require.NoError(t, err)
	signer, err := x509.ParsePKCS8PrivateKey(decode(filepath.Join(ca, "key.pem")))
	require.NoError(t, err)
	was, err := x509.ParseCertificate(decode(like.CertificateFile))
	require.NoError(t, err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(ends.UnixNano()), Subject: was.Subject, NotBefore: time.Now().Add(-time.Minute), NotAfter: ends,
		KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, authority, &key.PublicKey, signer)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(into.Key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	require.NoError(t, os.WriteFile(into.Certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), 0o600))
}
