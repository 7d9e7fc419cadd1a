package main

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit/checkpoints"
	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
)

// maxConsistency is the greatest length of a consistency proof: 126 hashes.
const maxConsistency = 8 << 10

var errFork = errors.New("the later checkpoint does not contain the earlier one: the log was forked or rewritten")

// Checkpoint checks two checkpoints of one log against each other.
type Checkpoint struct {
	Earlier string `arg:"" help:"The checkpoint that you kept."`
	Later   string `arg:"" help:"The checkpoint that you were given now."`
	Proof   string `help:"File with the proof of consistency, a hash in base64 a line. Not needed where both are of one size." type:"path"`
}

// Help is shown below the usage.
func (Checkpoint) Help() string {
	return `Example: tally-verify --pins pins.json checkpoint monday.txt friday.txt --proof monday-friday.txt

The proof is that of RFC 6962, section 2.1.2, first hash first; any client of tlog tiles makes it from the log's
tiles. Two checkpoints of one size must be the same tree.`
}

// Run checks them.
func (c *Checkpoint) Run(p *program) error {
	pinned, err := p.pinned()
	if err != nil {
		return err
	}
	earlier, err := open(c.Earlier, pinned)
	if err != nil {
		return err
	}
	later, err := open(c.Later, pinned)
	if err != nil {
		return err
	}
	proof, err := c.proof()
	if err != nil {
		return err
	}
	if err := consistent(earlier, later, proof); err != nil {
		return err
	}
	if p.JSON {
		return p.print(map[string]any{"holds": true, "earlier": earlier.N, "later": later.N})
	}
	p.lines("HOLDS", fmt.Sprintf("the log of %d commands begins with the log of %d", later.N, earlier.N))
	return nil
}

func open(path string, pinned pins.Pins) (tlog.Tree, error) {
	raw, err := readFile(path, checkpoints.MaxLength)
	if err != nil {
		return tlog.Tree{}, err
	}
	signed, err := receipt.OpenCheckpoint(raw, pinned)
	if err != nil {
		return tlog.Tree{}, mistaken(fmt.Errorf("%s: %w", path, err), path, "checkpoint")
	}
	return signed.Tree, nil
}

func (c *Checkpoint) proof() (proof tlog.TreeProof, err error) {
	if c.Proof == "" {
		return nil, nil
	}
	raw, err := readFile(c.Proof, maxConsistency)
	if err != nil {
		return nil, err
	}
	if len(raw) > maxConsistency {
		return nil, misusedError{fmt.Errorf("%s: at most %d bytes", c.Proof, maxConsistency)}
	}
	for line := range strings.Lines(string(raw)) {
		hash, err := tlog.ParseHash(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return nil, misusedError{fmt.Errorf("%s: a hash in base64 a line is wanted", c.Proof)}
		}
		proof = append(proof, hash)
	}
	return proof, nil
}

func consistent(earlier, later tlog.Tree, proof tlog.TreeProof) error {
	switch {
	case earlier.N > later.N:
		return fmt.Errorf("%w: it has %d commands, the earlier %d", errFork, later.N, earlier.N)
	case earlier.N == later.N && earlier.Hash != later.Hash:
		return errFork
	case earlier.N == later.N, earlier.N == 0:
		return nil
	}
	if err := tlog.CheckTree(proof, later.N, later.Hash, earlier.N, earlier.Hash); err != nil {
		return fmt.Errorf("%w: %w", errFork, err)
	}
	return nil
}
