package fabricproof

import (
	"slices"
	"strings"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"

	"tally/internal/ledger/fabric/blocks"
)

// policy decides by who signed.
type policy func(by []*identity) bool

func nobody([]*identity) bool { return false }

// maxDepth is how deep the rules of a policy may lie in each other.
const maxDepth = 32

// signaturePolicy is a policy that names who must sign.
func signaturePolicy(envelope *common.SignaturePolicyEnvelope) policy {
	return func(by []*identity) bool {
		return holds(envelope.GetRule(), envelope.GetIdentities(), by, make([]bool, len(by)), maxDepth)
	}
}

// holds evaluates a rule as Fabric does: from the left, each signer counting for
// one place at most.
func holds(rule *common.SignaturePolicy, principals []*msp.MSPPrincipal, by []*identity, used []bool, depth int) bool {
	if depth == 0 {
		return false
	}
	switch rule := rule.GetType().(type) {
	case *common.SignaturePolicy_SignedBy:
		return takes(int(rule.SignedBy), principals, by, used)
	case *common.SignaturePolicy_NOutOf_:
		held := int32(0)
		for _, r := range rule.NOutOf.GetRules() {
			trial := slices.Clone(used)
			if holds(r, principals, by, trial, depth-1) {
				held++
				copy(used, trial)
			}
		}
		return held >= rule.NOutOf.GetN()
	default:
		return false
	}
}

// takes finds a signer for a place, and uses it up.
func takes(place int, principals []*msp.MSPPrincipal, by []*identity, used []bool) bool {
	if place < 0 || place >= len(principals) {
		return false
	}
	for i, one := range by {
		if !used[i] && one.satisfies(principals[place]) {
			used[i] = true
			return true
		}
	}
	return false
}

// group is a group of the channel's configuration with its policies.
type group struct {
	groups   map[string]*group
	policies map[string]policy
}

// readGroup compiles the policies of a group and of all below it.
func readGroup(from *common.ConfigGroup) *group {
	g := &group{map[string]*group{}, map[string]policy{}}
	for name, below := range from.GetGroups() {
		g.groups[name] = readGroup(below)
	}
	for name, p := range from.GetPolicies() {
		g.policies[name] = g.compile(p.GetPolicy())
	}
	return g
}

func (g *group) compile(p *common.Policy) policy {
	switch common.Policy_PolicyType(p.GetType()) {
	case common.Policy_SIGNATURE:
		var envelope common.SignaturePolicyEnvelope
		if blocks.Unmarshal(p.GetValue(), &envelope) != nil {
			return nobody
		}
		return signaturePolicy(&envelope)
	case common.Policy_IMPLICIT_META:
		var meta common.ImplicitMetaPolicy
		if blocks.Unmarshal(p.GetValue(), &meta) != nil {
			return nobody
		}
		return g.implicit(&meta)
	default:
		return nobody
	}
}

// implicit is a policy that asks the policies of a name in the groups below.
func (g *group) implicit(meta *common.ImplicitMetaPolicy) policy {
	wanted := 1
	switch meta.GetRule() {
	case common.ImplicitMetaPolicy_ALL:
		wanted = len(g.groups)
	case common.ImplicitMetaPolicy_MAJORITY:
		wanted = len(g.groups)/2 + 1
	case common.ImplicitMetaPolicy_ANY:
	}
	if len(g.groups) == 0 {
		wanted = 0
	}
	return func(by []*identity) bool {
		held := 0
		for _, below := range g.groups {
			if p := below.policies[meta.GetSubPolicy()]; p != nil && p(by) {
				held++
			}
		}
		return held >= wanted
	}
}

// rootPath is how references to policies begin.
const rootPath = "/Channel/"

// find is the policy at a path; nil if there is none.
func (g *group) find(path string) policy {
	steps := strings.Split(strings.TrimPrefix(path, rootPath), "/")
	for _, step := range steps[:len(steps)-1] {
		if g = g.groups[step]; g == nil {
			return nil
		}
	}
	return g.policies[steps[len(steps)-1]]
}
