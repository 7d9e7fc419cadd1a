package embedded

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"tally/internal/intent"
	"tally/internal/ledger/evm/contract"
	"tally/internal/ledger/evm/embedded/chain"
	"tally/internal/voucher"
)

func newGenesis(sealer common.Address, now time.Time) (*chain.Genesis, error) {
	g := &chain.Genesis{
		ChainID: chainID, Time: voucher.Unix(now), Sealer: sealer,
		Alloc: types.GenesisAlloc{},
	}
	codes, err := contractCodes()
	if err != nil {
		return nil, err
	}
	for at, code := range codes {
		g.Alloc[at] = types.Account{Code: code, Nonce: 1, Balance: common.Big0}
	}
	_, _ = rand.Read(g.Salt[:]) // never fails, by its documentation
	return g, nil
}

// found has the contract name its ledger and its operators, once, and marks the
// directory.
func (l *Ledger) found(ctx context.Context, opts Options, d directory) error {
	id, err := l.LedgerID(ctx)
	if err != nil {
		return err
	}
	isNew := id.IsZero()
	if isNew {
		if id, err = l.nameLedger(ctx, opts); err != nil {
			return err
		}
	}
	address := contract.Address()
	if want := intent.LedgerID(voucher.Hash(l.chain.GenesisHash()), address[:]); id != want {
		return fmt.Errorf("the contract was founded as ledger %s, this is %s: %w", id, want, chain.ErrGenesisMismatch)
	}
	l.domain = intent.NewDomain(id)
	if err := l.putMark(d); err != nil {
		return err
	}
	if isNew {
		opts.Log.WarnContext(ctx, "a new ledger was founded: if an older one was expected here, stop, and look whether its disk is mounted",
			slog.String("directory", d.dir), slog.String("ledger", id.String()))
	}
	return nil
}

func (l *Ledger) nameLedger(ctx context.Context, opts Options) (id voucher.Hash, err error) {
	if len(opts.Operators) == 0 {
		return id, ErrNoOperators
	}
	call := l.calls.Found(l.chain.GenesisHash(), opts.Operators, opts.Threshold, contract.Administration())
	sealed, err := l.seal(ctx, [][]byte{call})
	if err != nil {
		return id, err
	}
	if sealed.Receipts[0].Status != types.ReceiptStatusSuccessful {
		return id, contract.ErrOperators
	}
	return l.LedgerID(ctx)
}
