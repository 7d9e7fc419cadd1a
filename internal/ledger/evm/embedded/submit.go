package embedded

import (
	"context"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/contract"
	"tally/internal/ledger/evm/embedded/chain"
	"tally/internal/voucher"
)

const transactionGas = 100_000_000

// Submit implements ledger.Ledger. All commands that are accepted go into one
// block. What is refused is in no block: the contract judges all, what it
// refuses is left out, and the rest is run again in the same state and at the
// same time. So nothing changes between the judgement and the block, and a
// refusal leaves no byte on disk. It has the position of the head that it was
// judged at.
func (l *Ledger) Submit(ctx context.Context, commands []voucher.Authored) ([]voucher.Outcome, error) {
	outcomes, err := ledger.Undecided(ctx, commands)
	if err != nil {
		return outcomes, err
	}
	if err := l.Writable(ctx); err != nil {
		return outcomes, fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
	}
	head := l.chain.Head()
	encoded, fitting := contract.Encode(commands, outcomes, head.Number.Uint64(), head.Time)
	err = l.judge(ctx, &trials{
		ledger: l, encoded: encoded, outcomes: outcomes, signers: signers(commands),
		alone: map[int]bool{}, judged: map[int]voucher.Outcome{},
	}, fitting)
	return outcomes, errors.Join(err, ledger.FirstOutcomes(ctx, l, commands, outcomes))
}

// Writable implements ledger.Prober: the disk has its reserve. A disk that is full in
// the middle of a write ends the process, so no command is taken before that.
func (l *Ledger) Writable(context.Context) error {
	if err := l.room.Check(); err != nil {
		return fmt.Errorf("%w: %w: %w", ledger.ErrUnavailable, ledger.ErrNoRoom, err)
	}
	return nil
}

// judge seals those of the commands at the given indexes that are accepted, and
// tells the outcomes of all.
func (l *Ledger) judge(ctx context.Context, t *trials, indexes []int) error {
	if len(indexes) == 0 {
		return ctx.Err()
	}
	t.groups = l.calls.Groups(t.encoded, indexes, contract.PerTransaction)
	judged, err := l.propose(ctx, t)
	if err != nil {
		return err
	}
	for i, out := range judged {
		t.outcomes[i] = out
	}
	return nil
}

// propose makes one block of the groups' calls. Its error says whether they may
// have had an effect.
func (l *Ledger) propose(ctx context.Context, t *trials) (map[int]voucher.Outcome, error) {
	release, err := l.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	txs, err := t.transactions(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
	}
	sealed, err := l.chain.SealProposal(ctx, chain.Proposal{Transactions: txs, Signers: t.signers, Choose: func(trial chain.Trial) ([]*types.Transaction, bool, error) {
		return t.choose(ctx, trial)
	}})
	l.nonce.used(sealed, err)
	if err != nil && t.number > 0 {
		l.recent.drop(t.number)
	}
	return t.judged, sealError(err)
}

// seal makes one block of calls to the contract, whatever becomes of them. Its
// error says whether they may have had an effect.
func (l *Ledger) seal(ctx context.Context, calls [][]byte) (*chain.Sealed, error) {
	release, err := l.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	txs, err := l.transactions(ctx, calls)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
	}
	sealed, err := l.chain.Seal(ctx, txs)
	l.nonce.used(sealed, err)
	return sealed, sealError(err)
}

// turn waits until no other block is under way.
func (l *Ledger) turn(ctx context.Context) (release func(), err error) {
	select {
	case l.submitting <- struct{}{}:
		return func() { <-l.submitting }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", ledger.ErrNotSent, ctx.Err())
	}
}

// sealError translates an error of the chain.
func sealError(err error) error {
	var failed *chain.FailedError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &failed):
		return fmt.Errorf("%w: %w", ledger.ErrUnknown, err)
	case errors.Is(err, chain.ErrClosed):
		return fmt.Errorf("%w: %w", ledger.ErrClosed, err)
	default:
		return fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
	}
}

// transactions are calls of the contract, signed with the next nonces. The caller has
// the turn.
func (l *Ledger) transactions(ctx context.Context, calls [][]byte) ([]*types.Transaction, error) {
	first, err := l.nonce.next(ctx, l.chain)
	if err != nil {
		return nil, err
	}
	own := make([]chain.Call, len(calls))
	for i, data := range calls {
		own[i] = chain.Call{To: contract.Address(), Gas: transactionGas, Data: data}
	}
	return l.chain.Transactions(first, own)
}

// signers are what the commands' signatures recovered to. What recovered to
// nobody the contract recovers again.
func signers(commands []voucher.Authored) chain.Signers {
	known := chain.Signers{}
	for _, c := range commands {
		digests := []voucher.Hash{c.Authors.ID, c.Authors.Second}
		if c.Authors.Second.IsZero() {
			digests = digests[:1] // several approvers sign one intent
		}
		signatures := c.Command.Signatures()
		for i, signer := range c.Authors.Signers {
			if i < len(signatures) && !signer.IsZero() {
				s := signatures[i]
				known[chain.NewSignature(digests[min(i, len(digests)-1)], s.R, s.VS)] = common.Address(signer)
			}
		}
	}
	return known
}
