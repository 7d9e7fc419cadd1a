package internal_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// banned are phrases that a reader has to read twice, each with what to write
// instead. A phrase may be broken over two lines of a comment.
func banned() map[string]string {
	return map[string]string{
		`tells whether`:   `"reports whether", as in Go's own packages`,
		`how-m\w+th`:      `"the ordinal of"`,
		`is to be gone`:   `a verb: "to resume", "to go on"`,
		`\bso many\b`:     `the number, or the name of the parameter: "n blocks", "the given number of blocks"`,
		`whoever`:         `who it is: "a client", "the caller", "all who may read it"`,
		`the one that is`: `the thing's name: "the existing key"`,
		`of which`:        `two sentences, or "whose"`,
		`as whom`:         `"as which key"`,
	}
}

func TestWords_BannedPhrases(t *testing.T) {
	root := os.DirFS("..")
	files := texts(t, root)
	require.Contains(t, files, "Makefile")
	for phrase, instead := range banned() {
		// What separates two words of a comment: spaces, the line's end, the next line's mark.
		pattern := regexp.MustCompile(`(?i)` + strings.ReplaceAll(phrase, " ", `[\s/#*]+`))
		for _, path := range files {
			text, err := fs.ReadFile(root, path)
			require.NoError(t, err)
			for _, at := range pattern.FindAllIndex(text, -1) {
				line := 1 + bytes.Count(text[:at[0]], []byte("\n"))
				t.Errorf("%s:%d: %q: write %s", path, line, text[at[0]:at[1]], instead)
			}
		}
	}
}

// texts are the paths of what people read: code, pages, configuration and scripts.
// What is generated or fetched is in directories with a dot, bin and node_modules.
func texts(t *testing.T, root fs.FS) (paths []string) {
	t.Helper()
	kinds := []string{".go", ".sol", ".md", ".yaml", ".mjs", ".sh"}
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		switch {
		case d.IsDir() && path != "." && (name[0] == '.' || name == "bin" || name == "node_modules"):
			return fs.SkipDir
		case d.IsDir() || path == "internal/words_test.go":
		case name == "Makefile" || slices.Contains(kinds, filepath.Ext(name)):
			paths = append(paths, path)
		}
		return nil
	})
	require.NoError(t, err)
	return paths
}
