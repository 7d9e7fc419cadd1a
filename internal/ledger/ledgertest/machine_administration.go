package ledgertest

import (
	"slices"

	"tally/internal/voucher"
)

func (g *Generator) merchant(a voucher.Address) voucher.Merchant {
	m, ok := g.read.merchants[a]
	if !ok {
		m, _, _ = voucher.ReadMerchant(g.state, a)
		g.read.merchants[a] = m
	}
	return m
}

func (g *Generator) campaign(id voucher.CampaignID) voucher.Campaign {
	c, ok := g.read.campaigns[id]
	if !ok {
		c, _, _ = voucher.ReadCampaign(g.state, id)
		g.read.campaigns[id] = c
	}
	return c
}

// rootOf is the root in force of a merchant, or its address before it is admitted.
func (g *Generator) rootOf(a voucher.Address) voucher.Address {
	if root := g.merchant(a).RootAt(g.now); !root.IsZero() {
		return root
	}
	return a
}

// someMerchant is mostly one that was admitted.
func (g *Generator) someMerchant() voucher.Address {
	a := pick(g, g.cast.merchants)
	if g.merchant(a).Version == 0 && !g.chance(6) {
		return g.cast.merchants[0]
	}
	return a
}

func (g *Generator) suspended() bool {
	return slices.ContainsFunc(g.cast.merchants, func(a voucher.Address) bool { return g.merchant(a).SuspendedFrom != 0 })
}

func (g *Generator) anOperator() voucher.Address {
	if o, _ := voucher.ReadOperators(g.state); len(o.Members) > 0 && !g.chance(12) {
		return pick(g, o.Members)
	}
	return pick(g, g.cast.operators)
}

// approvers are mostly enough of the operators in force.
func (g *Generator) approvers() []voucher.Address {
	o, _ := voucher.ReadOperators(g.state)
	members := slices.Clone(o.Members)
	if g.chance(10) {
		members = slices.Clone(g.cast.operators)
	}
	if g.chance(20) && len(members) > 0 {
		return members[:len(members)-1]
	}
	return members[:min(len(members), int(o.Threshold)+g.rnd.IntN(2))]
}

// approvedBy is a command of one intent and a signature of each approver.
func approvedBy[T voucher.ApprovedIntent](g *Generator, approvers []voucher.Address, in T) Draft {
	d := Draft{Command: voucher.Approved[T]{Intent: in}}
	for _, a := range approvers {
		d.Signers = append(d.Signers, g.by(a))
	}
	if g.chance(40) {
		d.Signers = append(d.Signers, slices.Repeat([]Signer{{By: "nobody"}}, 1+g.rnd.IntN(40))...)
	}
	return d
}

func (g *Generator) setOperators() Draft {
	o, _ := voucher.ReadOperators(g.state)
	from := g.rnd.IntN(2)
	members := slices.Clone(g.cast.operators[from : from+1+g.rnd.IntN(3)])
	in := voucher.SetOperators{
		Approvers: g.approvers(), Version: o.Version, Operators: members,
		Threshold: 1 + g.small(min(1, len(members)-1)), Deadline: g.deadline(voucher.ApprovalLife),
	}
	g.mutate(&in, 4)
	var fresh []voucher.Address
	for _, a := range in.Operators {
		if !slices.Contains(o.Members, a) || g.chance(6) {
			fresh = append(fresh, a)
		}
	}
	return provenBy(g, in.Approvers, fresh, in)
}

func (g *Generator) admit() Draft {
	in := voucher.AdmitMerchant{
		Operator: g.anOperator(), Merchant: pick(g, g.cast.merchants), Name: "Jasmine", Deadline: g.deadline(voucher.IntentLife),
	}
	g.mutate(&in, 4)
	return Draft{voucher.Proven[voucher.AdmitMerchant]{Intent: in}, []Signer{g.by(in.Operator), g.by(in.Merchant)}}
}

func (g *Generator) suspend() Draft {
	m := g.someMerchant()
	in := voucher.SuspendMerchant{
		Operator: g.anOperator(), Merchant: m, Version: g.operatorsVersion(m), Reason: "Unpaid fees",
		Deadline: g.deadline(voucher.IntentLife),
	}
	g.mutate(&in, 4)
	return signedBy(g, in.Operator, in)
}

