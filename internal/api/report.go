package api

import (
	"tally/internal/books/daybook"
	"tally/internal/voucher"
)

// ReportPage is a part of a merchant's day-book. Its sums are those of its own lines:
// sums of all pages add up to sums of the whole.
type ReportPage struct {
	Merchant   voucher.Address `json:"merchant"`
	From       uint64          `json:"from"`   // Unix seconds, included
	Until      uint64          `json:"until"`  // Unix seconds, not included
	Lines      []daybook.Line  `json:"lines"`  // newest command first
	Sums       []daybook.Sum   `json:"sums"`   // by day, store, till, campaign and currency
	Totals     []daybook.Sum   `json:"totals"` // by currency
	NextCursor string          `json:"next_cursor,omitempty"`
	HasMore    bool            `json:"has_more"`
}
