package fabricproof

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
)

func marshal(t testing.TB, m proto.Message) []byte {
	t.Helper()
	raw, err := proto.Marshal(m)
	require.NoError(t, err)
	return raw
}

// authority issues certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	issued      int64
}

func newAuthority(t testing.TB, above *authority) *authority {
	t.Helper()
	a := &authority{}
	raw, key := issue(t, above, func(c *x509.Certificate) {
		c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
		c.SubjectKeyId = make([]byte, 20)
		_, err := rand.Read(c.SubjectKeyId)
		require.NoError(t, err)
		c.Subject.CommonName = hex.EncodeToString(c.SubjectKeyId)
	})
	a.key = key
	var err error
	a.certificate, err = x509.ParseCertificate(raw)
	require.NoError(t, err)
	return a
}

// issue makes a certificate, which signs itself where nobody is above.
func issue(t testing.TB, by *authority, edit func(*x509.Certificate)) (raw []byte, key *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(-time.Hour), // a history outlives its certificates
		BasicConstraintsValid: true,
	}
	edit(c)
	parent, signer := c, key
	if by != nil {
		by.issued++
		c.SerialNumber = big.NewInt(by.issued)
		parent, signer = by.certificate, by.key
	}
	raw, err = x509.CreateCertificate(rand.Reader, c, parent, key.Public(), signer)
	require.NoError(t, err)
	return raw, key
}

func inPEM(kind string, raw []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw})
}

// member issues a certificate with units.
func (a *authority) member(t testing.TB, units ...string) []byte {
	t.Helper()
	raw, _ := issue(t, a, func(c *x509.Certificate) { c.Subject = pkix.Name{CommonName: "somebody", OrganizationalUnit: units} })
	return inPEM("CERTIFICATE", raw)
}

// revoke lists certificates by their number.
func (a *authority) revoke(t testing.TB, number int64) []byte {
	t.Helper()
	raw, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: time.Now(), NextUpdate: time.Now().Add(time.Hour),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: big.NewInt(number), RevocationTime: time.Now()}},
	}, a.certificate, a.key)
	require.NoError(t, err)
	return inPEM("X509 CRL", raw)
}

func (a *authority) pem() []byte { return inPEM("CERTIFICATE", a.certificate.Raw) }

// channelOf is a channel of one organisation.
func channelOf(t testing.TB, roots []*authority, edit func(*msp.FabricMSPConfig)) *identities {
	t.Helper()
	unit := func(name string) *msp.FabricOUIdentifier {
		return &msp.FabricOUIdentifier{OrganizationalUnitIdentifier: name}
	}
	c := &msp.FabricMSPConfig{Name: "Jasmine", FabricNodeOus: &msp.FabricNodeOUs{
		Enable: true, ClientOuIdentifier: unit("client"), PeerOuIdentifier: unit("peer"), AdminOuIdentifier: unit("admin"), OrdererOuIdentifier: unit("orderer"),
	}}
	for _, r := range roots {
		c.RootCerts = append(c.RootCerts, r.pem())
	}
	edit(c)
	o, err := readOrganisation(marshal(t, &msp.MSPConfig{Config: marshal(t, c)}))
	require.NoError(t, err)
	return &identities{organisations: map[string]*organisation{o.id: o}, known: map[string]*identity{}}
}

func (a *identities) of(t testing.TB, certificate []byte) *identity {
	t.Helper()
	i, err := a.read(marshal(t, &msp.SerializedIdentity{Mspid: "Jasmine", IdBytes: certificate}))
	require.NoError(t, err)
	return i
}

func plain(*msp.FabricMSPConfig) {}

