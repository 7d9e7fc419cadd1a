package witness

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	checkpoint "github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/tlog"
)

// Cosigned is the last checkpoint of a log that a witness cosigned.
type Cosigned struct {
	Origin string    `json:"origin"`
	Size   uint64    `json:"size"`
	Root   tlog.Hash `json:"root"`
}

// Recorded is what a witness's directory says that it cosigned last, by the
// names of the files. It verifies nothing, and may be read beside a server.
func Recorded(dir string) ([]Cosigned, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
	if err != nil {
		return nil, fmt.Errorf("witness: %w", err)
	}
	all := make([]Cosigned, 0, len(names))
	for _, name := range names {
		raw, err := os.ReadFile(name) //nolint:gosec // below the witness's directory
		if err != nil {
			return nil, fmt.Errorf("witness: %w", err)
		}
		var head checkpoint.Checkpoint
		if _, err := head.Unmarshal(raw); err != nil || len(head.Hash) != tlog.HashSize {
			return nil, fmt.Errorf("%w: %s", ErrState, name)
		}
		all = append(all, Cosigned{strings.TrimSpace(head.Origin), head.Size, tlog.Hash(head.Hash)})
	}
	return all, nil
}
