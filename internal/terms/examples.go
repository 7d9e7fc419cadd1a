package terms

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed examples/*.yaml
var examples embed.FS

// Example reads an example of a campaign file by its name. The error is
// fs.ErrNotExist where there is none.
func Example(name string) ([]byte, error) {
	if !fs.ValidPath(name) || strings.Contains(name, "/") {
		return nil, fmt.Errorf("example %q: %w", name, fs.ErrNotExist)
	}
	return examples.ReadFile("examples/" + name + ".yaml")
}

// ExampleNames are the names of all examples, sorted.
func ExampleNames() []string {
	entries, err := examples.ReadDir("examples")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = strings.TrimSuffix(entry.Name(), ".yaml")
	}
	return names
}
