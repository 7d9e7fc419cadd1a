package voucher_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type setOperators = voucher.JointlyProven[voucher.SetOperators]

func setOperatorsScene() scene[setOperators] {
	return scene[setOperators]{unsealedBuild(func(w *world) (setOperators, []voucher.Address) {
		by := []voucher.Address{operator(1), operator(3)}
		return setOperators{
			Intent: voucher.SetOperators{
				Approvers: slices.Clone(by), Version: 1, Threshold: 1, Deadline: w.now + 60,
				Operators: []voucher.Address{operator(2), operator(4)},
			},
			Approvals:   make([]voucher.Signature, 2),
			Possessions: []voucher.Possession{{Holder: operator(4)}},
		}, append(by, operator(4))
	}), unsealed[setOperators]}
}

func setOperatorsRefusals() []refusal[setOperators] {
	many := make([]voucher.Address, voucher.MaxOperators+1)
	for i := range many {
		many[i] = address(byte(i + 1))
	}
	return []refusal[setOperators]{
		{"nobody left", voucher.KindMalformed, func(_ *world, c *setOperators, _ []voucher.Address) { c.Intent.Operators = nil }},
		{"33 operators", voucher.KindMalformed, func(_ *world, c *setOperators, _ []voucher.Address) { c.Intent.Operators = many }},
		{"33 approvers", voucher.KindMalformed, func(_ *world, c *setOperators, _ []voucher.Address) { c.Intent.Approvers = many }},
		{"the zero approver", voucher.KindBadSignature, func(_ *world, c *setOperators, by []voucher.Address) {
			by[0], c.Intent.Approvers[0] = voucher.Address{}, voucher.Address{}
		}},
		{"a threshold of none", voucher.KindMalformed, func(_ *world, c *setOperators, _ []voucher.Address) { c.Intent.Threshold = 0 }},
		{"a threshold above the set", voucher.KindMalformed, func(_ *world, c *setOperators, _ []voucher.Address) { c.Intent.Threshold = 3 }},
		{"a threshold of 2^32-1", voucher.KindMalformed, func(_ *world, c *setOperators, _ []voucher.Address) { c.Intent.Threshold = math.MaxUint32 }},
		{"one operator twice", voucher.KindMalformed, func(_ *world, c *setOperators, _ []voucher.Address) {
			c.Intent.Operators = []voucher.Address{operator(2), operator(2)}
		}},
		{"the zero address", voucher.KindMalformed, func(_ *world, c *setOperators, _ []voucher.Address) {
			c.Intent.Operators = []voucher.Address{{}, operator(2)}
		}},
		{"one approver twice", voucher.KindMalformed, func(_ *world, c *setOperators, by []voucher.Address) {
			by[1] = by[0]
			c.Intent.Approvers[1] = by[0]
		}},
		{"approvers out of order", voucher.KindMalformed, func(_ *world, c *setOperators, by []voucher.Address) {
			slices.Reverse(by)
			slices.Reverse(c.Intent.Approvers)
		}},
		{"by another", voucher.KindBadSignature, func(_ *world, _ *setOperators, by []voucher.Address) { by[1] = operator(2) }},
		{"an approver without a signature", voucher.KindBadSignature, func(_ *world, c *setOperators, _ []voucher.Address) {
			c.Intent.Approvers = append(c.Intent.Approvers, operator(4))
		}},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *setOperators, _ []voucher.Address) { w.now += 61 }},
		{"early", voucher.KindDeadlineTooFar, func(w *world, c *setOperators, _ []voucher.Address) {
			c.Intent.Deadline = w.now + voucher.ApprovalLife + 1
		}},
		{"of another version", voucher.KindWrongVersion, func(_ *world, c *setOperators, _ []voucher.Address) { c.Intent.Version = 2 }},
		{"too few", voucher.KindNotAuthorised, func(w *world, _ *setOperators, _ []voucher.Address) {
			w.state["operators"] = voucher.EncodeABI(voucher.Operators{
				Version: 1, Members: []voucher.Address{operator(1), operator(2), operator(3)}, Threshold: 3,
			})
		}},
		{"a new one whose key nobody has shown", voucher.KindPossessionWanted, func(_ *world, c *setOperators, _ []voucher.Address) {
			c.Possessions[0].Holder, c.Intent.Operators = operator(4), []voucher.Address{operator(4), operator(5)}
		}},
		{"an old one's key shown, too", voucher.KindAccepted, func(_ *world, c *setOperators, by []voucher.Address) {
			c.Possessions[0].Holder, c.Intent.Operators, by[2] = operator(2), []voucher.Address{operator(2)}, operator(2)
		}},
		{"a key shown that is none of them", voucher.KindMalformed, func(_ *world, c *setOperators, by []voucher.Address) {
			c.Possessions[0].Holder, by[2] = operator(1), operator(1)
		}},
		{"a key shown by another", voucher.KindBadSignature, func(_ *world, _ *setOperators, by []voucher.Address) { by[2] = operator(2) }},
		{"one who is no operator", voucher.KindNotAuthorised, func(_ *world, c *setOperators, by []voucher.Address) {
			by[1] = stranger()
			c.Intent.Approvers[1] = stranger()
		}},
	}
}

func TestSetOperators_EveryRule(t *testing.T) {
	setOperatorsScene().run(t, setOperatorsRefusals())

	w, c, by := setOperatorsScene().build(t)
	events := w.accept(c, by...)
	next := []voucher.Address{operator(2), operator(4)}
	require.Equal(t, voucher.Events{voucher.OperatorsSet{Version: 2, Operators: next, Threshold: 1}}, events)
	o, err := voucher.ReadOperators(w.state)
	require.NoError(t, err)
	require.Equal(t, voucher.Operators{Version: 2, Members: next, Threshold: 1}, o)
}

// A ledger that was never founded has no operators: nobody makes themselves one.
func TestSetOperators_FoundsNoLedger(t *testing.T) {
	w := &world{t: t, state: store{}, now: start}
	in := voucher.SetOperators{Operators: []voucher.Address{stranger()}, Threshold: 1, Deadline: w.now + 60}
	w.refuse(voucher.KindNotAuthorised, setOperators{Intent: in})
}

// As many operators as there may be, and all must agree.
func TestSetOperators_UpTo32(t *testing.T) {
	w := newWorld(t)
	all := make([]voucher.Address, voucher.MaxOperators)
	for i := range all {
		all[i] = address(byte(i + 1))
	}
	set := func(version uint32, by, to []voucher.Address, threshold uint32) setOperators {
		c := setOperators{Intent: voucher.SetOperators{
			Approvers: by, Version: version, Operators: to, Threshold: threshold, Deadline: w.now,
		}, Approvals: make([]voucher.Signature, len(by))}
		if len(to) == len(all) {
			for _, member := range to {
				c.Possessions = append(c.Possessions, voucher.Possession{Holder: member})
			}
		}
		return c
	}
	two := []voucher.Address{operator(1), operator(3)}
	w.accept(set(1, two, all, voucher.MaxOperators), append(slices.Clone(two), all...)...)
	w.refuse(voucher.KindNotAuthorised, set(2, all[:31], two, 1), all[:31]...)
	w.accept(set(2, all, two, 2), all...)
}
