// Package zone reads what a database of time zones says, as the offset tables
// that campaigns sign (voucher.Offset). Ledgers compute local days from those
// tables alone; this is for who writes one, and who checks it.
package zone

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
	_ "time/tzdata" // so that time zones are known on every machine
)

// MaxFile is the greatest length of a compiled time zone, in bytes: the longest
// of the database has less than 4 kB.
const MaxFile = 64 << 10

// ErrNoZone says that a database has no time zone of a name.
var ErrNoZone = errors.New("no IANA time zone")

// Database is a time zone database.
type Database struct {
	name string
	dir  string // empty for the one that Go has
}

// BuiltIn is the database that this program was built with.
func BuiltIn() Database { return Database{name: "the tzdata of " + runtime.Version()} }

// Open is a database of compiled time zones (RFC 9636) in a directory, as
// /usr/share/zoneinfo is one.
func Open(dir string) (Database, error) {
	if _, err := readLimited(filepath.Join(dir, "Etc", "UTC")); err != nil {
		return Database{}, fmt.Errorf("%s is no directory of compiled time zones: %w", dir, err)
	}
	return Database{name: name(dir), dir: dir}, nil
}

// name is the version that a directory says, in the first line of tzdata.zi or
// in the file +VERSION, and else its path.
func name(dir string) string {
	if f, err := os.Open(filepath.Join(dir, "tzdata.zi")); err == nil { //nolint:gosec // the auditor names it
		defer f.Close() //nolint:errcheck // it was read
		first, _ := bufio.NewReader(io.LimitReader(f, 100)).ReadString('\n')
		if version, ok := strings.CutPrefix(strings.TrimSpace(first), "# version "); ok {
			return "tzdata " + version
		}
	}
	if raw, err := readLimited(filepath.Join(dir, "+VERSION")); err == nil {
		return "tzdata " + strings.TrimSpace(string(raw))
	}
	return "the tzdata in " + dir
}

// Name says which database it is: "tzdata 2025b".
func (d Database) Name() string { return d.name }

// Location is a time zone by its IANA name. The error is ErrNoZone.
func (d Database) Location(zone string) (*time.Location, error) {
	if zone == "" || zone == "Local" || !filepath.IsLocal(zone) {
		return nil, fmt.Errorf("%w %q", ErrNoZone, zone)
	}
	location, err := d.load(zone)
	if err != nil {
		return nil, fmt.Errorf("%w %q: %w", ErrNoZone, zone, err)
	}
	return location, nil
}

func (d Database) load(zone string) (*time.Location, error) {
	if d.dir == "" {
		return time.LoadLocation(zone)
	}
	raw, err := readLimited(filepath.Join(d.dir, filepath.FromSlash(zone)))
	if err != nil {
		return nil, err
	}
	return time.LoadLocationFromTZData(zone, raw)
}

func readLimited(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // below a directory that the auditor names
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err = errors.Join(err, f.Close()); err == nil && len(raw) > MaxFile {
		err = fmt.Errorf("more than %d bytes", MaxFile)
	}
	return raw, err
}
