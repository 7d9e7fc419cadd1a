package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// demoCmd plays a story against a server of its own.
type demoCmd struct {
	Tallyd   string `help:"The server's program; if not set, the tallyd beside this one." placeholder:"PATH"`
	Data     string `help:"Directory for keys, ledger and log. If not set, one that is removed after success." placeholder:"DIR"`
	Ledger   string `help:"The server's ledger. For fabric the environment says where the network is, as tally-network connect prints it." enum:"evm,fabric" default:"evm"`
	Index    string `help:"The server's index. For redis the demo starts one, and wipes it in the middle." enum:"memory,redis" default:"memory"`
	Campaign string `help:"The campaign file." default:"scripts/demo/buy-one-get-one.yaml" placeholder:"FILE"`
	Wallets  int    `help:"Wallets in the crowd." default:"400" placeholder:"N"`
}

// Help shows an example.
func (demoCmd) Help() string {
	return `A merchant is admitted, opens two stores and publishes a campaign. Wallets claim and spend, one of them tries to
spend twice, a stranger tries to look, and a crowd goes on while the server is killed and starts again. At the end
the books are recomputed from the ledger. It exits with 1 at the first step that comes out wrong.

Example:

    tally demo --tallyd bin/tallyd`
}

const (
	demoTime  = 2 * time.Minute // more than it can need: then it hangs
	mostCrowd = 900             // the campaign's supply is 1000
)

// Run plays the demo.
func (c *demoCmd) Run(ctx context.Context, a *app) error {
	if c.Wallets < 10 || c.Wallets > mostCrowd {
		return misused("--wallets %d: 10 to %d", c.Wallets, mostCrowd)
	}
	tallyd, err := beside(c.Tallyd, "tallyd")
	if err != nil {
		return err
	}
	campaign, err := a.loadCampaign(c.Campaign)
	if err != nil {
		return err
	}
	dir, err := c.directory()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, demoTime)
	defer cancel()
	index, err := c.index(ctx)
	if err != nil {
		return err
	}
	s := &story{
		app: a, dir: dir, crowd: c.Wallets, terms: campaign, index: index,
		server: newChild(tallyd, c.Ledger, dir, index.flags()), teller: newTeller(a), http: &http.Client{Transport: newTracing()},
	}
	err = errors.Join(s.play(ctx), s.server.kill(), index.stop())
	if err != nil {
		s.teller.tail(s.server.logPath())
		return failed("the demo stopped; its keys, ledger and log are in %s: %w", dir, err)
	}
	if c.Data != "" {
		return nil
	}
	return os.RemoveAll(dir)
}

// index starts the Redis of the demo, if one is asked for.
func (c *demoCmd) index(ctx context.Context) (*demoRedis, error) {
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
		return "", misused("there is no server to start: %w: build it with `make build`, or name it with --tallyd", err)
	}
	return path, nil
}

func (c *demoCmd) directory() (string, error) {
	if c.Data == "" {
		return os.MkdirTemp("", "tally-demo-")
	}
	entries, err := os.ReadDir(c.Data)
	if err == nil && len(entries) > 0 {
		return "", misused("--data %s is not empty: the demo founds a new ledger", c.Data)
	}
	return c.Data, os.MkdirAll(c.Data, keyDirMode)
}
