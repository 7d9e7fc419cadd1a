package apitest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// Request is a command of one author as the API takes it, with the proof of
// possession where the command brings a key into force.
func Request[T any](t testing.TB, c voucher.Command) api.SignedRequest[T] {
	t.Helper()
	in, ok := c.Intents()[0].(T)
	require.True(t, ok)
	r := api.SignedRequest[T]{Intent: in, Signature: intent.FormatSignature(c.Signatures()[0])}
	if len(c.Signatures()) > 1 {
		r.Possession = intent.FormatSignature(c.Signatures()[1])
	}
	return r
}

// JointRequest is a command of several operators as the API takes it.
func JointRequest[T voucher.JointlyProvenIntent](t testing.TB, c voucher.Command) api.ApprovedRequest[T] {
	t.Helper()
	proven, ok := c.(voucher.JointlyProven[T])
	require.True(t, ok)
	r := api.ApprovedRequest[T]{Intent: proven.Intent}
	for _, s := range proven.Approvals {
		r.Approvals = append(r.Approvals, intent.FormatSignature(s))
	}
	for _, p := range proven.Possessions {
		r.Possessions = append(r.Possessions, api.PossessionProof{Holder: p.Holder, Signature: intent.FormatSignature(p.Signature)})
	}
	return r
}
