package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSecretFile_OpenToOthers has every flag that names a secret's file refuse
// one that others may read, and say which it is and nothing that is in it.
func TestSecretFile_OpenToOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(path, []byte("correct horse battery staple\n"), 0o600))
	for _, flag := range []string{"--passphrase-file", "--token-file"} {
		require.NoError(t, os.Chmod(path, 0o600))
		line, err := ReadSecret(flag, path)
		require.NoError(t, err)
		require.Equal(t, "correct horse battery staple", line)
		for _, mode := range []os.FileMode{0o644, 0o640, 0o604, 0o660} {
			require.NoError(t, os.Chmod(path, mode))
			_, err := ReadSecret(flag, path)
			require.Equal(t, ExitMisused, AsExitError(err).Exit)
			require.ErrorContains(t, err, flag)
			require.ErrorContains(t, err, path)
			require.ErrorContains(t, err, "chmod 600")
			require.NotContains(t, err.Error(), "horse")
		}
	}
}
