package main

import (
	"context"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/gofrs/flock"

	"tally/internal/disk"
	"tally/internal/edge"
)

// CheckConfig is the command that looks through a configuration without serving.
type CheckConfig struct {
	Settings Serve `embed:""`
	Offline  bool  `help:"Contact nobody: neither the node of --rpc, nor the peers of a Fabric network, nor Redis."`
	JSON     bool  `name:"json" help:"Print JSON."`
}

// Help is what check-config's help says after the flags.
func (*CheckConfig) Help() string {
	return `It takes what serve takes, prints what is in force and from where, with secrets
masked, and checks what can be checked without starting: files, keys'
permissions, ports, the certificate, the data directory with its lock and its
records of orders; and, unless
--offline, the node of --rpc with the contract, its finality and the relayers'
balances, each --peer of a Fabric network, whether it endorses and how its clock
is, and Redis. Nothing is changed, and no transaction is sent. While the
server runs, its ports and its directory are taken.

Example: tallyd check-config --config /etc/tallyd.yaml

Exit codes: 0 all is well or a warning, 1 a check failed, 2 misused.`
}

// errChecks says that checks failed.
var errChecks = errors.New("the configuration is not valid")

// expiryWarning is for a certificate: one that ends sooner is said to.
const expiryWarning = 14 * 24 * time.Hour

// report is what check-config prints.
type report struct {
	Settings []setting `json:"settings"`
	Checks   []check   `json:"checks"`
	OK       bool      `json:"ok"`
}

// setting is one flag in force.
type setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	From  string `json:"from"` // flag, environment, file or default
}

// check is one thing that was looked at.
type check struct {
	What   string `json:"what"`
	OK     bool   `json:"ok"`
	Warn   bool   `json:"warn,omitempty"` // it will do, and should be mended
	Detail string `json:"detail"`         // what was found, and what to do where it is not well
}

// Run checks and prints.
func (c *CheckConfig) Run(ctx context.Context, k *kong.Context) error {
	flags := settingsFlags(k)
	r := report{OK: true}
	for _, flag := range flags {
		r.Settings = append(r.Settings, setting{flag.Name, masked(flag), origin(k, flag)})
	}
	of := c.Settings.chosen().check(ctx, c.Settings.basics(), c.Offline)
	r.Checks = append(append(of.data, c.checkLog()...), c.checkRecords()...)
	r.Checks = append(append(r.Checks, c.checkCertificate()...), of.files...)
	for _, flag := range flags {
		r.Checks = append(r.Checks, checkFlag(ctx, flag)...)
	}
	if !c.Offline {
		r.Checks = append(append(r.Checks, of.others...), c.checkRedis(ctx)...)
	}
	for _, one := range r.Checks {
		r.OK = r.OK && one.OK
	}
	if err := r.print(os.Stdout, c.JSON); err != nil {
		return err
	}
	if !r.OK {
		return errChecks
	}
	return nil
}

func (r report) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(r)
	}
	for _, s := range r.Settings {
		fmt.Fprintf(w, "%-20s %-40s # %s\n", s.Name+":", s.Value, s.From)
	}
	fmt.Fprintln(w)
	for _, c := range r.Checks {
		mark := "ok  "
		switch {
		case !c.OK:
			mark = "FAIL"
		case c.Warn:
			mark = "warn"
		}
		fmt.Fprintf(w, "%s  %s: %s\n", mark, c.What, c.Detail)
	}
	return nil
}

// settingsFlags are the flags that a configuration has.
func settingsFlags(k *kong.Context) (flags []*kong.Flag) {
	for _, flag := range k.Selected().Flags {
		if flag.Name != "help" && flag.Name != "config" && flag.Name != "json" && flag.Name != "offline" {
			flags = append(flags, flag)
		}
	}
	return flags
}

// origin is where a flag's value is from.
func origin(k *kong.Context, flag *kong.Flag) string {
	for _, p := range k.Path {
		if p.Flag == flag && !p.Resolved {
			return "flag"
		}
	}
	if fromEnvironment(flag) {
		return "environment"
	}
	for _, p := range k.Path {
		if p.Flag == flag {
			return "file"
		}
	}
	return "default"
}

// masked is a flag's value without what may be secret: of a URL, all but where
// it leads.
func masked(flag *kong.Flag) string {
	texts := values(flag)
	for i, text := range texts {
		texts[i] = maskedText(text)
	}
	return strings.Join(texts, ", ")
}

func maskedText(text string) string {
	u, err := url.Parse(text)
	if err != nil && strings.Contains(text, "://") {
		return "…"
	}
	if err != nil || u.Scheme == "" || !strings.Contains(text, "://") {
		return text
	}
	plain := u.Scheme + "://" + u.Host
	if u.User == nil && (u.Path == "" || u.Path == "/") && u.RawQuery == "" && u.Fragment == "" {
		return plain + u.Path
	}
	if u.Scheme == "unix" && u.RawQuery == "" && u.User == nil {
		return text
	}
	return plain + "/…"
}

// values are a flag's values in their text forms.
func values(flag *kong.Flag) []string {
	v := flag.Target
	if v.Kind() != reflect.Slice || isText(v) {
		return []string{textOf(v)}
	}
	texts := make([]string, v.Len())
	for i := range v.Len() {
		texts[i] = textOf(v.Index(i))
	}
	return texts
}

func isText(v reflect.Value) bool {
	_, ok := v.Interface().(encoding.TextMarshaler)
	return ok
}

func textOf(v reflect.Value) string {
	if v.Kind() == reflect.Array && v.IsZero() {
		return "" // a hash or an address that is not set
	}
	if t, ok := v.Interface().(encoding.TextMarshaler); ok {
		if text, err := t.MarshalText(); err == nil {
			return string(text)
		}
	}
	return fmt.Sprint(v.Interface())
}

