package demo

import (
	"context"
	"fmt"

	"tally/internal/books"
	"tally/internal/cli"
	"tally/internal/cli/merchant"
	"tally/internal/intent"
	"tally/internal/money"
	"tally/internal/voucher"
)

// answersStand looks every answered redemption up: the crash must not have
// changed a byte of it.
func (s *story) answersStand(ctx context.Context) (string, error) {
	if err := eventually(ctx, readyAfter, s.session.Client.Ready); err != nil {
		return "", err
	}
	stand := 0
	for _, who := range s.load.shoppers {
		if !who.answered {
			continue
		}
		kept, err := s.first(ctx, who.key, who.sale.ID)
		if err != nil {
			return "", err
		}
		if err := expect("outcome", string(who.first.Canonical()), kept); err != nil {
			return "", err
		}
		stand++
	}
	return fmt.Sprintf("%d answers, byte for byte", stand), nil
}

// settle sends again what was cut off: the same code, the same acceptance. Each
// gets its first outcome, or is accepted now.
func (s *story) settle(ctx context.Context) (string, error) {
	before, now := 0, 0
	for _, who := range s.load.shoppers {
		if who.answered {
			continue
		}
		reader, err := s.session.As(who.key)
		if err != nil {
			return "", err
		}
		status, err := cli.StatusOfCommand(ctx, reader, who.sale.ID)
		if err != nil {
			return "", err
		}
		out, err := untilAnswered(ctx, func(ctx context.Context) (voucher.Outcome, error) {
			return s.session.Send(ctx, who.sale.Command)
		})
		if err != nil {
			return "", err
		}
		who.answered, who.first = true, out
		if status == voucher.StatusAccepted {
			before++
		} else {
			now++
		}
	}
	return fmt.Sprintf("%d had been accepted before the crash, %d are accepted now", before, now), nil
}

// onceEach asks every wallet of the crowd for its vouchers.
func (s *story) onceEach(ctx context.Context) (string, error) {
	for _, who := range s.load.shoppers {
		reader, err := s.session.As(who.key)
		if err != nil {
			return "", err
		}
		page, err := reader.Wallet(ctx, intent.Address(who.key), "")
		if err != nil {
			return "", err
		}
		if err := expect("vouchers of a wallet", 1, len(page.Data)); err != nil {
			return "", err
		}
		if err := expect("state of the voucher", "spent", page.Data[0].State); err != nil {
			return "", err
		}
		s.drink.appeared++
		s.drink.took(1, DrinkDiscount)
	}
	return fmt.Sprintf("%d wallets, one spent voucher each", len(s.load.shoppers)), nil
}

// auditOf holds a campaign's books against what the demo counted itself.
func (s *story) auditOf(of **published) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) { return s.audit(ctx, *of) }
}

func (s *story) audit(ctx context.Context, of *published) (string, error) {
	reader, err := s.as("root")
	if err != nil {
		return "", err
	}
	r, err := reader.Audit(ctx, of.id)
	if err != nil {
		return "", err
	}
	if what := merchant.Imbalance(r); what != "" {
		return "", &wrong{"books that balance", what}
	}
	info, err := reader.Campaign(ctx, of.id)
	if err != nil {
		return "", err
	}
	given := money.Text(info.Figures.Discount, of.terms.Currency)
	fields := merchant.AuditFields(r)
	return fmt.Sprintf("vouchers: %v\nunits: %v\n%s taken off orders, what was given back included",
			fields[0][1], fields[1][1], given), firstOf(
			expect("vouchers", of.vouchers(), r.Vouchers), expect("units", of.units(), r.Units),
			expect("discounts", money.Text(of.discount, of.terms.Currency), given))
}

// vouchers is how the demo itself counted a campaign's vouchers.
func (p *published) vouchers() books.Vouchers {
	minted := uint64(p.terms.Supply)
	return books.Vouchers{
		Minted: minted, Unclaimed: minted - p.appeared, Live: p.appeared - p.spent - p.expired, Spent: p.spent, Expired: p.expired,
	}
}

// units is how the demo itself counted their units.
func (p *published) units() books.Units {
	issued, expired := p.appeared*p.terms.Units, p.expired*p.terms.Units
	return books.Units{
		Issued: issued, Available: issued - p.redeemed - expired, Redeemed: p.redeemed, Expired: expired,
	}
}
