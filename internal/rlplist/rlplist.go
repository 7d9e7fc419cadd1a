// Package rlplist reads RLP lists (Ethereum Yellow Paper, appendix B) in their one form,
// without reflection: another encoding of the same members is refused while it is read,
// so nothing is encoded again to compare.
package rlplist

import (
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/rlp"
)

// ErrForm says that bytes are not the list that is read, in its one form.
var ErrForm = errors.New("not the RLP list that is wanted, in its one form")

// List is the members of a list that were not read yet. The first failure is kept, and
// End tells it: what was read before it is of no use. What is read are parts of the bytes
// that were given, and no copies.
type List struct {
	rest []byte
	err  error
}

// Of is the list that these bytes are, all of them.
func Of(raw []byte) List {
	content, rest, err := rlp.SplitList(raw)
	if err == nil && len(rest) > 0 {
		err = rlp.ErrMoreThanOneValue
	}
	return List{content, err}
}

// Bytes is the next member, a string.
func (l *List) Bytes() []byte {
	if l.err != nil {
		return nil
	}
	var content []byte
	content, l.rest, l.err = rlp.SplitString(l.rest)
	return content
}

// Fixed fills into with the next member, which has that many bytes.
func (l *List) Fixed(into []byte) {
	if content := l.Bytes(); len(content) != len(into) && l.err == nil {
		l.err = fmt.Errorf("%d bytes where there are %d", len(content), len(into))
	} else {
		copy(into, content)
	}
}

// Uint64 is the next member, a number.
func (l *List) Uint64() (n uint64) {
	if l.err == nil {
		n, l.rest, l.err = rlp.SplitUint64(l.rest)
	}
	return n
}

// List is the next member, a list. It is read and ended by itself.
func (l *List) List() List {
	if l.err != nil {
		return List{err: l.err}
	}
	var content []byte
	content, l.rest, l.err = rlp.SplitList(l.rest)
	return List{content, l.err}
}

// Len is how many members are left.
func (l *List) Len() int {
	if l.err != nil {
		return 0
	}
	var n int
	n, l.err = rlp.CountValues(l.rest)
	return n
}

// End is the first failure, one of them a member that was not read. The error is ErrForm.
func (l *List) End() error {
	if l.err == nil && len(l.rest) > 0 {
		l.err = errors.New("a member more")
	}
	if l.err != nil {
		return fmt.Errorf("%w: %w", ErrForm, l.err)
	}
	return nil
}
