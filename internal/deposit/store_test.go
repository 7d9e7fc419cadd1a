package deposit_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"tally/internal/deposit"
	"tally/internal/disk/disktest"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// TestMain wants every goroutine gone that a test started.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// order is a record of an order of n pieces, its salt, and the sale that it belongs to.
func order(t require.TestingT, merchant byte, n uint64) (deposit.Subject, deposit.Record) {
	in := pricing.Input{Mode: pricing.ModeAll, At: 1_799_064_000, Store: 1, Cart: pricing.Cart{
		Currency: voucher.Currency{'H', 'K', 'D'}, Lines: []pricing.Line{{ID: "1", Unit: 100, Quantity: n, Amount: 100 * n}},
	}}
	result, err := pricing.Evaluate(in)
	require.NoError(t, err)
	record := in.Record(result, voucher.Hash{1}, voucher.Address{merchant}, voucher.Position{})
	salt := voucher.Hash(sha256.Sum256(fmt.Append(nil, "salt", merchant, n)))
	command := voucher.Hash(sha256.Sum256(salt[:]))
	return deposit.Subject{
		Command: command, Sale: command, Merchant: voucher.Address{merchant}, Kind: deposit.Order, Details: record.Details(salt),
	}, deposit.Record{Text: record.Canonical(), Salt: salt}
}

func options(dir string) deposit.Options { return deposit.Options{Dir: dir, Now: time.Now} }

func open(t require.TestingT, o deposit.Options) *deposit.Store {
	s, err := deposit.Open(o)
	require.NoError(t, err)
	return s
}

// TestStore_KeepsAndErases: what was put is read, the same again changes nothing, and what
// was erased is neither read nor taken again.
func TestStore_KeepsAndErases(t *testing.T) {
	s := open(t, options(t.TempDir()))
	of, r := order(t, 1, 1)
	_, err := s.Get(of)
	require.ErrorIs(t, err, deposit.ErrNone)
	for i := range 2 {
		added, err := s.Put(of, r)
		require.NoError(t, err)
		require.Equal(t, i == 0, added)
		got, err := s.Get(of)
		require.NoError(t, err)
		require.Equal(t, r, got)
	}
	require.NoError(t, s.Erase(of))
	require.NoError(t, s.Erase(of))
	_, err = s.Get(of)
	require.ErrorIs(t, err, deposit.ErrErased)
	_, err = s.Put(of, r)
	require.ErrorIs(t, err, deposit.ErrErased)

	none, never := order(t, 1, 2)
	require.NoError(t, s.Erase(none), "so that a copy under way is not taken")
	_, err = s.Put(none, never)
	require.ErrorIs(t, err, deposit.ErrErased)
}

func second[T any](_ T, err error) error { return err }

// TestStore_AnyHistory does what comes to mind, in any order, with ends and starts between:
// the store has what a map has.
func TestStore_AnyHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "deposits") //nolint:usetesting // rapid's T has none
		require.NoError(t, err)
		defer os.RemoveAll(dir) //nolint:errcheck // the system's to remove
		s := open(t, options(dir))
		kept, erased := map[uint64]bool{}, map[uint64]bool{}
		for range rapid.IntRange(1, 20).Draw(t, "acts") {
			n := rapid.Uint64Range(1, 4).Draw(t, "order")
			of, r := order(t, byte(n%2), n)
			switch rapid.SampledFrom([]string{"put", "put", "put", "get", "erase", "restart"}).Draw(t, "act") {
			case "put":
				added, err := s.Put(of, r)
				if erased[n] {
					require.ErrorIs(t, err, deposit.ErrErased)
					continue
				}
				require.NoError(t, err)
				require.Equal(t, !kept[n], added)
				kept[n] = true
			case "get":
				got, err := s.Get(of)
				switch {
				case erased[n]:
					require.ErrorIs(t, err, deposit.ErrErased)
				case kept[n]:
					require.NoError(t, err)
					require.Equal(t, r, got)
				default:
					require.ErrorIs(t, err, deposit.ErrNone)
				}
			case "erase":
				require.NoError(t, s.Erase(of))
				erased[n] = true
			case "restart":
				s = open(t, options(dir))
			}
		}
	})
}

