package merchant

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"strings"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// Cmd is the family of commands of a merchant's house.
type Cmd struct {
	Show   showCmd   `cmd:"" help:"Show a merchant with its stores and keys."`
	Store  storeCmd  `cmd:"" help:"Open a store, or rename it."`
	Till   tillCmd   `cmd:"" help:"Let a key be a till of a store."`
	Key    keyCmd    `cmd:"" help:"Let a key issue, roll back or void for the merchant."`
	Revoke revokeCmd `cmd:"" help:"Take all rights from a key, or end a delegation."`

	Sales    salesCmd    `cmd:"" help:"List redemptions, holds, captures and rollbacks, newest first."`
	Report   reportCmd   `cmd:"" help:"Sales and returns by day, store, till and campaign; what is outstanding."`
	Root     rootCmd     `cmd:"" help:"Replace the root key by another."`
	Delegate delegateCmd `cmd:"" help:"Let somebody read for the merchant."`
}

type showCmd struct {
	ID string `arg:"" help:"The merchant's address, or the name of its root key."`
}

// Help shows an example.
func (showCmd) Help() string { return "Example:\n\n    tally merchant show root" }

// Run shows a merchant.
func (c *showCmd) Run(ctx context.Context, a *cli.App) error {
	id, err := a.Address(c.ID)
	if err != nil {
		return err
	}
	info, err := a.Client().Merchant(ctx, id)
	if err != nil {
		return err
	}
	return a.Say(MerchantAnswer{info})
}

// MerchantAnswer is a merchant with its stores and keys.
type MerchantAnswer struct {
	api.MerchantInfo `schema:"Merchant"`
}

// Text shows a merchant.
func (m MerchantAnswer) Text() terminal.Text {
	fields := []terminal.Field{{"merchant", m.ID}, {"name", m.Name}, {"root", m.Root}, {"version", m.Version}}
	if m.SuspendedFrom != 0 {
		fields = append(fields, terminal.Field{"suspended", "since " + terminal.Clock(m.SuspendedFrom, nil)})
	}
	if m.NextRoot != nil {
		fields = append(fields, terminal.Field{"next root", terminal.Address(*m.NextRoot) + " from " + terminal.Clock(m.NextFrom, nil)})
	}
	t := terminal.Text{Fields: fields}
	names := map[uint32]string{}
	for _, s := range m.Stores {
		names[s.Store] = s.Name
		t.Fields = append(t.Fields, terminal.Field{fmt.Sprintf("store %d", s.Store), s.Name})
	}
	if len(m.Keys) > 0 {
		t.Titles = []any{"KEY", "MAY", "STORE"}
	}
	for _, k := range m.Keys {
		t.Rows = append(t.Rows, []any{k.Key, keyRights(k.Scopes, k.Store), names[k.Store]})
	}
	return t
}

// Answers implements cli.Answerer.
func (*showCmd) Answers() cli.Answer { return MerchantAnswer{} }

// keyRights says in words what a key may do.
func keyRights(scopes, store uint32) string {
	var words []string
	for _, s := range []struct {
		scope uint32
		word  string
	}{
		{voucher.ScopeRedeem, fmt.Sprintf("till of store %d", store)},
		{voucher.ScopeIssue, "issue"}, {voucher.ScopeRollback, "rollback"}, {voucher.ScopeVoid, "void"},
	} {
		if scopes&s.scope != 0 {
			words = append(words, s.word)
		}
	}
	return strings.Join(words, ", ")
}

// Root is whom a change of a merchant is signed by.
type Root struct {
	As string `required:"" help:"The merchant's root key." placeholder:"KEY"`
	Of string `help:"The merchant, if its root was replaced: its first root's address." placeholder:"ADDRESS|KEY"`
}

// open connects and finds the root's key and the merchant as it is now.
func (r Root) open(ctx context.Context, a *cli.App) (*client.Session, *ecdsa.PrivateKey, api.MerchantInfo, error) {
	none := api.MerchantInfo{}
	of := r.Of
	if of == "" {
		of = r.As
	}
	merchant, err := a.Address(of)
	if err != nil {
		return nil, nil, none, err
	}
	s, err := a.Connect(ctx)
	if err != nil {
		return nil, nil, none, err
	}
	info, err := s.Client.Merchant(ctx, merchant)
	if err != nil {
		return nil, nil, none, err
	}
	key, err := a.Signer(r.As)
	return s, key, info, err
}

type storeCmd struct {
	Root  `embed:""`
	Store uint32 `required:"" help:"The merchant's own number for the store, 1 to 65535." placeholder:"N" type:"store"`
	Name  string `required:"" help:"The store's name." placeholder:"TEXT" type:"name"`
}

