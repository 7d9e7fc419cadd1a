// Package demo holds the campaign files that `tally demo` plays and that users
// read as examples.
package demo

import (
	"embed"
	"io/fs"
)

//go:embed *.yaml
var files embed.FS

// Campaigns are the campaign files: NAME.yaml, each with a head that says what
// it is an example of.
func Campaigns() fs.FS { return files }
