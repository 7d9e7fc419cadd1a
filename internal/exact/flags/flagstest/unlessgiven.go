// Package flagstest helps tests that put command lines together: no flag may stand on
// one twice.
package flagstest

import (
	"slices"
	"strings"
)

// Flag is a flag and its value: --listen and 127.0.0.1:0.
type Flag [2]string

// UnlessGiven puts those flags in front of a command line's own that it does not have.
func UnlessGiven(own []string, flags ...Flag) []string {
	var line []string
	for _, flag := range flags {
		has := func(arg string) bool { return arg == flag[0] || strings.HasPrefix(arg, flag[0]+"=") }
		if !slices.ContainsFunc(own, has) {
			line = append(line, flag[0], flag[1])
		}
	}
	return append(line, own...)
}
