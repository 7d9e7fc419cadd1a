package fabric

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// Pending is what Run waits for: other hosts, mostly.
type Pending struct {
	Since  time.Time `json:"since"` // the first time that it waited, for whatever reason
	Reason string    `json:"reason"`

	PID     int    `json:"pid"`     // of Run's process
	Started string `json:"started"` // of that process, as startTime has it: ids are used again
}

func (n *Network) pendingPath() string { return n.files.path("pending.json") }

// writePending leaves for Status what keeps Run from being up; nil is nothing.
func (n *Network) writePending(why error) error {
	if why == nil {
		if err := os.Remove(n.pendingPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("what run waits for: %w", err)
		}
		return nil
	}
	now := Pending{Since: time.Now().UTC().Truncate(time.Second), Reason: why.Error(), PID: os.Getpid()}
	now.Started, _ = startTime(now.PID)
	before, err := n.readPending()
	if err == nil && before != nil {
		now.Since = before.Since
	}
	text, err := json.Marshal(now)
	if err != nil {
		return fmt.Errorf("what run waits for: %w", err)
	}
	return writeFile(n.pendingPath(), append(text, '\n'), 0o644)
}

// readPending is what Run waits for; nil if it does not run, or is up.
func (n *Network) readPending() (*Pending, error) {
	text, err := os.ReadFile(n.pendingPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // nothing is waited for
	}
	if err != nil {
		return nil, fmt.Errorf("what run waits for: %w", err)
	}
	var p Pending
	if err := json.Unmarshal(text, &p); err != nil {
		return nil, fmt.Errorf("pending.json: %w", err)
	}
	if now, ok := startTime(p.PID); !ok || now != p.Started {
		return nil, nil // what was left is of a run that has ended
	}
	return &p, nil
}
