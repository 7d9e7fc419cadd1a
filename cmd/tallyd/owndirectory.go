package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"tally/internal/ledger/sealer"
)

// ownDirectory has the flags of the kinds of ledger whose data directory is all of them.
type ownDirectory struct {
	AcceptClockJump bool  `help:"The clock is right although the last block is more than an hour old, as after a long stop." env:"TALLYD_ACCEPT_CLOCK_JUMP"`
	DiskReserve     int64 `name:"disk-reserve" help:"Bytes that stay free on the disk of the data directory. With less, the ledgers evm and journal take no commands (503 storage_full), /readyz says no, and reads go on. 0 for no reserve: a disk that is full then ends the server." default:"268435456" least:"0" most:"1099511627776" env:"TALLYD_DISK_RESERVE"`
}

// errOtherKind says that a data directory has a ledger of another kind.
var errOtherKind = errors.New("the data directory has a ledger of another kind")

// ofThisKind checks that a directory has no ledger of another kind. A ledger is never
// moved from one kind to another: its id is in every signature.
func (l *Ledgers) ofThisKind(chosen kind, data string) error {
	for _, d := range l.drivers() {
		other := d.kind()
		if other.own == "" || other.name == chosen.name {
			continue
		}
		if _, err := os.Stat(filepath.Join(data, other.own)); err == nil {
			return fmt.Errorf("%w: there is %s: start with --ledger %s, or choose another --data", errOtherKind, filepath.Join(data, other.own), other.name)
		}
	}
	return nil
}

// checkOwn checks a data directory that is all of a ledger: it is whole, or empty and fit
// for a new one.
func checkOwn(b basics, k kind) (found checks) {
	key := filepath.Join(b.data, sealer.KeyFile)
	if err := new(Ledgers).ofThisKind(k, b.data); err != nil {
		return checks{data: []check{failed("data", "%v", err)}}
	}
	switch _, err := os.Stat(key); {
	case errors.Is(err, os.ErrNotExist):
		found.data = []check{checkNew(b, key, k)}
	case err != nil:
		found.data = []check{failed("data", "%v", err)}
	default:
		found.data = []check{checkLock("data", filepath.Join(b.data, k.own, "lock"), b.data), checkFile(sealer.KeyFile, key)} // where both kinds lock
	}
	found.data = append(found.data, checkFree(b.data, b.reserve))
	return found
}

// checkNew checks what a ledger needs that does not exist yet, in a directory without a
// sealer's key.
func checkNew(b basics, key string, k kind) check {
	for _, trace := range []string{k.own, sealer.MarkFile, logKeyFile} {
		if _, err := os.Stat(filepath.Join(b.data, trace)); err == nil {
			return failed("data", "there is no %s beside %s of an older ledger: bring it back from a copy", key, trace)
		}
	}
	if b.foundNone {
		return failed("data", "%s is empty, and --expect-ledger wants one that is there: is its disk mounted?", b.data)
	}
	if len(b.operators) == 0 {
		return failed("data", "%s is empty, and a new ledger needs an --operator", b.data)
	}
	if n := uint32(len(b.operators)); b.threshold < 1 || b.threshold > n { //nolint:gosec // as many as a command line has
		return failed("data", "--threshold is from 1 to the number of operators, %d", n)
	}
	return checkRoom(b.data, "a new ledger will be founded in "+b.data)
}

// explainSealer says what to do about the key and the mark of such a directory.
func explainSealer(err error) (told error, ok bool) {
	switch {
	case errors.Is(err, sealer.ErrNoKey), errors.Is(err, sealer.ErrKey):
		return fmt.Errorf("%w: bring %s back from a copy; without it nothing can be added to the ledger", err, sealer.KeyFile), true
	case errors.Is(err, sealer.ErrOtherLedger):
		return fmt.Errorf("%w: bring back the %s that belongs to the ledger; if the rest of the directory is the right one, remove the file, and it is written again", err, sealer.MarkFile), true
	default:
		return nil, false
	}
}
