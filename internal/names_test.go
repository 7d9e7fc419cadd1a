package internal_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNames_SubjectAndCase finds tests whose names are not Test<Subject>_<Case>:
// first what is tested, then what holds.
func TestNames_SubjectAndCase(t *testing.T) {
	root := os.DirFS("..")
	test := regexp.MustCompile(`(?m)^func (Test\w*)\(\w+ \*testing\.T\)`)
	form := regexp.MustCompile(`^Test[A-Z][A-Za-z0-9]*(_[A-Z]\w*)+$`)
	found := 0
	for _, path := range texts(t, root) {
		if !strings.HasSuffix(path, "_test.go") {
			continue
		}
		text, err := fs.ReadFile(root, path)
		require.NoError(t, err)
		for _, name := range test.FindAllSubmatch(text, -1) {
			found++
			if !form.Match(name[1]) {
				t.Errorf("%s: %s: write Test<Subject>_<Case>, as in TestClaim_SoldOut", path, name[1])
			}
		}
	}
	require.NotZero(t, found)
}
