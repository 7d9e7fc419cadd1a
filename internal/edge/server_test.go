package edge

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/edge/edgetest"
)

// running is a server under test.
type running struct {
	address string
	stop    context.CancelFunc
	ended   chan error
	log     *journal
}

func serve(t *testing.T, s Server) *running {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	r := &running{stop: stop, ended: make(chan error, 1), log: &journal{}}
	s.Log = r.log.logger()
	if s.Readiness == nil {
		s.Readiness = NewReadiness(s.Log, time.Now)
	}
	if s.DrainTimeout == 0 {
		s.DrainTimeout = time.Minute
	}
	l := listen(t)
	r.address = l.Addr().String()
	go func() { r.ended <- s.Serve(ctx, l) }()
	return r
}

// end stops the server and returns what Serve did.
func (r *running) end() error {
	r.stop()
	return <-r.ended
}

func client(t *testing.T, transport *http.Transport) *http.Client {
	t.Helper()
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: time.Minute}
}

// TestServer_HTTP2OverTLSOnly: HTTP/2 is served over TLS only.
func TestServer_HTTP2OverTLSOnly(t *testing.T) {
	cert, key, pool := edgetest.Certify(t, t.TempDir(), 1)
	loaded, err := LoadCertificate(cert, key, (&journal{}).logger(), time.Now)
	require.NoError(t, err)
	proto := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) })
	secure := serve(t, Server{Handler: proto, TLS: loaded.Config()})
	c := client(t, &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true})
	got, err := c.Get("https://" + secure.address)
	require.NoError(t, err)
	body, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	require.NoError(t, got.Body.Close())
	require.Equal(t, "HTTP/2.0", string(body))

	old := &tls.Config{RootCAs: pool, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	_, err = (&tls.Dialer{Config: old}).DialContext(t.Context(), "tcp", secure.address)
	require.Error(t, err, "TLS 1.1 is not spoken")
	c.CloseIdleConnections()
	require.NoError(t, secure.end())

	plain := serve(t, Server{Handler: proto})
	var h2c http.Protocols
	h2c.SetUnencryptedHTTP2(true)
	_, err = client(t, &http.Transport{Protocols: &h2c}).Get("http://" + plain.address)
	require.Error(t, err, "HTTP/2 without TLS is off")
	conn, err := net.Dial("tcp", plain.address)
	require.NoError(t, err)
	_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n")
	require.NoError(t, err)
	line, err := bufio.NewReader(conn).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1 200 OK\r\n", line, "no upgrade")
	require.NoError(t, conn.Close())
	require.NoError(t, plain.end())
}

// TestServer_CertificateIsReadAgain: the certificate is read again.
func TestServer_CertificateIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	cert, key, _ := edgetest.Certify(t, dir, 1)
	c, log := newClock(), &journal{}
	loaded, err := LoadCertificate(cert, key, log.logger(), c.now)
	require.NoError(t, err)
	serial := func() int64 {
		got, err := loaded.Config().GetCertificate(&tls.ClientHelloInfo{})
		require.NoError(t, err)
		return got.Leaf.SerialNumber.Int64()
	}
	require.Equal(t, int64(1), serial())
	names, until := loaded.Leaf()
	require.Equal(t, []string{"127.0.0.1", "tally.example"}, names)
	require.WithinDuration(t, time.Now().Add(time.Hour), until, time.Minute)

	edgetest.Certify(t, dir, 2)
	future := time.Now().Add(time.Minute)
	require.NoError(t, os.Chtimes(cert, future, future))
	require.Equal(t, int64(1), serial(), "not looked at again yet")
	c.advance(ReloadEvery)
	require.Equal(t, int64(2), serial())

	require.NoError(t, os.WriteFile(cert, []byte("half a certif"), 0o600))
	c.advance(ReloadEvery)
	require.Equal(t, int64(2), serial(), "the last good one serves")
	require.Contains(t, log.String(), "cannot be read again")
	require.NoError(t, os.Remove(key))
	c.advance(ReloadEvery)
	require.Equal(t, int64(2), serial())
	edgetest.Certify(t, dir, 3)
	c.advance(ReloadEvery)
	require.Equal(t, int64(3), serial())

	_, err = LoadCertificate(filepath.Join(dir, "none"), key, log.logger(), c.now)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = LoadCertificate(key, key, log.logger(), c.now)
	require.ErrorContains(t, err, "certificate")
}

