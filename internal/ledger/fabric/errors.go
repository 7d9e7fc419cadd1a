package fabric

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"tally/internal/ledger"
	"tally/internal/ledger/fabric/blocks"
	"tally/internal/ledger/fabric/wire"
)

// What can be wrong with what this process was told of a network, or with the
// ledger that it finds there.
var (
	ErrOptions     = errors.New("the description of the Fabric network is incomplete")
	ErrFiles       = errors.New("a certificate or key cannot be used")
	ErrFounded     = errors.New("the ledger was founded before")
	ErrOtherLedger = errors.New("the chaincode was founded as another ledger")
	ErrVoided      = errors.New("other transactions came in between, again and again")
	ErrBlock       = blocks.ErrBlock
)

// What can be wrong with a network. Each is a ledger.ErrUnavailable too: the
// operator mends it, and the author of a command tries again later.
var (
	ErrUnreachable error = outageError("no peer answers")
	ErrDenied      error = outageError("the peers do not accept this identity")
	ErrNoChannel   error = outageError("the peer is not on this channel")
	ErrNoChaincode error = outageError("the channel has no such chaincode, or no peer runs it")
	ErrNotFounded  error = outageError("the ledger is not founded")
	ErrClock       error = outageError("the clocks of this server and of the endorsing peers are too far apart")
	ErrEndorse     error = outageError("the peers do not endorse the transaction")
	ErrBehind      error = outageError("a peer has not caught up with what was answered before")
	ErrPruned      error = outageError("the peer does not have the channel's first blocks")
)

// outageError is a kind of trouble with a network.
type outageError string

func (e outageError) Error() string { return string(e) }

// Is makes every kind a ledger.ErrUnavailable.
func (e outageError) Is(target error) bool { return target == ledger.ErrUnavailable }

// reaction is what an error of a peer asks for.
type reaction int

const (
	give  reaction = iota // give up: another peer would say the same
	other                 // ask another peer: this one may be the only one that is wrong
	again                 // peers do not agree yet: ask again when they have moved on
)

// chaincodeAnswer finds the status with which a chaincode refused a call, in what a
// gateway reports of it.
var chaincodeAnswer = regexp.MustCompile(`chaincode response (\d+), (.*)`)

// translate makes a closed set of what gateways and peers return, and says what
// to do. An error keeps what the peers said.
func translate(err error) (error, reaction) { //nolint:staticcheck // the error is what the function makes
	text := textOf(err)
	if said := chaincodeAnswer.FindStringSubmatch(text); said != nil {
		code, _ := strconv.Atoi(said[1])
		return answered(int32(code), said[2]) //nolint:gosec // three digits
	}
	return translateText(err, text)
}

// translateText reads what a peer itself says, which has no codes.
func translateText(err error, text string) (error, reaction) { //nolint:staticcheck // the error is what the function makes
	code := status.Code(err)
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err, give
	case strings.Contains(text, "do not match"):
		return fmt.Errorf("%w: %s", ErrEndorse, text), again
	case strings.Contains(text, "incorrect timestamp"): // the peer's own window, 15 minutes by default
		return fmt.Errorf("%w: %s", ErrClock, text), other
	case has(text, "client identity expired", "access denied", "creator is malformed", "creator certificate is not valid", "implicit policy evaluation failed", "signature is invalid"):
		return fmt.Errorf("%w: %s", ErrDenied, text), other
	case has(text, "First available block"): // it joined the channel by a snapshot
		return fmt.Errorf("%w: %s", ErrPruned, text), other
	case has(text, "channel '", "Invalid chain ID", "failed to find ledger for channel", "no endorsers found", "not found in channel"):
		return fmt.Errorf("%w: %s", ErrNoChannel, text), other
	case has(text, "has been successfully defined on channel", "could not launch chaincode", "chaincode stream terminated", "not installed", "no combination of peers", "no peers available", "set of endorsers"):
		return fmt.Errorf("%w: %s", ErrNoChaincode, text), other
	case code == codes.Unavailable, code == codes.DeadlineExceeded:
		return fmt.Errorf("%w: %s", ErrUnreachable, text), other
	default:
		return fmt.Errorf("%w: %s", ErrEndorse, text), other
	}
}

// firm reports whether an error of a peer will not go away by itself within moments.
// If every peer gives such an error, waiting does not help.
func firm(err error) bool {
	for _, kind := range []error{ErrClock, ErrDenied, ErrNoChannel, ErrPruned} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

func has(text string, phrases ...string) bool {
	for _, phrase := range phrases {
		if strings.Contains(text, phrase) {
			return true
		}
	}
	return false
}

// answered is the error for a call that the chaincode refused as a whole.
func answered(code int32, said string) (error, reaction) { //nolint:staticcheck // the error is what the function makes
	switch code {
	case wire.StatusClock:
		return fmt.Errorf("%w: %s", ErrClock, said), other
	case wire.StatusNotFounded:
		return fmt.Errorf("%w: %s", ErrNotFounded, said), again
	case wire.StatusFounded:
		return fmt.Errorf("%w: %s", ErrFounded, said), give
	case wire.StatusForeign:
		return fmt.Errorf("%w: %s", ErrOtherLedger, said), give
	case wire.StatusMalformed:
		return fmt.Errorf("%w: %s", ErrEndorse, said), give
	default:
		return fmt.Errorf("%w: the chaincode answers %d: %s", ErrEndorse, code, said), other
	}
}

// textOf is all that a gateway says: its own words, and the peers' in the details.
func textOf(err error) string {
	var transaction *client.TransactionError
	text := status.Convert(err).Message()
	if errors.As(err, &transaction) {
		for _, detail := range transaction.Details() {
			text += peerSays(detail)
		}
	}
	return text
}

func peerSays(detail *gateway.ErrorDetail) string {
	return fmt.Sprintf("; %s at %s: %s", detail.GetMspId(), detail.GetAddress(), detail.GetMessage())
}
