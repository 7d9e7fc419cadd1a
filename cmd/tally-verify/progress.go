package main

import (
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progressEvery is the time between two lines of progress where there is no terminal.
const progressEvery = 10 * time.Second

// progress shows on standard error how much of a file was read: a bar on a terminal, and
// elsewhere a line every progressEvery. Under --json nothing is shown. It is a writer of
// what was read.
type progress struct {
	p          *program
	bar        *progressbar.ProgressBar
	read, size int64 // in bytes; a size of -1 is not known
	said       time.Time
}

// progress begins to show.
func (p *program) progress(size int64) *progress {
	file, ok := p.err.(*os.File)
	terminal := ok && term.IsTerminal(int(file.Fd()))
	g := &progress{p: p, size: size, said: time.Now()}
	if terminal {
		g.bar = progressbar.NewOptions64(size,
			progressbar.OptionSetDescription("verify"), progressbar.OptionSetWriter(p.err), progressbar.OptionShowBytes(true),
			progressbar.OptionSetVisibility(!p.JSON), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
	}
	return g
}

// Write implements io.Writer. It never fails.
func (g *progress) Write(b []byte) (int, error) {
	g.read += int64(len(b))
	switch {
	case g.bar != nil:
		_ = g.bar.Add(len(b)) // it only draws
	case !g.p.JSON && time.Since(g.said) >= progressEvery:
		g.said = time.Now()
		g.say()
	}
	return len(b), nil
}

func (g *progress) say() {
	const mebi = 1 << 20
	if g.size < 0 {
		fmt.Fprintf(g.p.err, "tally-verify: %d MiB read\n", g.read/mebi)
		return
	}
	fmt.Fprintf(g.p.err, "tally-verify: %d of %d MiB read\n", g.read/mebi, g.size/mebi)
}

// finish removes the bar.
func (g *progress) finish() {
	if g.bar != nil {
		_ = g.bar.Finish() // it only draws
	}
}
