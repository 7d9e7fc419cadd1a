package merchant

import (
	"context"
	"crypto/ecdsa"
	"time"

	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/delegation"
	"tally/internal/intent"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// Delegated is a delegation as it is handed over. The token is a secret.
type Delegated struct {
	ID      voucher.Address `json:"id" help:"The delegation's id, by which it is revoked."`
	Expires string          `json:"expires" help:"RFC 3339: the first instant too late."`
	For     string          `json:"for" help:"Whom it is for."`
	Scopes  []string        `json:"scopes" help:"What it allows."`
	Store   uint32          `json:"store,omitempty" help:"The only store whose redemptions it shows."`
	Servers []string        `json:"servers,omitempty" help:"Where it is good; left out where it is good at every server of the ledger."`
	Token   string          `json:"token" help:"The token: a secret."`
}

// Text shows a delegation.
func (d Delegated) Text() terminal.Text {
	fields := []terminal.Field{{"id", d.ID}, {"for", d.For}, {"allows", d.Scopes}}
	if d.Store != 0 {
		fields = append(fields, terminal.Field{"store", d.Store})
	}
	where := any("every server of the ledger")
	if len(d.Servers) > 0 {
		where = d.Servers
	}
	return terminal.Text{Fields: append(fields, terminal.Field{"good at", where}, terminal.Field{"expires", d.Expires}, terminal.Field{"token", d.Token})}
}

// Answers implements cli.Answerer.
func (*delegateCmd) Answers() cli.Answer { return Delegated{} }

// delegate signs a delegation and prints it.
func delegate(a *cli.App, s *client.Session, key *ecdsa.PrivateKey, d delegation.Delegation, life time.Duration) error {
	if life < time.Second || life > delegation.Life {
		return cli.Misused("--life %s: from a second to 2160h, which are 90 days", life)
	}
	if d.Subject == "" || len(d.Subject) > delegation.MaxSubject {
		return cli.Misused("--for: 1 to %d bytes", delegation.MaxSubject)
	}
	d.ID, d.Signer = delegation.NewID(), intent.Address(key)
	d.Issued = s.Now().Truncate(time.Second)
	d.Expires = d.Issued.Add(life)
	token, err := delegation.Sign(key, s.Domain.Ledger(), d)
	if err != nil {
		return err
	}
	out := Delegated{
		ID: d.ID, Expires: d.Expires.UTC().Format(time.RFC3339), For: d.Subject, Store: d.Store, Servers: d.Servers, Token: token,
	}
	for _, scope := range d.Scopes {
		out.Scopes = append(out.Scopes, string(scope))
	}
	return a.Say(out)
}

type delegateCmd struct {
	Root  `embed:""`
	For   string        `required:"" help:"Whom it is for: a name that means something to the merchant." placeholder:"TEXT"`
	Scope []string      `required:"" enum:"read:campaigns,read:redemptions,read:vouchers,relay" help:"What it allows: read:campaigns, read:redemptions, read:vouchers or relay. Repeat it for more." placeholder:"SCOPE"`
	Store uint32        `help:"The only store whose redemptions it shows." placeholder:"N" type:"store"`
	At    []string      `help:"Server where it is good, if it is another than --server. Repeat it for up to 4." placeholder:"URL" xor:"where"`
	Any   bool          `name:"any-server" help:"It is good at every server of the ledger: each can pass it on to the others." xor:"where"`
	Life  time.Duration `help:"How long it is good, at most 90 days." default:"720h" least:"1s" most:"2160h"`
}

// Help shows an example.
func (delegateCmd) Help() string {
	return `Signs a bearer token with which somebody reads for the merchant. It changes no state, is good
at --server only unless --at or --any-server says otherwise, and the server keeps no list of them. To end one: tally merchant revoke --as root --key ID. To end all that a key signed so far, put the key again; to end
all of the merchant's, revoke the merchant's own address, which takes no right from the root.

Example:

    tally merchant delegate --as root --for "Jasmine POS" --scope read:redemptions --store 1`
}

// Run signs a delegation. Keys other than the root's give what they may do themselves.
func (c *delegateCmd) Run(ctx context.Context, a *cli.App) error {
	s, key, merchant, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	d := delegation.Delegation{Issuer: merchant.ID, Subject: c.For, Store: c.Store}
	for _, scope := range c.Scope {
		d.Scopes = append(d.Scopes, delegation.Scope(scope))
	}
	if d.Servers, err = c.servers(a); err != nil {
		return err
	}
	return delegate(a, s, key, d, c.Life)
}

// servers are the origins where the delegation is good; none for all.
func (c *delegateCmd) servers(a *cli.App) (origins []string, err error) {
	if len(c.At) > delegation.MaxServers {
		return nil, cli.Misused("--at: at most %d servers", delegation.MaxServers)
	}
	addresses := c.At
	if len(addresses) == 0 && !c.Any {
		addresses = []string{a.Server}
	}
	for _, address := range addresses {
		origin, err := intent.Origin(address)
		if err != nil {
			return nil, cli.Misused("--at %q: %s", address, err)
		}
		origins = append(origins, origin)
	}
	return origins, nil
}
