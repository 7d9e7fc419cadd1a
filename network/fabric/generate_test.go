package fabric_test

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/network/fabric"
	"tally/network/fabric/fabrictest"
)

// TestGenerate_ChannelUnchanged: the channel is what it was. The test holds
// configtx.yaml to the one in testdata. Give it the environment variable UPDATE=1
// to write that again, and read the change.
func TestGenerate_ChannelUnchanged(t *testing.T) {
	for _, form := range []string{"default", "small"} {
		dir := t.TempDir()
		_, err := fabric.Generate(t.Context(), fabrictest.Form(t, form), options(t, dir, nil))
		require.NoError(t, err)
		got := read(t, filepath.Join(dir, "configtx.yaml"))
		golden := filepath.Join("testdata", "configtx-"+form+".yaml")
		if os.Getenv("UPDATE") != "" {
			require.NoError(t, os.WriteFile(golden, got, 0o644))
		}
		require.Equal(t, string(read(t, golden)), string(got))
	}
}

// TestGenerate_DiffersInKeysOnly: generation differs in keys only.
func TestGenerate_DiffersInKeysOnly(t *testing.T) {
	var all [2]map[string]string
	for i := range all {
		dir := t.TempDir()
		_, err := fabric.Generate(t.Context(), fabrictest.Form(t, "default"), options(t, dir, nil))
		require.NoError(t, err)
		all[i] = files(t, dir)
	}
	require.NotEmpty(t, all[0])
	for path, content := range all[0] {
		require.Contains(t, all[1], path)
		switch {
		case strings.HasSuffix(path, ".pem") || strings.HasSuffix(path, "_sk") || path == "genesis.block":
			require.NotEqual(t, content, all[1][path], path)
		default:
			require.Equal(t, content, all[1][path], path)
		}
	}
	require.Len(t, all[1], len(all[0]))
}

// TestGenerate_Once: a network that was generated stays as it is.
func TestGenerate_Once(t *testing.T) {
	dir := t.TempDir()
	d := fabrictest.Form(t, "small")
	_, err := fabric.Generate(t.Context(), d, options(t, dir, nil))
	require.NoError(t, err)
	before := files(t, dir)
	_, err = fabric.Generate(t.Context(), d, options(t, dir, nil))
	require.NoError(t, err)
	require.Equal(t, before, files(t, dir))
	d.Ports++
	_, err = fabric.Generate(t.Context(), d, options(t, dir, nil))
	require.ErrorIs(t, err, fabric.ErrOther)
	require.Equal(t, before, files(t, dir))
}

// TestGenerate_HalfMade: files that were left half made are made again.
func TestGenerate_HalfMade(t *testing.T) {
	dir := t.TempDir()
	d := fabrictest.Form(t, "small")
	_, err := fabric.Generate(t.Context(), d, options(t, dir, nil))
	require.NoError(t, err)
	require.NoError(t, os.Remove(filepath.Join(dir, "description.yaml"))) // it is written last
	n, err := fabric.Generate(t.Context(), d, options(t, dir, nil))
	require.NoError(t, err)
	requireChain(t, dir, n)
}

// TestGenerate_CertificatesAsFabricWants: certificates are what Fabric wants.
func TestGenerate_CertificatesAsFabricWants(t *testing.T) {
	dir := t.TempDir()
	d := fabrictest.Form(t, "default")
	d.Certificates = fabric.Validity{AuthorityDays: 100, NodeDays: 10}
	n, err := fabric.Generate(t.Context(), d, options(t, dir, nil))
	require.NoError(t, err)
	requireChain(t, dir, n)
}

// requireChain checks every certificate of the nodes against their organisation's.
func requireChain(t *testing.T, dir string, n *fabric.Network) {
	t.Helper()
	for _, node := range n.Description().Nodes() {
		organisation := filepath.Join(dir, "organisations", strings.ToLower(node.Organisation), "msp")
		identity := certificate(t, filepath.Join(dir, "nodes", node.Name, "msp", "signcerts", "cert.pem"))
		require.NoError(t, identity.CheckSignatureFrom(certificate(t, filepath.Join(organisation, "cacerts", "ca.pem"))))
		require.Equal(t, []string{string(node.Kind)}, identity.Subject.OrganizationalUnit)
		requireLowS(t, identity)
		server := certificate(t, filepath.Join(dir, "nodes", node.Name, "tls", "cert.pem"))
		require.NoError(t, server.CheckSignatureFrom(certificate(t, filepath.Join(organisation, "tlscacerts", "tlsca.pem"))))
		require.NoError(t, server.VerifyHostname(node.Name))
		require.NoError(t, server.VerifyHostname("127.0.0.1"))
		days := n.Description().Certificates
		lives := days.NodeDays
		if node.Kind == fabric.Orderer {
			lives = days.AuthorityDays // the channel names it by this certificate
		}
		require.WithinDuration(t, time.Now().AddDate(0, 0, lives), identity.NotAfter, time.Hour)
		require.WithinDuration(t, time.Now().AddDate(0, 0, days.NodeDays), server.NotAfter, time.Hour)
	}
	for _, o := range n.Description().Organisations {
		require.Equal(t, []string{"admin"}, certificate(t, n.Admin(o.Name).CertificateFile).Subject.OrganizationalUnit)
		require.Equal(t, []string{"client"}, certificate(t, n.Client(o.Name).CertificateFile).Subject.OrganizationalUnit)
	}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		if name := entry.Name(); name == "key.pem" || name == "priv_sk" {
			info, err := entry.Info()
			require.NoError(t, err)
			require.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), path)
		}
		return nil
	}))
}

// requireLowS wants a signature that Fabric does not rewrite.
func requireLowS(t *testing.T, c *x509.Certificate) {
	t.Helper()
	var signature struct{ R, S *big.Int }
	_, err := asn1.Unmarshal(c.Signature, &signature)
	require.NoError(t, err)
	key, ok := c.PublicKey.(*ecdsa.PublicKey)
	require.True(t, ok)
	require.LessOrEqual(t, signature.S.Cmp(new(big.Int).Rsh(key.Params().N, 1)), 0)
}

func certificate(t *testing.T, path string) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode(read(t, path))
	require.NotNil(t, block, path)
	c, err := x509.ParseCertificate(block.Bytes)
	require.NoError(t, err)
	return c
}

// files are all files below a directory, by their path.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		if !entry.IsDir() && entry.Name() != "lock" {
			name, err := filepath.Rel(dir, path)
			require.NoError(t, err)
			all[name] = string(read(t, path))
		}
		return nil
	}))
	return all
}
