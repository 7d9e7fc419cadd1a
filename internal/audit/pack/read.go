package pack

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"tally/internal/audit/replay"
	"tally/internal/intent"
)

// read is an item as it came, or why it cannot be read.
type read struct {
	item    any
	command replay.Command // of a leaf
	err     error
}

// ahead is chunks that were read and made ready while those before them are checked.
type ahead struct {
	chunks chan chunk
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// chunk is the items of a chunk, or why there is none.
type chunk struct {
	items []read
	err   error
}

// chunksAhead is how many chunks wait to be checked, at most. One more is being made
// ready, and one more is being checked.
const chunksAhead = 4

// readAhead starts to read. End it.
func readAhead(ctx context.Context, in io.Reader, d *intent.Domain) *ahead {
	ctx, cancel := context.WithCancel(ctx)
	a := &ahead{chunks: make(chan chunk, chunksAhead), cancel: cancel}
	a.done.Go(func() {
		defer close(a.chunks)
		for {
			var c chunk
			raw, err := readChunk(in)
			if err == nil {
				c.items, err = readAll(d, raw)
			}
			c.err = err
			select {
			case a.chunks <- c:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	})
	return a
}

// next is the next chunk's items. After an error there is none.
func (a *ahead) next(ctx context.Context) ([]read, error) {
	select {
	case c, more := <-a.chunks:
		switch {
		case more:
			return c.items, c.err
		case ctx.Err() != nil:
			return nil, ctx.Err()
		default:
			return nil, errEnd
		}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// end stops it, and waits until it reads no more.
func (a *ahead) end() {
	a.cancel()
	a.done.Wait()
}

// splitAll takes the items of a chunk apart. A writer closes a chunk with the item
// that makes it long enough, and writes no item that is shorter than leastItem but
// the last. So what is read is bounded, also if a forger wrote it.
func splitAll(items []byte) (raw [][]byte, err error) {
	for whole := len(items); len(items) > 0; {
		if whole-len(items) >= chunkItems || len(raw) >= maxItems {
			return nil, fmt.Errorf("%w: a chunk goes on after %d bytes, or after %d items", ErrDamaged, chunkItems, maxItems)
		}
		item, rest, err := split(items)
		if err != nil {
			return nil, err
		}
		raw, items = append(raw, item), rest
	}
	return raw, nil
}

// readAll reads the items of a chunk on all cores: leaves are decoded here and
// nowhere else, and their signatures recovered. A chunk bounds what is in memory.
func readAll(d *intent.Domain, items []byte) ([]read, error) {
	raw, err := splitAll(items)
	if err != nil {
		return nil, err
	}
	all := make([]read, len(raw))
	var next atomic.Int64
	var done sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(raw)) {
		done.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(raw)); i = next.Add(1) - 1 {
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
