package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"
	"golang.org/x/sync/errgroup"

	"tally/internal/audit"
	"tally/internal/audit/blockfile"
	"tally/internal/audit/fabricproof"
	"tally/internal/audit/pins"
	"tally/internal/audit/replay"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Why blocks do not hold, apart from what packages fabricproof, replay and
// blockfile say.
var (
	errTooShort   = errors.New("the blocks end before what is asked of them")
	errOtherRoot  = errors.New("the log is not that of the channel: its checkpoint has another root than the blocks lead to")
	errNotFabric  = errors.New("the pins have no fabric: genesis and chaincode")
	errNoFounders = errors.New("the pins have no operators and threshold, with whom the ledger was founded")
)

// Channel checks the blocks of a Fabric channel.
type Channel struct {
	Account

	File       string `arg:"" help:"The blocks, as tally-fetch wrote them, or - for standard input."`
	Checkpoint string `help:"A checkpoint of a server's log: the log must be the one that the blocks lead to." placeholder:"FILE" type:"path"`
}

// Help is shown below the usage.
func (Channel) Help() string {
	return `Believes nothing but the pins: the ledger's id, which is made of the hash of the channel's first block and the
chaincode's name, and who founded it. Every block must follow from the one before and be signed as the channel's
configuration at that height wants (under BFT by a quorum of the orderers; with Raft by one, so any one could have
forged what was ordered); every transaction's verdict is computed again from signatures, endorsement policies and
what was read and written. Then the rules are replayed over all commands, and every campaign's books are made up.
The first block, transaction or command that does not follow is named.

With a checkpoint, what a server's log, receipts and packs say is tied to the channel.

Pins for a channel, the log's key only if a checkpoint is to be checked:

    {"ledger": "0x…", "operators": ["0x…"], "threshold": 1, "fabric": {"genesis": "0x…", "chaincode": "tally"}}

Example: tally-verify --pins pins.json channel channel.blocks --checkpoint friday.txt`
}

// channelReport is the report of blocks that hold.
type channelReport struct {
	Holds          bool         `json:"holds"`
	Ledger         voucher.Hash `json:"ledger"`
	Blocks         uint64       `json:"blocks"`
	Transactions   uint64       `json:"transactions"`
	Voided         uint64       `json:"voided"`
	Configurations uint64       `json:"configurations"`
	Consensus      string       `json:"consensus"` // bft or raft
	Orderers       int          `json:"orderers"`  // under BFT
	Quorum         int          `json:"quorum"`
	Size           int64        `json:"size"` // commands
	Root           string       `json:"root"` // of the log that they lead to
	Checkpoint     int64        `json:"checkpoint,omitempty"`
	accounted
}

// Run checks them.
func (c *Channel) Run(ctx context.Context, p *program) error {
	pinned, err := p.pinned()
	if err != nil {
		return err
	}
	w, err := c.walk(pinned)
	if err != nil {
		return err
	}
	var report channelReport
	err = c.over(p, c.File, func(in io.Reader, kept *state, counted *account) (err error) {
		if err = w.run(ctx, in, kept, counted.count); err != nil {
			return err
		}
		if report, err = w.report(); err != nil {
			return err
		}
		report.accounted, err = counted.close()
		return err
	})
	if err != nil {
		return mistaken(err, c.File, "channel")
	}
	return p.channel(report)
}

// walk prepares to walk through the blocks.
func (c *Channel) walk(pinned pins.Pins) (*walk, error) {
	switch {
	case pinned.Fabric == nil:
		return nil, misusedError{errNotFabric}
	case len(pinned.Operators) == 0 || pinned.Threshold == 0:
		return nil, misusedError{errNoFounders}
	}
	channel := fabricproof.Channel{
		Genesis: pinned.Fabric.Genesis, Chaincode: pinned.Fabric.Chaincode, Operators: pinned.Operators, Threshold: pinned.Threshold,
	}
	factory := compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}
	w := &walk{channel: channel, domain: intent.NewDomain(pinned.Ledger), tree: factory.NewEmptyRange(0)}
	if c.Checkpoint == "" {
		return w, nil
	}
	signed, err := open(c.Checkpoint, pinned)
	if err != nil {
		return nil, err
	}
	w.signed = &signed
	return w, nil
}

// walk is a walk through all blocks: the leaves that they lead to, their tree,
// and where it is the tree of a checkpoint.
type walk struct {
	channel  fabricproof.Channel
	domain   *intent.Domain
	verifier *fabricproof.Verifier
	tree     *compact.Range
	signed   *tlog.Tree // what a checkpoint signs; nil without one
	met      bool       // the tree was once that one
}

