package blocks

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Limits of one message. Every field takes memory of its own, some hundred bytes at
// most, also an empty one that takes two bytes of a file.
const (
	MaxFields = 1 << 18 // fields of a message and of those in it, all told
	maxDepth  = 64      // messages within messages
)

// ErrMessage says that bytes are no message, or one that a file was filled with.
var ErrMessage = errors.New("not a message within its limits")

// Unmarshal reads a message that may come from anybody: its fields are counted
// before any takes memory. The error is ErrMessage.
func Unmarshal(raw []byte, into proto.Message) error {
	fields := MaxFields
	if err := count(raw, into.ProtoReflect().Descriptor(), &fields, maxDepth); err != nil {
		return err
	}
	if err := (proto.UnmarshalOptions{RecursionLimit: maxDepth}).Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%w: %w", ErrMessage, err)
	}
	return nil
}

// count takes the fields of a message off what is left of them.
func count(raw []byte, of protoreflect.MessageDescriptor, left *int, depth int) error {
	if depth == 0 {
		return fmt.Errorf("%w: more than %d messages within messages", ErrMessage, maxDepth)
	}
	for len(raw) > 0 {
		number, kind, tag := protowire.ConsumeTag(raw)
		if tag < 0 {
			return fmt.Errorf("%w: %w", ErrMessage, protowire.ParseError(tag))
		}
		size := protowire.ConsumeFieldValue(number, kind, raw[tag:])
		if size < 0 {
			return fmt.Errorf("%w: %w", ErrMessage, protowire.ParseError(size))
		}
		if *left--; *left < 0 {
			return fmt.Errorf("%w: more than %d fields", ErrMessage, MaxFields)
		}
		field := of.Fields().ByNumber(number)
		value := raw[tag : tag+size]
		raw = raw[tag+size:]
		if field == nil || kind != protowire.BytesType {
			continue
		}
		content, _ := protowire.ConsumeBytes(value)
		if err := countIn(content, field, left, depth); err != nil {
			return err
		}
	}
	return nil
}

// countIn takes what a field holds off what is left: the fields of a message, or the
// numbers of a packed list. Each number takes a byte at least.
func countIn(content []byte, field protoreflect.FieldDescriptor, left *int, depth int) error {
	switch {
	case field.Message() != nil:
		return count(content, field.Message(), left, depth-1)
	case field.IsList() && field.IsPacked():
		if *left -= len(content); *left < 0 {
			return fmt.Errorf("%w: more than %d fields", ErrMessage, MaxFields)
		}
	}
	return nil
}
