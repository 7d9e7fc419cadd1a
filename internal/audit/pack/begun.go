package pack

import (
	"errors"
	"fmt"
	"io"
)

// Begun is the job that a file was begun with, as its head names it: ledger,
// scope and checkpoint. A program that resumes the file needs them. ok is false where
// the file has no whole chunk yet, and so may be begun anew. The error is ErrDamaged
// or ErrScope where the file is no pack.
func Begun(file io.Reader) (job Job, ok bool, err error) {
	first := make([]byte, len(Format))
	if n, err := io.ReadFull(file, first); err != nil || string(first) != Format {
		if string(first[:n]) == Format[:n] {
			return job, false, nil // it was cut off, or never begun
		}
		return job, false, fmt.Errorf("%w: it does not begin as a pack does", ErrDamaged)
	}
	items, err := readChunk(file)
	if errors.Is(err, errEnd) || errors.Is(err, ErrDamaged) {
		return job, false, nil // what follows the last whole chunk is written again
	} else if err != nil {
		return job, false, err
	}
	raw, _, err := split(items)
	if err != nil {
		return job, false, err
	}
	item, err := decode(raw)
	if err != nil {
		return job, false, err
	}
	h, is := item.(head)
	if !is {
		return job, false, fmt.Errorf("%w: it has no head", ErrDamaged)
	}
	scope, err := ParseScope(h.Scope)
	return Job{Ledger: h.Ledger, Scope: scope, Checkpoint: h.Checkpoint}, err == nil, err
}
