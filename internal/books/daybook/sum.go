package daybook

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tally/internal/voucher"
)

// MaxSum is the greatest sum: what every reader of JSON reads as it is.
const MaxSum = 1<<53 - 1

// Errors of sums.
var (
	ErrSum = errors.New("a sum is above 9007199254740991")
	ErrBy  = errors.New("sums are by day, store, till or campaign")
)

// By is what sums are kept apart by. Money of two currencies is never added up.
type By struct{ Day, Store, Till, Campaign bool }

// ParseBy reads names with commas between them: day,store,till,campaign. "" is none of
// them: then there is one sum for each currency. The error is ErrBy.
func ParseBy(text string) (by By, err error) {
	if text == "" {
		return by, nil
	}
	for name := range strings.SplitSeq(text, ",") {
		part := map[string]*bool{"day": &by.Day, "store": &by.Store, "till": &by.Till, "campaign": &by.Campaign}[name]
		if part == nil || *part {
			return By{}, fmt.Errorf("%w, each once, with commas between them", ErrBy)
		}
		*part = true
	}
	return by, nil
}

// Flow is gross - returned = net. Net is negative where more came back in a time than
// was sold in it.
type Flow struct {
	Gross    uint64 `json:"gross"`
	Returned uint64 `json:"returned"`
	Net      int64  `json:"net"`
}

// Sum is the sum of lines. What they are not kept apart by is left out.
type Sum struct {
	Day      string           `json:"day,omitempty"`
	Store    uint32           `json:"store,omitempty"`
	Till     *voucher.Address `json:"till,omitempty"`
	Campaign string           `json:"campaign,omitempty"`
	Currency voucher.Currency `json:"currency"`
	Orders   uint64           `json:"orders"`
	Amount   uint64           `json:"amount"`
	Units    Flow             `json:"units"`
	Discount Flow             `json:"discount"`
}

// Sums adds lines up, in ascending order of what they are kept apart by. The error is
// ErrSum.
func Sums(lines []Line, by By) ([]Sum, error) {
	type key struct {
		day, campaign string
		store         uint32
		till          voucher.Address
		currency      voucher.Currency
	}
	at, sums := map[key]int{}, []Sum{}
	for _, l := range lines {
		s := by.of(l)
		k := key{s.Day, s.Campaign, s.Store, voucher.Address{}, s.Currency}
		if s.Till != nil {
			k.till = *s.Till
		}
		i, known := at[k]
		if !known {
			i = len(sums)
			at[k], sums = i, append(sums, s)
		}
		if err := sums[i].add(l); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(sums, compare)
	return sums, nil
}

// of is the empty sum to which a line belongs.
func (by By) of(l Line) (s Sum) {
	s.Currency = l.Currency
	if by.Day {
		s.Day = l.Day
	}
	if by.Store {
		s.Store = l.Store
	}
	if by.Till {
		s.Till = &l.Till
	}
	if by.Campaign {
		s.Campaign = l.Campaign
	}
	return s
}

func (s *Sum) add(l Line) error {
	s.Orders += l.Orders // a line each, so fewer than a list can have
	units, discount := &s.Units.Gross, &s.Discount.Gross
	if l.Did == Return {
		units, discount = &s.Units.Returned, &s.Discount.Returned
	}
	for _, one := range []struct {
		sum  *uint64
		more uint64
	}{{&s.Amount, l.Amount}, {units, l.Units}, {discount, l.Discount}} {
		if one.more > MaxSum-*one.sum {
			return ErrSum
		}
		*one.sum += one.more
	}
	s.Units.Net, s.Discount.Net = net(s.Units), net(s.Discount)
	return nil
}

func net(f Flow) int64 { return int64(f.Gross) - int64(f.Returned) } //nolint:gosec // both are at most MaxSum

func compare(a, b Sum) int {
	till := func(s Sum) []byte {
		if s.Till == nil {
			return nil
		}
		return s.Till[:]
	}
	return cmp.Or(
		cmp.Compare(a.Day, b.Day), cmp.Compare(a.Store, b.Store), slices.Compare(till(a), till(b)),
		cmp.Compare(a.Campaign, b.Campaign), slices.Compare(a.Currency[:], b.Currency[:]),
	)
}
