// Package index is a projection of the ledger's entries that answers look-ups
// fast. It can vanish at any moment and is made again from the ledger; nobody
// asks it for permission.
//
// It says where on the ledger something is, by position, and keeps no copy of it:
// who wants an order or an outcome reads the entry there. Of vouchers and
// campaigns it keeps the state.
//
// What an entry changes is said once, in Effects; what an index holds is said
// once, as records (record.go). Drivers below this folder keep the records; the
// Projector feeds them, starts them again when they are broken, and says when
// they may be believed.
package index

import (
	"context"
	"errors"
	"iter"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Index is a projection. Implementations pass package indextest.
//
// Add may be given the same entry any number of times, by several writers, and
// entries in any order: a voucher is replaced only by a later state, and a
// figure counts each entry once. The watermark is the projectors' alone: every
// entry before it has been added.
//
// A read that finds nothing is ErrNotFound. It is ErrUnavailable where the index
// cannot be asked, or may lack what this process added or projected: then the
// ledger knows. It is never an older state than that, nor a part of a list.
type Index interface {
	// Add projects entries.
	Add(ctx context.Context, entries []ledger.Entry) error
	// Watermark is where the projector goes on.
	Watermark(ctx context.Context) (Mark, error)
	// Advance moves the watermark from one place to another: every entry before
	// to.Next was added. Both may be the same, to say that a projector lives. The
	// error is ErrMoved unless the index is whole and at from.
	Advance(ctx context.Context, from, to Mark) error
	// Reset empties the index and starts another generation, unless from's is
	// not the index's any more.
	Reset(ctx context.Context, from Mark) error
	// Trust says that this process's projector has seen a generation agree and
	// catch up with the ledger. No other is read from; "" is none.
	Trust(generation string)
	// Records yields all that the index holds, each record once, in no order, while
	// nothing is added. What is added meanwhile may be there or not, and what has to
	// make room for it twice or not at all.
	Records(ctx context.Context) iter.Seq2[Record, error]

	// Merchant is a merchant with its stores and keys.
	Merchant(ctx context.Context, merchant voucher.Address) (Merchant, error)
	// Campaign is a campaign with its figures.
	Campaign(ctx context.Context, id voucher.CampaignID) (Campaign, error)
	// Campaigns lists campaigns, newest first. All lists take the cursor that the
	// page before returned, or "" for the first page; an entry that comes between
	// two pages shifts nothing.
	Campaigns(ctx context.Context, cursor string, limit int) ([]Campaign, string, error)
	// MerchantCampaigns lists the campaigns of one merchant, newest first.
	MerchantCampaigns(ctx context.Context, merchant voucher.Address, cursor string, limit int) ([]Campaign, string, error)
	// Orders lists where a merchant's redemptions, holds and captures are, newest
	// first: at one of its stores, or at all where store is 0, and then its rollbacks too.
	Orders(ctx context.Context, merchant voucher.Address, store uint32, cursor string, limit int) ([]voucher.Position, string, error)
	// KeyPut is when, by the ledger's clock, a merchant's root last said what a
	// key may do: nothing, perhaps. The error is ErrNotFound where it never did.
	KeyPut(ctx context.Context, merchant, key voucher.Address) (uint64, error)
	// Voucher is one voucher.
	Voucher(ctx context.Context, ref voucher.Ref) (Voucher, error)
	// Wallet lists the vouchers a wallet has or spent, newest first, without
	// those that it gave away.
	Wallet(ctx context.Context, wallet voucher.Address, cursor string, limit int) ([]voucher.Ref, string, error)
	// History lists where the commands are that touched a voucher, newest first.
	History(ctx context.Context, ref voucher.Ref, cursor string, limit int) ([]Place, string, error)
	// Free lists up to n serials below open that nobody claimed, from a serial on and around.
	Free(ctx context.Context, id voucher.CampaignID, open, from uint32, n int) ([]uint32, error)
	// Outcome is where the accepted outcome of a command is. The ledger says
	// whether the entry there has this id: the index keeps the half of it.
	Outcome(ctx context.Context, id voucher.Hash) (voucher.Position, error)
	// Reference finds where the redemption, hold or capture is that a merchant's
	// client named so: the first, where there are several.
	Reference(ctx context.Context, merchant voucher.Address, reference voucher.Hash) (voucher.Position, error)
	// Buyer says what a wallet first bought at a merchant. That it bought nothing is an
	// answer, and no error. It costs the same however much a wallet bought.
	Buyer(ctx context.Context, of MerchantBuyer) (Buyer, error)
}

// MaxPage is how many items one page of a list has at most.
const MaxPage = 100

// Errors of an index.
var (
	ErrNotFound    = errors.New("not in the index")
	ErrCursor      = errors.New("not a cursor of this list")
	ErrUnavailable = errors.New("the index cannot answer: ask the ledger")
	ErrMoved       = errors.New("the index is not where this projector left it")
)

// Mark is how far an index is.
type Mark struct {
	Generation string           // another one each time the index starts empty
	Whole      bool             // nothing of the generation is missing
	Next       voucher.Position // every entry before it was added
	Last       Fingerprint      // of the last of them
	Beats      uint64           // how often a projector moved the watermark or said that it lives
}

// Fingerprint names one entry of one history, so that an index can tell whether
// the ledger is the one it was made from. Zero stands for no entry.
type Fingerprint struct {
	Position voucher.Position
	Sum      voucher.Hash // SHA-256 of the outcome's canonical form
}

// Merchant is what the index knows of a merchant.
type Merchant struct {
	ID     voucher.Address `json:"id"`
	Name   string          `json:"name"`
	Stores []Store         `json:"stores"` // by number
	Keys   []Key           `json:"keys"`   // by address; revoked ones are left out
}

// Store is a point of sale.
type Store struct {
	Store uint32 `json:"store"`
	Name  string `json:"name"`
}

// Key is a merchant's scoped key.
type Key struct {
	Key    voucher.Address `json:"key"`
	Scopes uint32          `json:"scopes"`
	Store  uint32          `json:"store"`
}

// Campaign is what the index knows of a campaign.
type Campaign struct {
	ID      voucher.CampaignID     `json:"id"`
	Create  voucher.CreateCampaign `json:"create"`
	Version uint32                 `json:"version"`
	Status  uint8                  `json:"status"`
	Supply  uint32                 `json:"supply"`
	Open    uint32                 `json:"open"`
	Figures Figures                `json:"figures"`
	Created voucher.Position       `json:"created"`
}

// Figures count what happened in a campaign.
type Figures struct {
	Claimed  uint32 `json:"claimed"`  // vouchers, those that were issued and appeared included
	Spent    uint32 `json:"spent"`    // vouchers with nothing left
	Redeemed uint64 `json:"redeemed"` // units, less what rollbacks restored
	Discount uint64 `json:"discount"` // minor units of money

	Returned  uint64 `json:"returned"`  // units that rollbacks gave back, restored or forfeited
	Forfeited uint64 `json:"forfeited"` // those of them that no voucher got
}

// Buyer is what the index knows of a wallet's purchases at a merchant.
type Buyer struct {
	Bought  bool
	First   voucher.Position // of the first order, where there is one
	Through voucher.Position // every entry before it is in it
}

// Place is where a command is that touched a voucher, and what kind of command it is:
// 0 where its outcome alone is known.
type Place struct {
	Position voucher.Position
	Verb     voucher.Verb
}

// Voucher is a voucher as of its last entry.
type Voucher struct {
	Ref     voucher.Ref      `json:"ref"`
	Voucher voucher.Voucher  `json:"voucher"`
	As      voucher.Position `json:"as"` // of the entry that left it so
	Through voucher.Position `json:"-"`  // every entry before it is in it; Index.Voucher alone says so
}
