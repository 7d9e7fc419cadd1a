package fabric

import "path/filepath"

// The files of a network lie below one directory:
//
//	description.yaml                 what it was generated from
//	genesis.block, configtx.yaml     the channel's first block and its source
//	organisations/jasmine/ca/        the organisation's authority for identities: cert.pem, key.pem
//	organisations/jasmine/tlsca/     and the one for TLS
//	organisations/jasmine/msp/       what others must know of the organisation; no keys
//	organisations/jasmine/users/admin/{msp,tls}/    who administers its nodes
//	organisations/jasmine/users/client/{msp,tls}/   who sends transactions: the server's identity
//	nodes/peer1.jasmine/{msp,tls}/   a node's identity and TLS pair
//	nodes/peer1.jasmine/…            its settings, data, log, process ids, chaincode's TLS pair
//	nodes/orderer1.jasmine/joined    an orderer has been in the channel
//	pending.json                     what run waits for
//	builder/                         the external builder that lets peers take chaincode as a service
//	chaincode.tgz                    the package that was installed last
type layout string

func (l layout) path(elements ...string) string {
	return filepath.Join(append([]string{string(l)}, elements...)...)
}

func (l layout) description() string { return l.path("description.yaml") }
func (l layout) genesis() string     { return l.path("genesis.block") }
func (l layout) builder() string     { return l.path("builder") }

func (l layout) organisation(name string, elements ...string) string {
	return l.path(append([]string{"organisations", lower(name)}, elements...)...)
}

func (l layout) node(name string, elements ...string) string {
	return l.path(append([]string{"nodes", name}, elements...)...)
}

// The users of an organisation.
const (
	adminUser  = "admin"
	clientUser = "client"
)

func users() []string { return []string{adminUser, clientUser} }

func (l layout) user(organisation, user string, elements ...string) string {
	return l.organisation(organisation, append([]string{"users", user}, elements...)...)
}

// joined is a file that says that a node has been in the channel. It lies apart
// from the node's data, which may be lost.
func (l layout) joined(n Node) string { return l.node(n.Name, "joined") }

// tlsAuthority is the file by which an organisation's TLS certificates are checked.
func (l layout) tlsAuthority(organisation string) string {
	return l.organisation(organisation, "msp", "tlscacerts", "tlsca.pem")
}
