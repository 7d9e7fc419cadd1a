package calls

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// unsynced is what changed and was not synced since, oldest first, and how it was before.
type unsynced struct {
	dir   string // what is watched
	kept  string // a directory beside it, for files whose names go
	links int    // made there
	bytes []changedBytes
	names []changedName
}

// changedBytes is how a part of a file was.
type changedBytes struct {
	file uint64 // inode
	from int64
	old  []byte
	size int64
}

// changedName is how a name was.
type changedName struct {
	kind     kind
	path, to string
	parents  []uint64 // directories whose sync keeps the change
	saved    string   // link to the file that the name had, or that it was moved over; "" for none
}

func newUnsynced(dir string) (u unsynced, err error) {
	if u.dir, err = filepath.EvalSymlinks(dir); err != nil {
		return u, err
	}
	// Beside the directory, because links do not leave a file system.
	u.kept, err = os.MkdirTemp(filepath.Dir(u.dir), "calls-")
	return u, err
}

// before saves what an operation is about to change.
func (u *unsynced) before(o *operation) error {
	switch o.kind {
	case kindBytes:
		return u.save(o)
	case kindSync:
		return nil
	default:
		return u.rename(o)
	}
}

// save saves the bytes.
func (u *unsynced) save(o *operation) error {
	file, err := os.Open(o.path)
	if err != nil {
		return nil //nolint:nilerr // its name has gone: no restart sees the file
	}
	defer file.Close() //nolint:errcheck // it was read
	info, err := file.Stat()
	if err != nil {
		return err
	}
	end := info.Size()
	if o.length >= 0 {
		end = min(end, o.from+o.length)
	}
	c := changedBytes{file: inode(info), from: o.from, size: info.Size()}
	if end > o.from {
		c.old = make([]byte, end-o.from)
		if _, err := file.ReadAt(c.old, o.from); err != nil {
			return fmt.Errorf("save %s: %w", o.path, err)
		}
	}
	u.bytes = append(u.bytes, c)
	return nil
}

// rename saves the names, and what they name.
func (u *unsynced) rename(o *operation) error {
	c := changedName{kind: o.kind, path: o.path, to: o.to, parents: []uint64{parent(o.path)}}
	gone := o.path
	if o.kind == kindRename {
		c.parents, gone = append(c.parents, parent(o.to)), o.to
	}
	if o.kind != kindMake {
		if info, err := os.Lstat(gone); err == nil && info.Mode().IsRegular() {
			c.saved = filepath.Join(u.kept, fmt.Sprint(u.links, "-", filepath.Base(gone)))
			u.links++
			if err := os.Link(gone, c.saved); err != nil {
				return err
			}
		}
	}
	u.names = append(u.names, c)
	return nil
}

// after is told that an operation ended. A sync keeps what it is of.
func (u *unsynced) after(o *operation, failed bool) {
	switch {
	case failed && o.kind != kindBytes && o.kind != kindSync:
		u.forget(o)
		return
	case failed || o.kind != kindSync:
		return
	}
	info, err := os.Stat(o.path)
	if err != nil {
		return // its name has gone
	}
	of := inode(info)
	if info.IsDir() {
		u.names = slices.DeleteFunc(u.names, func(c changedName) bool { return slices.Contains(c.parents, of) })
		return
	}
	u.bytes = slices.DeleteFunc(u.bytes, func(c changedBytes) bool { return c.file == of })
}

// forget drops a change of names that did not happen.
func (u *unsynced) forget(o *operation) {
	for i, c := range slices.Backward(u.names) {
		if c.kind == o.kind && c.path == o.path {
			u.names = slices.Delete(u.names, i, i+1)
			return
		}
	}
}

// takeBack makes everything as it was when it was last synced: names first, because
// files are found by them.
func (u *unsynced) takeBack() error {
	for _, c := range slices.Backward(u.names) {
		if err := c.takeBack(); err != nil {
			return fmt.Errorf("take back %s: %w", c.path, err)
		}
	}
	paths := map[uint64]string{}
	err := filepath.WalkDir(u.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			paths[inode(info)] = path
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, c := range slices.Backward(u.bytes) {
		if path, ok := paths[c.file]; ok {
			if err := c.takeBack(path); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c changedName) takeBack() error {
	if c.kind == kindMake {
		return os.RemoveAll(c.path)
	}
	if c.kind == kindRename {
		if err := os.Rename(c.to, c.path); err != nil {
			return err
		}
	}
	if c.saved == "" {
		return nil
	}
	name := c.path
	if c.kind == kindRename {
		name = c.to
	}
	return os.Rename(c.saved, name)
}

func (c changedBytes) takeBack(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // its errors are those of the writes
	if _, err := file.WriteAt(c.old, c.from); err != nil {
		return err
	}
	return file.Truncate(c.size)
}

// inode is the number of a file.
func inode(info fs.FileInfo) uint64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return stat.Ino
	}
	return 0
}

// parent is the number of the directory that a name is in; 0 where there is none.
func parent(path string) uint64 {
	info, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return 0
	}
	return inode(info)
}
