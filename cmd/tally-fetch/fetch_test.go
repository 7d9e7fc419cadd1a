package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/stretchr/testify/require"
)

// auditor runs the command against peers.
type auditor struct {
	dir, out string
}

func newAuditor(t testing.TB) *auditor {
	t.Helper()
	a := &auditor{dir: t.TempDir()}
	a.out = filepath.Join(a.dir, "channel.blocks")
	p := newPair(t)
	require.NoError(t, os.WriteFile(filepath.Join(a.dir, "cert.pem"), p.certificate, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(a.dir, "key.pem"), p.key, 0o600))
	return a
}

func (a *auditor) fetch(t testing.TB, peers ...string) (code int, told fetched, out string) {
	t.Helper()
	args := []string{
		"--json", "--msp", "Platform", "--msp-cert", filepath.Join(a.dir, "cert.pem"), "--msp-key", filepath.Join(a.dir, "key.pem"), "--out", a.out,
	}
	for _, p := range peers {
		args = append(args, "--peer", p)
	}
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), args, &stdout, &stderr)
	if code == exitDone {
		require.NoError(t, json.Unmarshal(stdout.Bytes(), &told))
	}
	return code, told, stdout.String() + stderr.String()
}

// TestFetch_BlocksThatDiffer: blocks that differ are refused. The test names the
// block and both organisations, and keeps what was the same before it.
func TestFetch_BlocksThatDiffer(t *testing.T) {
	const differs = 14
	for what, change := range map[string]func(*common.Block){
		"another header":     func(b *common.Block) { b.Header.DataHash[0] ^= 1 },
		"other transactions": func(b *common.Block) { b.Data.Data[0][50] ^= 1 },
		"other verdicts":     func(b *common.Block) { b.Metadata.Metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER][0] = 11 },
		"another hash of what was committed": func(b *common.Block) {
			b.Metadata.Metadata[common.BlockMetadataIndex_COMMIT_HASH][3] ^= 1
		},
	} {
		t.Run(what, func(t *testing.T) {
			lie := readRecorded(t)
			change(lie[differs])
			honest, liar := serve(t, "Jasmine", readRecorded(t)), serve(t, "Oolong", lie)
			a := newAuditor(t)
			code, _, out := a.fetch(t, honest.flag(), liar.flag())
			require.Equal(t, exitFailed, code, out)
			require.Contains(t, out, "block 14 has "+what+" at Oolong than at Jasmine")
		})
	}
}

// TestFetch_SignaturesMayDiffer: signatures may differ: any quorum of the orderers
// will do.
func TestFetch_SignaturesMayDiffer(t *testing.T) {
	others := readRecorded(t)
	for _, b := range others {
		b.Metadata.Metadata[common.BlockMetadataIndex_SIGNATURES] = []byte("another quorum's")
	}
	first, second := serve(t, "Jasmine", readRecorded(t)), serve(t, "Oolong", others)
	a := newAuditor(t)
	code, told, out := a.fetch(t, first.flag(), second.flag())
	require.Equal(t, exitDone, code, out)
	require.Equal(t, uint64(18), told.Blocks)
	want, err := os.ReadFile(recorded)
	require.NoError(t, err)
	got, err := os.ReadFile(a.out)
	require.NoError(t, err)
	require.Equal(t, want, got, "the first peer's")
}

// TestFetch_PeerThatFails: fetch asks a peer that fails again, but not for ever.
func TestFetch_PeerThatFails(t *testing.T) {
	first, second := serve(t, "Jasmine", readRecorded(t)), serve(t, "Oolong", readRecorded(t))
	a := newAuditor(t)
	second.failing.Store(attempts - 1)
	code, _, out := a.fetch(t, first.flag(), second.flag())
	require.Equal(t, exitDone, code, out)
	second.failing.Store(1 << 20)
	code, _, out = a.fetch(t, first.flag(), second.flag())
	require.Equal(t, exitNotConnected, code, out)
	require.Contains(t, out, "Oolong's peer")
	require.Equal(t, int32(1<<20-attempts), second.failing.Load())
}

// TestFetch_FileHasWhatAllPeersHave: the file has what all peers have: one that
// lags holds back the others, and the file grows later.
func TestFetch_FileHasWhatAllPeersHave(t *testing.T) {
	all := readRecorded(t)
	first, second := serve(t, "Jasmine", all), serve(t, "Oolong", all[:9])
	a := newAuditor(t)
	code, told, out := a.fetch(t, first.flag(), second.flag())
	require.Equal(t, exitDone, code, out)
	require.Equal(t, uint64(9), told.Blocks)
	code, told, out = a.fetch(t, first.flag(), second.flag())
	require.Equal(t, exitDone, code, out)
	require.Zero(t, told.New)
	caught := serve(t, "Oolong", all)
	third := serve(t, "Witness", all)
	code, told, out = a.fetch(t, first.flag(), caught.flag(), third.flag())
	require.Equal(t, exitDone, code, out)
	require.Equal(t, fetched{File: a.out, Blocks: 18, New: 9, Genesis: told.Genesis, Organisations: []string{"Jasmine", "Oolong", "Witness"}}, told)
}

// TestFetch_FileOfAnotherChannel: fetch does not go on with another channel's file,
// even where only its last block differs.
func TestFetch_FileOfAnotherChannel(t *testing.T) {
	all := readRecorded(t)
	first, second := serve(t, "Jasmine", all[:5]), serve(t, "Oolong", all[:5])
	a := newAuditor(t)
	code, _, out := a.fetch(t, first.flag(), second.flag())
	require.Equal(t, exitDone, code, out)
	others := readRecorded(t)
	others[4].Header.PreviousHash[0] ^= 1
	first, second = serve(t, "Jasmine", others), serve(t, "Oolong", others)
	before, err := os.ReadFile(a.out)
	require.NoError(t, err)
	code, _, out = a.fetch(t, first.flag(), second.flag())
	require.Equal(t, exitFailed, code)
	require.Contains(t, out, "block 4 in the file is another")
	after, err := os.ReadFile(a.out)
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.NoError(t, os.WriteFile(a.out, []byte("something else, and longer than a first line"), 0o600))
	code, _, out = a.fetch(t, first.flag(), second.flag())
	require.Equal(t, exitMisused, code)
	require.Contains(t, out, "name another --out")
}

// TestEndpoint_OneForm: peers are named in one form.
func TestEndpoint_OneForm(t *testing.T) {
	ca := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(ca, newPair(t).certificate, 0o600))
	var e endpoint
	require.NoError(t, e.UnmarshalText([]byte("Jasmine:peer1.jasmine@10.0.0.1:7051="+ca)))
	require.Equal(t, []string{"Jasmine", "peer1.jasmine", "10.0.0.1:7051"}, []string{e.organisation, e.name, e.address})
	require.NoError(t, e.UnmarshalText([]byte("Jasmine:peer.example.org:7051="+ca)))
	require.Equal(t, "peer.example.org", e.name)
	for _, text := range []string{"", "Jasmine", "Jasmine:host=" + ca, ":host:1=" + ca, "Jasmine:host:1", "Jasmine:host:1=", "Jasmine:host:1=/nowhere"} {
		require.Error(t, e.UnmarshalText([]byte(text)), text)
	}
}
