package deposit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Use is how much of a store is used.
type Use struct {
	Merchants int
	Records   uint64 // erased ones included
	Bytes     uint64 // of texts
	// MostRecords and MostBytes are those of the merchants that have most.
	MostRecords, MostBytes uint64
	// Part says that there are more files than were looked at, so all figures are at least so much.
	Part bool
}

// Survey looks at a directory of records without opening it as a store: it changes nothing, and a
// server may run on it. It stops after a number of files. Each is opened, so one that cannot be read is
// found. The error is that of the file system: fs.ErrNotExist where there is no directory.
func Survey(dir string, files int) (u Use, err error) {
	merchants, err := os.ReadDir(dir)
	if err != nil {
		return u, fmt.Errorf("look at the records: %w", err)
	}
	for _, m := range merchants {
		if !m.IsDir() {
			continue
		}
		u.Merchants++
		var of account
		err := walk(filepath.Join(dir, m.Name()), func(path string, text uint64, whole bool) error {
			switch {
			case !whole:
				return nil
			case files == 0:
				u.Part = true
				return fs.SkipAll
			}
			files--
			of.records, of.bytes = of.records+1, of.bytes+text
			return readable(path)
		})
		if err != nil {
			return u, fmt.Errorf("look at the records: %w", err)
		}
		u.Records, u.Bytes = u.Records+of.records, u.Bytes+of.bytes
		u.MostRecords, u.MostBytes = max(u.MostRecords, of.records), max(u.MostBytes, of.bytes)
	}
	return u, nil
}

func readable(path string) error {
	f, err := os.Open(path)             //nolint:gosec // a file of the store
	if errors.Is(err, fs.ErrNotExist) { // what a server was writing
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// walk visits the files of a merchant's directory: how long the text in each is, 0 of a mark. One
// that is not whole was left by a kill.
func walk(dir string, visit func(path string, text uint64, whole bool) error) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil || e.IsDir():
			return err
		case strings.HasPrefix(e.Name(), "."):
			return visit(path, 0, false)
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) { // it was replaced meanwhile
			return nil
		}
		if err != nil {
			return err
		}
		return visit(path, uint64(max(0, info.Size()-int64(maxFile-MaxRecord))), true)
	})
}
