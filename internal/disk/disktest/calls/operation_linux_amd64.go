package calls

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// kind is what an operation does to files.
type kind int

const (
	kindBytes  kind = iota // changes bytes, or a file's length
	kindSync               // has a file, or the names of a directory, kept
	kindMake               // makes a name
	kindRename             // moves a name over another
	kindRemove             // removes a name
)

// operation is one call that changes or syncs files below the directory.
type operation struct {
	name string
	kind kind
	path string
	to   string // of a rename
	// from is where bytes change first. A file changes to its end if length is less than 0.
	from, length int64
}

// read is the call that a thread is about to make, or nil where it is none of interest.
func (t *tracer) read(id int, regs *unix.PtraceRegs) *operation {
	a, b, c, d := int64(regs.Rdi), int64(regs.Rsi), int64(regs.Rdx), int64(regs.R10)
	switch regs.Orig_rax {
	case unix.SYS_WRITE, unix.SYS_WRITEV:
		return t.file(id, "write", a, position, lengthOf(regs.Orig_rax == unix.SYS_WRITE, c))
	case unix.SYS_PWRITE64:
		return t.file(id, "pwrite64", a, d, c)
	case unix.SYS_PWRITEV, unix.SYS_PWRITEV2:
		return t.file(id, "pwritev", a, d, -1)
	case unix.SYS_FTRUNCATE:
		return t.file(id, "ftruncate", a, b, -1)
	case unix.SYS_FALLOCATE:
		from := int64(0)
		if b == 0 {
			from = math.MaxInt64 // what is written stays
		}
		return t.file(id, "fallocate", a, from, -1)
	case unix.SYS_COPY_FILE_RANGE:
		return t.file(id, "copy_file_range", c, 0, -1)
	case unix.SYS_FSYNC, unix.SYS_FDATASYNC:
		o := t.file(id, "fsync", a, 0, 0)
		if o != nil {
			o.kind = kindSync
		}
		return o
	case unix.SYS_OPENAT:
		if d := c; d&unix.O_CREAT != 0 || d&unix.O_TRUNC != 0 {
			return t.opening(t.named(id, a, b), d)
		}
	case unix.SYS_MKDIRAT:
		return t.names("mkdirat", kindMake, t.named(id, a, b), "")
	case unix.SYS_LINKAT:
		return t.names("linkat", kindMake, t.named(id, c, d), "")
	case unix.SYS_RENAMEAT, unix.SYS_RENAMEAT2:
		return t.names("renameat", kindRename, t.named(id, a, b), t.named(id, c, d))
	case unix.SYS_UNLINKAT:
		return t.removing(t.named(id, a, b))
	case unix.SYS_RENAME:
		return t.names("renameat", kindRename, t.named(id, unix.AT_FDCWD, a), t.named(id, unix.AT_FDCWD, b))
	case unix.SYS_UNLINK, unix.SYS_RMDIR:
		return t.removing(t.named(id, unix.AT_FDCWD, a))
	case unix.SYS_MKDIR:
		return t.names("mkdirat", kindMake, t.named(id, unix.AT_FDCWD, a), "")
	}
	return nil
}

// nameEnd is the name of the call by which a part ends.
const nameEnd = "end"

// position stands for the place at which a file is written next.
const position = -1

func lengthOf(known bool, n int64) int64 {
	if known {
		return n
	}
	return -1
}

// file is an operation on an open file.
func (t *tracer) file(id int, name string, fd, from, length int64) *operation {
	path, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", id, fd))
	if err != nil || !t.below(path) {
		return nil
	}
	if from == position {
		from = placeOf(id, fd)
	}
	return &operation{name: name, kind: kindBytes, path: path, from: from, length: length}
}

// placeOf is where an open file is written next.
func placeOf(id int, fd int64) (place int64) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/fdinfo/%d", id, fd))
	if err != nil {
		return 0
	}
	var flags int64
	_, _ = fmt.Sscanf(string(text), "pos:\t%d\nflags:\t%o", &place, &flags)
	if flags&unix.O_APPEND != 0 {
		if info, err := os.Stat(fmt.Sprintf("/proc/%d/fd/%d", id, fd)); err == nil {
			return info.Size()
		}
	}
	return place
}

// opening is a call that makes a file, or empties one.
func (t *tracer) opening(path string, flags int64) *operation {
	if !t.below(path) {
		return nil
	}
	switch _, err := os.Lstat(path); {
	case err != nil && flags&unix.O_CREAT != 0:
		return &operation{name: "openat", kind: kindMake, path: path}
	case err == nil && flags&unix.O_TRUNC != 0:
		return &operation{name: "openat", kind: kindBytes, path: path, length: -1}
	}
	return nil
}

// removing is a call that removes a name, or says where the part begins or ends.
func (t *tracer) removing(path string) *operation {
	switch path {
	case beginName:
		t.begun = true
	case endName:
		return &operation{name: nameEnd, kind: kindSync, path: path}
	}
	if _, err := os.Lstat(path); err != nil {
		return nil
	}
	return t.names("unlinkat", kindRemove, path, "")
}

func (t *tracer) names(name string, k kind, path, to string) *operation {
	if !t.below(path) && !t.below(to) {
		return nil
	}
	return &operation{name: name, kind: k, path: path, to: to}
}

func (t *tracer) below(path string) bool { return path == t.dir || strings.HasPrefix(path, t.dir+"/") }

// named is the path that a call names, by a directory and a text in the thread's memory.
func (t *tracer) named(id int, dir, text int64) string {
	path := textAt(id, uintptr(text))
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	link := fmt.Sprintf("/proc/%d/fd/%d", id, int32(dir))
	if int32(dir) == unix.AT_FDCWD {
		link = fmt.Sprintf("/proc/%d/cwd", id)
	}
	base, err := os.Readlink(link)
	if err != nil {
		return ""
	}
	return filepath.Join(base, path)
}

// textAt is a text in a thread's memory, at most PATH_MAX bytes of it.
func textAt(id int, at uintptr) string {
	var text []byte
	for word := make([]byte, 8); len(text) < unix.PathMax; at += 8 {
		if _, err := unix.PtracePeekData(id, at, word); err != nil {
			return ""
		}
		for _, b := range word {
			if b == 0 {
				return string(text)
			}
			text = append(text, b)
		}
	}
	return ""
}
