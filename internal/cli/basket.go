package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// Circumstances are what terms may ask about an order, beside its cart.
type Circumstances struct {
	Channel string   `help:"How the order came: counter, pickup, delivery, or another word of the terms." placeholder:"WORD"`
	Payment string   `help:"What pays the rest, a word of the terms." placeholder:"WORD"`
	Area    []string `sep:"none" help:"An area of the store, a word of the terms. Repeat it." placeholder:"WORD"`
}

// Basket is an order whose price follows from the terms of its vouchers.
type Basket struct {
	Cart          string `content:"" help:"The cart, a JSON file, or - for stdin: its price follows from the terms of the vouchers." placeholder:"FILE|-"`
	Record        string `help:"File for the order record, which proves the price together with the salt. If the file is there, its order is taken." placeholder:"FILE"`
	Circumstances `embed:""`
}

// Given reports whether an order is to be priced.
func (b Basket) Given() bool { return b.Cart != "" || b.Record != "" }

// ReadCart reads a cart, and refuses one that cannot be priced.
func (a *App) ReadCart(path string) ([]byte, error) {
	raw, err := a.ReadFile(path, pricing.MaxCart)
	if err != nil {
		return nil, err
	}
	if _, err := pricing.ReadCart(raw); err != nil {
		return nil, Misused("the cart: %w", err)
	}
	return raw, nil
}

// Ask is the question for a quote.
func (c Circumstances) Ask(merchant voucher.Address, store uint32, cart []byte) api.QuoteRequest {
	return api.QuoteRequest{Merchant: merchant, Store: store, Channel: c.Channel, Payment: c.Payment, Areas: c.Area, Cart: cart}
}

// Price prices the basket: by a quote of the server, computed anew, or by the record that
// is there. ask is the question without the cart, reader who asks. A new record is written
// to its file before anything is signed: what is lost cannot be made again.
func (b Basket) Price(ctx context.Context, a *App, s *client.Session, reader *client.Client, ask api.QuoteRequest) (pricing.Record, error) {
	return b.PriceBy(ctx, a, s, ask, func(ask api.QuoteRequest) (pricing.Record, error) {
		quoted, err := s.Price(ctx, reader, ask)
		if err == nil && len(quoted.Chosen) == 0 {
			err = notUsable(quoted.Quote)
		}
		return quoted.Order, err
	})
}

// PriceBy is Price with another way to price a cart.
func (b Basket) PriceBy(
	ctx context.Context, a *App, s *client.Session, ask api.QuoteRequest, price func(api.QuoteRequest) (pricing.Record, error),
) (pricing.Record, error) {
	if b.Record == "" {
		return pricing.Record{}, Misused("--record: the file for the order record is wanted: without it nobody can prove the price")
	}
	record, there, err := b.kept(a)
	if err != nil {
		return record, err
	}
	if b.Cart == "" && !there {
		return record, Misused("--cart: the cart is wanted, because %s is not there", b.Record)
	}
	if there {
		return record, b.again(ctx, a, s, ask, record)
	}
	if ask.Cart, err = a.ReadCart(b.Cart); err != nil {
		return record, err
	}
	if record, err = price(ask); err != nil {
		return record, err
	}
	return record, a.WriteSecret(b.Record, []byte(record.Canonical()))
}

// kept is the record that is in the file already.
func (b Basket) kept(a *App) (record pricing.Record, there bool, err error) {
	if _, err := os.Stat(b.Record); errors.Is(err, fs.ErrNotExist) {
		return record, false, nil
	}
	raw, err := a.ReadFile(b.Record, pricing.MaxRecord)
	if err != nil {
		return record, true, err
	}
	if record, err = pricing.ReadRecord(raw); err != nil {
		return record, true, Misused("%s is no order record: %w", b.Record, err)
	}
	return record, true, nil
}

// again checks a record that somebody made before: its price, and that it is of the cart.
func (b Basket) again(ctx context.Context, a *App, s *client.Session, ask api.QuoteRequest, record pricing.Record) error {
	cart := record.Cart
	if b.Cart != "" {
		raw, err := a.ReadCart(b.Cart)
		if err != nil {
			return err
		}
		if cart, err = pricing.ReadCart(raw); err != nil {
			return Misused("the cart: %w", err)
		}
	}
	return s.CheckOrder(ctx, ask, cart, record)
}

// notUsable says why nothing is chosen.
func notUsable(q api.Quote) error {
	for _, list := range [][]api.QuoteUnused{q.No, q.Almost, q.Usable} {
		for _, one := range list {
			return &ExitError{Code: one.Reasons[0].Code, Title: "No voucher can be used for this cart.", Detail: one.Voucher + ": " + one.Reasons[0].Text, Exit: ExitRefused}
		}
	}
	for _, one := range q.TillDecides {
		return &ExitError{
			Code: "till_decides", Title: "The terms have no offer that could be computed.",
			Detail: one.Voucher + ": the store decides: give --amount, --currency and --discount instead of --cart.", Exit: ExitRefused,
		}
	}
	return &ExitError{Code: "no_voucher", Title: "There is no voucher for this cart.", Exit: ExitRefused}
}
