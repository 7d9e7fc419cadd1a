package pack

import (
	"runtime"
	"sync"

	"tally/internal/audit/replay"
	"tally/internal/intent"
)

// read is an item as it came, or why it cannot be read.
type read struct {
	item    any
	command replay.Command // of a leaf
	err     error
}

// readAll reads the items of a chunk on all cores: leaves are decoded here and
// nowhere else, and their signatures recovered. A chunk bounds what is in memory.
func readAll(d *intent.Domain, items []byte) ([]read, error) {
	var raw [][]byte
	for len(items) > 0 {
		item, rest, err := split(items)
		if err != nil {
			return nil, err
		}
		raw, items = append(raw, item), rest
	}
	all := make([]read, len(raw))
	workers := min(runtime.GOMAXPROCS(0), len(raw))
	var done sync.WaitGroup
	for w := range workers {
		done.Go(func() {
			for i := w; i < len(raw); i += workers {
				all[i].read(d, raw[i])
			}
		})
	}
	done.Wait()
	return all, nil
}

func (r *read) read(d *intent.Domain, raw []byte) {
	if r.item, r.err = decode(raw); r.err != nil {
		return
	}
	if l, ok := r.item.(leaf); ok {
		r.command, r.err = replay.Read(d, l.Leaf)
	}
}