// TestServer_OrderlyEnd: the end is orderly. The test follows a server to its end
// with requests under way.
func TestServer_OrderlyEnd(t *testing.T) {
	t.Parallel() // it waits for the grace, which is long for a machine that is slow
	grace := make(chan struct{})
	began, end := make(chan struct{}), make(chan struct{})
	readiness := NewReadiness((&journal{}).logger(), time.Now)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/readyz":
			if !readiness.Ready() {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		case "/slow":
			began <- struct{}{}
			<-end
			_, err := io.WriteString(w, fmt.Sprint("done ", r.Context().Err()))
			if err != nil {
				panic(err)
			}
		}
	})
	s := serve(t, Server{Handler: handler, Readiness: readiness, DrainGrace: 10 * time.Second})
	c := client(t, &http.Transport{})
	status := func(path string) int {
		got, err := c.Get("http://" + s.address + path)
		if err != nil {
			return 0
		}
		require.NoError(t, got.Body.Close())
		return got.StatusCode
	}
	require.Equal(t, http.StatusOK, status("/readyz"))
	const underWay = 8
	answers := make(chan string, underWay)
	for range underWay {
		go func() {
			got, err := c.Get("http://" + s.address + "/slow")
			if err != nil {
				answers <- err.Error()
				return
			}
			body, _ := io.ReadAll(got.Body)
			answers <- string(body)
			_ = got.Body.Close()
		}()
		<-began
	}
	s.stop()
	require.Eventually(t, func() bool { return status("/readyz") == http.StatusServiceUnavailable }, time.Minute, time.Millisecond,
		"not ready, and still serving")
	go func() {
		for !strings.Contains(s.log.String(), "requests under way may finish") {
			time.Sleep(time.Millisecond)
		}
		close(grace)
	}()
	require.Equal(t, http.StatusOK, status("/new"), "during the grace, requests are served")
	<-grace
	require.Eventually(t, func() bool { return status("/new") == 0 }, time.Minute, time.Millisecond, "after it, none is accepted")
	require.Empty(t, answers)
	require.Empty(t, s.ended)
	close(end)
	for range underWay {
		require.Equal(t, "done <nil>", <-answers)
	}
	require.NoError(t, <-s.ended)
}

// TestServer_CutsOffARequestWithoutEnd: a request that never ends is cut off.
func TestServer_CutsOffARequestWithoutEnd(t *testing.T) {
	began := make(chan struct{})
	s := serve(t, Server{DrainTimeout: time.Millisecond, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(began)
		<-r.Context().Done()
	})})
	failed := make(chan error, 1)
	c := client(t, &http.Transport{})
	go func() {
		_, err := c.Get("http://" + s.address)
		failed <- err
	}()
	<-began
	require.ErrorIs(t, s.end(), context.DeadlineExceeded)
	require.Error(t, <-failed)
}

// TestServer_SlowHeader: a slow header is not waited for.
func TestServer_SlowHeader(t *testing.T) {
	s := &Server{Log: (&journal{}).logger(), MaxHeader: 16 << 10, WriteTimeout: time.Minute}
	server := s.http(t.Context())
	require.Equal(t, HeaderTimeout, server.ReadHeaderTimeout)
	require.Equal(t, ReadTimeout, server.ReadTimeout)
	require.Equal(t, IdleTimeout, server.IdleTimeout)
	require.Equal(t, time.Minute, server.WriteTimeout)
	require.Equal(t, 16<<10, server.MaxHeaderBytes)

	r := serve(t, Server{Handler: fine, MaxHeader: 16 << 10})
	conn, err := net.Dial("tcp", r.address)
	require.NoError(t, err)
	_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\nX-Never")
	require.NoError(t, err)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Minute)))
	answer, err := io.ReadAll(conn)
	require.NoError(t, err, "it is hung up on")
	require.NotContains(t, string(answer), "200 OK")
	require.NoError(t, conn.Close())
	require.NoError(t, r.end())
}

// TestServer_AnswersOfTheLibrary: what net/http answers before the handler is asked has no
// problem in it, closes the connection, and stands in the API's document.
func TestServer_AnswersOfTheLibrary(t *testing.T) {
	_, words, _ := strings.Cut(string(api.OpenAPI().YAML), "**Answers without a problem.**")
	words, _, _ = strings.Cut(words, "**")
	var asked atomic.Int64
	r := serve(t, Server{MaxHeader: 16 << 10, Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) })})
	const command = "POST /v1/claims HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
	for request, status := range map[string]string{
		command + "Expect: 200-maybe\r\nContent-Length: 2\r\n\r\n{}":                   "417",
		command + "Transfer-Encoding: gzip\r\n\r\n":                                    "501",
		command + "X-Long: " + strings.Repeat("a", 40<<10) + "\r\n\r\n":                "431",
		command + "Host: b\r\n\r\n":                                                    "400",
		command + "X Y: z\r\n\r\n":                                                     "400",
		"GET / HTTP/1.1\r\n\r\n":                                                       "400",
		"GET / HTTP/3.0\r\nHost: a\r\n\r\n":                                            "505",
		"this is no HTTP\r\n\r\n":                                                      "400",
		command + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}":                   "400",
		command + "Content-Length: 2\r\nTransfer-Encoding: chunked, chunked\r\n\r\n{}": "501",
	} {
		conn, err := net.Dial("tcp", r.address)
		require.NoError(t, err)
		_, _ = io.WriteString(conn, request) // it may be hung up on before all of it was written
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Minute)))
		line, err := bufio.NewReader(conn).ReadString('\n')
		require.NoError(t, err, "%.90q", request)
		require.Equal(t, "HTTP/1.1 "+status+" ", line[:len("HTTP/1.1 400 ")], "%.90q", request)
		require.NoError(t, conn.Close())
		require.Contains(t, words, "`"+status+"`", "the document says so")
	}
	require.Zero(t, asked.Load(), "the handler saw none of it")
	require.NoError(t, r.end())
}

// TestServer_StrangersErrorsAreQuiet: complaints of strangers are quiet.
func TestServer_StrangersErrorsAreQuiet(t *testing.T) {
	var log journal
	c := complaints{log.logger()}
	_, err := io.WriteString(c, "http: TLS handshake error from 192.0.2.7:1: EOF\n")
	require.NoError(t, err)
	_, err = io.WriteString(c, "http: Accept error: too many open files; retrying in 5ms\n")
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	require.Contains(t, lines[0], `"level":"DEBUG"`)
	require.Contains(t, lines[1], `"level":"WARN"`)
}