// Help shows an example.
func (storeCmd) Help() string {
	return "Example:\n\n    tally merchant store --as root --store 1 --name Central"
}

// Run opens a store.
func (c *storeCmd) Run(ctx context.Context, a *cli.App) error {
	s, key, merchant, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	out, err := s.Merchant(key).PutStore(ctx, voucher.PutStore{
		Merchant: merchant.ID, Version: merchant.Version, Store: c.Store, Name: c.Name,
	})
	if err != nil {
		return err
	}
	return a.Say(StoreChange{cli.Accepted(out), Named{merchant.ID, merchant.Name}, c.Store, c.Name})
}

// Named is a merchant with its name.
type Named struct {
	Merchant     voucher.Address `json:"merchant" help:"The merchant."`
	MerchantName string          `json:"merchant_name,omitempty" help:"Its name."`
}

func (n Named) field() terminal.Field {
	return terminal.Field{"merchant", cli.Titled(n.MerchantName, n.Merchant)}
}

// StoreChange is the answer to a change of a store.
type StoreChange struct {
	cli.Accepted
	Named
	Store uint32 `json:"store" help:"The store's number."`
	Name  string `json:"store_name" help:"Its name from now on."`
}

// Text shows the store.
func (s StoreChange) Text() terminal.Text {
	return s.With(s.field(), terminal.Field{"store", fmt.Sprintf("%d, %s", s.Store, s.Name)})
}

// Answers implements cli.Answerer.
func (*storeCmd) Answers() cli.Answer { return StoreChange{} }

type tillCmd struct {
	Root  `embed:""`
	Store uint32 `required:"" help:"The till's store." placeholder:"N" type:"store"`
	Till  string `required:"" help:"The till: an address, or the name of a key." placeholder:"ADDRESS|KEY"`
}

// Help shows an example.
func (tillCmd) Help() string {
	return "Example:\n\n    tally merchant till --as root --store 1 --till till-central"
}

// Run lets a till in.
func (c *tillCmd) Run(ctx context.Context, a *cli.App) error {
	till, err := a.Address(c.Till)
	if err != nil {
		return err
	}
	s, key, merchant, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	out, err := s.Merchant(key).PutKey(ctx, voucher.PutKey{
		Merchant: merchant.ID, Version: merchant.Version, Key: till, Scopes: voucher.ScopeRedeem, Store: c.Store,
	})
	var p *api.Problem
	if errors.As(err, &p) && p.Code == voucher.KindWrongStore.String() {
		p.Title, p.Detail = fmt.Sprintf("The merchant has no store %d.", c.Store), "Open it with `tally merchant store`, or name one that `tally merchant show` lists."
	}
	if err != nil {
		return err
	}
	return a.Say(KeyChange{cli.Accepted(out), Named{merchant.ID, merchant.Name}, till, voucher.ScopeRedeem, c.Store})
}

// KeyChange is the answer to a change of what a key may do for a merchant.
type KeyChange struct {
	cli.Accepted
	Named
	Key    voucher.Address `json:"key" help:"The key."`
	Scopes uint32          `json:"scopes" help:"What it may do from now on, as the API's document numbers it; 0 is nothing."`
	Store  uint32          `json:"store,omitempty" help:"The store of a till's key."`
}

// Text shows the key.
func (k KeyChange) Text() terminal.Text {
	return k.With(k.field(), terminal.Field{"key", k.Key}, terminal.Field{"may", cmp.Or(keyRights(k.Scopes, k.Store), "nothing any more")})
}

// Answers implements cli.Answerer.
func (*tillCmd) Answers() cli.Answer { return KeyChange{} }

type revokeCmd struct {
	Root `embed:""`
	Key  string `required:"" help:"The key: an address, or the name of a key. Or the id of a delegation." placeholder:"ADDRESS|KEY"`
}

// Help shows an example.
func (revokeCmd) Help() string {
	return "Example:\n\n    tally merchant revoke --as root --key till-central"
}

// Run revokes a key.
func (c *revokeCmd) Run(ctx context.Context, a *cli.App) error {
	revoked, err := a.Address(c.Key)
	if err != nil {
		return err
	}
	s, key, merchant, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	out, err := s.Merchant(key).PutKey(ctx, voucher.PutKey{Merchant: merchant.ID, Version: merchant.Version, Key: revoked})
	if err != nil {
		return err
	}
	return a.Say(KeyChange{Accepted: cli.Accepted(out), Named: Named{merchant.ID, merchant.Name}, Key: revoked})
}

// Answers implements cli.Answerer.
func (*revokeCmd) Answers() cli.Answer { return KeyChange{} }
