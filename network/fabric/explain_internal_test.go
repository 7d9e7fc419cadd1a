package fabric

import (
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// TestExplain_TransactionTaken: orderers refuse a transaction that they have. The
// words are those of a BFT network whose gateway was slower than the block.
func TestExplain_TransactionTaken(t *testing.T) {
	failed := func(said string) error {
		s, err := status.New(codes.Unavailable, "insufficient number of orderers could successfully process transaction to satisfy quorum requirement").
			WithDetails(&gateway.ErrorDetail{Address: "127.0.0.1:20090", MspId: "Witness", Message: said})
		require.NoError(t, err)
		return explain(s.Err())
	}
	const refused = "received unsuccessful response from orderer: status=SERVICE_UNAVAILABLE, info=failed to submit request: "
	require.True(t, taken(failed(refused+"request already processed")))
	require.True(t, taken(failed(refused+"request already exists")))
	require.False(t, taken(failed(refused+"no leader")))
	require.False(t, taken(nil))
}