func (g *Generator) reinstate() Draft {
	m := g.someMerchant()
	for _, a := range g.cast.merchants {
		if g.merchant(a).SuspendedFrom != 0 {
			m = a
		}
	}
	in := voucher.ReinstateMerchant{
		Operator: g.anOperator(), Merchant: m, Version: g.operatorsVersion(m), Deadline: g.deadline(voucher.IntentLife),
	}
	g.mutate(&in, 5)
	return signedBy(g, in.Operator, in)
}

func (g *Generator) putStore() Draft {
	m := g.someMerchant()
	in := voucher.PutStore{
		Author: g.rootOf(m), Merchant: m, Version: g.merchant(m).Version, Store: pick(g, []uint32{1, 1, 2, 2, 255, 256, 65535}),
		Name: "Central", Deadline: g.deadline(voucher.IntentLife),
	}
	g.mutate(&in, 4)
	return signedBy(g, in.Author, in)
}

// tillsOf are the merchant's tills.
func (g *Generator) tillsOf(m voucher.Address) (tills []voucher.Address) {
	for _, a := range g.cast.tills {
		if k, _ := voucher.ReadKey(g.state, m, a); k.Scopes&voucher.ScopeRedeem != 0 {
			tills = append(tills, a)
		}
	}
	return tills
}

func (g *Generator) putKey() Draft {
	m := g.someMerchant()
	in := voucher.PutKey{
		Author: g.rootOf(m), Merchant: m, Version: g.merchant(m).Version, Key: pick(g, g.cast.tills),
		Scopes: voucher.ScopeRedeem, Store: 1, Deadline: g.deadline(voucher.IntentLife),
	}
	if len(g.stores[m]) > 0 {
		in.Store = pick(g, g.stores[m])
	}
	switch g.rnd.IntN(8) {
	case 0, 1:
		in.Key, in.Scopes, in.Store = pick(g, g.cast.keys), voucher.ScopeIssue*(1+g.small(6)), 0
	case 2:
		in.Scopes, in.Store = 0, 0
	case 3:
		in.Scopes |= voucher.ScopeVoid
	}
	g.mutate(&in, 5)
	return signedBy(g, in.Author, in)
}

// aRoot is one that a merchant may change to: its first one, mostly.
func (g *Generator) aRoot(m voucher.Address) voucher.Address {
	return pick(g, append([]voucher.Address{m}, g.cast.roots...))
}

func (g *Generator) rotateRoot() Draft {
	m := g.someMerchant()
	in := voucher.RotateRoot{
		Author: g.rootOf(m), Merchant: m, Version: g.merchant(m).Version, Root: g.aRoot(m), Deadline: g.deadline(voucher.IntentLife),
	}
	g.mutate(&in, 5)
	return Draft{voucher.Proven[voucher.RotateRoot]{Intent: in}, []Signer{g.by(in.Author), g.by(in.Root)}}
}

func (g *Generator) recoverRoot() Draft {
	m := g.someMerchant()
	in := voucher.RecoverRoot{
		Approvers: g.approvers(), Merchant: m, Version: g.operatorsVersion(m), Root: g.aRoot(m),
		Deadline: g.deadline(voucher.ApprovalLife),
	}
	g.mutate(&in, 5)
	return provenBy(g, in.Approvers, []voucher.Address{in.Root}, in)
}

// operatorsVersion is what operators' acts on a merchant name, or now and then the
// version that its root moves.
func (g *Generator) operatorsVersion(m voucher.Address) uint32 {
	if g.chance(20) {
		return g.merchant(m).Version
	}
	standing, _ := voucher.ReadStanding(g.state, m)
	return standing.OperatorsVersion
}

// provenBy is a command of one intent, a signature of each approver, and a proof
// of each key that comes into force, or nearly so.
func provenBy[T voucher.JointlyProvenIntent](g *Generator, approvers, fresh []voucher.Address, in T) Draft {
	c := voucher.JointlyProven[T]{Intent: in}
	if g.chance(12) && len(fresh) > 0 {
		fresh = fresh[1:]
	}
	if g.chance(15) {
		fresh = append(slices.Clone(fresh), pick(g, g.cast.all))
	}
	var d Draft
	for _, a := range approvers {
		d.Signers = append(d.Signers, g.by(a))
	}
	if g.chance(40) {
		d.Signers = append(d.Signers, slices.Repeat([]Signer{{By: "nobody"}}, 1+g.rnd.IntN(70))...)
	}
	for _, a := range fresh {
		c.Possessions = append(c.Possessions, voucher.Possession{Holder: a})
		d.Signers = append(d.Signers, g.by(a))
	}
	d.Command = c
	return d
}

