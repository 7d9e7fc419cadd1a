package auditor

import (
	"context"
	"errors"
	"io"

	"tally/internal/api"
	"tally/internal/audit"
	"tally/internal/audit/pack"
	"tally/internal/audit/receipt"
	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/disk"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// ExportCmd writes an evidence pack.
type ExportCmd struct {
	Token
	Pinned
	Out      string              `required:"" help:"File to write the pack to. One that was cut off is gone on with." placeholder:"FILE"`
	Campaign *voucher.CampaignID `help:"Only what concerns this campaign." placeholder:"cmp_…" xor:"scope"`
	Merchant string              `help:"Only what concerns this merchant: its address, or the name of its root key." placeholder:"MERCHANT" xor:"scope"`
	Leaves   string              `help:"Only these leaves of the log: those from the first on, before the second." placeholder:"FROM-TO" xor:"scope"`
}

// Help shows an example.
func (ExportCmd) Help() string {
	return `Writes an evidence pack: a history that tally-verify checks without the server. Without a scope it is everything, which
is replayed by the rules from the founding on; parts show that their commands were accepted and signed. Every leaf is
checked against the log's checkpoint while it is written.

Given the same again after it was interrupted, it goes on where the file ends, with the checkpoint that it began with.

Example:

    tally export --token auditor.json --pins pins.json --out evidence.pack
    tally-verify --pins pins.json pack evidence.pack`
}

// Exported is what --json prints of a pack.
type Exported struct {
	File  string `json:"file" help:"The pack's file."`
	Scope string `json:"scope" help:"What the pack is about."`
	Size  int64  `json:"size" help:"How many commands the log has."`
	Root  string `json:"root" help:"The hash of its tree."`
	Bytes int64  `json:"bytes" help:"The size of the file."`
}

// Text shows a pack.
func (e Exported) Text() terminal.Text {
	return terminal.Text{Fields: []terminal.Field{{"file", e.File}, {"scope", e.Scope}, {"size", e.Size}, {"root", e.Root}, {"bytes", e.Bytes}}}
}

// Answers implements cli.Answerer.
func (*ExportCmd) Answers() cli.Answer { return Exported{} }

// Run writes a pack.
func (c *ExportCmd) Run(ctx context.Context, a *cli.App) (err error) {
	scope, err := c.scope(a)
	if err != nil {
		return err
	}
	reader, err := c.Token.open(a)
	if err != nil {
		return err
	}
	s, err := inspect(a, ctx, reader, c.Pinned)
	if err != nil {
		return err
	}
	file, err := disk.OpenOutput(c.Out)
	if err != nil {
		return cli.Misused("%w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	job, err := s.job(ctx, file, scope)
	if err != nil {
		return err
	}
	progress := a.Progress("commands", job.Tree.N)
	job.Progress = progress.Set
	err = pack.Write(ctx, file, &logReader{client: reader}, job)
	progress.End()
	if err != nil {
		return explainExport(err)
	}
	if err := file.Sync(); err != nil {
		return err
	}
	told := Exported{File: c.Out, Scope: scope.String(), Size: job.Tree.N, Root: job.Tree.Hash.String()}
	if info, err := file.Stat(); err == nil {
		told.Bytes = info.Size()
	}
	return a.Say(told)
}

func (c *ExportCmd) scope(a *cli.App) (pack.Scope, error) {
	text := pack.All().String()
	switch {
	case c.Campaign != nil:
		text = "campaign/" + c.Campaign.String()
	case c.Merchant != "":
		address, err := a.Address(c.Merchant)
		if err != nil {
			return pack.Scope{}, err
		}
		text = "merchant/" + address.String()
	case c.Leaves != "":
		text = "leaves/" + c.Leaves
	}
	scope, err := pack.ParseScope(text)
	if err != nil {
		return scope, cli.Misused("%w", err)
	}
	return scope, nil
}

// job is what a file was begun with, or else begins with: the log's latest
// checkpoint. The file is left at its beginning.
func (s *auditing) job(ctx context.Context, file io.ReadSeeker, scope pack.Scope) (pack.Job, error) {
	job := pack.Job{Ledger: s.pinned.Ledger, Scope: scope, Proofs: pack.ProofsOf(s.pinned)}
	begun, ok, err := pack.Begun(file)
	if err != nil {
		return job, cli.Misused("%w: name another --out", err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return job, cli.Misused("%w", err)
	}
	if !ok {
		job.Checkpoint, job.Tree, err = s.checkpoint(ctx)
		return job, err
	}
	if begun.Ledger != job.Ledger || begun.Scope != job.Scope {
		return job, cli.Misused("%w, %s: name another --out", pack.ErrOtherPack, begun.Scope)
	}
	kept, err := receipt.OpenCheckpoint(begun.Checkpoint, s.pinned)
	if err != nil {
		return job, cli.Failed("the checkpoint that the pack was begun with does not hold: %w", err)
	}
	_, now, err := s.checkpoint(ctx)
	if err != nil {
		return job, err
	}
	if _, err := s.contains(ctx, now, kept.Tree); err != nil {
		return job, err
	}
	job.Checkpoint, job.Tree = begun.Checkpoint, kept.Tree
	return job, nil
}

// explainExport tells what the server forged from what went wrong on the way.
func explainExport(err error) error {
	if (errors.Is(err, pack.ErrDamaged) || errors.Is(err, audit.ErrLeaf)) && !onTheWay(err) {
		return forged("log", err)
	}
	return err
}

// onTheWay tells an answer that did not come from one that is wrong.
func onTheWay(err error) bool {
	var p *api.Problem
	return errors.As(err, &p) || errors.Is(err, client.ErrNoAnswer) || errors.Is(err, context.Canceled)
}