// TestOrganisation_Members: who is a member, and who is not.
func TestOrganisation_Members(t *testing.T) {
	root, other := newAuthority(t, nil), newAuthority(t, nil)
	between := newAuthority(t, root)
	peer := root.member(t, "peer")
	revoked := root.issued
	authorityRaw, _ := issue(t, root, func(c *x509.Certificate) { c.IsCA = true; c.Subject.OrganizationalUnit = []string{"peer"} })
	for name, c := range map[string]struct {
		certificate []byte
		edit        func(*msp.FabricMSPConfig)
		member      bool
	}{
		"of its authority, long expired":       {peer, plain, true},
		"of another authority":                 {other.member(t, "peer"), plain, false},
		"without a role":                       {root.member(t, "somebody"), plain, false},
		"with two roles":                       {root.member(t, "peer", "admin"), plain, false},
		"without a role, where there are none": {root.member(t, "somebody"), func(c *msp.FabricMSPConfig) { c.FabricNodeOus = nil }, true},
		"an authority":                         {inPEM("CERTIFICATE", authorityRaw), plain, false},
		"revoked":                              {peer, func(c *msp.FabricMSPConfig) { c.RevocationList = [][]byte{root.revoke(t, revoked)} }, false},
		"another revoked":                      {peer, func(c *msp.FabricMSPConfig) { c.RevocationList = [][]byte{root.revoke(t, revoked+100)} }, true},
		"revoked by another authority":         {peer, func(c *msp.FabricMSPConfig) { c.RevocationList = [][]byte{other.revoke(t, revoked)} }, true},
		"by an authority between":              {between.member(t, "peer"), func(c *msp.FabricMSPConfig) { c.IntermediateCerts = [][]byte{between.pem()} }, true},
		"past the authority between":           {peer, func(c *msp.FabricMSPConfig) { c.IntermediateCerts = [][]byte{between.pem()} }, false},
		"by an authority that is not listed":   {between.member(t, "peer"), plain, false},
		"of a unit": {peer, func(c *msp.FabricMSPConfig) {
			c.OrganizationalUnitIdentifiers = []*msp.FabricOUIdentifier{{OrganizationalUnitIdentifier: "peer", Certificate: root.pem()}}
		}, true},
		"of a unit of another authority": {peer, func(c *msp.FabricMSPConfig) {
			c.OrganizationalUnitIdentifiers = []*msp.FabricOUIdentifier{{OrganizationalUnitIdentifier: "peer", Certificate: other.pem()}}
		}, false},
		"with a role from another authority": {peer, func(c *msp.FabricMSPConfig) { c.FabricNodeOus.PeerOuIdentifier.Certificate = other.pem() }, false},
	} {
		i := channelOf(t, []*authority{root}, c.edit).of(t, c.certificate)
		require.Equal(t, c.member, i.refused == nil, "%s: %v", name, i.refused)
	}
	all := channelOf(t, []*authority{root}, plain)
	for _, raw := range [][]byte{nil, {0xff}, marshal(t, &msp.SerializedIdentity{Mspid: "Oolong", IdBytes: peer}), marshal(t, &msp.SerializedIdentity{Mspid: "Jasmine", IdBytes: []byte("x")})} {
		_, err := all.read(raw)
		require.ErrorIs(t, err, errIdentity)
	}
}

func principal(t testing.TB, organisation string, role msp.MSPRole_MSPRoleType) *msp.MSPPrincipal {
	t.Helper()
	return &msp.MSPPrincipal{
		PrincipalClassification: msp.MSPPrincipal_ROLE, Principal: marshal(t, &msp.MSPRole{MspIdentifier: organisation, Role: role}),
	}
}

// TestOrganisation_Roles: who plays which role.
func TestOrganisation_Roles(t *testing.T) {
	root := newAuthority(t, nil)
	named := root.member(t, "client")
	all := channelOf(t, []*authority{root}, func(c *msp.FabricMSPConfig) { c.Admins = [][]byte{named} })
	stranger := newAuthority(t, nil).member(t, "peer")
	for name, c := range map[string]struct {
		certificate []byte
		principal   *msp.MSPPrincipal
		want        bool
	}{
		"a peer is a peer":              {root.member(t, "peer"), principal(t, "Jasmine", msp.MSPRole_PEER), true},
		"a peer is a member":            {root.member(t, "peer"), principal(t, "Jasmine", msp.MSPRole_MEMBER), true},
		"a client is no peer":           {root.member(t, "client"), principal(t, "Jasmine", msp.MSPRole_PEER), false},
		"a peer is none of another's":   {root.member(t, "peer"), principal(t, "Oolong", msp.MSPRole_PEER), false},
		"an admin by its unit":          {root.member(t, "admin"), principal(t, "Jasmine", msp.MSPRole_ADMIN), true},
		"an admin by its name":          {named, principal(t, "Jasmine", msp.MSPRole_ADMIN), true},
		"a client is no admin":          {root.member(t, "client"), principal(t, "Jasmine", msp.MSPRole_ADMIN), false},
		"a stranger is no member":       {stranger, principal(t, "Jasmine", msp.MSPRole_MEMBER), false},
		"a stranger is no peer":         {stranger, principal(t, "Jasmine", msp.MSPRole_PEER), false},
		"somebody named by certificate": {named, &msp.MSPPrincipal{PrincipalClassification: msp.MSPPrincipal_IDENTITY, Principal: marshal(t, &msp.SerializedIdentity{Mspid: "Jasmine", IdBytes: named})}, true},
		"another than is named":         {root.member(t, "client"), &msp.MSPPrincipal{PrincipalClassification: msp.MSPPrincipal_IDENTITY, Principal: marshal(t, &msp.SerializedIdentity{Mspid: "Jasmine", IdBytes: named})}, false},
		"what is not read":              {named, &msp.MSPPrincipal{PrincipalClassification: msp.MSPPrincipal_ANONYMITY}, false},
	} {
		require.Equal(t, c.want, all.of(t, c.certificate).satisfies(c.principal), name)
	}
}

