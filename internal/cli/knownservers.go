package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tally/internal/disk"
	"tally/internal/voucher"
)

// Limits of the file of known servers.
const (
	KnownFile    = "known_servers"
	maxKnownFile = 1 << 20 // bytes
)

// knownServers remembers which ledger each server served when it was first used,
// as ssh remembers hosts: a line for each, its address and its ledger's id. A server
// that names another ledger later, or one that names the ledger of another server,
// could have somebody sign what is good elsewhere.
//
//	https://tally.example 0x8f3a…
type knownServers struct {
	path  string
	lines []knownServer
}

type knownServer struct {
	address string
	ledger  voucher.Hash
}

// known reads the file beside the directory of keys; none is an empty one.
func (a *App) known() (*knownServers, error) {
	keys, err := a.keys()
	if err != nil {
		return nil, err
	}
	k := &knownServers{path: filepath.Join(filepath.Dir(filepath.Clean(string(keys))), KnownFile)}
	f, err := os.Open(k.path)
	if errors.Is(err, os.ErrNotExist) {
		return k, nil
	} else if err != nil {
		return nil, Misused("the file of known servers: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxKnownFile+1))
	if err := errors.Join(err, f.Close()); err != nil || len(text) > maxKnownFile {
		return nil, Misused("%s: cannot be read, or has more than %d bytes", k.path, maxKnownFile)
	}
	for line := range strings.Lines(string(text)) {
		address, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		ledger, err := voucher.ParseHash(id)
		if err != nil {
			return nil, Misused("%s: a line is not an address and a ledger's id", k.path)
		}
		k.lines = append(k.lines, knownServer{address, ledger})
	}
	return k, nil
}

// check holds a server's ledger against what is known. said is that --ledger-id has
// this ledger: then it is right, and remembered.
func (k *knownServers) check(address string, ledger voucher.Hash, said bool) error {
	at := slices.IndexFunc(k.lines, func(s knownServer) bool { return s.address == address })
	elsewhere := slices.IndexFunc(k.lines, func(s knownServer) bool { return s.ledger == ledger })
	switch {
	case at >= 0 && k.lines[at].ledger == ledger:
		return nil
	case said && at >= 0:
		k.lines[at].ledger = ledger
		return k.write()
	case at >= 0:
		return k.strange(fmt.Sprintf("the server serves %s, and served %s before.", ledger, k.lines[at].ledger), ledger)
	case !said && elsewhere >= 0:
		return k.strange(fmt.Sprintf("the server says that it serves the ledger of %s.", k.lines[elsewhere].address), ledger)
	default:
		k.lines = append(k.lines, knownServer{address, ledger})
		return k.write()
	}
}

// strange refuses to sign.
func (k *knownServers) strange(what string, ledger voucher.Hash) error {
	return &ExitError{
		Code: CodeWrongLedger, Title: "wrong ledger: " + what, Exit: ExitFailed,
		Detail: fmt.Sprintf("Nothing was signed: what is signed for a ledger is good at all its servers. If this is right, say so once with --ledger-id %s; it is kept in %s.", ledger, k.path),
	}
}

// write replaces the file, whole.
func (k *knownServers) write() error {
	var text bytes.Buffer
	for _, s := range k.lines {
		fmt.Fprintf(&text, "%s %s\n", s.address, s.ledger)
	}
	err := os.MkdirAll(filepath.Dir(k.path), 0o700)
	if err == nil {
		err = disk.Output(k.path, text.Bytes(), true)
	}
	if err != nil {
		return Misused("the file of known servers: %w", err)
	}
	return nil
}
