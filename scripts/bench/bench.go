package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"tally/scripts/bench/stage"
)

// Run is the command that measures.
type Run struct {
	Programs

	Sections     []string `arg:"" optional:"" help:"What to measure: ${sections}. All of it, if none is named."`
	Runs         int      `help:"Runs of each system, alternating." default:"3" least:"1" most:"100"`
	Tiny         bool     `help:"A few operations only, one run: shows that it works, and no figure of worth."`
	Tally        string   `help:"The command line, for the section command." default:"bin/tally" type:"path"`
	Before       string   `name:"tally-before" help:"Another build of the command line, to compare with." type:"existingfile"`
	TallydBefore string   `help:"Another build of tallyd, for the compare section, which is measured only then." type:"existingfile"`
	Report       string   `help:"File for the figures, in JSON." type:"path"`
	Ledger       string   `help:"Kind of the ledger of --profile: evm, journal." enum:"evm,journal" default:"evm"`
	Clients      int      `help:"How many clients --profile has." default:"32" least:"1" most:"10000"`
	Profile      string   `help:"File for a processor profile of clients' redemptions (or look-ups or quotes, with lookup or quote named) over HTTP, server and clients being one process; nothing else is measured then." type:"path"`
}

// Programs are where everything is that is started.
type Programs struct {
	Tallyd string `help:"The server." default:"bin/tallyd" type:"existingfile"`
	Others string `help:"Directory of the programs beside it." default:".cache/bench" type:"existingdir"`
	Dir    string `help:"Directory for everything that is made, and removed in the end; its disk is what durable means. The system's for temporary files if empty." type:"path"`
}

// Validate implements kong's hook.
func (r *Run) Validate() error {
	switch {
	case r.Runs < 1 || r.Runs > maxRuns:
		return errRuns
	case r.Clients < 1 || r.Clients > most:
		return errClients
	}
	for _, name := range r.Sections {
		if !slices.Contains(sectionNames(), name) {
			return fmt.Errorf("%w: %q", errSection, name)
		}
	}
	return nil
}

const maxRuns = 99

var (
	errRuns    = fmt.Errorf("--runs is from 1 to %d", maxRuns)
	errClients = fmt.Errorf("--clients is from 1 to %d", most)
	errSection = errors.New("there is no section of this name")
)

// bench is one run of the program.
type bench struct {
	*stage.Stage

	runs     int
	commands builds // of the command line
	tallyd   builds
	sizes    sizes
	progress io.Writer
}

// builds are two builds of a program. The one before may be missing: "".
type builds struct{ before, now string }

// section is a part that can be measured by itself.
type section struct {
	name    string
	measure func(*bench, context.Context) ([]Table, error)
}

func sections() []section {
	return []section{
		{"redeem", (*bench).redeem},
		{"compare", (*bench).compare},
		{"door", (*bench).doorCost},
		{"log", (*bench).logCost},
		{"lookup", (*bench).lookup},
		{"quote", (*bench).quote},
		{"drop", (*bench).drop},
		{"bulk", (*bench).bulk},
		{"rebuild", (*bench).rebuild},
		{"start", (*bench).start},
		{"size", (*bench).size},
		{"command", (*bench).command},
	}
}

func sectionNames() (names []string) {
	for _, s := range sections() {
		names = append(names, s.name)
	}
	return names
}

// Run measures, and prints the tables.
func (r *Run) Run(ctx context.Context, out Output) error {
	b := &bench{runs: r.Runs, sizes: full(), progress: out.Progress}
	b.commands, b.tallyd = builds{r.Before, r.Tally}, builds{r.TallydBefore, r.Tallyd}
	if r.Tiny {
		b.runs, b.sizes = 1, tiny()
	}
	if r.Profile != "" {
		return b.profileTo(ctx, append(r.Sections, "redeem")[0], r)
	}
	report, began := Report{Machine: machine(), Settings: b.settings()}, time.Now()
	report.Began = began.UTC().Format(time.RFC3339)
	failed := b.sections(ctx, r, &report)
	report.Took = time.Since(began).Round(time.Second).String()
	report.print(out.Tables) // what was measured before something failed stays good
	return errors.Join(failed, report.write(r.Report))
}

// sections measures those that are wanted, one after the other.
func (b *bench) sections(ctx context.Context, r *Run, report *Report) error {
	for _, s := range sections() {
		if len(r.Sections) > 0 && !slices.Contains(r.Sections, s.name) {
			continue
		}
		tables, err := b.on(ctx, r.Programs, s)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		report.Tables = append(report.Tables, tables...)
	}
	return nil
}

// on measures a section on a stage of its own.
func (b *bench) on(ctx context.Context, programs Programs, s section) (tables []Table, err error) {
	b.say("%s", s.name)
	if b.Stage, err = stage.New(programs.Dir, programs.Tallyd, programs.Others); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.Stage.Close()) }()
	disk, err := b.syncTimes()
	if err != nil {
		return nil, err
	}
	tables, err = s.measure(b, ctx)
	for i := range tables {
		tables[i].Notes = append(tables[i].Notes, disk)
	}
	return tables, err
}

// syncTimes says what a disk sync takes where the section's programs write.
func (b *bench) syncTimes() (string, error) {
	dir, err := b.Dir("disk")
	if err != nil {
		return "", err
	}
	return syncTimes(dir)
}

// inTurn gives every other run the opposite order: what changes with the order or
// with time (a disk that slows down, a warm cache) then tells for both sides.
func inTurn[S any](run int, all []S) []S {
	if run%2 == 0 {
		return all
	}
	turned := slices.Clone(all)
	slices.Reverse(turned)
	return turned
}

// say tells how far it is.
func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.progress, time.Now().Format("15:04:05 ")+format+"\n", args...)
}

// counting tells now and then how far something is that takes long.
func (b *bench) counting(what string, all int) func(int) {
	next := time.Now().Add(sayEvery)
	return func(n int) {
		if time.Now().After(next) || n == all {
			b.say("%s: %d of %d", what, n, all)
			next = time.Now().Add(sayEvery)
		}
	}
}

const sayEvery = 5 * time.Second

// settings are what all sections have in common.
func (b *bench) settings() []string {
	return []string{
		fmt.Sprintf("median (least..greatest) of %d alternating runs; clients, servers and databases share the machine", b.runs),
		"every request was made and signed before the clock started; connections were open",
	}
}
