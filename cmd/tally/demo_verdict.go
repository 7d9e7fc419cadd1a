package main

import (
	"context"
	"fmt"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// answersStand looks every answered redemption up: the crash must not have
// changed a byte of it.
func (s *story) answersStand(ctx context.Context) (string, error) {
	if err := eventually(ctx, readyAfter, s.session.client.Ready); err != nil {
		return "", err
	}
	stand := 0
	for _, who := range s.load.shoppers {
		if !who.answered {
			continue
		}
		kept, err := s.first(ctx, who.key, who.sale.id)
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
		token, err := s.session.token(who.key)
		if err != nil {
			return "", err
		}
		status, err := statusOfCommand(ctx, s.session.client.As(token), who.sale.id)
		if err != nil {
			return "", err
		}
		out, err := untilAnswered(ctx, func(ctx context.Context) (voucher.Outcome, error) {
			return s.session.client.Redeem(ctx, who.sale.request, who.sale.key)
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
		token, err := s.session.token(who.key)
		if err != nil {
			return "", err
		}
		page, err := s.session.client.Wallet(ctx, token, intent.Address(who.key), "")
		if err != nil {
			return "", err
		}
		if err := expect("vouchers of a wallet", 1, len(page.Data)); err != nil {
			return "", err
		}
		if err := expect("state of the voucher", "spent", page.Data[0].State); err != nil {
			return "", err
		}
		s.spent++
	}
	return fmt.Sprintf("%d wallets, one spent voucher each", len(s.load.shoppers)), nil
}

// audit holds the books against what the demo counted itself.
func (s *story) audit(ctx context.Context) (string, error) {
	token, err := s.session.token(s.people["root"])
	if err != nil {
		return "", err
	}
	client := s.session.client.As(token)
	r, err := client.Audit(ctx, s.campaign)
	if err != nil {
		return "", err
	}
	if what := imbalance(r); what != "" {
		return "", &wrong{"books that balance", what}
	}
	spent := uint64(s.spent) //nolint:gosec // a count
	minted := uint64(s.terms.Supply)
	const live = 1 // wallet 3's
	want := voucher.Conservation{Vouchers: voucher.VoucherBalance{
		Minted: minted, Unclaimed: minted - spent - live, Live: live, Spent: spent,
	}, Units: voucher.UnitBalance{Issued: spent + live, Available: live, Redeemed: spent}}
	if err := expect("vouchers", want.Vouchers, r.Vouchers); err != nil {
		return "", err
	}
	if err := expect("units", want.Units, r.Units); err != nil {
		return "", err
	}
	info, err := client.Campaign(ctx, s.campaign)
	if err != nil {
		return "", err
	}
	given := money(info.Figures.Discount, s.terms.Currency)
	if err := expect("discounts", money(spent*demoDiscount, s.terms.Currency), given); err != nil {
		return "", err
	}
	fields := auditFields(r)
	return fmt.Sprintf("%v\n  units: %v; %s given", fields[2].value, fields[3].value, given), nil
}
