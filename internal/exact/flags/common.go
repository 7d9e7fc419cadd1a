package flags

import "github.com/alecthomas/kong"

// Common puts the flags that every command of a program has into a group of their own,
// which help prints behind a command's own flags.
func Common(model *kong.Application) {
	for _, flag := range model.Flags {
		flag.Group = &kong.Group{Key: "common", Title: "Flags of every command:"}
	}
}
