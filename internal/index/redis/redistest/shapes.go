package redistest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/processtest"
)

// Watched is a master with one replica, which a Sentinel makes the master when the
// master is gone.
type Watched struct {
	Master, Replica *Server
	port            string
}

// failOver is how long a Sentinel may take. It does nothing for half a minute after its
// machine stood still for two seconds.
const failOver = 5 * time.Minute

// watchedName is what the Sentinel calls the master.
const watchedName = "tally"

// StartWatched starts a master, a replica and a Sentinel.
func StartWatched(t testing.TB) *Watched {
	t.Helper()
	ports := [2]string{processtest.Port(t), processtest.Port(t)}
	w := &Watched{
		Master:  Start(t, "--port", ports[0], "--bind", "127.0.0.1", "--repl-diskless-sync-delay", "0"),
		Replica: Start(t, "--port", ports[1], "--bind", "127.0.0.1", "--replicaof", "127.0.0.1 "+ports[0]),
		port:    processtest.Port(t),
	}
	file := filepath.Join(t.TempDir(), "sentinel.conf")
	require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, `port %s
bind 127.0.0.1
dir %s
sentinel monitor %s 127.0.0.1 %s 1
sentinel down-after-milliseconds %[3]s 5000
sentinel failover-timeout %[3]s 5000
`, w.port, t.TempDir(), watchedName, ports[0]), 0o600))
	sentinel := exec.Command("redis-server", file, "--sentinel")
	require.NoError(t, sentinel.Start())
	t.Cleanup(func() { _ = sentinel.Process.Kill(); _ = sentinel.Wait() })
	require.Eventually(t, func() bool { return w.Master.says("replication", "state=online") && w.known() }, time.Minute, 50*time.Millisecond)
	return w
}

// known reports whether the Sentinel knows of the replica.
func (w *Watched) known() bool {
	said, err := exec.Command("redis-cli", "-p", w.port, "sentinel", "replicas", watchedName).Output()
	return err == nil && strings.Contains(string(said), "slave")
}

// URL is where the Sentinel listens.
func (w *Watched) URL() string { return "redis+sentinel://127.0.0.1:" + w.port + "/" + watchedName }

// FailOver kills the master, and returns when the replica is the master.
func (w *Watched) FailOver(t testing.TB) {
	t.Helper()
	w.Master.Kill()
	require.Eventually(t, func() bool { return w.Replica.says("replication", "role:master") }, failOver, 50*time.Millisecond)
}

// StartCluster starts a cluster of three masters, and returns its URL, which names
// two of them.
func StartCluster(t testing.TB) (url string) {
	t.Helper()
	const nodes, slots = 3, 16384
	var servers [nodes]*Server
	var ports, buses [nodes]string
	for i := range servers {
		ports[i], buses[i] = processtest.Port(t), processtest.Port(t)
		servers[i] = Start(t, "--port", ports[i], "--bind", "127.0.0.1", "--cluster-enabled", "yes", "--cluster-port", buses[i])
		servers[i].Do("CLUSTER", "ADDSLOTSRANGE", i*slots/nodes, (i+1)*slots/nodes-1)
	}
	for i := 1; i < nodes; i++ {
		servers[0].Do("CLUSTER", "MEET", "127.0.0.1", ports[i], buses[i])
	}
	require.Eventually(t, func() bool {
		for _, s := range servers {
			if info, _ := s.Do("CLUSTER", "INFO").(string); !strings.Contains(info, "cluster_state:ok") || !strings.Contains(info, "cluster_known_nodes:3") {
				return false
			}
		}
		return true
	}, time.Minute, 50*time.Millisecond)
	return "redis+cluster://127.0.0.1:" + ports[0] + ",127.0.0.1:" + ports[1]
}

// Secured is a Redis that is reached by TLS only, and wants a certificate of its
// clients.
type Secured struct {
	*Server
	CA, Certificate, Key string // files: who vouches for both sides, and the client's own
	Name                 string // in the server's certificate, beside the address
	port                 string
}

// StartSecured starts one.
func StartSecured(t testing.TB) *Secured {
	t.Helper()
	dir := t.TempDir()
	s := &Secured{CA: filepath.Join(dir, "ca.pem"), Name: "redis.example", port: processtest.Port(t)}
	vouch := authority(t, s.CA)
	cert, key := vouch(filepath.Join(dir, "server"), s.Name)
	s.Certificate, s.Key = vouch(filepath.Join(dir, "client"), "tallyd.example")
	s.Server = Start(t, "--tls-port", s.port, "--bind", "127.0.0.1", "--tls-cert-file", cert, "--tls-key-file", key,
		"--tls-ca-cert-file", s.CA, "--tls-auth-clients", "yes")
	return s
}

// URL is where it listens; who is a user with a password, or "".
func (s *Secured) URL(who string) string {
	if who != "" {
		who += "@"
	}
	return "rediss://" + who + "127.0.0.1:" + s.port
}

// authority writes a certificate authority's own certificate, and returns what makes
// certificates of names with files that begin so.
func authority(t testing.TB, file string) (vouch func(path, name string) (cert, key string)) {
	t.Helper()
	root, signer := template(1, "test authority"), newKey(t)
	root.IsCA, root.BasicConstraintsValid, root.KeyUsage = true, true, x509.KeyUsageCertSign|x509.KeyUsageDigitalSignature
	write(t, file, "CERTIFICATE", sign(t, root, root, signer, signer))
	serial := int64(1)
	return func(path, name string) (cert, key string) {
		serial++
		leaf, own := template(serial, name), newKey(t)
		leaf.DNSNames = []string{name}
		leaf.KeyUsage = x509.KeyUsageDigitalSignature
		leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
		cert, key = path+".pem", path+".key"
		write(t, cert, "CERTIFICATE", sign(t, leaf, root, own, signer))
		raw, err := x509.MarshalPKCS8PrivateKey(own)
		require.NoError(t, err)
		write(t, key, "PRIVATE KEY", raw)
		return cert, key
	}
}

func template(serial int64, name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

func sign(t testing.TB, leaf, parent *x509.Certificate, own, signer *ecdsa.PrivateKey) []byte {
	t.Helper()
	raw, err := x509.CreateCertificate(rand.Reader, leaf, parent, own.Public(), signer)
	require.NoError(t, err)
	return raw
}

func write(t testing.TB, path, kind string, raw []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw}), 0o600))
}
