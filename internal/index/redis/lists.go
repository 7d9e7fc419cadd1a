package redis

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"tally/internal/index"
)

// Lists that may be long are sorted sets of pieces: a member is the list's name, the
// first and the last position of the piece, 16 bytes each, and its items in no order,
// each a packed position and what stands beside it. Pieces of one list do not overlap.

const (
	rangeSize  = 2 * index.OrderCursor // the two positions
	readPieces = 4                     // of a list at once: an even page is in one or two
)

// listed is a kind of list.
type listed struct {
	end    string // of the key of its pieces
	beside int    // bytes of an item behind its position
}

// page is one page of a list, and what stands before a cursor.
type page struct {
	name   []byte // of the list
	before []byte // key of an item, within the list
	limit  int
	keys   [][]byte // of items, found so far: position 16, and what stands beside it
}

// newPage is a page with nothing in it. The error is index.ErrCursor.
func newPage(name []byte, cursor string, size, limit int) (*page, error) {
	before, err := index.DecodeCursor(cursor, size)
	if err != nil {
		return nil, err
	}
	return &page{name: name, before: before, limit: min(max(limit, 1), index.MaxPage)}, nil
}

// add takes an item if it is before the cursor.
func (p *page) add(key []byte) {
	if p.before == nil || bytes.Compare(key, p.before) < 0 {
		p.keys = append(p.keys, key)
	}
}

// addPiece takes the items of a piece. first is where the piece begins.
func (p *page) addPiece(member []byte, beside int) (first []byte, err error) {
	if len(member) < len(p.name)+rangeSize || !bytes.HasPrefix(member, p.name) {
		return nil, fmt.Errorf("piece of %d bytes: %w", len(member), index.ErrRecord)
	}
	member = member[len(p.name):]
	first, member = member[:index.OrderCursor], member[rangeSize:]
	return first, eachListed(member, beside, p.add)
}

// eachListed goes through the items of a piece: position in 16 bytes, and what stands
// beside it.
func eachListed(items []byte, beside int, yield func(key []byte)) error {
	for len(items) > 0 {
		at, rest, err := unpack(items)
		if err != nil {
			return err
		}
		if len(rest) < beside {
			return fmt.Errorf("item is cut off: %w", index.ErrRecord)
		}
		yield(append(index.EncodePosition(at), rest[:beside]...))
		items = rest[beside:]
	}
	return nil
}

// items are the page's items, the last first, and whether others follow.
func (p *page) items() (keys [][]byte, more bool) {
	slices.SortFunc(p.keys, func(a, b []byte) int { return bytes.Compare(b, a) })
	p.keys = slices.CompactFunc(p.keys, bytes.Equal) // what moved between two reads
	if len(p.keys) > p.limit {
		return p.keys[:p.limit], true
	}
	return p.keys, false
}

// addPieces takes the items of pieces that were read, the last first. to is the end of
// what follows them.
func (p *page) addPieces(members []string, beside int) (items int, to string, err error) {
	had := len(p.keys)
	for _, member := range members {
		first, err := p.addPiece([]byte(member), beside)
		if err != nil {
			return 0, "", err
		}
		to = "(" + string(p.name) + string(first)
	}
	return len(p.keys) - had, to, nil
}

// end is where the pieces end that have something for the page.
func (p *page) end() string {
	if p.before == nil {
		return "(" + string(p.name) + "\xff"
	}
	return "[" + string(p.name) + string(p.before[:index.OrderCursor]) + string(bytes.Repeat([]byte{0xff}, rangeSize))
}

// also is what a page has elsewhere than in pieces. It is read before them, in the same
// round trip: items move from there to them.
type also struct {
	reads reads
	add   func(generation string) error // to the page
}

// nothingElse is that all of a list is in pieces.
func nothingElse() also {
	return also{reads: func(redis.Pipeliner, keyOf) {}, add: func(string) error { return nil }}
}

// read fills a page.
func (x *Index) read(ctx context.Context, of listed, p *page, elsewhere also) error {
	for found, to := 0, p.end(); ; elsewhere = nothingElse() {
		var members *redis.StringSliceCmd
		generation, err := x.ask(ctx, func(r redis.Pipeliner, key keyOf) {
			elsewhere.reads(r, key)
			members = r.ZRevRangeByLex(ctx, key(of.end), &redis.ZRangeBy{Min: "(" + string(p.name), Max: to, Count: readPieces})
		})
		if err != nil {
			return err
		}
		if err := elsewhere.add(generation); err != nil {
			return x.unreadable(generation, err)
		}
		items, next, err := p.addPieces(members.Val(), of.beside)
		if err != nil {
			return x.unreadable(generation, err)
		}
		if found, to = found+items, next; len(members.Val()) < readPieces || found > p.limit {
			return nil
		}
	}
}
