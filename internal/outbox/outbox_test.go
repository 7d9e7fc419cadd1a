package outbox_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/outbox"
	"tally/internal/voucher"
)

func item(n byte) outbox.Item {
	return outbox.Item{
		Version: 1, Fingerprint: voucher.Hash{n}, ID: voucher.Hash{n, 1}, Server: "https://tally.example", Ledger: voucher.Hash{3},
		Verb: "rollback", Given: "tally rollback", Key: voucher.Address{4}, Signed: 100 - uint64(n), Deadline: 700,
		Path: "/v1/redemptions", IdempotencyKey: "sale-1", Body: `{"code":"TALLY1-É","b":"<&>"}`,
	}
}

func outboxOf(t *testing.T) outbox.Dir {
	t.Helper()
	return outbox.Dir(filepath.Join(t.TempDir(), "home", "outbox"))
}

func TestDir_KeepsTheSameBytesUntilTheyAreDropped(t *testing.T) {
	d := outboxOf(t)
	_, found, err := d.Find(voucher.Hash{1})
	require.NoError(t, err)
	require.False(t, found)
	require.NoError(t, d.Keep(item(1)))
	require.NoError(t, d.Keep(item(2)))
	require.ErrorIs(t, d.Keep(item(1)), outbox.ErrThere)

	got, found, err := d.Find(voucher.Hash{1})
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, item(1), got)
	list, damaged, err := d.List()
	require.NoError(t, err)
	require.Empty(t, damaged)
	require.Equal(t, []outbox.Item{item(2), item(1)}, list, "the oldest first")

	require.NoError(t, d.Drop(voucher.Hash{1}))
	require.NoError(t, d.Drop(voucher.Hash{1}))
	_, found, err = d.Find(voucher.Hash{1})
	require.NoError(t, err)
	require.False(t, found)
}

func TestDir_IsForItsOwnerOnly(t *testing.T) {
	d := outboxOf(t)
	require.NoError(t, d.Keep(item(1)))
	info, err := os.Stat(string(d))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	files, err := filepath.Glob(filepath.Join(string(d), "*"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	info, err = os.Stat(files[0])
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

// TestDir_NamesDamagedFiles spoils one of two files, which hides the other in no way.
func TestDir_NamesDamagedFiles(t *testing.T) {
	for name, spoil := range map[string]func(path string, text []byte) error{
		"a bit": func(path string, text []byte) error {
			text[len(text)/2] ^= 1
			return os.WriteFile(path, text, 0o600)
		},
		"no sum":         func(path string, text []byte) error { return os.WriteFile(path, text[:len(text)-66], 0o600) },
		"empty":          func(path string, _ []byte) error { return os.WriteFile(path, nil, 0o600) },
		"too long":       func(path string, _ []byte) error { return os.WriteFile(path, make([]byte, outbox.MaxItem+1), 0o600) },
		"open to others": func(path string, _ []byte) error { return os.Chmod(path, 0o644) },
		"another's file": func(path string, _ []byte) error {
			return os.Rename(path, filepath.Join(filepath.Dir(path), "00.json"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := outboxOf(t)
			require.NoError(t, d.Keep(item(1)))
			path, err := filepath.Glob(filepath.Join(string(d), "*"))
			require.NoError(t, err)
			require.NoError(t, d.Keep(item(2)))
			text, err := os.ReadFile(path[0])
			require.NoError(t, err)
			require.NoError(t, spoil(path[0], text))

			list, damaged, err := d.List()
			require.NoError(t, err)
			require.Equal(t, []outbox.Item{item(2)}, list)
			require.Len(t, damaged, 1)
			require.ErrorIs(t, damaged[0], outbox.ErrDamaged)
			require.ErrorContains(t, damaged[0], string(d))
			require.NotContains(t, damaged[0].Error(), "TALLY1")
			if name != "another's file" {
				_, _, err = d.Find(voucher.Hash{1})
				require.ErrorIs(t, err, outbox.ErrDamaged)
			}
		})
	}
}

func TestDir_IsBounded(t *testing.T) {
	d := outboxOf(t)
	long := item(1)
	long.Body = string(make([]byte, outbox.MaxItem))
	require.ErrorIs(t, d.Keep(long), outbox.ErrFull)
	for n := range outbox.MaxItems {
		one := item(1)
		one.Fingerprint = voucher.Hash{byte(n), byte(n >> 8), 1}
		require.NoError(t, d.Keep(one))
	}
	require.ErrorIs(t, d.Keep(item(1)), outbox.ErrFull)
	require.NoError(t, d.Drop(voucher.Hash{0, 0, 1}))
	require.NoError(t, d.Keep(item(1)))
}
