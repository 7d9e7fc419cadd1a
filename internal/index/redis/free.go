package redis

import (
	"context"

	"tally/internal/index"
	"tally/internal/voucher"
)

// nearChunks is how many records of taken serials are read first.
const nearChunks = 2

// Free implements index.Index. Mostly the serials near from tell; else it reads
// all of the campaign's, 128 KiB for a million.
func (x *Index) Free(ctx context.Context, id voucher.CampaignID, open, from uint32, n int) ([]uint32, error) {
	if open == 0 || n < 1 {
		return nil, nil
	}
	from %= open
	chunks := (open-1)/index.TakenBits + 1
	near := min(chunks, nearChunks)
	taken, err := x.taken(ctx, id, chunks, from/index.TakenBits, near)
	if err != nil {
		return nil, err
	}
	free := collect(taken, open, from, n)
	if len(free) == n || near == chunks {
		return free, nil
	}
	if taken, err = x.taken(ctx, id, chunks, 0, chunks); err != nil {
		return nil, err
	}
	return collect(taken, open, from, n), nil
}

// taken reads some records of taken serials, around the campaign's end.
func (x *Index) taken(ctx context.Context, id voucher.CampaignID, chunks, first, n uint32) (map[uint32]index.Taken, error) {
	fields, at := make([]string, n), make([]uint32, n)
	for i := range n {
		at[i] = (first + i) % chunks
		fields[i] = string(index.TakenKey(id, at[i]*index.TakenBits))
	}
	values, err := x.fields(ctx, index.KindTaken, fields)
	if err != nil {
		return nil, err
	}
	taken := make(map[uint32]index.Taken, n)
	for i, value := range values {
		taken[at[i]] = index.Taken(value)
	}
	return taken, nil
}

// collect lists free serials among the next ones on the circle, eight at a time
// where all eight are taken, until it comes to what was not read.
func collect(taken map[uint32]index.Taken, open, from uint32, n int) (free []uint32) {
	for i := uint32(0); i < open; {
		serial := uint32((uint64(from) + uint64(i)) % uint64(open)) //nolint:gosec // below open
		chunk, read := taken[serial/index.TakenBits]
		if !read {
			break
		}
		if chunk.FullAround(serial) {
			i += min(8-serial%8, open-serial)
			continue
		}
		if !chunk.Has(serial) {
			if free = append(free, serial); len(free) == n {
				return free
			}
		}
		i++
	}
	return free
}
