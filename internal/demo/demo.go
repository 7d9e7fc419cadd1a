package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"tally/internal/cli"
	"tally/internal/httpclient"
)

// Cmd plays a story against a server of its own.
type Cmd struct {
	Tallyd  string `help:"The server's program; if not set, the tallyd beside this one." placeholder:"PATH"`
	Data    string `help:"Directory for keys, ledger and log. If not set, one that is removed after success." placeholder:"DIR"`
	Ledger  string `help:"The server's ledger. For fabric the environment says where the network is, as tally-network connect prints it." enum:"evm,journal,fabric" default:"evm"`
	Index   string `help:"The server's index. For redis the demo starts one, and wipes it in the middle." enum:"memory,redis" default:"memory"`
	Wallets int    `help:"Wallets in the crowd." default:"400" least:"10" most:"900" placeholder:"N"`
	Expiry  bool   `help:"Wait for a voucher to expire, too: the ledger keeps expiry in quarters of an hour, so this takes up to 16 minutes."`
}

// Help shows an example.
func (Cmd) Help() string {
	return `The tea chain Jasmine & Co opens stores in five cities and publishes four campaigns: a free drink in Hong Kong
dollars, a ten-cup pass in ringgit, a card of 1,000 yen, the second cup at half price. Wallets get, claim, spend, hold and give away; some cheat; a crowd
goes on while the server is killed and starts again. At the end the books are recomputed from the ledger. It exits with
1 at the first step that comes out wrong. The campaigns are those of "tally campaign example".

Examples:

    tally demo --tallyd bin/tallyd
    tally demo --index redis --wallets 900`
}

const (
	demoTime  = 2 * time.Minute // more than it can need: then it hangs
	MostCrowd = 900             // --wallets: the free drink's supply is 1000
)

// Run plays the demo.
func (c *Cmd) Run(ctx context.Context, a *cli.App) error {
	tallyd, err := beside(c.Tallyd, "tallyd")
	if err != nil {
		return err
	}
	dir, err := c.directory()
	if err != nil {
		return err
	}
	most := demoTime
	if c.Expiry {
		most += longestExpiry
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	index, err := c.index(ctx)
	if err != nil {
		return err
	}
	s := &story{
		app: a, dir: dir, crowd: c.Wallets, expiry: c.Expiry, index: index,
		server: NewServer(tallyd, c.Ledger, dir, index.flags()), teller: newTeller(a), http: httpclient.New(&http.Transport{}, 0),
	}
	err = errors.Join(s.play(ctx), s.server.Kill(), index.stop())
	if err != nil {
		s.teller.tail(s.server.logPath())
		return cli.Failed("the demo stopped; its keys, ledger and log are in %s: %w", dir, err)
	}
	if c.Data != "" {
		return nil
	}
	return os.RemoveAll(dir)
}

// index starts the Redis of the demo, if one is asked for.
func (c *Cmd) index(ctx context.Context) (*demoRedis, error) {
	if c.Index != "redis" {
		return nil, nil //nolint:nilnil // none is one of its values
	}
	return startRedis(ctx)
}

// beside finds the server's program.
func beside(path, name string) (string, error) {
	if path == "" {
		own, err := os.Executable()
		if err != nil {
			return "", fmt.Errorf("find own program: %w", err)
		}
		path = filepath.Join(filepath.Dir(own), name)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("find server: %w", err)
	}
	if _, err := os.Stat(path); err != nil {
		return "", cli.Misused("there is no server to start: %w: build it with `make build`, or name it with --tallyd", err)
	}
	return path, nil
}

func (c *Cmd) directory() (string, error) {
	if c.Data == "" {
		return os.MkdirTemp("", "tally-demo-")
	}
	entries, err := os.ReadDir(c.Data)
	if err == nil && len(entries) > 0 {
		return "", cli.Misused("--data %s is not empty: the demo founds a new ledger", c.Data)
	}
	return c.Data, os.MkdirAll(c.Data, 0o700)
}
