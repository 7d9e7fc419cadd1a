package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/sync/errgroup"
	"golang.org/x/term"
)

// ahead is how many blocks are asked for at once.
const ahead = 16

// fetch is the command.
type fetch struct {
	Channel string     `help:"The Fabric channel." default:"vouchers"`
	MSP     string     `name:"msp" required:"" help:"Id of the organisation that you are a member of, on the Fabric network." placeholder:"ID"`
	MSPCert string     `name:"msp-cert" required:"" help:"File with your certificate from it, in PEM." placeholder:"FILE" type:"path"`
	MSPKey  string     `name:"msp-key" required:"" help:"File with the certificate's key, in PEM." placeholder:"FILE" type:"path"`
	Peer    []endpoint `required:"" sep:"none" help:"A peer: its organisation's id, a colon, host:port, = and the file with the CA of its TLS certificate; before the host, with @, the certificate's name if it is not the host. Two or more, each of another organisation." placeholder:"ORG:NAME@HOST:PORT=FILE"`
	To      int64      `help:"Number of the last block. Without it, the last that all of the peers have." default:"-1" least:"-1" most:"9007199254740991" placeholder:"N"`
	Out     string     `required:"" help:"File to write to." placeholder:"FILE" type:"path"`
	JSON    bool       `name:"json" help:"Print the result as one JSON object."`
}

// fetched is the result.
type fetched struct {
	File          string   `json:"file"`
	Blocks        uint64   `json:"blocks"` // in the file
	New           uint64   `json:"new"`    // of them
	Genesis       string   `json:"genesis"`
	Organisations []string `json:"organisations"`
}

func (f fetched) names() string { return strings.Join(f.Organisations, " and ") }

// check refuses peers that are not each of another organisation.
func (c *fetch) check() error {
	var all []string
	for _, p := range c.Peer {
		if slices.Contains(all, p.organisation) {
			return misusedError{fmt.Errorf("two peers of %s: what one organisation shows twice proves nothing", p.organisation)}
		}
		all = append(all, p.organisation)
	}
	if len(all) < 2 {
		return misusedError{errors.New("two or more peers are needed, each of another organisation")}
	}
	return nil
}

// run fetches what the file has not got yet.
func (c *fetch) run(ctx context.Context, errs io.Writer) (told fetched, err error) {
	if err := c.check(); err != nil {
		return told, err
	}
	who, err := readIdentity(c.MSP, c.MSPCert, c.MSPKey)
	if err != nil {
		return told, err
	}
	quiet()
	peers := make([]*peer, len(c.Peer))
	defer func() {
		for _, p := range peers {
			p.close()
		}
	}()
	for i, e := range c.Peer {
		if peers[i], err = connect(e, c.Channel, who); err != nil {
			return told, err
		}
		told.Organisations = append(told.Organisations, e.organisation)
	}
	end, err := c.end(ctx, peers)
	if err != nil {
		return told, err
	}
	kept, err := openFile(c.Out)
	if err != nil {
		return told, err
	}
	defer func() { err = errors.Join(err, kept.close()) }()
	from := kept.next
	if err := c.pull(ctx, peers, kept, end, errs); err != nil {
		return told, err
	}
	told.File, told.Blocks, told.New = c.Out, kept.next, kept.next-from
	told.Genesis = hex.EncodeToString(kept.genesis)
	return told, kept.out.Sync()
}

// end is the number after the last block that is wanted.
func (c *fetch) end(ctx context.Context, peers []*peer) (end uint64, err error) {
	for i, p := range peers {
		height, err := p.height(ctx)
		if err != nil {
			return 0, err
		}
		if c.To >= 0 && height <= uint64(c.To) {
			return 0, fmt.Errorf("%w: %s has %d, block %d is wanted", errBehind, p, height, c.To)
		}
		if i == 0 || height < end {
			end = height
		}
	}
	if c.To >= 0 {
		end = uint64(c.To) + 1
	}
	return end, nil
}

// pull asks all peers for the blocks up to an end and keeps what they agree on.
// The last block that the file has is asked for again: it is the link to the rest.
func (c *fetch) pull(ctx context.Context, peers []*peer, kept *file, end uint64, errs io.Writer) error {
	bar := c.progress(errs, end)
	defer func() { _ = bar.Finish() }() // it only draws
	for from := kept.next - min(kept.next, 1); from < end; {
		run := make([]*shown, min(ahead, end-from))
		var all errgroup.Group
		for i := range run {
			all.Go(func() (err error) {
				run[i], err = agreed(ctx, peers, from+uint64(i)) //nolint:gosec // small
				return err
			})
		}
		if err := all.Wait(); err != nil {
			return err
		}
		for _, b := range run {
			if err := kept.take(b); err != nil {
				return err
			}
		}
		from += uint64(len(run))
		_ = bar.Set64(int64(from)) //nolint:gosec // it only draws
	}
	return nil
}

// progress is a bar on a terminal, and nothing elsewhere.
func (c *fetch) progress(errs io.Writer, end uint64) *progressbar.ProgressBar {
	to, ok := errs.(*os.File)
	return progressbar.NewOptions64(int64(end), //nolint:gosec // it only draws
		progressbar.OptionSetDescription("fetch"), progressbar.OptionSetWriter(errs), progressbar.OptionShowCount(),
		progressbar.OptionSetVisibility(ok && term.IsTerminal(int(to.Fd())) && !c.JSON),
		progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
}
