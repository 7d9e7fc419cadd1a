package fabric

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPackage_SameProgram: the same program is the same package. The test pins the
// id: organisations compare it.
func TestPackage_SameProgram(t *testing.T) {
	for range 2 {
		path := filepath.Join(t.TempDir(), "any name")
		require.NoError(t, os.WriteFile(path, []byte("a program"), 0o755))
		pkg, err := Program{Path: path, Version: "1"}.pack("tally")
		require.NoError(t, err)
		require.Equal(t, "tally_1:2b3d4ba8e2d61e7bd0dd80eee7135e13d7451c001b0b76a3d0e5608996ee2daa", pkg.id)
	}
}

// TestPackage_OtherProgram: another program is another version.
func TestPackage_OtherProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "program")
	var versions []string
	for _, text := range []string{"a program", "another"} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o755))
		pkg, err := Program{Path: path}.pack("tally")
		require.NoError(t, err)
		versions = append(versions, pkg.version)
	}
	require.NotEqual(t, versions[0], versions[1])
	_, err := Program{Path: path + "?"}.pack("tally")
	require.Error(t, err)
}
