package auditor

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit/checkpoints"
	"tally/internal/audit/receipt"
	"tally/internal/cli"
	"tally/internal/terminal"
)

// CheckpointCmd takes the log's latest checkpoint away.
type CheckpointCmd struct {
	Token
	Pinned
	Out   string `help:"File to write the checkpoint to; else it is printed." placeholder:"FILE"`
	Since string `help:"A checkpoint that you kept: the log must contain it." placeholder:"FILE"`
	Proof string `help:"File to write the proof to that the log contains --since, as tally-verify takes it." placeholder:"FILE"`
}

// Help shows an example.
func (CheckpointCmd) Help() string {
	return `A checkpoint is the log's signed word: how many commands were accepted, and in which order. Keep checkpoints. With --since
the log must prove that it has only grown since then; a log that was forked or rewritten is found.

Example:

    tally checkpoint --token auditor.json --pins pins.json --out monday.txt
    tally checkpoint --token auditor.json --pins pins.json --since monday.txt --out friday.txt --proof monday-friday.txt`
}

// Checkpointed is what --json prints of a checkpoint.
type Checkpointed struct {
	Size       int64  `json:"size" help:"How many commands the log has."`
	Root       string `json:"root" help:"The hash of its tree."`
	Since      int64  `json:"since,omitempty" help:"How many the earlier checkpoint had, which the log was shown to contain."`
	File       string `json:"file,omitempty" help:"The file that has the checkpoint."`
	Proof      string `json:"proof,omitempty" help:"The file that has the proof."`
	Checkpoint string `json:"checkpoint,omitempty" help:"The checkpoint itself, where it went to no file."`
}

// Text shows a checkpoint that went to a file.
func (c Checkpointed) Text() terminal.Text {
	fields := []terminal.Field{{"size", c.Size}, {"root", c.Root}, {"file", c.File}}
	if c.Since != 0 {
		fields = append(fields, terminal.Field{"since", fmt.Sprintf("the log contains the earlier one, of %d commands", c.Since)})
	}
	if c.Proof != "" {
		fields = append(fields, terminal.Field{"proof", c.Proof})
	}
	return terminal.Text{Fields: fields}
}

// Answers implements cli.Answerer.
func (*CheckpointCmd) Answers() cli.Answer { return Checkpointed{} }

// Run takes the latest checkpoint away.
func (c *CheckpointCmd) Run(ctx context.Context, a *cli.App) error {
	reader, err := c.Token.open(a)
	if err != nil {
		return err
	}
	s, err := inspect(a, ctx, reader, c.Pinned)
	if err != nil {
		return err
	}
	raw, now, err := s.checkpoint(ctx)
	if err != nil {
		return err
	}
	told := Checkpointed{Size: now.N, Root: now.Hash.String(), File: c.Out, Proof: c.Proof}
	if c.Since != "" {
		if told.Since, err = c.since(ctx, a, s, now); err != nil {
			return err
		}
	}
	if c.Out != "" || !a.JSON {
		if err := deliver(a, c.Out, raw); err != nil {
			return err
		}
	}
	if c.Out == "" {
		if !a.JSON {
			return nil
		}
		told.Checkpoint = string(raw)
	}
	return a.Say(told)
}

// checkpoint is the server's latest.
func (s *auditing) checkpoint(ctx context.Context) ([]byte, tlog.Tree, error) {
	raw, err := s.reader.Checkpoint(ctx)
	if err != nil {
		return nil, tlog.Tree{}, err
	}
	head, err := receipt.OpenCheckpoint(raw, s.pinned)
	if err != nil {
		return nil, tlog.Tree{}, forged("checkpoint", err)
	}
	return raw, head.Tree, nil
}

// since checks that the log contains the checkpoint that was kept, and returns
// the size of that.
func (c *CheckpointCmd) since(ctx context.Context, a *cli.App, s *auditing, now tlog.Tree) (int64, error) {
	raw, err := a.ReadFile(c.Since, checkpoints.MaxLength)
	if err != nil {
		return 0, err
	}
	kept, err := receipt.OpenCheckpoint(raw, s.pinned)
	if err != nil {
		return 0, cli.Misused("%s: %w", c.Since, err)
	}
	proof, err := s.contains(ctx, now, kept.Tree)
	if err != nil || c.Proof == "" {
		return kept.Tree.N, err
	}
	var lines strings.Builder
	for _, h := range proof {
		lines.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	return kept.Tree.N, a.WriteFile(c.Proof, []byte(lines.String()))
}

// contains proves, from the log's tiles, that it has what an earlier tree had.
func (s *auditing) contains(ctx context.Context, now, before tlog.Tree) (tlog.TreeProof, error) {
	switch {
	case before.N > now.N:
		return nil, cli.Failed("the log has %d commands, and had %d: it was cut off, or this server is behind or makes its log again: then ask later", now.N, before.N)
	case before.N == now.N && before.Hash != now.Hash:
		return nil, forked(before)
	case before.N == now.N, before.N == 0:
		return nil, nil
	}
	proof, err := tlog.ProveTree(now.N, before.N, (&logReader{client: s.reader}).tiles(ctx, now))
	switch {
	case err != nil && onTheWay(err):
		return nil, err
	case err != nil:
		return nil, forged("log", err)
	}
	if err := tlog.CheckTree(proof, now.N, now.Hash, before.N, before.Hash); err != nil {
		return nil, forked(before)
	}
	return proof, nil
}

func forked(before tlog.Tree) error {
	return cli.Failed("the log does not contain the checkpoint of %d commands: it was FORKED or rewritten; keep both checkpoints, they are the proof", before.N)
}