// TestIdentities_SignatureCountsOnce: a signature counts once: in the lesser of its
// two forms only, and for one signer however often its certificate is written anew.
func TestIdentities_SignatureCountsOnce(t *testing.T) {
	root := newAuthority(t, nil)
	raw, key := issue(t, root, func(c *x509.Certificate) { c.Subject.OrganizationalUnit = []string{"peer"} })
	message := []byte("a message")
	digest := sha256.Sum256(message)
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	require.NoError(t, err)
	low, high := s, new(big.Int).Sub(key.Params().N, s)
	if low.Cmp(high) > 0 {
		low, high = high, low
	}
	write := func(s *big.Int) []byte {
		raw, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
		require.NoError(t, err)
		return raw
	}
	all := channelOf(t, []*authority{root}, plain)
	serialized := func(certificate []byte) []byte {
		return marshal(t, &msp.SerializedIdentity{Mspid: "Jasmine", IdBytes: inPEM("CERTIFICATE", certificate)})
	}
	one := signature{serialized(raw), message, write(low)}
	require.Len(t, all.signers([]signature{one}), 1)
	require.Empty(t, all.signers([]signature{{serialized(raw), message, write(high)}}))
	require.Empty(t, all.signers([]signature{{serialized(raw), []byte("another"), write(low)}}))
	require.Empty(t, all.signers([]signature{{serialized(raw), message, append(write(low), 0)}}))
	require.Len(t, all.signers([]signature{one, one, {serialized(malleated(t, raw)), message, write(low)}}), 1)
}

// malleated is a certificate with the other form of its authority's signature.
func malleated(t testing.TB, raw []byte) []byte {
	t.Helper()
	var c struct {
		TBS       asn1.RawValue
		Algorithm asn1.RawValue
		Signature asn1.BitString
	}
	var parts struct{ R, S *big.Int }
	_, err := asn1.Unmarshal(raw, &c)
	require.NoError(t, err)
	_, err = asn1.Unmarshal(c.Signature.Bytes, &parts)
	require.NoError(t, err)
	parts.S.Sub(elliptic.P256().Params().N, parts.S)
	c.Signature.Bytes, err = asn1.Marshal(parts)
	require.NoError(t, err)
	c.Signature.BitLength = 8 * len(c.Signature.Bytes)
	again, err := asn1.Marshal(c)
	require.NoError(t, err)
	require.NotEqual(t, raw, again)
	return again
}

