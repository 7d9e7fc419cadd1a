package translog

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"

	"github.com/gofrs/flock"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/disk"
	"tally/internal/voucher"
)

// The files of a store.
const (
	hashesFile    = "hashes"     // of the tree, 32 bytes each, in the order of tlog.StoredHashIndex
	positionsFile = "positions"  // of the leaves, 16 bytes each: block, transaction, item, big-endian
	stateFile     = "state.json" // what of the two was synced
	lockFile      = "lock"
)

const positionSize = 16

// ErrInUse says that another process has the log's directory.
var ErrInUse = errors.New("the log's directory is in use")

// errDamaged says that the files do not agree with each other.
var errDamaged = errors.New("the log's files are damaged")

// state is what the files held when they were last synced:
//
//	{"size":3,"root":"nND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI=","signed":{"size":3,"root":"nND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI="}}
//
// and a line with its sum.
type state struct {
	tree
	// Signed is the largest tree that the log's key signed. It is on the disk before
	// the signature leaves, and outlives the files that it is derived from: no
	// other tree of that size is ever signed.
	Signed *tree `json:"signed,omitempty"`
}

// tree is a tree of the log.
type tree struct {
	Size int64     `json:"size"`
	Root tlog.Hash `json:"root"`
}

// store keeps the tree's hashes and the leaves' positions: what was synced in
// files, the rest in memory. It is not for concurrent use.
type store struct {
	dir       string
	lock      *flock.Flock
	hashes    *os.File
	positions *os.File
	synced    int64              // leaves in the files
	newHashes []tlog.Hash        // that follow those in the file
	newPlaces []voucher.Position // likewise
	signed    tree               // the largest that was signed, as it is on the disk
}

// probeBytes is how much room a log must find when it is opened: that of 800 leaves.
const probeBytes = 64 << 10

// openStore opens the files in a directory, or makes them. What is damaged is
// thrown away: the store is empty then. The error is disk.ErrUnwritable where the
// disk is full.
func openStore(dir string) (s *store, err error) {
	if err := disk.MakeDirectory(dir); err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	s = &store{dir: dir, lock: flock.New(filepath.Join(dir, lockFile))}
	if locked, err := s.lock.TryLock(); err != nil || !locked {
		return nil, errors.Join(fmt.Errorf("%w: %s", ErrInUse, dir), err)
	}
	opened := s
	defer func() {
		if err != nil {
			err = errors.Join(err, opened.close())
		}
	}()
	if err := errors.Join(disk.Sweep(dir), disk.Probe(dir, probeBytes)); err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	if s.hashes, err = os.OpenFile(filepath.Join(dir, hashesFile), os.O_RDWR|os.O_CREATE, 0o600); err != nil { //nolint:gosec // the operator names it
		return nil, fmt.Errorf("log: %w", err)
	}
	if s.positions, err = os.OpenFile(filepath.Join(dir, positionsFile), os.O_RDWR|os.O_CREATE, 0o600); err != nil { //nolint:gosec // likewise
		return nil, fmt.Errorf("log: %w", err)
	}
	err = s.load()
	if errors.Is(err, errDamaged) {
		err = s.reset()
	}
	return s, err
}

// load takes over what the files have, after recomputing all of it.
func (s *store) load() error {
	raw, err := os.ReadFile(filepath.Join(s.dir, stateFile))
	if errors.Is(err, os.ErrNotExist) {
		return s.reset()
	} else if err != nil {
		return fmt.Errorf("log: %w", err)
	}
	text, _, whole := disk.CutSum(raw)
	var want state
	if !whole || json.Unmarshal(text, &want) != nil || want.Size < 0 {
		return fmt.Errorf("%w: %s", errDamaged, stateFile)
	}
	if want.Signed != nil {
		s.signed = *want.Signed
	}
	if err := s.truncate(want.Size); err != nil {
		return err
	}
	if err := s.recompute(want.Size); err != nil {
		return err
	}
	s.synced = want.Size
	if root, err := s.root(want.Size); err != nil || root != want.Root {
		return errors.Join(errDamaged, err)
	}
	return nil
}

// truncate cuts off what was written and not synced. A shorter file is damaged.
func (s *store) truncate(size int64) error {
	for file, length := range map[*os.File]int64{
		s.hashes: tlog.StoredHashCount(size) * tlog.HashSize, s.positions: size * positionSize,
	} {
		info, err := file.Stat()
		if err != nil {
			return fmt.Errorf("log: %w", err)
		}
		if info.Size() < length {
			return fmt.Errorf("%w: %s is too short", errDamaged, file.Name())
		}
		if err := file.Truncate(length); err != nil {
			return fmt.Errorf("log: %w", err)
		}
	}
	return nil
}

