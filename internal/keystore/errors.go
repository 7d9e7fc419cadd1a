package keystore

import (
	"errors"
	"fmt"
	"slices"
)

var (
	// ErrUnusable says that the name, the file or the passphrase of a key is not a
	// usable one: the person has to give another. Every other error is the disk's.
	ErrUnusable = errors.New("unusable key")
	// ErrUnknown says that there is no key of that name. It is ErrUnusable, too.
	ErrUnknown = errors.New("unknown key")
	// ErrNoAddress says that a key's file does not name its address, as some wallets
	// write it: Open finds it. It is ErrUnusable, too.
	ErrNoAddress = errors.New("key without its address")
)

// refusal is why a key cannot be used, in words for people.
type refusal struct {
	words string
	kinds []error
}

// Error is the words alone.
func (r *refusal) Error() string { return r.words }

// Is reports whether the refusal is ErrUnusable, ErrUnknown or ErrNoAddress.
func (r *refusal) Is(target error) bool { return slices.Contains(r.kinds, target) }

func refused(format string, args ...any) error {
	return &refusal{fmt.Errorf(format, args...).Error(), []error{ErrUnusable}}
}

func unknown(format string, args ...any) error {
	return &refusal{fmt.Errorf(format, args...).Error(), []error{ErrUnusable, ErrUnknown}}
}
