package redis

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/redis/go-redis/v9"

	"tally/internal/index"
	"tally/internal/voucher"
)

// advanceText moves the watermark.
//
//	KEYS  the pointer, then the generation's keys
//	ARGV  generation, next as it is, next as it shall be, last, milliseconds to keep all
//
// It returns how many projectors' words there were, or -1 if the watermark was
// not there or a key is gone.
const advanceText = `
local at = redis.call('HMGET', KEYS[1], 'generation', 'next')
if at[1] ~= ARGV[1] or at[2] ~= ARGV[2] then return -1 end
if redis.call('EXISTS', unpack(KEYS)) ~= #KEYS then return -1 end
redis.call('HSET', KEYS[1], 'next', ARGV[3], 'last', ARGV[4])
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[5]) end
return redis.call('HINCRBY', KEYS[1], 'beats', 1)`

// resetText starts another generation.
//
//	KEYS  the pointer, the keys of the old generation, those of the other
//	ARGV  the generation that shall end or "", the other one, next, last, milliseconds to keep all,
//	      the head of one empty bucket, the field of that
//
// It returns 1, or 0 if the generation that shall end is not the current one.
const resetText = `
if (redis.call('HGET', KEYS[1], 'generation') or '') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'generation', ARGV[2], 'next', ARGV[3], 'last', ARGV[4], 'beats', 0)
local kinds = (#KEYS - 1) / 2
for i = 2, kinds + 1 do redis.call('UNLINK', KEYS[i]) end
local zsets = {x = true, n = true, m = true, b = true, p = true, h = true}
local grow = {o = true, w = true, r = true, y = true}
for i = kinds + 2, #KEYS do
  local kind = KEYS[i]:sub(-1)
  if zsets[kind] then
    redis.call('ZADD', KEYS[i], 0, '')
  elseif grow[kind] then
    redis.call('HSET', KEYS[i], '', ARGV[6], ARGV[7], '')
  else
    redis.call('HSET', KEYS[i], '', '')
  end
  redis.call('PEXPIRE', KEYS[i], ARGV[5])
end
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1`

// Watermark implements index.Index. The generation that it reads is where this
// process adds from here on.
func (x *Index) Watermark(ctx context.Context) (index.Mark, error) {
	var at *redis.SliceCmd
	err := x.call(ctx, x.timeout, func(ctx context.Context) error {
		at = x.client.HMGet(ctx, x.pointer(), "generation", "next", "last", "beats")
		return at.Err()
	})
	if err != nil {
		return index.Mark{}, err
	}
	mark := decodeMark(at.Val())
	if mark.Generation == "" {
		return mark, nil
	}
	err = x.call(ctx, x.timeout, func(ctx context.Context) error {
		keys := x.keys(mark.Generation)
		n, err := x.client.Exists(ctx, keys...).Result()
		mark.Whole = mark.Whole && n == int64(len(keys)) && !x.isGarbled(mark.Generation)
		return err
	})
	x.mu.Lock()
	defer x.mu.Unlock()
	x.generation = mark.Generation
	return mark, err
}

// decodeMark reads a pointer. One that is not there is zero, and so is all but
// the generation of one that says nothing sensible: nobody's watermark moves it.
func decodeMark(values []any) index.Mark {
	var text [4]string
	for i := range text {
		text[i], _ = values[i].(string)
	}
	next, err1 := index.DecodePosition([]byte(text[1]))
	last, err2 := decodeFingerprint([]byte(text[2]))
	beats, err3 := strconv.ParseUint(text[3], 10, 64)
	if errors.Join(err1, err2, err3) != nil {
		return index.Mark{Generation: text[0]}
	}
	return index.Mark{Generation: text[0], Whole: text[0] != "", Next: next, Last: last, Beats: beats}
}

func encodeFingerprint(f index.Fingerprint) []byte {
	return append(index.EncodePosition(f.Position), f.Sum[:]...)
}

func decodeFingerprint(b []byte) (f index.Fingerprint, err error) {
	const position = 16
	if len(b) != position+len(f.Sum) {
		return f, fmt.Errorf("fingerprint of %d bytes: %w", len(b), index.ErrRecord)
	}
	f.Position, err = index.DecodePosition(b[:position])
	f.Sum = voucher.Hash(b[position:])
	return f, err
}

// Advance implements index.Index.
func (x *Index) Advance(ctx context.Context, from, to index.Mark) error {
	if x.isGarbled(from.Generation) {
		return index.ErrMoved
	}
	keys := append([]string{x.pointer()}, x.keys(from.Generation)...)
	n, err := x.run(ctx, x.advance, keys, from.Generation, index.EncodePosition(from.Next), index.EncodePosition(to.Next),
		encodeFingerprint(to.Last), KeepFor.Milliseconds())
	if err == nil && n < 0 {
		return index.ErrMoved
	}
	return err
}

// Reset implements index.Index. It also ends the generation that this process
// knew, where the pointer to it was lost.
func (x *Index) Reset(ctx context.Context, from index.Mark) error {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails, by its documentation
	next := hex.EncodeToString(random[:])
	x.mu.Lock()
	old := from.Generation
	if old == "" {
		old = x.generation
	}
	x.mu.Unlock()
	keys := slices.Concat([]string{x.pointer()}, x.keys(old), x.keys(next))
	_, err := x.run(ctx, x.reset, keys, from.Generation, next, index.EncodePosition(voucher.Position{}),
		encodeFingerprint(index.Fingerprint{}), KeepFor.Milliseconds(), encodeHead(0, 1), bucketField(0))
	return err
}

// Trust implements index.Index.
func (x *Index) Trust(generation string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.trusted = generation
}
