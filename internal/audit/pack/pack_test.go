package pack

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit/audittest"
	"tally/internal/audit/checkpoints"
	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/audit/replay"
	"tally/internal/ledger"
	evmproof "tally/internal/ledger/evm/proof"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

func TestMain(m *testing.M) {
	// go-ethereum starts these for good when blocks are executed again.
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/ethereum/go-ethereum/core.(*txSenderCacher).cache"))
}

// state is the state of the rules in a map.
type state map[string][]byte

func (s state) Get(key string) ([]byte, error)     { return s[key], nil }
func (s state) Put(key string, value []byte) error { s[key] = value; return nil }

// counted is a source that counts what it is asked for.
type counted struct {
	Source
	calls int
	fail  int // at this call, if it is not zero
}

func (c *counted) count() error {
	if c.calls++; c.calls == c.fail {
		return io.ErrUnexpectedEOF
	}
	return nil
}

func (c *counted) Tile(ctx context.Context, t tlog.Tile) ([]byte, error) {
	if err := c.count(); err != nil {
		return nil, err
	}
	return c.Source.Tile(ctx, t)
}

func (c *counted) Block(ctx context.Context, number uint64) ([]byte, [][]byte, error) {
	if err := c.count(); err != nil {
		return nil, nil, err
	}
	return c.Source.Block(ctx, number)
}

// audited is a ledger with a history, what a pack is made of, and the pins.
type audited struct {
	*audittest.Audited
	source *counted
	job    Job
	pins   pins.Pins
	leaves int
}

func play(t testing.TB, history func(w *ledgertest.World)) audited {
	t.Helper()
	a := audittest.Open(t)
	history(a.World)
	signed, tree := a.Checkpoint(t)
	return audited{
		Audited: a, source: &counted{Source: a}, leaves: int(tree.N),
		job:  Job{Ledger: a.Ledger.ID(), Scope: All(), Checkpoint: signed, Tree: tree, Proofs: OfTransactions},
		pins: founded(a.Pins()),
	}
}

// founded adds who founded the ledgers of these tests to what is pinned.
func founded(p pins.Pins) pins.Pins {
	p.Operators, p.Threshold = ledgertest.Operators(), 1
	return p
}

func everything(w *ledgertest.World) { audittest.Play(w) }

func (a audited) write(t testing.TB, scope Scope) []byte {
	t.Helper()
	a.job.Scope = scope
	file, err := os.Create(filepath.Join(t.TempDir(), "pack"))
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	require.NoError(t, Write(t.Context(), file, a.source, a.job))
	raw, err := os.ReadFile(file.Name())
	require.NoError(t, err)
	return raw
}

func (a audited) verify(raw []byte) (Report, error) {
	return Verify(context.Background(), bytes.NewReader(raw), Check{Pins: a.pins, State: state{}})
}

// TestVerify_WholeHistory: a pack of everything holds.
func TestVerify_WholeHistory(t *testing.T) {
	a := play(t, everything)
	raw := a.write(t, All())
	var seen int
	var opened Report
	report, err := Verify(t.Context(), bytes.NewReader(raw), Check{
		Pins: a.pins, State: state{},
		Opened: func(r Report) error {
			require.Zero(t, seen, "no leaf comes before")
			opened = r
			return nil
		},
		Each: func(index int64, _ ledger.Entry) error {
			require.EqualValues(t, seen, index)
			seen++
			return nil
		},
	})
	require.NoError(t, err)
	require.Equal(t, a.leaves, seen)
	require.Equal(t, Report{Ledger: a.job.Ledger, Scope: All(), Tree: a.job.Tree, Ledgers: true}, opened)
	require.Equal(t, Report{
		Ledger: a.job.Ledger, Scope: All(), Tree: a.job.Tree, Leaves: int64(a.leaves), Blocks: report.Blocks, Replayed: true, Ledgers: true,
	}, report)
	require.Equal(t, raw, a.write(t, All()), "a pack is a function of the log and its scope")
	t.Logf("%d leaves, %d bytes", a.leaves, len(raw))
}

// trickling is a reader that gives a little at a time, and takes its time.
type trickling struct {
	in     io.Reader
	inside atomic.Int32
}

func (r *trickling) Read(b []byte) (int, error) {
	r.inside.Add(1)
	defer r.inside.Add(-1)
	time.Sleep(time.Millisecond)
	return r.in.Read(b[:min(len(b), 256)])
}

// TestVerify_ReadsNothingAfterTheVerdict: nothing is read after the verdict. The
// test has a pack refused by its head, while what follows is read ahead.
func TestVerify_ReadsNothingAfterTheVerdict(t *testing.T) {
	a := play(t, few)
	raw := a.write(t, All())
	in := &trickling{in: bytes.NewReader(append(raw, raw[len(Format):]...))}
	a.pins.Ledger[0]++
	_, err := Verify(t.Context(), in, Check{Pins: a.pins, State: state{}})
	require.ErrorIs(t, err, receipt.ErrOtherLedger)
	require.Zero(t, in.inside.Load())
}

