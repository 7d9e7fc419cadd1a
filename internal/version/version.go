// Package version says which build a program is: its --version flag.
package version

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime/debug"
	"slices"

	"github.com/alecthomas/kong"
)

// Build is what a program knows of how it was built.
type Build struct {
	Program string `json:"program"`
	Version string `json:"version"`          // of the module; devel where it is no release
	Commit  string `json:"commit,omitempty"` // left out where it was built outside of git
	Edited  bool   `json:"edited,omitempty"` // files were changed since the commit
	Time    string `json:"commit_time,omitempty"`
	Go      string `json:"go"` // the release of Go
}

// Of is the build of the running program.
func Of(program string) Build {
	b := Build{Program: program, Version: "devel"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	b.Go = info.GoVersion
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.Version = v
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Edited = s.Value == "true"
		}
	}
	return b
}

// Text is the build in one line.
func (b Build) Text() string {
	text := b.Program + " " + b.Version
	if b.Commit != "" {
		text += ", commit " + b.Commit
	}
	if b.Edited {
		text += " with edits"
	}
	return text + ", " + b.Go
}

// Flag gives a program the flag --version; with --json it prints a Build.
func Flag() kong.Option { return kong.Embed(&flags{}) }

type flags struct {
	Version printed `name:"version" help:"Print which build this is, and leave."`
}

// printed is a flag that prints and ends the program before anything else is judged.
type printed bool

// BeforeReset is called by kong as soon as the flag is seen.
func (printed) BeforeReset(k *kong.Kong, c *kong.Context) error {
	if err := write(k.Stdout, Of(k.Model.Name), slices.Contains(c.Args, "--json")); err != nil {
		return err
	}
	k.Exit(0)
	return nil
}

func write(to io.Writer, b Build, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(to).Encode(b)
	}
	_, err := fmt.Fprintln(to, b.Text())
	return err
}
