package jsonrpc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/ethereum/go-ethereum/common/hexutil"

	"tally/internal/ledger/evm/embedded/chain"
)

// The codes of errors: JSON-RPC 2.0, EIP-1474, and 3 for a revert, which is
// what geth says and clients look for.
const (
	codeReverted      = 3
	codeFailed        = -32000
	codeTimeout       = -32002
	codeLimit         = -32005
	codeInvalid       = -32600
	codeNoMethod      = -32601
	codeInvalidParams = -32602
	codeInternal      = -32603
	codeParse         = -32700
)

// failure is an error as it is sent. It implements rpc.Error and rpc.DataError.
type failure struct {
	code    int
	message string
	data    any
}

func (f *failure) Error() string  { return f.message }
func (f *failure) ErrorCode() int { return f.code }
func (f *failure) ErrorData() any { return f.data }

func fail(code int, format string, args ...any) *failure {
	return &failure{code: code, message: fmt.Sprintf(format, args...)}
}

// translate is what the outside is told of an error of the chain.
func translate(ctx context.Context, log *slog.Logger, err error) error {
	var known *failure
	var reverted *chain.RevertError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case errors.As(err, &reverted):
		return &failure{codeReverted, "execution reverted", hexutil.Encode(reverted.Data)}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fail(codeTimeout, "request timed out")
	case errors.Is(err, chain.ErrClosed):
		return fail(codeFailed, "the server is stopping")
	default:
		log.ErrorContext(ctx, "JSON-RPC call failed", slog.Any("error", err))
		return fail(codeInternal, "internal error")
	}
}
