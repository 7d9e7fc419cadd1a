package main

import (
	"errors"
	"fmt"

	"tally/internal/audit/books"
	"tally/internal/voucher"
)

var errBooks = errors.New("the books do not balance")

// balanced makes up the books of every campaign at an instant.
func balanced(counted *books.Books, kept *state, instant int64) (all []voucher.Conservation, err error) {
	for _, id := range counted.Campaigns() {
		made, err := counted.Report(kept, id, uint64(instant)) //nolint:gosec // after 1970
		if err != nil {
			return nil, err
		}
		if !made.Holds {
			return nil, fmt.Errorf("%w: %s: %s", errBooks, id, made.Broken)
		}
		all = append(all, made)
	}
	return all, nil
}

// books prints the books for a person.
func (p *program) books(all []voucher.Conservation, instant int64) {
	for _, b := range all {
		p.lines(fmt.Sprintf("books      %s at %s: %d vouchers minted = %d unclaimed + %d live + %d spent + %d expired + %d void", b.Campaign,
			at(uint64(instant)), b.Vouchers.Minted, b.Vouchers.Unclaimed, b.Vouchers.Live, b.Vouchers.Spent, b.Vouchers.Expired, b.Vouchers.Void), //nolint:gosec // after 1970
			fmt.Sprintf("           %d units issued = %d available + %d held + %d redeemed + %d forfeited + %d expired + %d void",
				b.Units.Issued, b.Units.Available, b.Units.Held, b.Units.Redeemed, b.Units.Forfeited, b.Units.Expired, b.Units.Void))
	}
}
