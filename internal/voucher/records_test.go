package voucher_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

func TestFound_RefusesWhatIsNoSetOfOperators(t *testing.T) {
	for name, c := range map[string]struct {
		members   []voucher.Address
		threshold uint32
	}{
		"nobody":                 {nil, 0},
		"a threshold of none":    {[]voucher.Address{operator(1)}, 0},
		"too high a threshold":   {[]voucher.Address{operator(1)}, 2},
		"one twice":              {[]voucher.Address{operator(1), operator(1)}, 1},
		"out of order":           {[]voucher.Address{operator(2), operator(1)}, 1},
		"the zero address":       {[]voucher.Address{{}}, 1},
		"more than there may be": {make([]voucher.Address, voucher.MaxOperators+1), 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := store{}
			require.ErrorIs(t, voucher.Found(s, c.members, c.threshold), voucher.ErrText)
			require.Empty(t, s)
		})
	}
}

func TestFound_Once(t *testing.T) {
	one := []voucher.Address{operator(1)}
	s := store{}
	require.NoError(t, voucher.Found(s, one, 1))
	require.ErrorIs(t, voucher.Found(s, []voucher.Address{operator(2)}, 1), voucher.ErrFounded)
	o, err := voucher.ReadOperators(s)
	require.NoError(t, err)
	require.Equal(t, voucher.Operators{Version: 1, Members: one, Threshold: 1}, o)

	for name, c := range map[string]struct {
		members   []voucher.Address
		threshold uint32
	}{
		"by nobody": {nil, 1}, "by the zero address": {[]voucher.Address{{}}, 1}, "with no threshold": {one, 0}, "with one too high": {one, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := store{}
			require.ErrorIs(t, voucher.Found(s, c.members, c.threshold), voucher.ErrText)
			require.Empty(t, s)
		})
	}
	for fails := range 2 {
		b := &broken{store: store{}, fails: fails}
		require.ErrorIs(t, voucher.Found(b, one, 1), errBroken)
		require.Empty(t, b.store)
	}
}

// What is read for others than the rules fails as the rules do.
func TestRecords_UnreadableAreErrors(t *testing.T) {
	w := newWorld(t)
	campaign := w.campaign()
	w.suspend(merchant())
	w.now++
	w.reinstate(merchant())
	for fails := range 2 {
		_, err := voucher.ReadExtension(&broken{store: w.state, fails: fails}, merchant(), campaign)
		require.ErrorIs(t, err, errBroken)
	}
	extension, err := voucher.ReadExtension(w.state, merchant(), campaign)
	require.NoError(t, err)
	require.Equal(t, uint64(1), extension)
	extension, err = voucher.ReadExtension(w.state, rival(), campaign)
	require.NoError(t, err)
	require.Zero(t, extension)
	_, _, err = voucher.ReadVoucher(&broken{store: w.state}, voucher.Ref{Campaign: campaign})
	require.ErrorIs(t, err, errBroken)
	w.state["voucher/"+voucher.Ref{Campaign: campaign}.String()] = make([]byte, 31)
	_, _, err = voucher.ReadVoucher(w.state, voucher.Ref{Campaign: campaign})
	require.ErrorIs(t, err, voucher.ErrEncoding)
}

// Damaged records are an error too.
func TestRecords_DamagedMakeTheOutcomeUnknown(t *testing.T) {
	w, c, by := redeemScene().build(t)
	redeemScene().seal(&c)
	a := voucher.Authors{ID: id(c.Offer), Second: id(c.Accept), Signers: by}
	l := c.Offer.Lines[0]
	for _, key := range []string{
		"merchant/" + merchant().String(), "key/" + merchant().String() + "/" + till(1).String(),
		"campaign/" + l.Campaign.String(), "voucher/" + l.Ref().String(),
	} {
		t.Run(key, func(t *testing.T) {
			good := w.state[key]
			require.NotEmpty(t, good)
			w.state[key] = append([]byte{1}, good...)
			_, err := voucher.Apply(w.state, c, a, w.now)
			require.ErrorIs(t, err, voucher.ErrEncoding)
			w.state[key] = good
		})
	}
}

// broken is a state that fails at one call, counted from 0.
type broken struct {
	store
	fails, calls int
}

var errBroken = errors.New("the disk is gone")

func (b *broken) call() error {
	if b.calls++; b.calls-1 == b.fails {
		return errBroken
	}
	return nil
}

func (b *broken) Get(key string) ([]byte, error) {
	if err := b.call(); err != nil {
		return nil, err
	}
	return b.store.Get(key)
}

func (b *broken) Put(key string, value []byte) error {
	if err := b.call(); err != nil {
		return err
	}
	return b.store.Put(key, value)
}
