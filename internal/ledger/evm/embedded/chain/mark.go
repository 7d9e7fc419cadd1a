package chain

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"

	"github.com/ethereum/go-ethereum/common"

	"tally/internal/disk"
)

// headFile says which block is the last that was acknowledged. It is beside the
// database, so that a database which lost its end is noticed, whatever took it.
const headFile = "head"

// A slot of headFile, written in turn, so that one is whole whatever is cut:
//
//	number (8) | hash (32) | CRC-32C of the 40 bytes before (4)
//
// Figures are big-endian. Block 1 with the hash 0x01…01 is
//
//	0000000000000001 0101010101010101010101010101010101010101010101010101010101010101 <sum>
const (
	slotBytes = 8 + common.HashLength + 4
	slotApart = 4096 // bytes from one slot to the other: two pages of a disk
	slots     = 2
)

// LostError says that a chain has not got the last block that was acknowledged.
type LostError struct {
	Number uint64      // of that block
	Hash   common.Hash // likewise
	Head   uint64      // the last block that the chain has
}

func (e *LostError) Error() string {
	if e.Head >= e.Number {
		return fmt.Sprintf("the chain is another: block %d was acknowledged as %s, and the chain, which ends at block %d, has another there",
			e.Number, e.Hash, e.Head)
	}
	return fmt.Sprintf("acknowledged blocks are lost: the chain ends at block %d, and block %d was acknowledged (%d blocks are missing)",
		e.Head, e.Number, e.Number-e.Head)
}

// acknowledged is the last block that was, or may have been, told to somebody.
type acknowledged struct {
	number uint64
	hash   common.Hash
}

func (a acknowledged) encode() []byte {
	b := binary.BigEndian.AppendUint64(nil, a.number)
	b = append(b, a.hash[:]...)
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
}

func decodeAcknowledged(slot []byte) (a acknowledged, ok bool) {
	if len(slot) != slotBytes {
		return a, false
	}
	a = acknowledged{binary.BigEndian.Uint64(slot), common.BytesToHash(slot[8 : slotBytes-4])}
	return a, string(a.encode()) == string(slot)
}

// headMark is headFile while the chain is open. A block is written to it after
// it was synced and before anybody sees it. It is not synced each time: a
// process that is killed leaves what it wrote, and after a power cut an older
// mark holds as well, only for less.
type headMark struct {
	file *os.File
	next int64 // the slot to write
}

// openMark opens the mark of a chain, and says what it has; ok is false where
// there is none that can be read, as in a directory of before.
func openMark(dir string) (m *headMark, last acknowledged, ok bool, err error) {
	path := filepath.Join(dir, headFile)
	_, statErr := os.Stat(path)                                  //nolint:gosec // below the chain's directory
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // likewise
	if err != nil {
		return nil, last, false, disk.Unwritable(err)
	}
	m = &headMark{file: file}
	if errors.Is(statErr, os.ErrNotExist) {
		err = disk.SyncDirectory(dir)
	}
	for slot := range int64(slots) {
		raw := make([]byte, slotBytes)
		if _, err := file.ReadAt(raw, slot*slotApart); err != nil {
			continue // it is shorter: no slot
		}
		if a, held := decodeAcknowledged(raw); held && (!ok || a.number > last.number) {
			last, ok, m.next = a, true, (slot+1)%slots
		}
	}
	if err != nil {
		return nil, last, ok, errors.Join(err, file.Close())
	}
	return m, last, ok, nil
}

// set writes a block to the mark.
func (m *headMark) set(a acknowledged) error {
	if _, err := m.file.WriteAt(a.encode(), m.next*slotApart); err != nil {
		return disk.Unwritable(err)
	}
	m.next = (m.next + 1) % slots
	return nil
}

// reset has the mark say this block only, and last.
func (m *headMark) reset(a acknowledged) error {
	if err := errors.Join(m.file.Truncate(0), m.set(a), m.sync()); err != nil {
		return disk.Unwritable(err)
	}
	return nil
}

func (m *headMark) sync() error { return m.file.Sync() }

func (m *headMark) close() error {
	if m == nil {
		return nil
	}
	return errors.Join(m.file.Sync(), m.file.Close())
}
