package main

import (
	"bytes"
	"container/heap"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"slices"

	"tally/internal/audit"
	"tally/internal/audit/pack"
	"tally/internal/ledger"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// Limits of a sample.
const (
	maxSample = 10_000 // commands
	maxSeed   = 200    // bytes
)

// sampled is one command of a sample, whole.
type sampled struct {
	listed

	LeafHash voucher.Hash    `json:"leafHash"` // RFC 6962, section 2.1
	Outcome  voucher.Outcome `json:"outcome"`
	Bytes    string          `json:"bytes"` // the command with its signatures, as voucher.EncodeCommand writes it, in hex
}

// drawing is what a sample is drawn by.
type drawing struct {
	Seed  string `json:"seed"`
	Drawn int    `json:"drawn"`
	packReport
}

// rankOf is by what a leaf is drawn: the leaves of the least ranks are the sample.
func rankOf(seed string, index int64) [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%s\n%d", seed, index))
}

// seedOf is the seed that a pack has of its own. It depends on what is in the pack, and not
// on how the file was compressed.
func seedOf(r pack.Report) string {
	own := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d\n%s\n", r.Ledger, r.Scope, r.Tree.N, r.Tree.Hash))
	return hex.EncodeToString(own[:])
}

// draw is the view of --sample: it keeps the commands of the least ranks so far, on the disk.
type draw struct {
	of   *account
	most int
	seed string
	kept ranks
	file *os.File
	end  int64 // of what was written to the file
}

func openDraw(of *account, most int, seed string) (*draw, error) {
	file, err := os.CreateTemp(of.kept.dir, "sample-")
	if err != nil {
		return nil, undecidedError{err}
	}
	return &draw{of: of, most: most, seed: seed, file: file}, nil
}

func (v *draw) open(r pack.Report) error {
	if v.seed == "" {
		v.seed = seedOf(r)
	}
	return nil
}

func (v *draw) add(index int64, e ledger.Entry) error {
	rank := rankOf(v.seed, index)
	if len(v.kept) == v.most && bytes.Compare(rank[:], v.kept[0].rank[:]) >= 0 {
		return nil
	}
	l, err := v.of.line(index, e)
	if err != nil {
		return err
	}
	leaf, err := audit.Leaf(e)
	if err != nil {
		return err
	}
	raw, err := compactJSON(sampled{l, audit.LeafHash(leaf), e.Outcome, "0x" + hex.EncodeToString(e.Command)})
	if err != nil {
		return err
	}
	if _, err := v.file.WriteAt(raw, v.end); err != nil {
		return undecidedError{fmt.Errorf("a sample that waits on the disk: %w", err)}
	}
	heap.Push(&v.kept, ranked{rank, index, v.end, len(raw)})
	v.end += int64(len(raw))
	if len(v.kept) > v.most {
		heap.Pop(&v.kept)
	}
	return nil
}

func (v *draw) show(p *program, r packReport) error {
	slices.SortFunc(v.kept, func(a, b ranked) int { return int(a.leaf - b.leaf) })
	if p.JSON {
		return p.printWith(drawing{v.seed, len(v.kept), r}, list{"entries", v.lines()})
	}
	p.verdict(r)
	p.lines(fmt.Sprintf("sample     %d of %d commands, those whose leaf has the least SHA-256 of seed, line feed and index", len(v.kept), r.Leaves),
		"seed       "+v.seed)
	for line, err := range v.lines() {
		if err != nil {
			return err
		}
		var s sampled
		if err := json.Unmarshal(line, &s); err != nil {
			return err
		}
		if err := v.tell(p, s, r); err != nil {
			return err
		}
	}
	return nil
}

// tell shows a command whole to a person.
func (v *draw) tell(p *program, s sampled, r packReport) error {
	lines, err := v.of.lines(s.Outcome.Events)
	if err != nil {
		return err
	}
	p.lines("",
		fmt.Sprintf("leaf       %d of the log, its hash %s", s.Leaf, s.LeafHash),
		fmt.Sprintf("command    %s: %s", s.Verb, s.Command),
		fmt.Sprintf("accepted   %s, at %s of the ledger", s.Instant, s.Position))
	for _, signer := range s.Signers {
		p.lines("signed by  " + terminal.Address(signer))
	}
	p.lines(lines...)
	p.lines(
		"log        the leaf is in the tree whose root the checkpoint signs",
		"ledger     "+shown(r.Ledgers, "the sealer sealed it with these events", "not pinned, so not checked"),
		"rules      "+shown(r.Replayed, "they give these events, after all that came before", "not replayed: the pack is a part"),
		"bytes      "+s.Bytes)
	return nil
}

// lines are the commands of the sample, each a line of JSON.
func (v *draw) lines() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, k := range v.kept {
			raw := make([]byte, k.size)
			_, err := v.file.ReadAt(raw, k.at)
			if !yield(bytes.TrimSuffix(raw, []byte("\n")), err) || err != nil {
				return
			}
		}
	}
}

func (v *draw) close() error { return v.file.Close() }

// ranked is a command that may be of the sample: where it stands in the file.
type ranked struct {
	rank [sha256.Size]byte
	leaf int64
	at   int64
	size int
}

// ranks are a heap whose first has the greatest rank.
type ranks []ranked

// Len implements heap.Interface.
func (r ranks) Len() int { return len(r) }

// Less implements heap.Interface.
func (r ranks) Less(i, j int) bool { return bytes.Compare(r[i].rank[:], r[j].rank[:]) > 0 }

// Swap implements heap.Interface.
func (r ranks) Swap(i, j int) { r[i], r[j] = r[j], r[i] }

// Push implements heap.Interface.
func (r *ranks) Push(x any) { *r = append(*r, x.(ranked)) } //nolint:forcetypeassert // the heap has nothing else

// Pop implements heap.Interface.
func (r *ranks) Pop() any {
	last := (*r)[len(*r)-1]
	*r = (*r)[:len(*r)-1]
	return last
}
