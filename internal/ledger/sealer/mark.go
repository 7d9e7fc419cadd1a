package sealer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"tally/internal/disk"
	"tally/internal/voucher"
)

// MarkFile is written when a ledger was founded and is on the disk.
const MarkFile = "ledger.json"

// ErrOtherLedger says that a directory is marked as another ledger's than its history is.
var ErrOtherLedger = errors.New("the directory is marked as another ledger's")

// Mark is what MarkFile says:
//
//	{"ledger":"0x8f3a…","genesis":"0x51c0…","sealer":"0x9d41…"}
type Mark struct {
	Ledger  voucher.Hash    `json:"ledger"`
	Genesis voucher.Hash    `json:"genesis"`
	Sealer  voucher.Address `json:"sealer"`
}

// ReadMark reads a mark, or nil where there is none. The error is ErrOtherLedger where
// the file is damaged.
func ReadMark(path string) (*Mark, error) {
	text, err := disk.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // no mark is no error
	}
	if err != nil {
		return nil, fmt.Errorf("read the ledger's mark: %w", err)
	}
	m := &Mark{}
	if json.Unmarshal(text, m) != nil || m.Ledger.IsZero() || m.Genesis.IsZero() {
		return nil, fmt.Errorf("%w: %s is damaged", ErrOtherLedger, path)
	}
	return m, nil
}

// Hold holds the mark of a file that was read against that of the ledger, or writes it
// where there is none. The error is ErrOtherLedger where they differ.
func (m Mark) Hold(path string, read *Mark) error {
	if read != nil {
		if *read != m {
			return fmt.Errorf("%w: %s says ledger %s with genesis %s, the history is of ledger %s with genesis %s",
				ErrOtherLedger, path, read.Ledger, read.Genesis, m.Ledger, m.Genesis)
		}
		return nil
	}
	text, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode the ledger's mark: %w", err)
	}
	if err := disk.Write(path, text); err != nil {
		return fmt.Errorf("mark the directory: %w", err)
	}
	return nil
}
