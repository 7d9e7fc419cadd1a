package fabric

import (
	"context"
	"errors"
	"fmt"

	peerproto "github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"tally/internal/ledger/fabric/wire"
	"tally/internal/voucher"
)

// Found founds the ledger of a chaincode that was committed to its channel, and
// names its first operators, in ascending order. It returns the ledger's id. The
// error is ErrFounded where the ledger was founded before. Open says which operators
// it has.
func Found(ctx context.Context, opts Options, operators []voucher.Address, threshold uint32) (id voucher.Hash, err error) {
	l, err := connect(ctx, opts)
	if err != nil {
		return id, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	genesis, err := l.genesis(ctx)
	if err != nil {
		return id, err
	}
	argument := wire.Encode(wire.Founding{Genesis: genesis, Operators: operators, Threshold: threshold})
	end, err := l.transact(ctx, wire.FunctionFound, [][]byte{argument})
	if err != nil {
		return id, err
	}
	if end.Verdict != peerproto.TxValidationCode_VALID {
		return id, fmt.Errorf("%w: the founding was voided (%s)", ErrFounded, end.Verdict)
	}
	if err := l.identify(ctx); err != nil {
		return id, err
	}
	return l.ID(), nil
}

// transact has a call endorsed and ordered, and tells its verdict.
func (l *Ledger) transact(ctx context.Context, function string, args [][]byte) (verdict, error) {
	tx, err := l.endorse(ctx, function, args)
	if err != nil {
		return verdict{}, err
	}
	return l.commit(ctx, tx)
}
