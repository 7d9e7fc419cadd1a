package voucher_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// A scene is one command in a fresh world: build makes the world and the
// accepted command, and each refusal says what to change to have it refused.
type scene[C voucher.Command] struct {
	build func(t require.TestingT) (*world, C, []voucher.Address)
	seal  func(c *C) // fills in what depends on the rest, after the edit
}

// refusal changes what a scene built; KindAccepted says that the change does no harm.
type refusal[C voucher.Command] struct {
	name string
	kind voucher.Kind
	edit func(w *world, c *C, by []voucher.Address)
}

func (s scene[C]) run(t *testing.T, refusals []refusal[C]) {
	t.Helper()
	t.Run("accepted, and not twice", func(t *testing.T) {
		w, c, by := s.build(t)
		s.seal(&c)
		w.accept(c, by...)
		out := w.apply(c, by...)
		require.Equal(t, voucher.StatusRefused, out.Status, "a command sent twice took effect twice")
	})
	for _, r := range refusals {
		t.Run(r.kind.String()+" "+r.name, func(t *testing.T) {
			w, c, by := s.build(t)
			r.edit(w, &c, by)
			s.seal(&c)
			require.Equal(t, r.kind.String(), w.apply(c, by...).Kind.String())
		})
	}
	t.Run("bad_signature by nobody", func(t *testing.T) {
		for i := range len(s.signers(t)) {
			w, c, by := s.build(t)
			s.seal(&c)
			by[i] = voucher.Address{}
			w.refuse(voucher.KindBadSignature, c, by...)
			w.refuse(voucher.KindBadSignature, c, by[:len(by)-1]...)
		}
		w, c, by := s.build(t)
		s.seal(&c)
		w.refuse(voucher.KindBadSignature, c, append(by, stranger())...)
	})
	t.Run("unknown while the state cannot be read or written", func(t *testing.T) { s.failing(t) })
}

// failing lets each read of the state fail, and then each write, one after the
// other: that makes an error, never a refusal or an acceptance.
func (s scene[C]) failing(t *testing.T) {
	t.Helper()
	w, c, by := s.build(t)
	s.seal(&c)
	a := authors(c, by)
	for fails := 0; ; fails++ {
		b := &broken{store: maps.Clone(w.state), fails: fails}
		out, err := voucher.Apply(b, c, a, w.now)
		if b.calls <= fails {
			require.NoError(t, err)
			require.Positive(t, fails)
			return
		}
		require.ErrorIs(t, err, errBroken, "at call %d", fails)
		require.Equal(t, voucher.Outcome{ID: a.ID}, out)
	}
}

func (s scene[C]) signers(t *testing.T) []voucher.Address {
	t.Helper()
	_, _, by := s.build(t)
	return by
}

func unsealed[C voucher.Command](*C) {}

// unsealedBuild starts a scene in a new world.
func unsealedBuild[C any](build func(w *world) (C, []voucher.Address)) func(t require.TestingT) (*world, C, []voucher.Address) {
	return func(t require.TestingT) (*world, C, []voucher.Address) {
		w := newWorld(t)
		c, by := build(w)
		return w, c, by
	}
}

func text(n int) string { return string(slices.Repeat([]byte("x"), n)) }
