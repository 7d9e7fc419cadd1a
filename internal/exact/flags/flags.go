// Package flags has a command line read numbers, lengths of time and texts by the
// readers of package exact, wherever they come from: arguments, the environment or
// a configuration file.
package flags

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alecthomas/kong"

	"tally/internal/exact"
)

// Exact are the options of a parser that reads exactly. kong's own readers take
// 0500 for 320, 0x10 for 16 and 1_000 for 1000. The tags least:"1" and most:"64" of a
// number's or a length's flag are the least and the greatest that it takes. A number
// that may be below zero in Go is not below zero where least is missing.
func Exact() kong.Option {
	options := []kong.Option{
		kong.KindMapper(reflect.String, reader(text)),
		kong.TypeMapper(reflect.TypeFor[time.Duration](), within(duration)),
		once(),
	}
	for _, kind := range []reflect.Kind{reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64} {
		options = append(options, kong.KindMapper(kind, within(unsigned)))
	}
	for _, kind := range []reflect.Kind{reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64} {
		options = append(options, kong.KindMapper(kind, within(signed)))
	}
	for _, kind := range []reflect.Kind{reflect.Float32, reflect.Float64} {
		options = append(options, kong.KindMapper(kind, within(decimal)))
	}
	return kong.OptionFunc(func(k *kong.Kong) error {
		for _, option := range options {
			if err := option.Apply(k); err != nil {
				return err
			}
		}
		return nil
	})
}

// Addresses has flags of a type of addresses read by exact.Address, which checks
// the checksum of an address in mixed case.
func Addresses[T ~[20]byte]() kong.Option {
	return kong.TypeMapper(reflect.TypeFor[T](), reader(func(text string, into reflect.Value) error {
		address, err := exact.Address(text)
		into.Set(reflect.ValueOf(T(address)))
		return shown(err, text)
	}))
}

// Text has flags with a tag type:"kind" read by exact.Text: what people are shown.
func Text(kind string, most int) kong.Option {
	return kong.NamedMapper(kind, reader(func(text string, into reflect.Value) error {
		into.SetString(text)
		return exact.Text(text, most)
	}))
}

// Number has flags of an unsigned type with a tag type:"kind" read as whole numbers
// from least to most.
func Number(kind string, least, most uint64) kong.Option {
	return kong.NamedMapper(kind, reader(func(text string, into reflect.Value) error {
		n, err := exact.Whole(text, least, most)
		into.SetUint(n)
		return shown(err, text)
	}))
}

// reader is a mapper of one text. kong writes the flag's name in front of its error.
func reader(read func(text string, into reflect.Value) error) kong.Mapper {
	return within(func(text string, into reflect.Value, _ *kong.Tag) error { return read(text, into) })
}

// within is a mapper of one text whose flag may say its range.
func within(read func(text string, into reflect.Value, tag *kong.Tag) error) kong.Mapper {
	return kong.MapperFunc(func(ctx *kong.DecodeContext, into reflect.Value) error {
		var text string
		if err := ctx.Scan.PopValueInto("value", &text); err != nil {
			return err
		}
		return read(text, into, ctx.Value.Tag)
	})
}

// limits are what the tags of a flag say, or what stands there if they say nothing.
// A tag that cannot be read is a mistake in the program.
func limits[N any](tag *kong.Tag, least, most N, read func(string) (N, error)) (N, N, error) {
	for name, limit := range map[string]*N{"least": &least, "most": &most} {
		if !tag.Has(name) {
			continue
		}
		n, err := read(tag.Get(name))
		if err != nil {
			return least, most, fmt.Errorf("the flag's tag %s: %w", name, err)
		}
		*limit = n
	}
	return least, most, nil
}

func text(text string, into reflect.Value) error {
	if !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError) { // kong makes one of what is not UTF-8 in a list
		return &exact.Error{Want: "a text in UTF-8 is wanted, and this is not UTF-8"}
	}
	into.SetString(text)
	return nil
}

func duration(text string, into reflect.Value, tag *kong.Tag) error {
	least, most, err := limits(tag, 0, math.MaxInt64, time.ParseDuration)
	if err != nil {
		return err
	}
	length, err := exact.Duration(text)
	if err == nil && (length < least || length > most) {
		err = &exact.Error{Want: "a length of time " + span(tag, "0s") + " is wanted"}
	}
	into.SetInt(int64(length))
	return shown(err, text)
}

func unsigned(text string, into reflect.Value, tag *kong.Tag) error {
	least, most, err := limits(tag, 0, math.MaxUint64>>(64-into.Type().Bits()), decimals[uint64](strconv.ParseUint))
	if err != nil {
		return err
	}
	n, err := exact.Whole(text, least, most)
	into.SetUint(n)
	return shown(err, text)
}

func signed(text string, into reflect.Value, tag *kong.Tag) error {
	least, most, err := limits(tag, 0, math.MaxInt64>>(64-into.Type().Bits()), decimals[int64](strconv.ParseInt))
	if err != nil {
		return err
	}
	n, err := exact.Integer(text, least, most)
	into.SetInt(n)
	return shown(err, text)
}

// span is a flag's range as its tags have it.
func span(tag *kong.Tag, least string) string {
	if tag.Has("least") {
		least = tag.Get("least")
	}
	if !tag.Has("most") {
		return "of at least " + least
	}
	return "from " + least + " to " + tag.Get("most")
}

func decimals[N any](parse func(string, int, int) (N, error)) func(string) (N, error) {
	return func(text string) (N, error) { return parse(text, 10, 64) }
}

func decimal(text string, into reflect.Value, tag *kong.Tag) error {
	least, most, err := limits(tag, 0, math.MaxFloat64, func(text string) (float64, error) { return strconv.ParseFloat(text, 64) })
	if err != nil {
		return err
	}
	n, err := exact.Decimal(text)
	if err == nil && (n < least || n > most) {
		err = &exact.Error{Want: "a number " + span(tag, "0") + " is wanted"}
	}
	into.SetFloat(n)
	return shown(err, text)
}

// shown adds what was given: neither numbers nor addresses are secrets.
func shown(err error, text string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %s", err, exact.Shown(text))
}