// unproven is a command without the proofs of possession that it needs.
func (g *Generator) unproven() Draft {
	switch d := pick(g, []func() Draft{g.setOperators, g.admit, g.rotateRoot, g.recoverRoot})(); c := d.Command.(type) {
	case voucher.JointlyProven[voucher.SetOperators]:
		return Draft{voucher.Approved[voucher.SetOperators]{Intent: c.Intent}, d.Signers}
	case voucher.JointlyProven[voucher.RecoverRoot]:
		return Draft{voucher.Approved[voucher.RecoverRoot]{Intent: c.Intent}, d.Signers}
	case voucher.Proven[voucher.AdmitMerchant]:
		return Draft{voucher.Signed[voucher.AdmitMerchant]{Intent: c.Intent}, d.Signers[:1]}
	case voucher.Proven[voucher.RotateRoot]:
		return Draft{voucher.Signed[voucher.RotateRoot]{Intent: c.Intent}, d.Signers[:1]}
	default:
		return d
	}
}

func (g *Generator) setAuditor() Draft {
	auditor := pick(g, g.cast.auditors)
	old, _ := voucher.ReadAuditor(g.state, auditor)
	in := voucher.SetAuditor{
		Approvers: g.approvers(), Auditor: auditor, Version: old.Version, Until: g.now + g.number(voucher.AuditorLife+1),
		Deadline: g.deadline(voucher.ApprovalLife),
	}
	if g.chance(3) {
		in.Until = 0
	}
	g.mutate(&in, 5)
	return approvedBy(g, in.Approvers, in)
}

func (g *Generator) putAttestor() Draft {
	id, c := g.someCampaign()
	for _, other := range g.campaigns { // mostly one that asks for tickets
		if of := g.campaign(other); len(of.Attestors) > 0 && of.Status != voucher.CampaignClosed && !g.chance(3) {
			id, c = other, of
		}
	}
	attestor := pick(g, g.cast.attestors)
	old, _ := voucher.ReadAttestor(g.state, id, c, attestor)
	in := voucher.PutAttestor{
		Author: g.rootOf(c.Merchant), Merchant: c.Merchant, Campaign: id, Attestor: attestor, Version: old.Version,
		Allowed: !old.Allowed, Deadline: g.deadline(voucher.IntentLife),
	}
	g.mutate(&in, 6)
	return signedBy(g, in.Author, in)
}

// thief is what somebody tries who holds the root of a merchant that operators
// have stopped: the root of the record, whether or not another took over.
func (g *Generator) thief() Draft {
	m := g.someMerchant()
	for _, a := range g.cast.merchants {
		if g.merchant(a).SuspendedFrom != 0 || !g.merchant(a).NextRoot.IsZero() {
			m = a
		}
	}
	record := g.merchant(m)
	root, deadline := record.Root, g.deadline(voucher.IntentLife)
	switch g.rnd.IntN(5) {
	case 0:
		in := voucher.PutStore{Author: root, Merchant: m, Version: record.Version, Store: 7, Name: "Mine", Deadline: deadline}
		return signedBy(g, root, in)
	case 1:
		in := voucher.RotateRoot{
			Author: root, Merchant: m, Version: record.Version, Root: pick(g, g.cast.roots), Deadline: deadline,
		}
		return Draft{voucher.Proven[voucher.RotateRoot]{Intent: in}, []Signer{g.by(root), g.by(in.Root)}}
	case 2:
		in := voucher.PutKey{
			Author: root, Merchant: m, Version: record.Version, Key: pick(g, g.cast.keys), Scopes: voucher.ScopeIssue, Deadline: deadline,
		}
		return signedBy(g, root, in)
	default: // what he may: it must not stop the operators
		in := voucher.PutKey{Author: root, Merchant: m, Version: record.Version, Key: pick(g, g.cast.keys), Deadline: deadline}
		return signedBy(g, root, in)
	}
}