// TestVerify_PinsOfTwoLedgers: a pack does not hold where the pinned chain has another
// ledger's id than the id that is pinned beside it.
func TestVerify_PinsOfTwoLedgers(t *testing.T) {
	a := play(t, few)
	raw := a.write(t, All())
	other := *a.pins.EVM
	other.Contract[0] ^= 1
	a.pins.EVM = &other
	_, err := Verify(t.Context(), bytes.NewReader(raw), Check{Pins: a.pins, State: state{}})
	require.ErrorIs(t, err, evmproof.ErrOtherLedger)
}

// TestVerify_PartOfAHistory: a pack of a part holds.
func TestVerify_PartOfAHistory(t *testing.T) {
	a := play(t, everything)
	var campaign voucher.CampaignID
	var merchant voucher.Address
	ofCampaign := 0
	_, err := Verify(t.Context(), bytes.NewReader(a.write(t, All())), Check{Pins: a.pins, State: state{}, Each: func(_ int64, e ledger.Entry) error {
		for _, event := range e.Outcome.Events {
			if created, ok := event.(voucher.CampaignCreated); ok && campaign == (voucher.CampaignID{}) {
				campaign, merchant = created.Campaign, created.Create.Merchant
			}
		}
		if slices.ContainsFunc(e.Outcome.Events, func(event voucher.Event) bool {
			ref, _, ok := voucher.VoucherOf(event)
			return ok && ref.Campaign == campaign
		}) {
			ofCampaign++
		}
		return nil
	}})
	require.NoError(t, err)
	for scope, atLeast := range map[string]int{
		"leaves/3-9": 6, "leaves/0-1": 1, "leaves/0-100000": a.leaves, "leaves/99999-100000": 0,
		"campaign/" + campaign.String(): ofCampaign + 1, "merchant/" + merchant.String(): ofCampaign + 3,
	} {
		t.Run(scope, func(t *testing.T) {
			parsed, err := ParseScope(scope)
			require.NoError(t, err)
			raw := a.write(t, parsed)
			report, err := a.verify(raw)
			require.NoError(t, err)
			require.GreaterOrEqual(t, report.Leaves, int64(atLeast))
			require.False(t, report.Replayed)
			if !strings.HasPrefix(scope, "merchant/") && atLeast < a.leaves { // one merchant does it all
				require.Less(t, report.Leaves, int64(a.leaves))
			}
		})
	}
}

// TestWrite_ResumesAFileCutOff: a pack goes on where it was cut off. The test ends
// the source at every call, and cuts the file at many places: it ends up as if
// nothing had happened.
func TestWrite_ResumesAFileCutOff(t *testing.T) {
	a := play(t, everything)
	want := a.write(t, All())
	file, err := os.Create(filepath.Join(t.TempDir(), "pack"))
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	for fail := 1; ; fail += 7 {
		require.NoError(t, file.Truncate(0))
		_, err := file.Seek(0, io.SeekStart)
		require.NoError(t, err)
		a.source.calls, a.source.fail = 0, fail
		first := Write(t.Context(), file, a.source, a.job)
		a.source.fail = 0
		_, err = file.Seek(0, io.SeekStart)
		require.NoError(t, err)
		require.NoError(t, Write(t.Context(), file, a.source, a.job))
		got, err := os.ReadFile(file.Name())
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, got), "after call %d", fail)
		if first == nil {
			break
		}
	}
	for cut := 0; cut <= len(want); cut += max(1, len(want)/23) {
		require.NoError(t, file.Truncate(int64(cut)))
		_, err = file.Seek(0, io.SeekStart)
		require.NoError(t, err)
		err := Write(t.Context(), file, a.source, a.job)
		if 0 < cut && cut < len(Format) {
			require.ErrorIs(t, err, ErrOtherPack)
			continue
		}
		require.NoError(t, err, "cut at %d", cut)
		got, err := os.ReadFile(file.Name())
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, got), "cut at %d", cut)
	}
	other := a.job
	other.Scope, err = ParseScope("leaves/0-5")
	require.NoError(t, err)
	_, err = file.Seek(0, io.SeekStart)
	require.NoError(t, err)
	require.ErrorIs(t, Write(t.Context(), file, a.source, other), ErrOtherPack)
}

// TestBegun_NamesTheJob: a file says what it was begun as, wherever it was cut off.
func TestBegun_NamesTheJob(t *testing.T) {
	a := play(t, few)
	raw := a.write(t, All())
	job, ok, err := Begun(bytes.NewReader(raw))
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, Job{Ledger: a.Ledger.ID(), Scope: All(), Checkpoint: a.job.Checkpoint}, job)
	for size := range raw {
		job, ok, err := Begun(bytes.NewReader(raw[:size]))
		require.NoError(t, err, size)
		require.True(t, !ok || bytes.Equal(job.Checkpoint, a.job.Checkpoint), size)
	}
	for _, other := range []string{"x", "tally-pack-2\n", strings.Repeat("x", 100)} {
		_, ok, err := Begun(strings.NewReader(other))
		require.ErrorIs(t, err, ErrDamaged)
		require.False(t, ok)
	}
}