// checkRedis asks the Redis of the index, and that of the rates.
func (c *CheckConfig) checkRedis(ctx context.Context) []check {
	done := c.checkIndex(ctx)
	if rates := c.Settings.RateRedis; rates != "" {
		by, err := c.Settings.access("")
		if err != nil {
			return append(done, failed("rate-redis", "%v", err))
		}
		done = append(done, checkRates(ctx, "rate-redis", rates, by))
	}
	return done
}

// checkFlag checks what a flag's kind tells: an address to listen on, or a file.
func checkFlag(ctx context.Context, flag *kong.Flag) (done []check) {
	for _, value := range values(flag) {
		if value == "" {
			continue
		}
		switch {
		case flag.Name == "listen" || strings.HasSuffix(flag.Name, "-listen"):
			done = append(done, checkListen(ctx, flag.Name, value))
		case flag.Name != "data" && (flag.Tag.Type == "path" || flag.Tag.Type == "existingfile"):
			done = append(done, checkFile(flag.Name, value))
		}
	}
	return done
}

func passed(what, detail string, a ...any) check {
	return check{What: what, OK: true, Detail: fmt.Sprintf(detail, a...)}
}

func warned(what, detail string, a ...any) check {
	return check{What: what, OK: true, Warn: true, Detail: fmt.Sprintf(detail, a...)}
}

func failed(what, detail string, a ...any) check {
	return check{What: what, Detail: fmt.Sprintf(detail, a...)}
}

func checkListen(ctx context.Context, name, address string) check {
	if name == "metrics-listen" {
		address = nearby(address)
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return failed(name, "%v", err)
	}
	if err := l.Close(); err != nil {
		return failed(name, "%v", err)
	}
	return passed(name, "%s is free", address)
}

// checkFile checks that a file can be read, and by nobody else if it holds a secret.
func checkFile(name, path string) check {
	file, err := os.Open(path)
	if err != nil {
		return failed(name, "%v", err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	info, err := file.Stat()
	switch {
	case err != nil:
		return failed(name, "%v", err)
	case !info.Mode().IsRegular():
		return failed(name, "%s is not a file", path)
	case holdsSecret(name):
		if err := disk.CheckSecret(path, info); err != nil {
			return failed(name, "%v", err)
		}
	}
	return passed(name, "%s can be read", path)
}

func holdsSecret(name string) bool {
	return strings.Contains(name, "key") || strings.Contains(name, "token") || strings.Contains(name, "password")
}

func (c *CheckConfig) checkCertificate() []check {
	s := &c.Settings
	if s.TLSCert == "" {
		return nil
	}
	loaded, err := edge.LoadCertificate(s.TLSCert, s.TLSKey, slog.New(slog.DiscardHandler), time.Now)
	if err != nil {
		return []check{failed("certificate", "%v", err)}
	}
	names, until := loaded.Leaf()
	switch left := time.Until(until); {
	case left <= 0:
		return []check{failed("certificate", "it ended on %s", until.Format(time.DateOnly))}
	case left < expiryWarning:
		return []check{warned("certificate", "for %s; it ENDS SOON, on %s", strings.Join(names, ", "), until.Format(time.DateOnly))}
	default:
		return []check{passed("certificate", "for %s, until %s", strings.Join(names, ", "), until.Format(time.DateOnly))}
	}
}

// checkLogRoom checks that there is room for the log in the data directory, where the
// directory holds nothing else.
func checkLogRoom(b basics) check {
	return checkRoom(b.data, "the log is kept in "+filepath.Join(b.data, logDir))
}

// checkRoom checks that a directory is there, or can be made, and files in it.
func checkRoom(dir, then string) check {
	parent := dir
	for {
		info, err := os.Stat(parent)
		switch {
		case err == nil && !info.IsDir():
			return failed("data", "%s is not a directory", parent)
		case err == nil:
			return writable(parent, then)
		case !errors.Is(err, os.ErrNotExist) || parent == filepath.Dir(parent):
			return failed("data", "%v", err)
		}
		parent = filepath.Dir(parent)
	}
}

// roomyTimes is how many times its reserve a disk should have free.
const roomyTimes = 4

// checkFree checks how much room the disk of a data directory has, or of the first
// directory above it that is there.
func checkFree(dir string, reserve int64) check {
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	free, err := disk.Free(dir)
	switch {
	case err != nil:
		return warned("disk", "%v", err)
	case free <= 0:
		return failed("disk", "no byte is free in %s", dir)
	case free < reserve:
		return failed("disk", "%d bytes are free in %s, less than --disk-reserve (%d): no command would be taken", free, dir, reserve)
	case free < roomyTimes*reserve:
		return warned("disk", "%d bytes are free in %s; make room, as below %d no command is taken", free, dir, reserve)
	default:
		return passed("disk", "%d bytes are free in %s", free, dir)
	}
}

// writable checks that files can be made in a directory, with one that is
// removed at once.
func writable(dir, then string) check {
	probe, err := os.CreateTemp(dir, ".tallyd-check-*")
	if err != nil {
		return failed("data", "%v", err)
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return failed("data", "%v", err)
	}
	return passed("data", "%s", then)
}

// checkLock checks that no other server runs on a directory, which this lock guards.
func checkLock(what, path, dir string) check {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return passed(what, "%s is used by no server", dir)
	}
	lock := flock.New(path)
	free, err := lock.TryLock()
	if err != nil {
		return failed(what, "%v", err)
	}
	if !free {
		return failed(what, "%s is in use: another tallyd runs on it", dir)
	}
	if err := lock.Unlock(); err != nil {
		return failed(what, "%v", err)
	}
	return passed(what, "%s is used by no server", dir)
}
