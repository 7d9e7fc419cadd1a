package merchant

import (
	"context"
	"crypto/ecdsa"
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
	fields := []terminal.Field{{"merchant", info.ID}, {"name", info.Name}, {"root", info.Root}, {"version", info.Version}}
	for _, s := range info.Stores {
		fields = append(fields, terminal.Field{fmt.Sprintf("store %d", s.Store), s.Name})
	}
	for _, k := range info.Keys {
		fields = append(fields, terminal.Field{"key " + k.Key.String(), keyRights(k.Scopes, k.Store)})
	}
	return a.Answer(info, fields...)
}

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
	Store uint32 `required:"" help:"The merchant's own number for the store, 1 to 65535." placeholder:"N"`
	Name  string `required:"" help:"The store's name." placeholder:"TEXT"`
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
	return a.Accepted(out, terminal.Field{"merchant", merchant.ID}, terminal.Field{"store", c.Store}, terminal.Field{"name", c.Name})
}

type tillCmd struct {
	Root  `embed:""`
	Store uint32 `required:"" help:"The till's store." placeholder:"N"`
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
	if err != nil {
		return err
	}
	return a.Accepted(out, terminal.Field{"merchant", merchant.ID}, terminal.Field{"store", c.Store}, terminal.Field{"till", till})
}

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
	return a.Accepted(out, terminal.Field{"merchant", merchant.ID}, terminal.Field{"revoked", revoked})
}
