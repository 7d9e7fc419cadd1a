package segment

import (
	"fmt"
	"os"
	"path/filepath"

	"tally/internal/disk"
)

// cutAt ends a journal before damage. The damaged segment is copied aside before it is
// cut, and later segments are moved there. A crash in between leaves the damage, and
// the next Open cuts again. The error is the damage itself where it is in the block
// that founds the ledger: no part of the journal would be left.
func (j *Journal) cutAt(damage *DamagedError) error {
	aside := filepath.Join(j.dir, SetAside)
	if err := disk.MakeDirectory(aside); err != nil {
		return err
	}
	raw, err := os.ReadFile(damage.Path)
	if err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("read segment: %w", err)
	}
	_, reason := decodeHeader(raw)
	whole := reason == "" && damage.Offset > HeaderBytes
	if damage.sequence == 0 && !whole {
		return damage
	}
	if err := moveAside(damage, whole, aside); err != nil || !whole {
		return err
	}
	return cutFile(damage, raw, filepath.Join(aside, filepath.Base(damage.Path)))
}

// moveAside moves the segments behind the damage, and the damaged one where not even its
// header is whole.
func moveAside(damage *DamagedError, whole bool, aside string) error {
	dir := filepath.Dir(damage.Path)
	found, err := filepath.Glob(filepath.Join(dir, "*.segment"))
	if err != nil {
		return err
	}
	for _, path := range found {
		var sequence uint64
		_, err := fmt.Sscanf(filepath.Base(path), pattern, &sequence)
		if err == nil && (sequence < damage.sequence || sequence == damage.sequence && whole) {
			continue
		}
		if err := os.Rename(path, filepath.Join(aside, filepath.Base(path))); err != nil {
			return disk.Unwritable(err)
		}
	}
	return disk.SyncDirectory(dir)
}

// cutFile writes a segment anew, with zeros from the damage on.
func cutFile(damage *DamagedError, raw []byte, aside string) error {
	h, _ := decodeHeader(raw)
	if err := os.WriteFile(aside, raw, 0o600); err != nil { //nolint:gosec // beside the segment that was read
		return disk.Unwritable(err)
	}
	path := filepath.Join(filepath.Dir(damage.Path), spareFile)
	if err := makeSpare(path, h.length); err != nil {
		return err
	}
	if err := writeInto(path, raw[:min(damage.Offset, int64(len(raw)))]); err != nil {
		return err
	}
	return publish(path, damage.Path)
}
