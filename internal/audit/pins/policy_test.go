package pins_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/audit/audittest"
	"tally/internal/audit/checkpoints"
	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/audit/witness"
)

// signing is a log of a forger, and witnesses who cosign what they are shown.
type signing struct {
	*audittest.Forger
	witnesses []*witness.Witness
}

func newSigning(t *testing.T, n int) *signing {
	t.Helper()
	s := &signing{Forger: audittest.NewForger(t)}
	s.World.Found()
	for i := range n {
		s.witnesses = append(s.witnesses, s.witness(t, fmt.Sprint("example.org/w", i)))
	}
	return s
}

func (s *signing) witness(t *testing.T, name string) *witness.Witness {
	t.Helper()
	dir := t.TempDir()
	key, err := witness.LoadKey(filepath.Join(dir, witness.KeyFile), name)
	require.NoError(t, err)
	w, err := witness.Open(dir, key, []string{s.LogKey.Public()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return w
}

// cosigned is a checkpoint with the cosignatures of some.
func cosigned(t *testing.T, checkpoint []byte, by ...*witness.Witness) []byte {
	t.Helper()
	all := bytes.Clone(checkpoint)
	for _, w := range by {
		line, err := w.Add(witness.Request{Checkpoint: checkpoint})
		require.NoError(t, err)
		all = append(all, line...)
	}
	return all
}

// pinned is what receipts are held against under a policy.
func (s *signing) pinned(t *testing.T, policy string) (pins.Pins, error) {
	t.Helper()
	raw, err := json.Marshal(pins.Pins{Ledger: s.Pins().Ledger, Log: s.LogKey.Public(), Witnesses: policy})
	require.NoError(t, err)
	return pins.Parse(raw)
}

func (s *signing) council(k string) string {
	var text, names strings.Builder
	for i, w := range s.witnesses {
		fmt.Fprintf(&text, "witness w%d %s\n", i, w.Key())
		fmt.Fprintf(&names, " w%d", i)
	}
	return fmt.Sprintf("%sgroup council %s%s\nquorum council\n", text.String(), k, names.String())
}

// TestParsePolicy_TwoOfThree: two of three witnesses. The test has real
// cosignatures.
func TestParsePolicy_TwoOfThree(t *testing.T) {
	s := newSigning(t, 3)
	checkpoint, _ := s.Tell(s.Entries()).Checkpoint()
	earlier, _ := s.Tell(s.Entries()[:2]).Checkpoint()
	stranger := s.witness(t, "example.org/w1") // of a witness's name, by another key
	against, err := s.pinned(t, s.council("2"))
	require.NoError(t, err)
	first, second := s.witnesses[0], s.witnesses[1]
	of, _, _ := bytes.Cut(checkpoint, []byte("\n\n"))
	both := cosigned(t, checkpoint, first, second)
	lines := both[len(checkpoint):]
	for name, c := range map[string]struct {
		checkpoint []byte
		want       error
	}{
		"two":                   {both, nil},
		"all three":             {append(bytes.Clone(both), cosigned(t, checkpoint, s.witnesses[2])[len(checkpoint):]...), nil},
		"none":                  {checkpoint, receipt.ErrWitnesses},
		"one":                   {both[:len(checkpoint)+len(lines)/2], receipt.ErrWitnesses},
		"one twice":             {append(bytes.Clone(both[:len(checkpoint)+len(lines)/2]), lines[:len(lines)/2]...), receipt.ErrWitnesses},
		"one, and a stranger":   {append(bytes.Clone(both[:len(checkpoint)+len(lines)/2]), cosigned(t, checkpoint, stranger)[len(checkpoint):]...), receipt.ErrWitnesses},
		"of another checkpoint": {append(bytes.Clone(earlier), lines...), receipt.ErrWitnesses},
		"without the log's own": {append(append(bytes.Clone(of), "\n\n"...), lines...), checkpoints.ErrInvalid},
	} {
		_, err := receipt.OpenCheckpoint(c.checkpoint, against)
		require.ErrorIs(t, err, c.want, name)
	}
	all, err := s.pinned(t, s.council("all"))
	require.NoError(t, err)
	_, err = receipt.OpenCheckpoint(both, all)
	require.ErrorIs(t, err, receipt.ErrWitnesses)
}

// TestParsePolicy_WitnessTwice: a policy names a witness once: else two of three
// could be one.
func TestParsePolicy_WitnessTwice(t *testing.T) {
	s := newSigning(t, 2)
	key := s.witnesses[0].Key()
	plain := strings.Split(key, "+")
	for name, policy := range map[string]string{
		"a key twice":             "witness a " + key + "\nwitness b " + key + " https://example.org\ngroup g 2 a b\nquorum g\n",
		"a key by another name":   "witness a " + key + "\nwitness b other.example+00000000+" + plain[2] + "\ngroup g 2 a b\nquorum g\n",
		"a member twice":          "witness a " + key + "\ngroup g 2 a a\nquorum g\n",
		"a member of two groups":  "witness a " + key + "\ngroup g 1 a\ngroup h 1 a\ngroup i 2 g h\nquorum i\n",
		"no quorum":               "witness a " + key + "\n",
		"no such member":          "witness a " + key + "\ngroup g 1 b\nquorum g\n",
		"a quorum of nobody else": "witness a x\nquorum a\n",
	} {
		_, err := s.pinned(t, policy)
		require.ErrorIs(t, err, pins.ErrPins, name)
	}
}
