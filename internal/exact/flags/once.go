package flags

import (
	"fmt"

	"github.com/alecthomas/kong"
)

// once has a parser refuse a flag that a command line gives twice. kong takes the last
// one, so that a line which was put together of two parts does what nobody reads in it.
// Lists and maps take a flag several times, and a flag wins over the environment and
// over a configuration file.
func once() kong.Option {
	return kong.WithBeforeResolve(func(parsed *kong.Context, at *kong.Path) error {
		if at.App == nil { // the hook runs for each part of the line: one run sees them all
			return nil
		}
		given := map[*kong.Flag]bool{}
		for _, part := range parsed.Path {
			flag := part.Flag
			if flag == nil || flag.IsCumulative() || flag.IsCounter() {
				continue
			}
			if given[flag] {
				return fmt.Errorf("--%s: this flag is there more than once: give it once", flag.Name)
			}
			given[flag] = true
		}
		return nil
	})
}
