package redis

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"tally/internal/index"
	"tally/internal/voucher"
)

// Limits of a look for free serials. A record of taken serials has 256 bytes.
const (
	nearRecords = 2           // read first: mostly they tell
	moreRecords = 128         // read at once at most, after those
	mostRecords = 4096        // read for one look, 1 MiB: then the index cannot tell
	keepFull    = time.Minute // how long it is remembered which records are full
	maxFull     = 1024        // campaigns whose full records are remembered
)

// Free implements index.Index. It reads from a serial's record on, twice as much
// each time, and leaves out records that were full when they were read last: a
// campaign that is sold out costs its 128 KiB for a million once a minute, not
// at every look.
func (x *Index) Free(ctx context.Context, id voucher.CampaignID, open, from uint32, n int) ([]uint32, error) {
	if open == 0 || n < 1 {
		return nil, nil
	}
	x.mu.Lock()
	generation := x.trusted
	x.mu.Unlock()
	l := &look{index: x, id: id, full: x.full.of(id, generation), open: open, from: from % open, n: n}
	for read, batch := 0, nearRecords; ; batch = min(2*batch, moreRecords) {
		parts := l.next(batch)
		switch {
		case len(parts) == 0 && read > 0:
			return l.free, nil
		case len(parts) == 0: // what is remembered counts only while the index is believed
			return nil, l.ask(ctx)
		}
		if read += len(parts); read > mostRecords {
			return nil, fmt.Errorf("%w: %d records of taken serials were read", index.ErrUnavailable, mostRecords)
		}
		if err := l.read(ctx, parts); err != nil {
			return nil, err
		}
	}
}

// look is one look for free serials, on the circle from one of them on.
type look struct {
	index *Index
	id    voucher.CampaignID
	full  *fullRecords
	open  uint32
	from  uint32
	n     int

	seen uint32 // serials from from on, in steps of parts
	free []uint32
}

// part is a run of serials within one record.
type part struct{ record, first, end uint32 }

// next are the next parts that may have free serials, none when the look is over.
func (l *look) next(most int) (parts []part) {
	for l.seen < l.open && len(parts) < most && len(l.free) < l.n {
		serial, end := l.from+l.seen, l.open
		if l.seen >= l.open-l.from {
			serial, end = l.seen-(l.open-l.from), l.from
		}
		record := l.full.missing(serial / index.TakenBits)
		first := max(uint64(serial), record*index.TakenBits)
		if first >= uint64(end) {
			l.seen += end - serial
			continue
		}
		p := part{uint32(record), uint32(first), uint32(min((record+1)*index.TakenBits, uint64(end)))} //nolint:gosec // below end
		l.seen += p.end - serial
		parts = append(parts, p)
	}
	return parts
}

// ask asks whether the index is believed, and nothing else.
func (l *look) ask(ctx context.Context) error {
	_, err := l.index.ask(ctx, func(redis.Pipeliner, keyOf) {})
	return err
}

// read reads parts and lists what is free in them.
func (l *look) read(ctx context.Context, parts []part) error {
	fields := make([]string, len(parts))
	for i, p := range parts {
		fields[i] = string(index.TakenKey(l.id, p.record*index.TakenBits))
	}
	values, _, err := l.index.fields(ctx, taken, fields)
	if err != nil {
		return err
	}
	for i, p := range parts {
		record := index.Taken(values[i])
		if record.Full() {
			l.full.add(p.record)
			continue
		}
		for serial := p.first; serial < p.end && len(l.free) < l.n; serial++ {
			if record.FullAround(serial) {
				serial |= 7
			} else if !record.Has(serial) {
				l.free = append(l.free, serial)
			}
		}
	}
	return nil
}

// fullOnes remembers which records of taken serials are full: within a generation
// a serial that is taken stays so. It forgets after keepFull, so that what was
// wrong in Redis is not believed for good.
type fullOnes struct {
	mu         sync.Mutex
	generation string
	until      time.Time
	campaigns  map[voucher.CampaignID]*fullRecords
}

type fullRecords struct {
	mu      sync.Mutex
	records index.Serials
}

func (f *fullOnes) of(id voucher.CampaignID, generation string) *fullRecords {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	if f.generation != generation || now.After(f.until) {
		f.generation, f.until, f.campaigns = generation, now.Add(keepFull), map[voucher.CampaignID]*fullRecords{}
	}
	one, ok := f.campaigns[id]
	if !ok {
		one = &fullRecords{}
		if len(f.campaigns) < maxFull {
			f.campaigns[id] = one
		}
	}
	return one
}

func (f *fullRecords) missing(record uint32) uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.records.Missing(record)
}

func (f *fullRecords) add(record uint32) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.records.Add(record)
}