// TestStore_LeavesNothingHalfWritten: what a kill left beside the records is no record, and
// is removed.
func TestStore_LeavesNothingHalfWritten(t *testing.T) {
	dir := t.TempDir()
	s := open(t, options(dir))
	of, r := order(t, 1, 1)
	require.NoError(t, second(s.Put(of, r)))
	path := filepath.Join(dir, only(t, dir))
	half := filepath.Join(filepath.Dir(path), ".new-123")
	require.NoError(t, os.WriteFile(half, []byte(r.Text[:10]), 0o600))
	o := options(dir)
	o.MerchantRecords = 2
	s = open(t, o)
	another, more := order(t, 1, 2)
	require.NoError(t, second(s.Put(another, more)), "it is not counted")
	require.NoFileExists(t, half)
	got, err := s.Get(of)
	require.NoError(t, err)
	require.Equal(t, r, got)
}

// only is the one file below a directory.
func only(t *testing.T, dir string) string {
	t.Helper()
	files := disktest.Files(t, dir)
	require.Len(t, files, 1)
	return files[0]
}

// TestStore_ErasedBytesAreGone looks for what was erased in every file.
func TestStore_ErasedBytesAreGone(t *testing.T) {
	dir := t.TempDir()
	s := open(t, options(dir))
	of, r := order(t, 1, 7)
	require.NoError(t, second(s.Put(of, r)))
	found := func() bool {
		for _, name := range disktest.Files(t, dir) {
			raw, err := os.ReadFile(filepath.Join(dir, name))
			require.NoError(t, err)
			if strings.Contains(string(raw), r.Text[:40]) || strings.Contains(string(raw), r.Salt.String()[2:]) {
				return true
			}
		}
		return false
	}
	require.True(t, found(), "the test looks in the right place")
	require.NoError(t, s.Erase(of))
	require.False(t, found())
}

// TestStore_Limits: each merchant has its own room, and a disk that is nearly full takes
// nothing new, and still erases.
func TestStore_Limits(t *testing.T) {
	o := options(t.TempDir())
	first, r := order(t, 1, 1)
	o.MerchantRecords, o.MerchantBytes = 3, uint64(2*len(r.Text))
	s := open(t, o)
	put := func(merchant byte, n uint64) error {
		of, r := order(t, merchant, n)
		return second(s.Put(of, r))
	}
	require.NoError(t, put(1, 1))
	require.NoError(t, put(1, 2))
	require.ErrorIs(t, put(1, 3), deposit.ErrFull, "of bytes")
	require.NoError(t, put(1, 2), "the same again takes no room")
	require.NoError(t, put(2, 3), "another merchant has its own")
	require.NoError(t, s.Erase(first))
	require.NoError(t, put(1, 3), "what was erased has no bytes")
	s = open(t, o)
	erased, _ := order(t, 1, 2)
	require.NoError(t, s.Erase(erased))
	require.ErrorIs(t, put(1, 4), deposit.ErrFull, "of records: two marks are counted, also after a start")

	o.MerchantRecords = 1
	s = open(t, o)
	never, _ := order(t, 3, 1)
	require.NoError(t, s.Erase(never))
	require.ErrorIs(t, put(3, 2), deposit.ErrFull, "a mark of what never was is counted")

	o.MerchantRecords, o.Reserve = 10, 1<<60
	s = open(t, o)
	require.ErrorIs(t, put(2, 5), deposit.ErrNoRoom)
	require.NoError(t, put(2, 3), "it is there")
	of, _ := order(t, 2, 3)
	require.NoError(t, s.Erase(of))
}

// TestStore_AtOnce puts many records at once, some of them several times: all are there, each was
// added once, and the merchant's figures are exact.
func TestStore_AtOnce(t *testing.T) {
	const orders, copies = 40, 3
	size := 0
	for n := range uint64(orders) {
		_, r := order(t, 1, n+1)
		size += len(r.Text)
	}
	o := options(t.TempDir())
	o.MerchantRecords, o.MerchantBytes = orders, uint64(size)
	s := open(t, o)
	var all sync.WaitGroup
	var mu sync.Mutex
	added := map[uint64]int{}
	for n := range uint64(orders) {
		for range copies {
			all.Go(func() {
				of, r := order(t, 1, n+1)
				is, err := s.Put(of, r)
				mu.Lock()
				defer mu.Unlock()
				if err == nil && is {
					added[n]++
				}
				if err != nil {
					t.Errorf("order %d: %v", n, err)
				}
			})
		}
	}
	all.Wait()
	require.Len(t, added, orders)
	for n, times := range added {
		require.Equal(t, 1, times, n)
	}
	of, r := order(t, 1, orders+1)
	require.ErrorIs(t, second(s.Put(of, r)), deposit.ErrFull)
}