// TestWrite_DocumentedLiteral: the literal is written again. The test takes apart
// what some earlier build wrote, and writes it byte for byte. That it holds is for
// the tests of package audit.
func TestWrite_DocumentedLiteral(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "testdata", "admission.pack"))
	require.NoError(t, err)
	all := items(t, raw)
	require.Equal(t, 5, len(all), "head, the founding block, the next, its leaf, end") //nolint:testifylint // Len would print all of it
	require.Equal(t, raw, assemble(t, all))
}

// without is a ledger whose operator leaves one command out when it is asked.
type without struct {
	ledger.Ledger
	id voucher.Hash
}

func (w without) Events(ctx context.Context, from, to voucher.Position) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		for e, err := range w.Ledger.Events(ctx, from, to) {
			if e.Outcome.ID == w.id {
				continue
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// TestVerify_RewrittenHistory: a rewritten history does not follow. The test has an
// operator who leaves a claim out and signs a log of the rest, and an auditor who
// has pinned no sealer: the rules find it.
func TestVerify_RewrittenHistory(t *testing.T) {
	var claim voucher.Hash
	a := play(t, func(w *ledgertest.World) {
		w.Found()
		id := w.Campaign(10, nil)
		out := w.Must(w.Claim(w.Alice, id, 0, 0))
		claim = out.ID
		w.Must(w.Redeem(w.Alice, voucher.Ref{Campaign: id}))
	})
	a.pins.EVM = nil
	report, err := a.verify(a.write(t, All()))
	require.NoError(t, err)
	require.False(t, report.Ledgers)

	a.Log = audittest.Follow(t, without{a.Ledger, claim}) // the source is of this one from here on
	require.Eventually(t, func() bool { return a.Log.Size() == int64(a.leaves-1) }, time.Minute, time.Millisecond)
	a.job.Checkpoint, err = a.Log.Checkpoint()
	require.NoError(t, err)
	opened, err := checkpoints.Open(a.job.Checkpoint, a.Log.Key())
	require.NoError(t, err)
	a.job.Tree, a.pins.Log = opened.Tree, a.Log.Key()
	var why *replay.NotFollowingError
	_, err = a.verify(a.write(t, All()))
	require.ErrorAs(t, err, &why)
	require.Equal(t, int64(a.leaves-2), why.Leaf, "the redemption of what nobody claimed")
}

// TestVerify_IndexOfAPart: the leaves of a part have their index in the whole log.
func TestVerify_IndexOfAPart(t *testing.T) {
	a := play(t, everything)
	read := func(scope Scope) map[int64]voucher.Hash {
		ids := map[int64]voucher.Hash{}
		_, err := Verify(t.Context(), bytes.NewReader(a.write(t, scope)), Check{Pins: a.pins, State: state{}, Each: func(index int64, e ledger.Entry) error {
			ids[index] = e.Outcome.ID
			return nil
		}})
		require.NoError(t, err)
		return ids
	}
	all := read(All())
	require.Len(t, all, a.leaves)
	scope, err := ParseScope("leaves/3-7")
	require.NoError(t, err)
	require.Equal(t, map[int64]voucher.Hash{3: all[3], 4: all[4], 5: all[5], 6: all[6]}, read(scope))
}

// TestVerify_StopsWhereItIsTold: what Opened says ends the work before any leaf.
func TestVerify_StopsWhereItIsTold(t *testing.T) {
	a := play(t, few)
	stop := errors.New("stop")
	_, err := Verify(t.Context(), bytes.NewReader(a.write(t, All())), Check{
		Pins: a.pins, State: state{},
		Opened: func(Report) error { return stop },
		Each:   func(int64, ledger.Entry) error { t.Error("a leaf was read"); return nil },
	})
	require.ErrorIs(t, err, stop)
}

// TestParseScope_OneForm: scopes have one form.
func TestParseScope_OneForm(t *testing.T) {
	for _, text := range []string{"all", "leaves/0-1", "leaves/100-200", "campaign/cmp_000102030405060708090a0b0c0d0e0f", "merchant/0x00112233445566778899aabbccddeeff00112233"} {
		s, err := ParseScope(text)
		require.NoError(t, err)
		require.Equal(t, text, s.String())
	}
	for _, text := range []string{"", "All", "all/", "leaves", "leaves/1-1", "leaves/2-1", "leaves/01-2", "leaves/-1-2", "leaves/1", "campaign/", "campaign/x", "merchant/0x", "wallet/x", strings.Repeat("x", 1000)} {
		_, err := ParseScope(text)
		require.ErrorIs(t, err, ErrScope, text)
	}
}
