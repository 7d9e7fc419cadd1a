package fabric

import (
	"fmt"
	"strings"

	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/grpc/status"
)

// explain adds to a gateway's error what each node said: the error itself says
// only that some failed.
func explain(err error) error {
	var said []string
	for _, detail := range status.Convert(err).Details() {
		if d, ok := detail.(*gateway.ErrorDetail); ok {
			said = append(said, fmt.Sprintf("%s (%s): %s", d.GetAddress(), d.GetMspId(), d.GetMessage()))
		}
	}
	if len(said) == 0 {
		return err
	}
	return fmt.Errorf("%w: %s", err, strings.Join(said, "; "))
}

// taken reports whether orderers refused a transaction because they have it. With
// BFT it goes to all orderers, and a late orderer may have heard of it from the
// others. The gateway calls that a failure.
func taken(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "request already processed") || strings.Contains(err.Error(), "request already exists"))
}
