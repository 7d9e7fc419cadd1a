package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// numberFile is added to the package under mutation.
const numberFile = `package %s

import (
	"os"
	"strconv"
)

var mutantNumber, _ = strconv.Atoi(os.Getenv("MUTANT"))
`

// subject is a package under mutation. Its own files are never touched: what
// is damaged lies in scratch and reaches the compiler as an overlay.
type subject struct {
	dir     string
	scratch string
	flags   []string
	sources []*source
	mutants []mutant
	name    string
	builds  atomic.Int64
}

// load reads and checks a package that imports the standard library only. The
// flags go to its tests.
func load(ctx context.Context, dir, scratch string, flags []string) (*subject, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	s := &subject{dir: dir, scratch: scratch, flags: flags}
	set, files := token.NewFileSet(), []*ast.File(nil)
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		code, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(set, path, code, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files, s.name = append(files, f), f.Name.Name
		s.sources = append(s.sources, &source{
			path: path, code: code, set: set, file: set.File(f.Pos()), mutants: &s.mutants,
			before: map[int]string{}, after: map[int]string{},
		})
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	checker := types.Config{Importer: importer.ForCompiler(set, "gc", exports(ctx))}
	pkg, err := checker.Check(dir, set, files, info)
	if err != nil {
		return nil, err
	}
	for i, f := range files {
		s.sources[i].info, s.sources[i].pkg = info, pkg
		s.sources[i].mutate(f)
	}
	return s, nil
}

// exports finds what the compiler wrote of a package of the standard library.
func exports(ctx context.Context) importer.Lookup {
	return func(path string) (io.ReadCloser, error) {
		cmd := exec.CommandContext(ctx, "go", "list", "-export", "-f", "{{.Export}}", path)
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("go list -export %s: %w", path, err)
		}
		return os.Open(strings.TrimSpace(string(out)))
	}
}

// build compiles the tests with some files replaced and returns the binary.
func (s *subject) build(ctx context.Context, replaced map[string]string) (string, error) {
	stem := filepath.Join(s.scratch, strconv.FormatInt(s.builds.Add(1), 10))
	overlay := map[string]map[string]string{"Replace": {}}
	for path, text := range replaced {
		copied := stem + "-" + filepath.Base(path)
		if err := os.WriteFile(copied, []byte(text), 0o600); err != nil {
			return "", err
		}
		overlay["Replace"][path] = copied
	}
	list, err := json.Marshal(overlay)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(stem+".json", list, 0o600); err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", stem+".json", "-ldflags=-s -w", "-o", stem+".test", s.dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the tests do not build: %w\n%s", err, out)
	}
	return stem + ".test", nil
}

// schema builds the tests with all mutants that need no build of their own.
func (s *subject) schema(ctx context.Context) (string, error) {
	replaced := map[string]string{filepath.Join(s.dir, "mutant_number.go"): fmt.Sprintf(numberFile, s.name)}
	for _, src := range s.sources {
		replaced[src.path] = src.schema()
	}
	return s.build(ctx, replaced)
}

// fixed builds the tests with one mutant of a constant.
func (s *subject) fixed(ctx context.Context, m mutant) (string, error) {
	for _, src := range s.sources {
		if filepath.Base(src.path) == m.file {
			return s.build(ctx, map[string]string{src.path: src.with(m.edit)})
		}
	}
	return "", fmt.Errorf("no file %s", m.file)
}

// verdict is what the tests made of a mutant.
type verdict string

const (
	killed   verdict = "killed"
	timedOut verdict = "timed out" // found as well: the tests do not pass
	lived    verdict = "lived"
)

// test runs a test binary with one mutant alive, or none.
func (s *subject) test(ctx context.Context, binary string, number int, limit time.Duration) (verdict, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, append([]string{"-test.failfast"}, s.flags...)...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "MUTANT="+strconv.Itoa(number), "GOMAXPROCS=1")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return lived, out.Bytes(), nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return timedOut, nil, nil
	case errors.As(err, &exit):
		return killed, out.Bytes(), nil
	default:
		return "", nil, err
	}
}
