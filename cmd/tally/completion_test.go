package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/completion/completiontest"
)

// complete asks a real bash what may follow the words of a line.
func complete(t *testing.T, script string, words ...string) []string {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	line := "COMP_WORDS=(" + strings.Join(words, " ") + " ''); COMP_CWORD=" + string(rune('0'+len(words))) +
		"; _tally; printf '%s\\n' \"${COMPREPLY[@]}\""
	out, err := exec.Command(bash, "-c", script+"\n"+line).CombinedOutput()
	require.NoError(t, err, string(out))
	return strings.Fields(string(out))
}

func TestCompletion_Bash(t *testing.T) {
	script := offstage(t).must("completion", "bash")
	require.Contains(t, complete(t, script, "tally"), "campaign")
	require.NotContains(t, complete(t, script, "tally"), "audit")
	require.Contains(t, complete(t, script, "tally", "campaign"), "audit")
	require.Contains(t, complete(t, script, "tally", "campaign"), "schema")
	require.Contains(t, complete(t, script, "tally", "ticket"), "sign")
	require.Contains(t, complete(t, script, "tally", "code"), "--png")
	require.Contains(t, complete(t, script, "tally", "redeem"), "--discount")
	require.Contains(t, complete(t, script, "tally", "--json", "merchant", "till"), "--store")
}

// TestCompletion_OffersEverything walks the grammar.
func TestCompletion_OffersEverything(t *testing.T) {
	root := verbs(t)["completion"].Parent
	completiontest.OffersEverything(t, root)
}

func TestCompletion_ZshAndFish(t *testing.T) {
	s := offstage(t)
	require.Contains(t, s.must("completion", "zsh"), "bashcompinit")
	require.Contains(t, s.must("completion", "fish"), `-a campaign -d "Create, show, change and audit campaigns."`)
}

// TestCompletion_KnowsKeysCampaignsAndServers: bash asks the program for the words, by
// the flag before them or the argument that is wanted.
func TestCompletion_KnowsKeysCampaignsAndServers(t *testing.T) {
	s := onstage(t)
	campaign := s.found().String()
	require.Contains(t, strings.Fields(s.must("completion", "keys")), "alice")
	require.Equal(t, campaign, strings.TrimSpace(s.must("completion", "campaigns")))
	require.Equal(t, s.server, strings.TrimSpace(s.must("completion", "servers")))

	script := "tally() { echo \"asked-$2\"; }\n" + s.must("completion", "bash")
	require.Equal(t, []string{"asked-keys"}, complete(t, script, "tally", "redeem", "--as"))
	require.Equal(t, []string{"asked-keys"}, complete(t, script, "tally", "merchant", "till", "--till"))
	require.Equal(t, []string{"asked-servers"}, complete(t, script, "tally", "wallet", "--server"))
	require.Contains(t, complete(t, script, "tally", "claim"), "asked-campaigns")
	require.NotContains(t, complete(t, script, "tally", "wallet"), "asked-campaigns")
	require.Contains(t, s.must("completion", "fish"), "-l as -d \"The wallet's key.\" -x -a '(tally completion keys 2>/dev/null)'")
}
