package shop

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/journal"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// ErrRefused says that a ledger refused what the benchmark begins with.
var ErrRefused = errors.New("the ledger refused it")

// Seeded is a campaign whose vouchers were claimed, serial by serial, each by
// the wallet of that number.
type Seeded struct {
	*Shop
	Campaign voucher.CampaignID
}

// Kinds of ledgers that one operator runs, as tallyd's --ledger names them.
const (
	Chain   = "evm"
	Journal = "journal"
)

// Open founds a ledger of a kind in a directory, or opens the one there is.
func Open(ctx context.Context, kind, dir string) (ledger.Ledger, error) {
	operators, log := []voucher.Address{Operator().Address}, slog.New(slog.DiscardHandler)
	if kind == Journal {
		return journal.Open(ctx, journal.Options{Dir: dir, Operators: operators, Threshold: 1, Log: log})
	}
	return embedded.Open(ctx, embedded.Options{Dir: dir, Operators: operators, Threshold: 1, Log: log})
}

// Seed opens the shop on a new ledger, mints a supply and has the first vouchers
// of it claimed. Batches go to the ledger itself, which is as quick as it can be.
// done is told how many were claimed, again and again.
func Seed(ctx context.Context, l ledger.Ledger, supply, claimed int, done func(int)) (*Seeded, error) {
	s := New(l.ID())
	found, err := s.Found()
	if err != nil {
		return nil, err
	}
	create, campaign, err := s.Campaign("Bench", uint32(supply), uint32(supply))
	if err != nil {
		return nil, err
	}
	for _, c := range append(found, create) { // one by one: each builds on the last one
		if err := submit(ctx, l, []voucher.Command{c}); err != nil {
			return nil, fmt.Errorf("open shop: %w", err)
		}
	}
	seeded := &Seeded{Shop: s, Campaign: campaign}
	return seeded, seeded.Claim(ctx, l, 0, claimed, done)
}

// Claim has more vouchers claimed: those of the serials from first on, before end. done
// is told how many are claimed, again and again.
func (s *Seeded) Claim(ctx context.Context, l ledger.Ledger, first, end int, done func(int)) error {
	for ; first < end; first += ledger.MaxBatch {
		batch := make([]voucher.Command, min(ledger.MaxBatch, end-first))
		err := Each(len(batch), func(i int) (err error) {
			batch[i], err = s.Shop.Claim(Wallet(first+i), s.Campaign, uint32(first+i))
			return err
		})
		if err := errors.Join(err, submit(ctx, l, batch)); err != nil {
			return fmt.Errorf("claim vouchers: %w", err)
		}
		done(first + len(batch))
	}
	return nil
}

// submit has commands accepted, all of them.
func submit(ctx context.Context, l ledger.Ledger, commands []voucher.Command) error {
	outcomes, err := l.Submit(ctx, intent.NewDomain(l.ID()).AuthorAll(commands...))
	if err != nil {
		return err
	}
	for _, out := range outcomes {
		if out.Status != voucher.StatusAccepted {
			return fmt.Errorf("%w: %s", ErrRefused, out.Kind)
		}
	}
	return nil
}

// Sales signs the redemptions of n vouchers from a serial on, in the order of Twice.
func (s *Seeded) Sales(first, n, every, behind int) ([]Sale, error) {
	once := make([]Sale, n)
	err := Each(n, func(i int) (err error) {
		once[i], err = s.Sell(Wallet(first+i), voucher.Ref{Campaign: s.Campaign, Serial: uint32(first + i)})
		return err
	})
	if err != nil {
		return nil, err
	}
	order := Twice(n, every, behind)
	all := make([]Sale, len(order))
	return all, Each(len(order), func(i int) (err error) {
		if all[i] = once[order[i].Voucher]; order[i].Till == 1 {
			all[i], err = s.Again(all[i])
		}
		return err
	})
}

// Stale signs n redemptions of the first voucher. Their deadline has passed.
func (s *Seeded) Stale(n int) ([]voucher.RedeemCommand, error) {
	all := make([]voucher.RedeemCommand, n)
	return all, Each(n, func(i int) error {
		offer := offer(voucher.Ref{Campaign: s.Campaign})
		offer.SignedAt -= uint64(life + i)
		offer.Deadline = offer.SignedAt + 1
		sale, err := s.show(Wallet(0), offer)
		all[i] = sale.Command
		return err
	})
}

// Campaigns creates n more campaigns, in batches.
func (s *Seeded) Campaigns(ctx context.Context, l ledger.Ledger, n int) error {
	for first := 0; first < n; first += ledger.MaxBatch {
		batch := make([]voucher.Command, min(ledger.MaxBatch, n-first))
		err := Each(len(batch), func(i int) (err error) {
			batch[i], _, err = s.Shop.Campaign(fmt.Sprint("Campaign ", first+i), 1, 1)
			return err
		})
		if err := errors.Join(err, submit(ctx, l, batch)); err != nil {
			return fmt.Errorf("create campaigns: %w", err)
		}
	}
	return nil
}

// Code is what the owner of a voucher shows at a till, as text.
func (s *Seeded) Code(owner ledgertest.Actor, ref voucher.Ref) (string, error) {
	code, err := s.signer(owner).SignOffer(offer(ref))
	if err != nil {
		return "", err
	}
	return s.Domain.Text(code)
}
