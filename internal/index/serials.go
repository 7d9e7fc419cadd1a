package index

import (
	"math/bits"
	"slices"
)

// Serials is a set of numbers in which the next one that is missing is found in a
// few steps, however many are there: a campaign that is sold out but for one voucher
// costs no more than a fresh one. It takes memory for what is in it, a bit each where
// they are dense, and not for the greatest.
//
// A bit of the lowest level is a number; a bit of another is 64 bits of the level
// below, set when all of those are.
type Serials struct {
	levels [serialLevels]map[uint32]uint64 // words, by their number
}

const (
	wordBits     = 6 // log2 of the bits of a word
	serialLevels = 6 // 64^6 is more than a number of 32 bits can be
)

// Add puts a number into the set.
func (s *Serials) Add(n uint32) {
	for level, at := 0, n; level < serialLevels; level, at = level+1, at>>wordBits {
		words := s.levels[level]
		if words == nil {
			words = map[uint32]uint64{}
			s.levels[level] = words
		}
		word := words[at>>wordBits] | 1<<(at&(1<<wordBits-1))
		words[at>>wordBits] = word
		if ^word != 0 {
			return
		}
	}
}

// Has reports whether a number is in the set.
func (s *Serials) Has(n uint32) bool {
	return s.levels[0][n>>wordBits]>>(n&(1<<wordBits-1))&1 == 1
}

// Missing is the least number from n on that is not in the set; none of 32 bits where
// it is 1<<32 or more.
func (s *Serials) Missing(n uint32) uint64 {
	at := uint64(n)
	for level := range serialLevels {
		zeros := ^s.word(level, at>>wordBits) &^ (1<<(at&(1<<wordBits-1)) - 1)
		if zeros != 0 {
			return s.descend(level, at&^(1<<wordBits-1)|uint64(bits.TrailingZeros64(zeros))) //nolint:gosec // 0 to 63
		}
		at = at>>wordBits + 1
	}
	return at << (wordBits * serialLevels)
}

// descend is the least missing number below a bit that is not set.
func (s *Serials) descend(level int, at uint64) uint64 {
	for ; level > 0; level-- {
		at = at<<wordBits | uint64(bits.TrailingZeros64(^s.word(level-1, at))) //nolint:gosec // 0 to 63
	}
	return at
}

func (s *Serials) word(level int, number uint64) uint64 {
	return s.levels[level][uint32(number)] //nolint:gosec // at most 32 bits, and beyond those nothing is
}

// Free lists up to n numbers below open that are not in the set, from one on and
// around.
func (s *Serials) Free(open, from uint32, n int) (free []uint32) {
	for _, stretch := range [][2]uint32{{from, open}, {0, min(from, open)}} {
		for at := uint64(stretch[0]); len(free) < n; at++ {
			if at >= uint64(stretch[1]) {
				break
			}
			if at = s.Missing(uint32(at)); at >= uint64(stretch[1]) { //nolint:gosec // below open
				break
			}
			free = append(free, uint32(at)) //nolint:gosec // below open
		}
	}
	return free
}

// All are the numbers in the set, ascending.
func (s *Serials) All() (all []uint32) {
	for number, word := range s.levels[0] {
		for ; word != 0; word &= word - 1 {
			all = append(all, number<<wordBits|uint32(bits.TrailingZeros64(word))) //nolint:gosec // 0 to 63
		}
	}
	slices.Sort(all)
	return all
}
