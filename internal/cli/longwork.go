package cli

import "tally/internal/outbox"

// placeEvery is after how many items the place of long work is kept on the disk.
const placeEvery = 100

// Work is long work, item by item, that goes on where an earlier run of the same
// command line stopped.
type Work struct {
	app      *App
	box      outbox.Dir
	progress *Progress
	total    int
	done     int
}

// Work begins work of a number of things, what being their name in the plural, or goes
// on with it.
func (a *App) Work(what string, total int) (*Work, error) {
	w := &Work{app: a, total: total, progress: a.Progress(what, int64(total))}
	if a.line.fingerprint.IsZero() {
		return w, nil
	}
	box, err := a.outbox()
	if err != nil {
		return nil, err
	}
	w.box = box
	if w.done = min(box.Place(a.line.fingerprint), total); w.done > 0 {
		a.note("going on after %d of %d %s", w.done, total, what)
	}
	return w, nil
}

// Done is how many items are done already.
func (w *Work) Done() int { return w.done }

// Step says that one more item is done.
func (w *Work) Step() {
	w.done++
	w.progress.Set(int64(w.done))
	if w.done%placeEvery == 0 {
		w.keep()
	}
}

// End keeps where the work stopped, or forgets it where it is done.
func (w *Work) End() {
	w.progress.End()
	w.keep()
}

func (w *Work) keep() {
	if w.box == "" {
		return
	}
	err := w.box.SetPlace(w.app.line.fingerprint, w.done)
	if w.done == w.total {
		err = w.box.EndPlace(w.app.line.fingerprint)
	}
	if err != nil {
		w.app.note("the place of this work cannot be kept, so it would begin at the front again: %v", err)
	}
}