// recompute derives every inner hash of the file again from the leaves'.
func (s *store) recompute(size int64) error {
	in := bufio.NewReaderSize(io.NewSectionReader(s.hashes, 0, 1<<62), 1<<20)
	var complete []tlog.Hash // the roots of the complete subtrees so far, from the largest down
	for n := range size {
		var h tlog.Hash
		if _, err := io.ReadFull(in, h[:]); err != nil {
			return fmt.Errorf("%w: %w", errDamaged, err)
		}
		complete = append(complete, h)
		for m := n; m&1 == 1; m >>= 1 { // leaf n completes as many subtrees as n has trailing ones
			last := len(complete) - 2
			want := tlog.NodeHash(complete[last], complete[last+1])
			if _, err := io.ReadFull(in, h[:]); err != nil || h != want {
				return errors.Join(fmt.Errorf("%w: leaf %d", errDamaged, n), err)
			}
			complete = append(complete[:last], want)
		}
	}
	return nil
}

// reset empties the store. What was signed is remembered.
func (s *store) reset() error {
	s.synced, s.newHashes, s.newPlaces = 0, nil, nil
	return errors.Join(s.truncate(0), s.writeState(tree{}))
}

// sign notes a tree as signed, for good. It is the tree of all leaves.
func (s *store) sign(t tree) error {
	if t.Size <= s.signed.Size {
		return nil
	}
	before := s.signed
	s.signed = t
	var err error
	if len(s.newPlaces) > 0 {
		err = s.sync()
	} else {
		err = s.writeState(t)
	}
	if err != nil {
		s.signed = before
	}
	return err
}

func (s *store) size() int64 { return s.synced + int64(len(s.newPlaces)) }

// root is the tree's hash at a size.
func (s *store) root(size int64) (tlog.Hash, error) {
	h, err := tlog.TreeHash(size, s)
	if err != nil {
		return tlog.Hash{}, fmt.Errorf("log: %w", err)
	}
	return h, nil
}

// ReadHashes implements tlog.HashReader.
func (s *store) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	onDisk := tlog.StoredHashCount(s.synced)
	hashes := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		switch {
		case at < onDisk:
			if _, err := s.hashes.ReadAt(hashes[i][:], at*tlog.HashSize); err != nil {
				return nil, fmt.Errorf("log: %w", err)
			}
		case at-onDisk < int64(len(s.newHashes)):
			hashes[i] = s.newHashes[at-onDisk]
		default:
			return nil, fmt.Errorf("%w: no hash %d", errDamaged, at)
		}
	}
	return hashes, nil
}

// add appends a leaf.
func (s *store) add(leaf tlog.Hash, at voucher.Position) error {
	hashes, err := tlog.StoredHashesForRecordHash(s.size(), leaf, s)
	if err != nil {
		return fmt.Errorf("log: %w", err)
	}
	s.newHashes, s.newPlaces = append(s.newHashes, hashes...), append(s.newPlaces, at)
	return nil
}

// position is where the ledger has a leaf.
func (s *store) position(leaf int64) (voucher.Position, error) {
	if leaf >= s.synced {
		return s.newPlaces[leaf-s.synced], nil
	}
	var raw [positionSize]byte
	if _, err := s.positions.ReadAt(raw[:], leaf*positionSize); err != nil {
		return voucher.Position{}, fmt.Errorf("log: %w", err)
	}
	return voucher.Position{
		Block: binary.BigEndian.Uint64(raw[:]), Tx: binary.BigEndian.Uint32(raw[8:]), Item: binary.BigEndian.Uint32(raw[12:]),
	}, nil
}

// index is the first leaf at or after a position.
func (s *store) index(at voucher.Position) (leaf int64, err error) {
	return int64(sort.Search(int(s.size()), func(i int) bool {
		p, readErr := s.position(int64(i))
		err = errors.Join(err, readErr)
		return !p.Before(at)
	})), err
}

// sync writes what is new to the files, for good.
func (s *store) sync() error {
	if len(s.newPlaces) == 0 {
		return nil
	}
	size := s.size()
	root, err := s.root(size)
	if err != nil {
		return err
	}
	var hashes, places bytes.Buffer
	for _, h := range s.newHashes {
		hashes.Write(h[:])
	}
	for _, p := range s.newPlaces {
		places.Write(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(nil, p.Block), p.Tx), p.Item))
	}
	_, err1 := s.hashes.WriteAt(hashes.Bytes(), tlog.StoredHashCount(s.synced)*tlog.HashSize)
	_, err2 := s.positions.WriteAt(places.Bytes(), s.synced*positionSize)
	if err := errors.Join(err1, err2, s.hashes.Sync(), s.positions.Sync()); err != nil {
		return fmt.Errorf("log: %w", err)
	}
	if err := s.writeState(tree{size, root}); err != nil {
		return err
	}
	s.synced, s.newHashes, s.newPlaces = size, nil, nil
	return nil
}

func (s *store) writeState(to tree) error {
	next := state{tree: to}
	if s.signed.Size > 0 {
		next.Signed = &s.signed
	}
	raw, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("log: %w", err)
	}
	if err := disk.Write(filepath.Join(s.dir, stateFile), disk.WithSum(raw)); err != nil {
		return fmt.Errorf("log: %w", err)
	}
	return nil
}

func (s *store) close() error {
	var err error
	for _, f := range []*os.File{s.hashes, s.positions} {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	return errors.Join(err, s.lock.Unlock())
}
