package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/cli"
)

// shut is a pipe whose reader has gone.
type shut struct{}

func (shut) Write([]byte) (int, error) { return 0, fmt.Errorf("write: %w", syscall.EPIPE) }

// TestHelp_ReaderWhoHasSeenEnough: tally --help | head is no misuse.
func TestHelp_ReaderWhoHasSeenEnough(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"merchant", "till", "--help"}, {"campaign", "--help"}, {"--version"}} {
		var said strings.Builder
		m := cli.Main{Stdin: strings.NewReader(""), Stdout: shut{}, Stderr: &said, Env: os.LookupEnv, Now: time.Now}
		require.Equal(t, cli.ExitOK, run(context.Background(), m, args), "%s: %s", args, said.String())
		require.Empty(t, said.String(), args)
	}
}

// TestHelp_FullDisk: help that could not be written is no success.
func TestHelp_FullDisk(t *testing.T) {
	var said strings.Builder
	m := cli.Main{Stdin: strings.NewReader(""), Stdout: full{}, Stderr: &said, Env: os.LookupEnv, Now: time.Now}
	require.NotEqual(t, cli.ExitOK, run(context.Background(), m, []string{"--help"}))
	require.Contains(t, said.String(), "no space left")
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("write: no space left on device") }
