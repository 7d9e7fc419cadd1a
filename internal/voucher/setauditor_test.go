package voucher_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type setAuditor = voucher.Approved[voucher.SetAuditor]

func auditorScene() scene[setAuditor] {
	return scene[setAuditor]{unsealedBuild(func(w *world) (setAuditor, []voucher.Address) {
		by := []voucher.Address{operator(1), operator(3)}
		return setAuditor{
			Intent: voucher.SetAuditor{
				Approvers: slices.Clone(by), Auditor: stranger(), Until: w.now + 86400, Deadline: w.now + 60,
			},
			Approvals: make([]voucher.Signature, 2),
		}, by
	}), unsealed[setAuditor]}
}

func auditorRefusals() []refusal[setAuditor] {
	type command = setAuditor
	edited := func(name string, kind voucher.Kind, edit func(w *world, in *voucher.SetAuditor)) refusal[command] {
		return refusal[command]{name, kind, func(w *world, c *command, _ []voucher.Address) { edit(w, &c.Intent) }}
	}
	return []refusal[command]{
		edited("nobody", voucher.KindMalformed, func(_ *world, in *voucher.SetAuditor) { in.Auditor = voucher.Address{} }),
		{"approvers out of order", voucher.KindMalformed, func(_ *world, c *command, by []voucher.Address) {
			slices.Reverse(by)
			slices.Reverse(c.Intent.Approvers)
		}},
		{"by another", voucher.KindBadSignature, func(_ *world, _ *command, by []voucher.Address) { by[1] = operator(2) }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *command, _ []voucher.Address) { w.now += 61 }},
		edited("early", voucher.KindDeadlineTooFar, func(w *world, in *voucher.SetAuditor) { in.Deadline = w.now + voucher.ApprovalLife + 1 }),
		edited("until now", voucher.KindDeadlinePassed, func(w *world, in *voucher.SetAuditor) { in.Until = w.now }),
		edited("for more than a year", voucher.KindDeadlineTooFar, func(w *world, in *voucher.SetAuditor) { in.Until = w.now + voucher.AuditorLife + 1 }),
		edited("for a year", voucher.KindAccepted, func(w *world, in *voucher.SetAuditor) { in.Until = w.now + voucher.AuditorLife }),
		edited("for a second", voucher.KindAccepted, func(w *world, in *voucher.SetAuditor) { in.Until = w.now + 1 }),
		{"one operator alone", voucher.KindNotAuthorised, func(w *world, _ *command, _ []voucher.Address) {
			w.state["operators"] = voucher.EncodeABI(voucher.Operators{
				Version: 1, Members: []voucher.Address{operator(1), operator(2), operator(3)}, Threshold: 3,
			})
		}},
		{"one who is no operator", voucher.KindNotAuthorised, func(_ *world, c *command, by []voucher.Address) {
			by[1], c.Intent.Approvers[1] = stranger(), stranger()
		}},
		edited("of the version to come", voucher.KindWrongVersion, func(_ *world, in *voucher.SetAuditor) { in.Version = 1 }),
		edited("one too many", voucher.KindListFull, func(w *world, _ *voucher.SetAuditor) {
			w.state["auditors"] = voucher.EncodeABI(voucher.Roll{Members: make([]voucher.Address, voucher.MaxAuditors)})
		}),
		edited("the last one", voucher.KindAccepted, func(w *world, _ *voucher.SetAuditor) {
			w.state["auditors"] = voucher.EncodeABI(voucher.Roll{Members: make([]voucher.Address, voucher.MaxAuditors-1)})
		}),
	}
}

func TestSetAuditor_EveryRule(t *testing.T) {
	auditorScene().run(t, auditorRefusals())

	w, c, by := auditorScene().build(t)
	require.Equal(t, voucher.Events{voucher.AuditorSet{Auditor: stranger(), Version: 1, Until: w.now + 86400}}, w.accept(c, by...))
	a, err := voucher.ReadAuditor(w.state, stranger())
	require.NoError(t, err)
	require.Equal(t, voucher.Auditor{Version: 1, Until: w.now + 86400}, a)
	require.True(t, a.At(w.now+86399))
	require.False(t, a.At(w.now+86400))

	c.Intent.Version, c.Intent.Until = 1, 0
	require.Equal(t, voucher.Events{voucher.AuditorSet{Auditor: stranger(), Version: 2}}, w.accept(c, by...))
	c.Intent.Auditor, c.Intent.Version, c.Intent.Until = wallet(1), 0, w.now+60
	w.accept(c, by...)
	list, err := voucher.ReadAuditors(w.state)
	require.NoError(t, err)
	require.Equal(t, []voucher.NamedAuditor{
		{Auditor: stranger(), Version: 2}, {Auditor: wallet(1), Version: 1, Until: w.now + 60},
	}, list)
}
