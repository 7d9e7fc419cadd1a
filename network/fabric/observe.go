package fabric

import (
	"context"
	"maps"
	"sync"
	"time"
)

// observeEvery is how often Run looks at everything for Options.Observe.
const observeEvery = 15 * time.Second

// Observation is how a host was at an instant.
type Observation struct {
	At       time.Time
	Status   Status
	DiskFree uint64         // bytes that are left where the network's directory is
	Restarts map[string]int // how often Run started each process again that had ended
}

// observe tells how the host is until ctx ends.
func (n *Network) observe(ctx context.Context) error {
	for {
		s, err := n.Status(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		free, err := n.files.diskFree()
		if err != nil {
			return err
		}
		n.options.Observe(Observation{At: time.Now(), Status: s, DiskFree: free, Restarts: n.restarts.all()})
		if !rest(ctx, observeEvery) {
			return nil
		}
	}
}

// tally counts under names. Its zero value is empty.
type tally struct {
	guard sync.Mutex
	count map[string]int
}

func (t *tally) add(name string) {
	t.guard.Lock()
	defer t.guard.Unlock()
	if t.count == nil {
		t.count = map[string]int{}
	}
	t.count[name]++
}

func (t *tally) all() map[string]int {
	t.guard.Lock()
	defer t.guard.Unlock()
	return maps.Clone(t.count)
}
