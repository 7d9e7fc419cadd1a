package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/client"
	"tally/internal/index/redis/redistest"
	"tally/internal/ledger/ledgertest"
	"tally/internal/lincheck"
)

// checkLimit is for one campaign of a history; most take milliseconds.
const checkLimit = 2 * time.Minute

// drilled is a tallyd and its Redis, whom clients find again wherever it listens.
type drilled struct {
	*server
	redis   *redistest.Server
	address atomic.Pointer[string]
	clients []*client.Client // over HTTP/2 and HTTP/1.1
}

// drillServer starts a tallyd with TLS and an index in Redis.
func drillServer(t *testing.T, ledger string) *drilled {
	t.Helper()
	certificate, key, roots := writeCertificate(t)
	d := &drilled{redis: redistest.Start(t)}
	d.server = &server{t: t, dir: t.TempDir(), args: []string{
		"--ledger", ledger, "--operator", ledgertest.NewActor("operator").Address.String(),
		"--index", "redis", "--redis", d.redis.URL(), "--public-url", "https://example.com", "--tls-cert", certificate, "--tls-key", key, "--rate-token", "off",
	}}
	d.up()
	t.Cleanup(d.kill)
	for _, http2 := range []bool{true, false} {
		d.clients = append(d.clients, d.over(roots, http2))
	}
	return d
}

// up starts the server, and tells clients where.
func (d *drilled) up() {
	d.start()
	address := strings.TrimPrefix(d.url, "https://")
	d.address.Store(&address)
}

// over is a client that speaks one version of HTTP.
func (d *drilled) over(roots *x509.CertPool, http2 bool) *client.Client {
	var protocols http.Protocols
	protocols.SetHTTP1(!http2)
	protocols.SetHTTP2(http2)
	return client.New("https://example.com", &http.Client{Timeout: time.Minute, Transport: &http.Transport{
		Protocols: &protocols, TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13}, MaxIdleConnsPerHost: 64,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", *d.address.Load())
		},
	}})
}

// writeCertificate keeps the certificate that httptest has for example.com.
func writeCertificate(t *testing.T) (certificate, key string, roots *x509.CertPool) {
	t.Helper()
	s := httptest.NewTLSServer(http.NotFoundHandler())
	s.Close()
	pair := s.TLS.Certificates[0]
	der, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	require.NoError(t, err)
	write := func(name, kind string, der []byte) string {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
		return path
	}
	roots = x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return write("certificate", "CERTIFICATE", pair.Certificate[0]), write("key", "PRIVATE KEY", der), roots
}

// fault is something that goes wrong while clients go on. meanwhile returns when
// they have gone on for a while.
type fault func(d *drilled, meanwhile func())

// faults is every one, some of them more than once.
func faults() []fault {
	killServer := func(d *drilled, _ func()) { d.kill(); d.up() }
	killRedis := func(d *drilled, meanwhile func()) { // it comes back as it was
		d.redis.Do("SAVE")
		d.redis.Kill()
		meanwhile()
		d.redis.Restart()
	}
	loseTail := func(d *drilled, meanwhile func()) { // it comes back as it was before
		d.redis.Do("SAVE")
		meanwhile()
		d.redis.Kill()
		d.redis.Restart()
	}
	loseAll := func(d *drilled, meanwhile func()) {
		d.redis.Kill()
		d.redis.Wipe()
		meanwhile()
		d.redis.Restart()
	}
	flush := func(d *drilled, _ func()) { d.redis.Do("FLUSHALL") }
	killBoth := func(d *drilled, meanwhile func()) {
		d.redis.Kill()
		d.kill()
		d.up()
		meanwhile()
		d.redis.Restart()
	}
	return []fault{killServer, killRedis, killServer, loseTail, loseAll, flush, killServer, killBoth}
}

// TestHistories_EachHasAnOrder has clients race for a few vouchers while the server
// and Redis are killed and lose what they had: whatever was answered must have an
// order that explains it, and the books must be what was told. A history that
// fails is kept, with a picture of it. The long form takes hours:
//
//	TALLY_LONG=1 go test -v -timeout 12h ./cmd/tallyd -run TestHistories_EachHasAnOrder
func TestHistories_EachHasAnOrder(t *testing.T) {
	t.Parallel()
	histories, operations := 1, 1500
	switch {
	case testing.Short():
		operations = 500
	case os.Getenv(ledgertest.LongForm) != "":
		histories, operations = 100, 2000
	}
	for i := range histories {
		for _, ledger := range ownLedgers() {
			seed := rand.Uint64()
			t.Run(fmt.Sprintf("%d %s seed %d", i+1, ledger, seed), func(t *testing.T) {
				t.Parallel()
				drillOnce(t, ledger, seed, operations)
			})
		}
	}
}

func drillOnce(t *testing.T, ledger string, seed uint64, operations int) {
	t.Helper()
	began := time.Now()
	d := drillServer(t, ledger)
	shop, err := lincheck.OpenShop(t.Context(), d.clients[0], ledgertest.NewActor("operator"), seed, operations/100)
	require.NoError(t, err)
	load := lincheck.NewLoad(shop, d.clients, 12, operations, seed)
	var h lincheck.History
	ended := make(chan error, 1)
	go func() {
		var err error
		h, err = load.Run(t.Context())
		ended <- err
	}()
	d.suffer(load, rand.New(rand.NewPCG(seed, seed)), operations)
	require.NoError(t, <-ended)
	ran := time.Since(began)

	if err := h.Check(checkLimit); err != nil {
		kept, keepErr := h.Keep("", checkLimit)
		require.NoError(t, keepErr)
		require.NoError(t, err, "the history is in %s", kept)
	}
	merchant, err := shop.AsMerchant(d.clients[0])
	require.NoError(t, err)
	for _, campaign := range shop.Campaigns {
		books, err := merchant.Audit(t.Context(), campaign.ID)
		require.NoError(t, err)
		require.NoError(t, h.Balance(campaign, books))
	}
	t.Logf("%d operations in %s, checked in %s: %s", len(h.Operations), ran.Round(time.Millisecond),
		(time.Since(began) - ran).Round(time.Millisecond), h.Figures())
}

// suffer has the faults happen in any order, evenly over the load's operations.
func (d *drilled) suffer(load *lincheck.Load, r *rand.Rand, operations int) {
	d.t.Helper()
	all := faults()
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	step := operations / (len(all) + 1)
	reach := func(done int) {
		require.Eventually(d.t, func() bool { return load.Done() >= done }, lincheck.MaxDuration, time.Millisecond)
	}
	for i, happen := range all {
		reach((i + 1) * step)
		happen(d, func() { reach(min(load.Done()+step/2, operations)) })
	}
}
