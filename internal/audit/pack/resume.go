package pack

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit"
)

// ErrOtherPack says that the file to resume belongs to another pack.
var ErrOtherPack = errors.New("the file is a pack of another scope, checkpoint or ledger")

// resume takes over what a file has, up to its last whole chunk, and leaves the
// file where the next chunk begins. An empty file gets its head.
func (w *writer) resume(file File) error {
	in := bufio.NewReader(file)
	first := make([]byte, len(Format))
	n, err := io.ReadFull(in, first)
	switch {
	case n == 0 && errors.Is(err, io.EOF):
		if _, err := io.WriteString(file, Format); err != nil {
			return fmt.Errorf("pack: %w", err)
		}
		return w.put(head{kindHead, w.job.Ledger, w.job.Scope.String(), w.job.Checkpoint})
	case string(first) != Format:
		return fmt.Errorf("%w: it does not begin as a pack does", ErrOtherPack)
	}
	at := int64(len(Format))
	for {
		counted := &counter{in: in}
		items, err := readChunk(counted)
		if err != nil {
			break // what follows the last whole chunk is written again
		}
		if err := w.takeOver(items); err != nil {
			return err
		}
		at += counted.n
	}
	if err := file.Truncate(at); err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	if _, err := file.Seek(at, io.SeekStart); err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	if w.items > 0 {
		return nil
	}
	return w.put(head{kindHead, w.job.Ledger, w.job.Scope.String(), w.job.Checkpoint})
}

// counter counts what is read.
type counter struct {
	in io.Reader
	n  int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	return n, err
}

// takeOver brings the writer to where it was after it had written these items.
func (w *writer) takeOver(items []byte) error {
	all, err := splitAll(items)
	if err != nil {
		return err
	}
	for _, raw := range all {
		item, err := decode(raw)
		if err != nil {
			return err
		}
		if err := w.replay(item); err != nil {
			return err
		}
		w.items++
	}
	return nil
}

func (w *writer) replay(item any) error {
	switch item := item.(type) {
	case head:
		if item.Ledger != w.job.Ledger || item.Scope != w.job.Scope.String() || !bytes.Equal(item.Checkpoint, w.job.Checkpoint) {
			return ErrOtherPack
		}
	case leaf:
		entry, err := audit.DecodeLeaf(item.Leaf)
		if err != nil {
			return err
		}
		w.proof = w.provenBy(entry.Outcome.Position) // it came before the leaf
		return w.tree.append(0, tlog.RecordHash(item.Leaf))
	case subtree:
		return w.tree.append(item.Level, tlog.Hash(item.Hash))
	case block:
		w.block++
	case proof: // the next leaf says of what
	case end:
		w.ended = true
	}
	return nil
}
