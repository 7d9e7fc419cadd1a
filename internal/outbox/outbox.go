package outbox

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tally/internal/disk"
	"tally/internal/voucher"
)

// Limits of an outbox. One that is full takes no command, so nothing is sent.
const (
	MaxItems = 256       // files
	MaxItem  = 256 << 10 // bytes of a file
)

var (
	// ErrFull says that an outbox has MaxItems, or that an item is too long.
	ErrFull = errors.New("the outbox is full")
	// ErrThere says that the outbox has an item of the fingerprint already.
	ErrThere = errors.New("the outbox has this already")
)

const suffix = ".json"

// Dir is the directory of an outbox. One that is not there is empty.
type Dir string

// path is where the item of a fingerprint is.
func (d Dir) path(fingerprint voucher.Hash) string {
	return filepath.Join(string(d), strings.TrimPrefix(fingerprint.String(), "0x")+suffix)
}

// Keep puts an item on the disk for good. The error is ErrFull, or ErrThere where
// another process keeps the same, or disk.ErrUnwritable; then nothing changed.
func (d Dir) Keep(i Item) error {
	text, err := i.encode()
	if err != nil {
		return err
	}
	if err := disk.MakeDirectory(string(d)); err != nil {
		return fmt.Errorf("make outbox: %w", err)
	}
	paths, err := d.paths()
	if err != nil {
		return err
	}
	if len(paths) >= MaxItems {
		return fmt.Errorf("%w: it has %d items", ErrFull, len(paths))
	}
	err = disk.Create(d.path(i.Fingerprint), text)
	if errors.Is(err, fs.ErrExist) {
		return ErrThere
	}
	if err != nil {
		return fmt.Errorf("write outbox: %w", err)
	}
	return nil
}

// Find is the item of a fingerprint. ok is false where there is none; the error is
// ErrDamaged where its file cannot be used.
func (d Dir) Find(fingerprint voucher.Hash) (i Item, ok bool, err error) {
	i, err = read(d.path(fingerprint))
	if errors.Is(err, fs.ErrNotExist) {
		return Item{}, false, nil
	}
	return i, err == nil, err
}

// List is every item, the oldest first. damaged has an ErrDamaged, with its path, for
// each file that cannot be used: it is left where it is.
func (d Dir) List() (items []Item, damaged []error, err error) {
	paths, err := d.paths()
	if err != nil {
		return nil, nil, err
	}
	for _, path := range paths {
		i, err := read(path)
		switch {
		case errors.Is(err, fs.ErrNotExist): // it was settled meanwhile
		case err != nil:
			damaged = append(damaged, err)
		default:
			items = append(items, i)
		}
	}
	slices.SortStableFunc(items, func(a, b Item) int { return cmp.Compare(a.Signed, b.Signed) })
	return items, damaged, nil
}

// Drop forgets the item of a fingerprint: its outcome is known. Without one it does
// nothing.
func (d Dir) Drop(fingerprint voucher.Hash) error {
	err := os.Remove(d.path(fingerprint))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("drop from the outbox: %w", err)
	}
	return disk.SyncDirectory(string(d))
}

// paths are the files of the items, as many as the directory has.
func (d Dir) paths() (paths []string, err error) {
	entries, err := os.ReadDir(string(d))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read outbox: %w", err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), suffix) && !strings.HasPrefix(e.Name(), ".") {
			paths = append(paths, filepath.Join(string(d), e.Name()))
		}
	}
	return paths, nil
}

// read reads an item's file, which its owner alone may read.
func read(path string) (i Item, err error) {
	f, err := os.Open(path) //nolint:gosec // the outbox's own
	if err != nil {
		return Item{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return Item{}, err
	}
	if err := disk.CheckSecret(path, info); err != nil {
		return Item{}, fmt.Errorf("%s %w: %w", path, ErrDamaged, err)
	}
	text, err := io.ReadAll(io.LimitReader(f, MaxItem+1))
	if err != nil {
		return Item{}, err
	}
	if len(text) > MaxItem {
		return Item{}, fmt.Errorf("%s %w: it is longer than %d bytes", path, ErrDamaged, MaxItem)
	}
	if i, err = decode(text); err == nil && filepath.Base(path) != filepath.Base(Dir("").path(i.Fingerprint)) {
		err = fmt.Errorf("%w: it is the file of another item", errItem)
	}
	if err != nil {
		return Item{}, fmt.Errorf("%s %w: %w", path, ErrDamaged, err)
	}
	return i, nil
}
