package edge

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Limits of a log's lines.
const (
	maxLines     = 5000             // of one message, in linesWindow: they may come at once
	linesWindow  = 10 * time.Second // in which they are given back, evenly
	maxMessages  = 1024             // messages that are counted by themselves; all others count as one
	otherMessage = "other messages"
)

// Lines is a log that is bounded: it lets through a number of lines of each message in a time,
// and then one that says how many were left out. What strangers can cause as often
// as they like does not fill a disk, and does not drown other messages.
func Lines(to slog.Handler, now func() time.Time) slog.Handler {
	return &lines{Handler: to, counts: &lineCounts{of: map[string]*lineCount{}, now: now}}
}

type lines struct {
	slog.Handler
	counts *lineCounts
}

type lineCounts struct {
	now func() time.Time
	mu  sync.Mutex
	of  map[string]*lineCount
}

// lineCount is what one message has had.
type lineCount struct {
	til     time.Time // until when its lines so far are owed
	leftOut int64
}

// Handle implements slog.Handler.
func (l *lines) Handle(ctx context.Context, r slog.Record) error {
	leftOut, ok := l.counts.take(r.Message)
	if !ok {
		return nil
	}
	if leftOut > 0 {
		said := slog.NewRecord(r.Time, slog.LevelWarn, "lines of the log were left out", 0)
		said.AddAttrs(slog.String("message", r.Message), slog.Int64("lines", leftOut))
		if err := l.Handler.Handle(ctx, said); err != nil {
			return err
		}
	}
	return l.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (l *lines) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &lines{l.Handler.WithAttrs(attrs), l.counts}
}

// WithGroup implements slog.Handler.
func (l *lines) WithGroup(name string) slog.Handler {
	return &lines{l.Handler.WithGroup(name), l.counts}
}

// take counts a line. leftOut is how many were left out before it, as is told once
// there is room for a tenth of all again.
func (c *lineCounts) take(message string) (leftOut int64, ok bool) {
	quota := Quota{Requests: maxLines, Window: linesWindow}
	c.mu.Lock()
	defer c.mu.Unlock()
	count := c.of[message]
	if count == nil && len(c.of) >= maxMessages {
		message = otherMessage
		count = c.of[message]
	}
	if count == nil {
		count = &lineCount{}
		c.of[message] = count
	}
	now := c.now()
	if count.til.Before(now) {
		count.til = now
	}
	if count.leftOut > 0 && count.til.Sub(now) > quota.full()*9/10 || count.til.Sub(now)+quota.each() > quota.full() {
		count.leftOut++
		return 0, false
	}
	count.til = count.til.Add(quota.each())
	leftOut, count.leftOut = count.leftOut, 0
	return leftOut, true
}
