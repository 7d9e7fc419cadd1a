// Package processtest has what tests need that start processes: programs, which are linked
// once for all tests, and ports that no other test gets.
package processtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/gofrs/flock"
	"github.com/stretchr/testify/require"
)

// Build builds a program, as "./cmd/tallyd" seen from the repository's directory, and
// returns the path of a copy that is the test's own.
func Build(t testing.TB, pkg string, flags ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), filepath.Base(pkg))
	require.NoError(t, build(t.Context(), path, pkg, flags...))
	return path
}

// BuildIn builds programs and puts copies into a directory, each under the name of its
// package's folder.
func BuildIn(ctx context.Context, dir string, pkgs ...string) error {
	for _, pkg := range pkgs {
		if err := build(ctx, filepath.Join(dir, filepath.Base(pkg)), pkg); err != nil {
			return err
		}
	}
	return nil
}

// build links a program once for the packages of one run of go test, below .cache/programs:
// go build leaves a program alone that is what it would make. Another run may want another
// one, so what is used is a copy.
func build(ctx context.Context, path, pkg string, flags ...string) error {
	root, err := find()
	if err != nil {
		return err
	}
	kept := filepath.Join(root, ".cache", "programs", filepath.Base(pkg)+strings.Join(flags, ""))
	if err := os.MkdirAll(filepath.Dir(kept), 0o755); err != nil {
		return err
	}
	lock := flock.New(kept + ".lock")
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("lock %s: %w", kept, err)
	}
	defer lock.Unlock() //nolint:errcheck // it ends with the process at the latest
	cmd := exec.CommandContext(ctx, "go", append(append([]string{"build", "-o", kept}, flags...), pkg)...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w: %s", pkg, err, out)
	}
	return clone(path, kept)
}

// clone copies a program. A process that is started meanwhile would keep the copy open for
// writing for a moment, and the system runs no such file, so none is.
func clone(to, from string) error {
	program, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	return os.WriteFile(to, program, 0o755)
}

// Root is the repository's directory.
func Root(t testing.TB) string {
	t.Helper()
	root, err := find()
	require.NoError(t, err)
	return root
}

func find() (root string, err error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod above the test: %w", os.ErrNotExist)
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}
