package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
)

// spool is values that wait on the disk until it is certain that all holds: nothing of
// a pack is shown before that, and a list may be longer than the memory. A value is a line
// of JSON.
type spool[T any] struct {
	file *os.File
	out  *bufio.Writer
	n    int64
}

// openSpool makes a spool in the directory of a state, which removes it.
func openSpool[T any](kept *state) (*spool[T], error) {
	file, err := os.CreateTemp(kept.dir, "spool-")
	if err != nil {
		return nil, undecidedError{err}
	}
	return &spool[T]{file: file, out: bufio.NewWriterSize(file, 64<<10)}, nil
}

func (s *spool[T]) close() error { return s.file.Close() }

// add appends a value.
func (s *spool[T]) add(value T) error {
	raw, err := compactJSON(value)
	if err != nil {
		return err
	}
	s.n++
	if _, err := s.out.Write(raw); err != nil {
		return undecidedError{fmt.Errorf("a list that waits on the disk: %w", err)}
	}
	return nil
}

// lines yields the values in their order, each as its line.
func (s *spool[T]) lines() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		err := s.out.Flush()
		if err == nil {
			_, err = s.file.Seek(0, io.SeekStart)
		}
		if err != nil {
			yield(nil, undecidedError{fmt.Errorf("a list that waits on the disk: %w", err)})
			return
		}
		in := bufio.NewReaderSize(s.file, 64<<10)
		for range s.n {
			line, err := in.ReadBytes('\n')
			if !yield(bytes.TrimSuffix(line, []byte("\n")), err) || err != nil {
				return
			}
		}
	}
}

// rowsOf are values as rows of a table.
func rowsOf[T any](values iter.Seq2[T, error], row func(T) []any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for value, err := range values {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(row(value), nil) {
				return
			}
		}
	}
}

// values yields the values in their order.
func (s *spool[T]) values() iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for line, err := range s.lines() {
			var value T
			if err == nil {
				err = json.Unmarshal(line, &value)
			}
			if !yield(value, err) || err != nil {
				return
			}
		}
	}
}
