package fabric

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// How another host's clock is measured: Fabric tells nobody the time, but its
// service of blocks refuses a request whose time is more than timeWindow off the
// node's own clock. What is taken and what is refused near that edge shows where
// the other clock is.
const (
	timeWindow     = 15 * time.Minute // peer.authentication.timewindow and General.Authentication.TimeWindow
	ClockTolerance = 10 * time.Second // how far clocks may be apart; a chaincode may refuse what is 30 s off
	clockStep      = time.Second      // how exactly a wrong clock is measured
)

// clockOffset is how far a node's clock is ahead of this host's, or behind if it
// is negative; 0 if they are within ClockTolerance of each other. Beyond
// timeWindow it is that, with its sign. The error is why it could not be asked.
func (n *Network) clockOffset(ctx context.Context, node Node, now func() time.Time) (time.Duration, error) {
	takes := func(off time.Duration) (bool, error) { // whether the node takes a time that is so far off ours
		_, err := n.blockAt(ctx, node, wish{channel: n.description.Channel, at: newest(), time: now().Add(off)})
		if errors.Is(err, errTime) {
			return false, nil
		}
		return err == nil || errors.Is(err, errNoBlocks) || errors.Is(err, errStranger), err
	}
	return measure(takes)
}

// measure finds the offset from what is taken. A node at offset o takes times
// from o-timeWindow to o+timeWindow.
func measure(takes func(off time.Duration) (bool, error)) (time.Duration, error) {
	future, err := takes(timeWindow - ClockTolerance)
	if err != nil && !future {
		return 0, err
	}
	past, err := takes(ClockTolerance - timeWindow)
	if err != nil && !past {
		return 0, err
	}
	switch {
	case future && past:
		return 0, nil
	case future: // it refuses the past: it is ahead
		return edge(takes, +1)
	case past:
		return edge(takes, -1)
	}
	return 0, errTime
}

// edge searches the greatest offset o, of a sign, for which a time of
// sign*(o-timeWindow) is still refused.
func edge(takes func(off time.Duration) (bool, error), sign time.Duration) (time.Duration, error) {
	least, most := ClockTolerance, 2*timeWindow
	for most-least > clockStep {
		middle := (least + most) / 2
		taken, err := takes(sign * (middle - timeWindow))
		if err != nil && !taken {
			return 0, err
		}
		if taken {
			most = middle
		} else {
			least = middle
		}
	}
	return sign * most.Round(clockStep), nil
}

// clockProblem says that a host's clock is wrong, or nothing.
func clockProblem(host string, offset time.Duration) string {
	switch {
	case offset > 0:
		return fmt.Sprintf("the clock of host %s is %s ahead of this host's: one of them is wrong, or this one is", host, offset)
	case offset < 0:
		return fmt.Sprintf("the clock of host %s is %s behind this host's: one of them is wrong, or this one is", host, -offset)
	}
	return ""
}
