package fabric

import (
	"crypto/x509"
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// CertificateStatus is one certificate that this host needs.
type CertificateStatus struct {
	Of      string    `json:"of"`   // a node, "client of Jasmine", "authority of Jasmine for TLS", …
	File    string    `json:"file"` // relative to the network's directory
	Begins  time.Time `json:"begins"`
	Expires time.Time `json:"expires"`
	Problem string    `json:"problem,omitempty"` // it has expired, is not valid yet, or is not there
}

// owned is a certificate's file, and whose it is.
type owned struct{ of, path string }

// nodeCertificates are a node's own.
func (n *Network) nodeCertificates(node Node) []owned {
	all := []owned{
		{node.Name, n.files.node(node.Name, "msp", "signcerts", certificateFile)},
		{node.Name + " for TLS", n.files.node(node.Name, "tls", certificateFile)},
	}
	if node.Kind == Peer {
		all = append(all, owned{"chaincode of " + node.Name, n.files.node(node.Name, "chaincode", certificateFile)})
	}
	return all
}

// memberCertificates are those of an organisation: what everybody knows of it,
// and its users where they are here.
func (n *Network) memberCertificates(o Organisation) []owned {
	all := []owned{
		{"authority of " + o.Name, filepath.Join(n.files.organisation(o.Name, "msp"), "cacerts", "ca.pem")},
		{"authority of " + o.Name + " for TLS", n.files.tlsAuthority(o.Name)},
	}
	for _, user := range users() {
		if exists(n.files.user(o.Name, user)) {
			all = append(all,
				owned{user + " of " + o.Name, n.files.user(o.Name, user, "msp", "signcerts", certificateFile)},
				owned{user + " of " + o.Name + " for TLS", n.files.user(o.Name, user, "tls", certificateFile)})
		}
	}
	return all
}

// certificates are all that this host needs: of its nodes, of their users, and of
// every organisation's authorities.
func (n *Network) certificates(now time.Time) []CertificateStatus {
	var files []owned
	for _, node := range n.here(Peer, Orderer) {
		files = append(files, n.nodeCertificates(node)...)
	}
	for _, o := range n.description.Organisations {
		files = append(files, n.memberCertificates(o)...)
	}
	var all []CertificateStatus
	for _, f := range files {
		all = append(all, n.certificate(f, now))
	}
	return all
}

func (n *Network) certificate(f owned, now time.Time) CertificateStatus {
	s := CertificateStatus{Of: f.of, File: strings.TrimPrefix(f.path, string(n.files)+"/")}
	c, err := readCertificate(f.path)
	if err != nil {
		s.Problem = fmt.Sprintf("the certificate of %s: %v", f.of, err)
		return s
	}
	s.Begins, s.Expires = c.NotBefore, c.NotAfter
	s.Problem = outOfDate(f.of, c, now)
	return s
}

func outOfDate(of string, c *x509.Certificate, now time.Time) string {
	switch {
	case now.After(c.NotAfter):
		return fmt.Sprintf("the certificate of %s has expired: %s", of, c.NotAfter.UTC().Format(time.RFC3339))
	case now.Before(c.NotBefore):
		return fmt.Sprintf("the certificate of %s is valid from %s only: this host's clock is behind, or the authority's was ahead", of, c.NotBefore.UTC().Format(time.RFC3339))
	}
	return ""
}