// TestPolicy_SignerCountsOnce: each signer counts for one place of a policy.
func TestPolicy_SignerCountsOnce(t *testing.T) {
	root := newAuthority(t, nil)
	all := channelOf(t, []*authority{root}, plain)
	first, second, client := all.of(t, root.member(t, "peer")), all.of(t, root.member(t, "peer")), all.of(t, root.member(t, "client"))
	by := func(i int32) *common.SignaturePolicy {
		return &common.SignaturePolicy{Type: &common.SignaturePolicy_SignedBy{SignedBy: i}}
	}
	of := func(n int32, rules ...*common.SignaturePolicy) *common.SignaturePolicy {
		return &common.SignaturePolicy{Type: &common.SignaturePolicy_NOutOf_{NOutOf: &common.SignaturePolicy_NOutOf{N: n, Rules: rules}}}
	}
	deep := by(0)
	for range maxDepth {
		deep = of(1, deep)
	}
	principals := []*msp.MSPPrincipal{principal(t, "Jasmine", msp.MSPRole_PEER), principal(t, "Jasmine", msp.MSPRole_MEMBER)}
	for name, c := range map[string]struct {
		rule *common.SignaturePolicy
		by   []*identity
		want bool
	}{
		"one of one":                          {by(0), []*identity{first}, true},
		"none":                                {by(0), nil, false},
		"another role":                        {by(0), []*identity{client}, false},
		"two places, one signer":              {of(2, by(0), by(0)), []*identity{first}, false},
		"two places, two signers":             {of(2, by(0), by(0)), []*identity{first, second}, true},
		"one of two":                          {of(1, by(0), by(1)), []*identity{client}, true},
		"a failed rule uses nobody up":        {of(1, of(2, by(0), by(0)), by(0)), []*identity{first}, true},
		"places of different kinds":           {of(2, by(0), by(1)), []*identity{client, first}, true},
		"a place that is not there":           {by(2), []*identity{first}, false},
		"before the first":                    {by(-1), []*identity{first}, false},
		"no rule":                             {nil, []*identity{first}, false},
		"rules deeper in each other than any": {deep, []*identity{first}, false},
	} {
		p := signaturePolicy(&common.SignaturePolicyEnvelope{Rule: c.rule, Identities: principals})
		require.Equal(t, c.want, p(c.by), name)
	}
}

// TestPolicy_Implicit: a policy can ask the policies of the groups below it. The
// test has a channel of three organisations.
func TestPolicy_Implicit(t *testing.T) {
	yes := map[string]*common.ConfigPolicy{"Writers": {Policy: &common.Policy{
		Type: int32(common.Policy_SIGNATURE), Value: marshal(t, &common.SignaturePolicyEnvelope{
			Rule: &common.SignaturePolicy{Type: &common.SignaturePolicy_NOutOf_{NOutOf: &common.SignaturePolicy_NOutOf{}}},
		}),
	}}}
	no := map[string]*common.ConfigPolicy{"Writers": {Policy: &common.Policy{Type: int32(common.Policy_MSP)}}}
	groups := func(all ...map[string]*common.ConfigPolicy) map[string]*common.ConfigGroup {
		made := map[string]*common.ConfigGroup{}
		for i, p := range all {
			made[string(rune('a'+i))] = &common.ConfigGroup{Policies: p}
		}
		return made
	}
	for name, c := range map[string]struct {
		rule   common.ImplicitMetaPolicy_Rule
		groups map[string]*common.ConfigGroup
		want   bool
	}{
		"any of three, one":         {common.ImplicitMetaPolicy_ANY, groups(yes, no, nil), true},
		"any of three, none":        {common.ImplicitMetaPolicy_ANY, groups(no, no, nil), false},
		"a majority of three, two":  {common.ImplicitMetaPolicy_MAJORITY, groups(yes, yes, nil), true},
		"a majority of three, one":  {common.ImplicitMetaPolicy_MAJORITY, groups(yes, no, no), false},
		"a majority of four, two":   {common.ImplicitMetaPolicy_MAJORITY, groups(yes, yes, no, no), false},
		"all of two":                {common.ImplicitMetaPolicy_ALL, groups(yes, yes), true},
		"all of two, one":           {common.ImplicitMetaPolicy_ALL, groups(yes, no), false},
		"nobody is there to be one": {common.ImplicitMetaPolicy_MAJORITY, nil, true},
	} {
		g := readGroup(&common.ConfigGroup{Groups: map[string]*common.ConfigGroup{"Application": {
			Groups: c.groups,
			Policies: map[string]*common.ConfigPolicy{"Writers": {Policy: &common.Policy{
				Type: int32(common.Policy_IMPLICIT_META), Value: marshal(t, &common.ImplicitMetaPolicy{Rule: c.rule, SubPolicy: "Writers"}),
			}}},
		}}})
		require.Equal(t, c.want, g.find("/Channel/Application/Writers")(nil), name)
		require.Nil(t, g.find("/Channel/Nowhere/Writers"))
		require.Nil(t, g.find("/Channel/Application/Readers"))
	}
}
