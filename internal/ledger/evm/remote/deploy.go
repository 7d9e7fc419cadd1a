package remote

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"tally/internal/ledger/evm/contract"
	"tally/internal/voucher"
)

// DeployOptions says what to found. The other options are as for a ledger;
// Contract and FromBlock are not looked at, and the first of Keys pays.
type DeployOptions struct {
	Options

	// Operators, 1 to voucher.MaxOperators in ascending order, and how many of
	// them must agree.
	Operators []voucher.Address
	Threshold uint32
}

// Deployment is a ledger that was founded.
type Deployment struct {
	Contract       voucher.Address `json:"contract"`
	Administration voucher.Address `json:"administration"`
	Block          uint64          `json:"block"` // that the ledger was founded in
	LedgerID       voucher.Hash    `json:"ledgerId"`
	ChainID        uint64          `json:"chainId"`
}

// ErrFounding says that a deployment failed on the chain.
var ErrFounding = errors.New("the ledger was not founded")

// Deploy puts the contracts on the chain and founds a ledger, by three
// transactions, and waits until all of it counts. If another account
// founds the contract first, the error is ErrFounding: the ledger that Deploy
// returns was founded by the operators that were asked for.
func Deploy(ctx context.Context, opts DeployOptions) (d Deployment, err error) {
	opts.Options = opts.withDefaults()
	if len(opts.Keys) == 0 {
		return d, ErrNoRelayer
	}
	quick := opts.Options
	quick.Keys, quick.Finality = opts.Keys[:1], Instant()
	l, chainID, err := connect(ctx, quick)
	if err != nil {
		return d, err
	}
	l.start(quick, chainID)
	defer func() { err = errors.Join(err, l.Close()) }() // until then it sends again what a replaced block loses
	if d, err = l.deploy(ctx, opts); err != nil {
		return d, err
	}
	opts.Contract, opts.FromBlock, opts.Keys = common.Address(d.Contract), 0, nil
	founded, err := Open(ctx, opts.Options)
	if err != nil {
		return d, fmt.Errorf("open what was founded: %w", err)
	}
	d.LedgerID, d.Block, d.ChainID = founded.ID(), founded.from, chainID.Uint64()
	return d, founded.Close()
}

func (l *Ledger) deploy(ctx context.Context, opts DeployOptions) (d Deployment, err error) {
	if err := l.checkRelayers(ctx, opts.Keys); err != nil {
		return d, err
	}
	tally, administration, err := contract.Codes()
	if err != nil {
		return d, err
	}
	rarer, err := l.transact(ctx, nil, initCode(administration))
	if err != nil {
		return d, fmt.Errorf("deploy Administration: %w", err)
	}
	main, err := l.transact(ctx, nil, initCode(tally))
	if err != nil {
		return d, fmt.Errorf("deploy Tally: %w", err)
	}
	call := l.calls.Found(l.tracker.genesis, opts.Operators, opts.Threshold, rarer.ContractAddress)
	_, err = l.transact(ctx, &main.ContractAddress, call)
	if errors.Is(err, ErrFounding) {
		err = errors.Join(contract.ErrOperators, err)
	}
	if err != nil {
		return d, fmt.Errorf("found ledger: %w", err)
	}
	d.Contract, d.Administration = voucher.Address(main.ContractAddress), voucher.Address(rarer.ContractAddress)
	return d, nil
}

// transact sends one transaction and waits until it counts.
func (l *Ledger) transact(ctx context.Context, to *common.Address, data []byte) (*types.Receipt, error) {
	head, _, _ := l.tracker.view()
	one := l.lanes[0]
	gas, errs, err := l.node.estimate(ctx, []message{{From: one.from, To: to, Data: data}})
	if err == nil {
		err = errs[0]
	}
	if err != nil {
		if reverted(err) {
			err = fmt.Errorf("%w: %w", ErrFounding, err)
		}
		return nil, err
	}
	j := newJob(to, data, min(MaxTransactionGas, uint64(head.GasLimit), gas[0]*marginNumerator/marginDenominator))
	if err := one.enqueue([]*job{j}); err != nil {
		return nil, err
	}
	receipt, err := j.wait(ctx)
	if err == nil && receipt.Status != types.ReceiptStatusSuccessful {
		err = fmt.Errorf("%w: transaction %s reverted", ErrFounding, receipt.TxHash)
	}
	return receipt, err
}

// initCode makes a contract with this code. It copies what follows itself:
//
//	61 code length   PUSH2
//	80               DUP1
//	60 0a            PUSH1  where the code starts
//	5f 39            PUSH0 CODECOPY
//	5f f3            PUSH0 RETURN
func initCode(code []byte) []byte {
	out := binary.BigEndian.AppendUint16([]byte{0x61}, uint16(len(code))) //nolint:gosec // an EVM deploys 24,576 bytes at most
	out = append(out, 0x80, 0x60, 0x0a, 0x5f, 0x39, 0x5f, 0xf3)
	return append(out, code...)
}
