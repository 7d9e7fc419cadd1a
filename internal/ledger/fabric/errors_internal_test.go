package fabric

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTranslate_PeersErrors: each error of a peer asks for a reaction.
func TestTranslate_PeersErrors(t *testing.T) {
	for text, want := range map[string]struct {
		kind error
		then reaction
	}{
		"ProposalResponsePayloads do not match":                                                        {ErrEndorse, again},
		"access denied: channel [vouchers] creator org [Oolong]":                                       {ErrDenied, other},
		"channel 'elsewhere' not found":                                                                {ErrNoChannel, other},
		"make sure the chaincode tally has been successfully defined on channel vouchers":              {ErrNoChaincode, other},
		"chaincode response 425, the transaction's time is 10m0s off":                                  {ErrClock, other},
		"request unauthorized due to incorrect timestamp 2026-11-23T08:00:00Z":                         {ErrClock, other},
		"chaincode response 409, the ledger was founded before":                                        {ErrFounded, give},
		"chaincode response 403, called as \"other\"":                                                  {ErrOtherLedger, give},
		"chaincode response 400, command 0: another encoding":                                          {ErrEndorse, give},
		"something that no version has said so far":                                                    {ErrEndorse, other},
		"error in simulation: failed to execute transaction: could not launch chaincode tally_1: down": {ErrNoChaincode, other},
	} {
		err, then := translate(said(text))
		require.ErrorIs(t, err, want.kind, text)
		require.Equal(t, want.then, then, text)
	}
}

// said is an error as gRPC makes it of a text.
type said string

func (s said) Error() string { return string(s) }
