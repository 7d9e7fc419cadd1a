package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"tally/internal/audit/blockfile"
	"tally/internal/audit/pack"
)

// kindRecord is an order record.
const kindRecord = "order record"

// kinds are what an auditor may hold, by how such a file begins.
func kinds() map[string][]string {
	return map[string][]string{
		"receipt":  {"c2sp.org/tlog-proof@"},
		"pack":     {pack.Format},
		"channel":  {blockfile.Format},
		kindRecord: {`{"areas":`, `{"at":`}, // canonical, so one of these is its first member
	}
}

// maxHead is how much of a file is looked at to say what it is, in bytes.
const maxHead = 4 << 10

// mistaken explains an error about a file that is something else than it was taken for.
// A file of the right kind keeps its error.
func mistaken(err error, file, wanted string) error {
	if err == nil || file == "-" {
		return err
	}
	is := kindOf(head(file))
	if is == "" || is == wanted {
		return err
	}
	switch is {
	case "pins":
		return misusedError{fmt.Errorf("%s has pins: tally-verify --pins %s %s FILE", file, file, wanted)}
	case kindRecord:
		return misusedError{fmt.Errorf("%s is no %s: it is for tally-verify order --record %s", file, wanted, file)}
	}
	return misusedError{fmt.Errorf("%s is no %s: it is for tally-verify %s %s", file, wanted, is, file)}
}

// kindOf says what a file is by how it begins; "" where that is not known.
func kindOf(begins []byte) string {
	for kind, marks := range kinds() {
		for _, mark := range marks {
			if bytes.HasPrefix(begins, []byte(mark)) {
				return kind
			}
		}
	}
	lines := bytes.SplitN(begins, []byte("\n"), 5)
	switch {
	case bytes.HasPrefix(bytes.TrimSpace(begins), []byte("{")) && bytes.Contains(begins, []byte(`"ledger"`)):
		return "pins"
	case len(lines) == 5 && len(lines[3]) == 0 && bytes.HasPrefix(lines[4], []byte("— ")) && isNumber(lines[1]):
		return "checkpoint"
	default:
		return ""
	}
}

func isNumber(text []byte) bool {
	return len(text) > 0 && len(bytes.Trim(text, "0123456789")) == 0
}

// head is how a file begins; nothing where it cannot be read.
func head(file string) []byte {
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close() //nolint:errcheck // only read
	begins, _ := io.ReadAll(io.LimitReader(f, maxHead))
	return begins
}
