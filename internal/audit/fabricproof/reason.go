package fabricproof

import (
	"errors"
	"fmt"
)

// Why blocks do not hold: a closed set. Each comes within a WrongError.
var (
	// ErrGenesis says that the first block is not the pinned one.
	ErrGenesis = errors.New("the first block is another channel's")
	// ErrChain says that a block does not follow from the one before it.
	ErrChain = errors.New("the block does not follow from the one before it")
	// ErrData says that a block's data is not what its header says, or is in no form
	// that a peer would have taken.
	ErrData = errors.New("the block's data is not what its header says")
	// ErrOrderers says that too few orderers signed a block.
	ErrOrderers = errors.New("the block is not signed by as many orderers as the channel wants")
	// ErrConfiguration says that a configuration does not follow from the one before it.
	ErrConfiguration = errors.New("the configuration does not follow from the one before it")
	// ErrVerdict says that a transaction is called valid, or not, or not for this
	// reason, and the history says otherwise.
	ErrVerdict = errors.New("the verdict does not follow from the history")
	// ErrRecord says that a valid transaction's record is not of its commands.
	ErrRecord = errors.New("the chaincode's record is not of the transaction's commands")
	// ErrFounding says that the ledger was founded otherwise than is pinned.
	ErrFounding = errors.New("the ledger was not founded as it is pinned")
	// ErrUnsupported says that the channel uses what this package does not replay.
	ErrUnsupported = errors.New("the channel uses what is not audited")
)

// WrongError names the first block that does not hold, and why.
type WrongError struct {
	Block       uint64
	Transaction int   // its index in the block; -1 where it is the block as a whole
	Reason      error // one of the above
	Detail      string
}

func (e *WrongError) Error() string {
	where := fmt.Sprintf("block %d", e.Block)
	if e.Transaction >= 0 {
		where = fmt.Sprintf("%s, transaction %d", where, e.Transaction)
	}
	return fmt.Sprintf("%s: %s: %s", where, e.Reason, e.Detail)
}

// Unwrap makes it its reason.
func (e *WrongError) Unwrap() error { return e.Reason }

// because is a reason with its detail. Block adds the place.
func because(reason error, format string, args ...any) error {
	return &WrongError{Transaction: -1, Reason: reason, Detail: fmt.Sprintf(format, args...)}
}

// in names the block and the transaction in which something is wrong.
func in(block uint64, transaction int, err error) error {
	var wrong *WrongError
	if errors.As(err, &wrong) {
		return &WrongError{block, transaction, wrong.Reason, wrong.Detail}
	}
	return err
}