// TestStore_DamageIsFound spoils the file of a record in eight ways, and puts the file of another
// in its place: what is read is the record, or an error. It is taken again, and counted once.
func TestStore_DamageIsFound(t *testing.T) {
	damages := append(disktest.Damages(),
		disktest.Damage{Name: "another's", Spoil: func(t testing.TB, path string) bool {
			t.Helper()
			other := t.TempDir()
			_, err := open(t, options(other)).Put(order(t, 1, 9))
			require.NoError(t, err)
			raw, err := os.ReadFile(filepath.Join(other, disktest.Files(t, other)[0]))
			require.NoError(t, err)
			return disktest.Rewrite(t, path, func([]byte) []byte { return raw })
		}},
		disktest.Damage{Name: "a salt in capitals", Spoil: func(t testing.TB, path string) bool {
			t.Helper()
			return disktest.Rewrite(t, path, func(raw []byte) []byte { return append(bytes.ToUpper(raw[:64]), raw[64:]...) })
		}},
	)
	for _, how := range damages {
		dir := t.TempDir()
		of, r := order(t, 1, 1)
		o := options(dir)
		o.MerchantRecords = 1
		s := open(t, o)
		require.NoError(t, second(s.Put(of, r)))
		if !how.Spoil(t, filepath.Join(dir, only(t, dir))) {
			continue // it is too short
		}
		_, err := s.Get(of)
		if how.Name == "gone" {
			require.ErrorIs(t, err, deposit.ErrNone)
			s = open(t, o)
		} else {
			require.ErrorIs(t, err, deposit.ErrDamaged, how.Name)
		}
		added, err := s.Put(of, r)
		require.NoError(t, err, how.Name)
		require.True(t, added)
		got, err := s.Get(of)
		require.NoError(t, err)
		require.Equal(t, r, got)
		require.NoError(t, s.Erase(of))
		_, err = s.Get(of)
		require.ErrorIs(t, err, deposit.ErrErased)
	}
}

// TestStore_NoTextCanBeAMark: the one short text that a file may have beside a record's is none.
func TestStore_NoTextCanBeAMark(t *testing.T) {
	dir := t.TempDir()
	s := open(t, options(dir))
	of, r := order(t, 1, 1)
	require.NoError(t, second(s.Put(of, r)))
	path := filepath.Join(dir, only(t, dir))
	for _, raw := range []string{"erased", "erased\n\n", "ERASED\n", "", "\n"} {
		require.NoError(t, os.WriteFile(path, []byte(raw), 0o600))
		_, err := s.Get(of)
		require.ErrorIs(t, err, deposit.ErrDamaged, "%q", raw)
	}
}

// TestStore_Has: a record is there from its deposit to its erasure, and a mark is none.
func TestStore_Has(t *testing.T) {
	dir := t.TempDir()
	s := open(t, options(dir))
	of, r := order(t, 1, 1)
	has := func() bool {
		is, err := s.Has(of)
		require.NoError(t, err)
		return is
	}
	require.False(t, has())
	_, err := s.Put(of, r)
	require.NoError(t, err)
	require.True(t, has())
	require.NoError(t, s.Erase(of))
	require.False(t, has())

	unsigned := of
	unsigned.Details = voucher.Hash{}
	is, err := s.Has(unsigned)
	require.NoError(t, err)
	require.False(t, is)
	other, _ := order(t, 2, 1)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "0200000000000000000000000000000000000000"), nil, 0o600))
	_, err = s.Has(other)
	require.Error(t, err, "a disk that cannot tell says neither yes nor no")
}

// BenchmarkHas is what a line of a report costs more where records are kept.
func BenchmarkHas(b *testing.B) {
	s := open(b, options(b.TempDir()))
	of, r := order(b, 1, 1)
	_, err := s.Put(of, r)
	require.NoError(b, err)
	none, _ := order(b, 1, 2)
	for b.Loop() {
		for _, one := range []deposit.Subject{of, none} {
			if _, err := s.Has(one); err != nil {
				b.Fatal(err)
			}
		}
	}
}
