// Package completiontest asks a real bash what a completion script offers.
package completiontest

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"

	"tally/internal/completion"
)

// OffersEverything wants the scripts of a program to offer each command after the words
// before it, and each flag of a command.
func OffersEverything(t *testing.T, root *kong.Node) {
	t.Helper()
	bash, err := exec.LookPath("bash")
	require.NoError(t, err, "the scripts of this project need bash, too")
	var lines strings.Builder
	lines.WriteString(completion.Script("bash", root, completion.Nothing()))
	wanted := map[string][]string{}
	completion.Walk(root, root.Name, func(n *kong.Node, path string) {
		fmt.Fprintf(&lines, "COMP_WORDS=(%s ''); COMP_CWORD=%d; _%s; echo %q \"${COMPREPLY[@]}\"\n",
			path, len(strings.Fields(path)), strings.ReplaceAll(root.Name, "-", "_"), path+":")
		for _, child := range n.Children {
			wanted[path] = append(wanted[path], child.Name)
		}
		for _, flag := range n.Flags {
			wanted[path] = append(wanted[path], "--"+flag.Name)
		}
	})
	out, err := exec.CommandContext(t.Context(), bash, "-c", lines.String()).CombinedOutput()
	require.NoError(t, err, string(out))
	offered := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		path, words, _ := strings.Cut(line, ":")
		offered[path] = strings.Fields(words)
	}
	require.NotEmpty(t, wanted)
	fish := completion.Script("fish", root, completion.Nothing())
	for path, words := range wanted {
		require.Subset(t, offered[path], words, path)
		for _, word := range words {
			if flag, ok := strings.CutPrefix(word, "--"); ok {
				word = "-l " + flag
			} else {
				word = "-a " + word
			}
			require.Contains(t, fish, word+" -d ", path)
		}
	}
}
