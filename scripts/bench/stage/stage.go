// Package stage is where the programs that are measured run: a directory of its
// own, and processes that end with it, however it ends. They are real programs:
// tallyd, Debian's redis-server and PostgreSQL, and what stands beside tallyd.
package stage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"tally/scripts/bench/shop"
)

// Stage is a directory and the processes in it.
type Stage struct {
	tallyd    string // the program
	others    string // directory of the programs beside it
	dir       string
	processes []*Process
}

// New makes a stage in a new directory below dir, the system's for temporary
// files if it is empty. Tallyd is a program, others a directory of those beside it.
func New(dir, tallyd, others string) (*Stage, error) {
	dir, err := os.MkdirTemp(dir, "tally-bench-")
	if err != nil {
		return nil, fmt.Errorf("room for the benchmark: %w", err)
	}
	// PostgreSQL, which runs as another user where this one is root, has to get through.
	if err := os.Chmod(dir, 0o711); err != nil {
		return nil, errors.Join(fmt.Errorf("room for the benchmark: %w", err), os.RemoveAll(dir))
	}
	return &Stage{tallyd: tallyd, others: others, dir: dir}, nil
}

// Dir is a new directory on the stage. The error says that it is there already.
func (s *Stage) Dir(name string) (string, error) {
	path := filepath.Join(s.dir, name)
	if err := os.Mkdir(path, 0o700); err != nil {
		return "", fmt.Errorf("room for the benchmark: %w", err)
	}
	return path, nil
}

// Close ends every process, the last one first, and removes the directory.
func (s *Stage) Close() error {
	var failed error
	for _, p := range slices.Backward(s.processes) {
		failed = errors.Join(failed, p.End())
	}
	return errors.Join(failed, os.RemoveAll(s.dir))
}

// Program starts one of those beside tallyd, and returns when it listens.
func (s *Stage) Program(ctx context.Context, name string, args ...string) (*Server, error) {
	return s.serve(ctx, name, filepath.Join(s.others, name), append([]string{"--listen", anyPort}, args...))
}

// Tallyd serves the ledger of a directory, or founds one there, and returns when
// it is ready. Rate limits are off: all clients are one address with one token.
func (s *Stage) Tallyd(ctx context.Context, data string, flags ...string) (*Server, error) {
	return s.Build(ctx, s.tallyd, data, flags...)
}

// Build is Tallyd with another build of the program.
func (s *Stage) Build(ctx context.Context, program, data string, flags ...string) (*Server, error) {
	args := append([]string{
		"serve", "--data", data, "--new-log-key", "--listen", anyPort, "--metrics-listen", anyPort,
		"--public-url", shop.Origin, "--drain-grace", "0s", "--rate-address", "off", "--rate-token", "off",
	}, flags...)
	server, err := s.serve(ctx, "tallyd", program, args)
	if err == nil {
		err = server.ready(ctx)
	}
	return server, err
}

// SizeOf is the bytes of a directory's files. One that goes meanwhile does not
// count, so nothing but an error of the directory itself ends the walk.
func SizeOf(dir string) (size int64, err error) {
	if _, err := os.Stat(dir); err != nil {
		return 0, fmt.Errorf("size of files: %w", err)
	}
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			if info, err := entry.Info(); err == nil {
				size += info.Size()
			}
		}
		return nil
	})
	return size, nil
}
