package fabricproof

import (
	"strings"

	peerproto "github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer/lifecycle"

	"tally/internal/ledger/fabric/blocks"
)

// What Fabric's lifecycle of chaincodes keeps on the ledger.
const (
	lifecycleNamespace = "_lifecycle"
	definitionPrefix   = "namespaces/fields/"
	definitionSuffix   = "/ValidationInfo"
	builtinPlugin      = "vscc"
	implicitPrefix     = "_implicit_org_"
)

// definitions are the endorsement policies of the chaincodes that the channel has
// defined, by name: as the ledger has them.
type definitions map[string][]byte

// learn takes over what a valid transaction wrote of definitions.
func (d definitions) learn(n namespace) error {
	if n.name != lifecycleNamespace {
		return nil
	}
	for _, w := range n.public.GetWrites() {
		name, ours := strings.CutPrefix(w.GetKey(), definitionPrefix)
		name, what := strings.CutSuffix(name, definitionSuffix)
		if !ours || !what {
			continue
		}
		if w.GetIsDelete() {
			delete(d, name)
			continue
		}
		var data lifecycle.StateData
		var info lifecycle.ChaincodeValidationInfo
		if blocks.Unmarshal(w.GetValue(), &data) != nil || blocks.Unmarshal(data.GetBytes(), &info) != nil {
			return because(ErrUnsupported, "the definition of chaincode %q cannot be read", name)
		}
		if info.GetValidationPlugin() != builtinPlugin {
			return because(ErrUnsupported, "chaincode %q is validated by %q", name, info.GetValidationPlugin())
		}
		d[name] = info.GetValidationParameter()
	}
	return nil
}

// endorsed judges what was endorsed by the policies of all that it writes, and of
// the chaincode that was called. The error is ErrUnsupported.
func (c *configuration) endorsed(t *transaction, d definitions) (verdict, error) {
	if code := t.readResult(); code != valid {
		return code, nil
	}
	by := c.members.signers(t.endorsements())
	called := namespace{name: t.chaincode}
	for _, n := range t.sets {
		if err := n.check(); err != nil {
			return 0, err
		}
		if n.name == t.chaincode {
			called = n
		} else if n.writes() {
			if code, err := c.endorsedIn(n, by, d); code != valid || err != nil {
				return code, err
			}
		}
	}
	return c.endorsedIn(called, by, d)
}

// endorsedIn judges what was written in one namespace: each collection by its
// policy, all else by the chaincode's, which counts too where nothing is written.
func (c *configuration) endorsedIn(n namespace, by []*identity, d definitions) (verdict, error) {
	own := c.chaincodePolicy(n.name, d)
	if own == nil {
		return peerproto.TxValidationCode_INVALID_CHAINCODE, nil
	}
	judged := false
	for _, one := range n.collections {
		if len(one.hashed.GetHashedWrites()) == 0 {
			continue
		}
		p, err := c.collectionPolicy(n.name, one.name)
		if err != nil {
			return 0, err
		}
		if !p(by) {
			return peerproto.TxValidationCode_ENDORSEMENT_POLICY_FAILURE, nil
		}
		judged = true
	}
	if (len(n.public.GetWrites()) > 0 || !judged) && !own(by) {
		return peerproto.TxValidationCode_ENDORSEMENT_POLICY_FAILURE, nil
	}
	return valid, nil
}

// chaincodePolicy is who must endorse a chaincode's transactions; nil if it is
// not defined.
func (c *configuration) chaincodePolicy(name string, d definitions) policy {
	if name == lifecycleNamespace {
		return c.policies.find(lifecyclePolicy)
	}
	raw, defined := d[name]
	if !defined || len(raw) == 0 {
		return nil
	}
	var p peerproto.ApplicationPolicy
	if blocks.Unmarshal(raw, &p) != nil {
		return nobody
	}
	switch p := p.GetType().(type) {
	case *peerproto.ApplicationPolicy_SignaturePolicy:
		return signaturePolicy(p.SignaturePolicy)
	case *peerproto.ApplicationPolicy_ChannelConfigPolicyReference:
		if found := c.policies.find(p.ChannelConfigPolicyReference); found != nil {
			return found
		}
	}
	return nobody
}

// collectionPolicy is who must endorse writes to a collection. There are only
// those that each organisation has for itself, where it approves definitions.
func (c *configuration) collectionPolicy(chaincode, name string) (policy, error) {
	id, implicit := strings.CutPrefix(name, implicitPrefix)
	if !implicit {
		return nil, because(ErrUnsupported, "collection %q of chaincode %q", name, chaincode)
	}
	in, there := c.endorsers[id]
	if !there {
		return nobody, nil
	}
	if p := c.policies.find(rootPath + applicationGroup + "/" + in + "/Endorsement"); p != nil {
		return p, nil
	}
	return nil, because(ErrUnsupported, "%s does not say who endorses for it", id)
}
