package ledgertest

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// cast is who acts in the machine's histories, by name and by address.
type cast struct {
	byName    map[string]Actor
	names     map[voucher.Address]string
	all       []voucher.Address
	operators []voucher.Address
	merchants []voucher.Address
	roots     []voucher.Address // that merchants may change to
	tills     []voucher.Address
	keys      []voucher.Address // for issues, rollbacks and voids
	wallets   []voucher.Address
	attestors []voucher.Address
	auditors  []voucher.Address
}

func newCast() *cast {
	c := &cast{byName: map[string]Actor{}, names: map[voucher.Address]string{}}
	c.operators = c.group("operator", "operator 2", "operator 3", "operator 4")
	c.merchants = c.group("merchant", "merchant 2")
	c.roots = c.group("root 1", "root 2", "thief")
	c.tills = c.group("till 1", "till 2", "till 3")
	c.keys = c.group("key 1", "key 2")
	c.wallets = c.group("alice", "bob", "carol", "dave")
	c.attestors = c.group("attestor 1", "attestor 2", "attestor 3")
	c.auditors = c.group("auditor 1", "auditor 2")
	return c
}

// group names actors, in the order of their addresses.
func (c *cast) group(names ...string) (list []voucher.Address) {
	for _, name := range names {
		a := NewActor(name)
		c.byName[name], c.names[a.Address] = a, name
		list = append(list, a.Address)
	}
	slices.SortFunc(list, func(a, b voucher.Address) int { return bytes.Compare(a[:], b[:]) })
	c.all = append(c.all, list...)
	return list
}

// Signer is who signs, and what is wrong with the signature. Text: the actor's
// name, and after a colon what is wrong; nobody signs what no key of the cast can.
type Signer struct {
	By    string
	Wrong string
}

// What can be wrong with a signature.
const (
	wrongR         = "changed"   // one bit of r
	wrongParity    = "parity"    // the parity of y
	wrongHigh      = "high s"    // s in the upper half of the group order
	wrongNone      = "missing"   // all zero
	wrongElsewhere = "elsewhere" // for another ledger
)

// MarshalText implements encoding.TextMarshaler.
func (s Signer) MarshalText() ([]byte, error) {
	if s.Wrong == "" {
		return []byte(s.By), nil
	}
	return []byte(s.By + ": " + s.Wrong), nil
}

// UnmarshalText reads what MarshalText writes.
func (s *Signer) UnmarshalText(text []byte) error {
	s.By, s.Wrong, _ = strings.Cut(string(text), ": ")
	return nil
}

// Draft is a command before it is signed: its signatures are empty, and Signers
// say what they will be, in the order of its signature fields.
type Draft struct {
	Command voucher.Command
	Signers []Signer
}

// seal signs a draft for a ledger.
func (c *cast) seal(d Draft, domain *intent.Domain) (voucher.Command, error) {
	sealed := reflect.New(reflect.TypeOf(d.Command)).Elem()
	sealed.Set(reflect.ValueOf(d.Command))
	intents := d.Command.Intents()
	signatures := make([]voucher.Signature, len(d.Signers))
	for i, s := range d.Signers {
		var err error
		if signatures[i], err = c.sign(s, domain, intents[min(i, len(intents)-1)]); err != nil {
			return nil, err
		}
	}
	for i := range sealed.NumField() {
		switch field := sealed.Field(i).Addr().Interface().(type) {
		case *voucher.Signature:
			if len(signatures) > 0 {
				*field, signatures = signatures[0], signatures[1:]
			}
		case *[]voucher.Signature:
			n := max(0, len(signatures)-possessions(d.Command))
			*field, signatures = signatures[:n:n], signatures[n:]
		case *[]voucher.Possession:
			*field = slices.Clone(*field)
			for i := range min(len(*field), len(signatures)) {
				(*field)[i].Signature, signatures = signatures[0], signatures[1:]
			}
		}
	}
	command, ok := sealed.Interface().(voucher.Command)
	if !ok || len(signatures) > 0 {
		return nil, fmt.Errorf("%T has %d signatures too many", d.Command, len(signatures))
	}
	return command, nil
}

// possessions is how many proofs of several keys a command carries.
func possessions(c voucher.Command) int {
	switch c := c.(type) {
	case voucher.JointlyProven[voucher.SetOperators]:
		return len(c.Possessions)
	case voucher.JointlyProven[voucher.RecoverRoot]:
		return len(c.Possessions)
	default:
		return 0
	}
}

func (c *cast) sign(s Signer, domain *intent.Domain, message any) (voucher.Signature, error) {
	actor, ok := c.byName[s.By]
	switch {
	case s.Wrong == wrongNone:
		return voucher.Signature{}, nil
	case !ok:
		return voucher.Signature{R: voucher.Hash{1}, VS: voucher.Hash{2}}, nil
	case s.Wrong == wrongElsewhere:
		domain = intent.NewDomain(LedgerID(255))
	}
	signature, err := domain.Sign(actor.Key, message)
	switch s.Wrong {
	case wrongR:
		signature.R[3] ^= 1
	case wrongParity:
		signature.VS[0] ^= 0x80
	case wrongHigh:
		signature = HighS(signature)
	}
	return signature, err
}

// EmptyCommands is an empty command of each verb, in the order of the verbs.
func EmptyCommands() (all []voucher.Command) {
	for v := voucher.VerbSetOperators; ; v++ {
		c, ok := voucher.EmptyCommand(v)
		if !ok {
			return all
		}
		all = append(all, c)
	}
}

// nameOf is what a command is called in tables and vectors: its first intent's
// type, Hold for a Redeem that reserves, and Proven behind it where the command
// has a place for proofs of possession.
func nameOf(c voucher.Command) string {
	if redeem, ok := c.(voucher.RedeemCommand); ok && redeem.Offer.HoldUntil != 0 {
		return "Hold"
	}
	name := reflect.TypeOf(c.Intents()[0]).Name()
	if c.Verb() >= voucher.VerbSetOperatorsProven && c.Verb() <= voucher.VerbRecoverRootProven {
		name += "Proven"
	}
	return name
}

// State is a voucher.State over a map.
type State map[string][]byte

// Get implements voucher.State.
func (s State) Get(key string) ([]byte, error) { return s[key], nil }

// Put implements voucher.State.
func (s State) Put(key string, value []byte) error { s[key] = value; return nil }

var _ require.TestingT = (*historyTB)(nil)
