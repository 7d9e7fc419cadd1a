package stage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// ErrNoPostgres says that PostgreSQL is not installed.
var ErrNoPostgres = errors.New("PostgreSQL is not installed: apt-get install postgresql")

// PostgresSettings are those that differ from what Debian installs: memory
// enough for all that is measured, and no checkpoint while the clock runs. That
// fsync and synchronous_commit are on is its default, said here all the same.
func PostgresSettings() []string {
	return []string{"fsync=on", "synchronous_commit=on", "shared_buffers=512MB", "max_wal_size=4GB", "max_connections=200"}
}

// Postgres starts Debian's PostgreSQL on an empty database of its own, on a
// socket, and returns the URL of a database. It refuses to run as root: as root
// it is started as the user that Debian's package makes.
func (s *Stage) Postgres(ctx context.Context) (dsn string, p *Process, err error) {
	bin, err := postgresBin()
	if err != nil {
		return "", nil, err
	}
	dir, err := s.Dir(fmt.Sprintf("postgres-%d", len(s.processes)))
	if err != nil {
		return "", nil, err
	}
	as, name, err := unprivileged(dir)
	if err != nil {
		return "", nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-A", "trust", "-U", name, "-E", "UTF8", "--locale=C")
	initdb.Dir, initdb.SysProcAttr = dir, &syscall.SysProcAttr{Credential: as}
	switch err := quiet(initdb); {
	case errors.Is(err, fs.ErrPermission):
		return "", nil, fmt.Errorf("%w: PostgreSQL runs as %s, who cannot get to %s: choose another --dir", err, name, dir)
	case err != nil:
		return "", nil, err
	}
	args := []string{"-D", data, "-k", dir, "-c", "listen_addresses="}
	for _, setting := range PostgresSettings() {
		args = append(args, "-c", setting)
	}
	if p, err = s.start("postgres", filepath.Join(bin, "postgres"), args, as); err != nil {
		return "", nil, err
	}
	err = p.until(ctx, func(ctx context.Context) error {
		return quiet(exec.CommandContext(ctx, filepath.Join(bin, "pg_isready"), "-h", dir, "-U", name))
	})
	at := url.URL{Scheme: "postgres", User: url.User(name), Path: "/postgres", RawQuery: url.Values{"host": {dir}}.Encode()}
	return at.String(), p, err
}

// postgresBin is where Debian puts the programs of the newest version there is.
func postgresBin() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.Join(ErrNoPostgres, err)
	}
	return filepath.Dir(slices.Max(found)), nil
}

// unprivileged is whom PostgreSQL runs as, and makes a directory theirs.
func unprivileged(dir string) (*syscall.Credential, string, error) {
	if os.Getuid() != 0 {
		me, err := user.Current()
		if err != nil {
			return nil, "", fmt.Errorf("user of PostgreSQL: %w", err)
		}
		return nil, me.Username, nil
	}
	owner, err := user.Lookup("postgres")
	if err != nil {
		return nil, "", fmt.Errorf("user of PostgreSQL: %w", err)
	}
	uid, err1 := strconv.ParseUint(owner.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(owner.Gid, 10, 32)
	if err := errors.Join(err1, err2, os.Chown(dir, int(uid), int(gid))); err != nil {
		return nil, "", fmt.Errorf("user of PostgreSQL: %w", err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, owner.Username, nil
}