// run verifies the blocks and replays the rules over what they accepted.
func (w *walk) run(ctx context.Context, in io.Reader, kept voucher.State, each func(ledger.Entry) error) error {
	file, err := blockfile.NewReader(in)
	if err != nil {
		return err
	}
	rules, err := replay.New(replay.Founding{Operators: w.channel.Operators, Threshold: w.channel.Threshold}, kept)
	if err != nil {
		return err
	}
	w.verifier = fabricproof.New(w.channel, kept)
	if err := w.meet(); err != nil {
		return err
	}
	return rules.Run(ctx, w.commands(ctx, file), each)
}

// commands yields what the blocks accepted, in order.
func (w *walk) commands(ctx context.Context, file *blockfile.Reader) iter.Seq2[replay.Command, error] {
	return func(yield func(replay.Command, error) bool) {
		for raw, err := range file.All() {
			var all []replay.Command
			if err = errors.Join(err, ctx.Err()); err == nil {
				all, err = w.block(raw)
			}
			if err != nil {
				yield(replay.Command{}, err)
				return
			}
			for _, one := range all {
				if !yield(one, nil) {
					return
				}
			}
		}
	}
}

// block verifies the next block and reads its commands, on all cores.
func (w *walk) block(raw []byte) ([]replay.Command, error) {
	entries, err := w.verifier.Block(raw)
	if err != nil {
		return nil, err
	}
	all := make([]replay.Command, len(entries))
	var work errgroup.Group
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i, e := range entries {
		leaf, err := audit.Leaf(e)
		if err != nil {
			return nil, errors.Join(err, work.Wait())
		}
		if err := w.add(leaf); err != nil {
			return nil, errors.Join(err, work.Wait())
		}
		work.Go(func() (err error) {
			all[i], err = replay.Read(w.domain, leaf)
			return err
		})
	}
	return all, work.Wait()
}

// add adds a leaf to the tree.
func (w *walk) add(leaf []byte) error {
	if err := w.tree.Append(rfc6962.DefaultHasher.HashLeaf(leaf), nil); err != nil {
		return err
	}
	return w.meet()
}

// meet holds the tree to the checkpoint when it has as many leaves.
func (w *walk) meet() error {
	if w.signed == nil || int64(w.tree.End()) != w.signed.N { //nolint:gosec // leaves
		return nil
	}
	root, err := w.root()
	if err != nil {
		return err
	}
	if root != w.signed.Hash {
		return fmt.Errorf("%w: at %d commands %s, in the checkpoint %s", errOtherRoot, w.signed.N, root, w.signed.Hash)
	}
	w.met = true
	return nil
}

// root is the hash of the tree so far.
func (w *walk) root() (root tlog.Hash, err error) {
	if w.tree.End() == 0 {
		return tlog.TreeHash(0, nil)
	}
	raw, err := w.tree.GetRootHash(nil)
	copy(root[:], raw)
	return root, err
}

// report is what the blocks have shown at their end.
func (w *walk) report() (channelReport, error) {
	shown := w.verifier.Report()
	root, err := w.root()
	r := channelReport{
		Holds: true, Ledger: w.domain.Ledger(), Blocks: shown.Blocks, Transactions: shown.Transactions, Voided: shown.Voided,
		Configurations: shown.Configurations, Consensus: "raft", Orderers: shown.Orderers, Quorum: shown.Quorum,
		Size: int64(w.tree.End()), Root: root.String(), //nolint:gosec // leaves
	}
	if shown.BFT {
		r.Consensus = "bft"
	}
	switch {
	case err != nil:
		return r, err
	case !shown.Founded:
		return r, fmt.Errorf("%w: the ledger was not founded in %d blocks", errTooShort, shown.Blocks)
	case w.signed != nil && !w.met:
		return r, fmt.Errorf("%w: the checkpoint is of %d commands, the blocks have %d: fetch more", errTooShort, w.signed.N, r.Size)
	case w.signed != nil:
		r.Checkpoint = w.signed.N
	}
	return r, nil
}

func (p *program) channel(r channelReport) error {
	if p.JSON {
		return p.print(r)
	}
	signed := fmt.Sprintf("by %d of %d orderers, who agree under BFT", r.Quorum, r.Orderers)
	if r.Consensus == "raft" {
		signed = "by one orderer (Raft): any one of them could have forged what was ordered"
	}
	p.lines(
		"HOLDS",
		fmt.Sprintf("ledger     %s", r.Ledger),
		fmt.Sprintf("blocks     %d, complete from the first, each signed %s", r.Blocks, signed),
		fmt.Sprintf("verdicts   %d transactions, %d of them voided, as their history says", r.Transactions, r.Voided),
		fmt.Sprintf("channel    %d configurations, each signed by those who may change it", r.Configurations),
		fmt.Sprintf("rules      each of %d commands follows from those before it", r.Size),
		"log        "+shown(r.Checkpoint > 0, fmt.Sprintf("its checkpoint of %d commands is of this channel", r.Checkpoint), "no checkpoint was given"),
	)
	p.account(r.accounted)
	return nil
}
