package fabricproof

import (
	"slices"

	"tally/internal/ledger/fabric/wire"
)

// allowed takes over what a valid transaction defines, and refuses one that
// changes the ledger in another way than by commands: what it did, no replay of
// the rules would see.
func (v *Verifier) allowed(t *transaction) error {
	writes := false
	for _, n := range t.sets {
		if err := v.defined.learn(n); err != nil {
			return err
		}
		writes = writes || n.name == v.channel.Chaincode && n.writes()
	}
	if t.chaincode != v.channel.Chaincode {
		if writes {
			return because(ErrUnsupported, "chaincode %q writes to the ledger", t.chaincode)
		}
		return nil
	}
	function, args := "", t.arguments()
	if len(args) > 0 {
		function = string(args[0])
	}
	switch {
	case function == wire.FunctionFound:
		return v.found(args[1:])
	case function == wire.FunctionSubmit && !v.report.Founded:
		return because(ErrFounding, "commands come before the founding")
	case function != wire.FunctionSubmit && writes:
		return because(ErrUnsupported, "function %q writes to the ledger", function)
	}
	return nil
}

// found compares the founding with the pins. A founding with the hash of another
// channel would make another ledger. A founding with other operators would make a
// ledger of theirs.
func (v *Verifier) found(args [][]byte) error {
	if len(args) != 1 {
		return because(ErrFounding, "%d arguments", len(args))
	}
	f, err := wire.Decode[wire.Founding](args[0])
	switch {
	case err != nil:
		return because(ErrFounding, "%s", err)
	case v.report.Founded:
		return because(ErrFounding, "it was founded before")
	case f.Genesis != v.channel.Genesis:
		return because(ErrFounding, "with the genesis block %s", f.Genesis)
	case f.Threshold != v.channel.Threshold || !slices.Equal(f.Operators, v.channel.Operators):
		return because(ErrFounding, "by %d of %v", f.Threshold, f.Operators)
	}
	v.report.Founded = true
	return nil
}
