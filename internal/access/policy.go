// Package access says who asks and what they may read. It knows no HTTP: an API, a
// feed of events and a page all ask it.
//
// Terms of campaigns, merchants' stores and keys, the operators and the ledger's
// description are public. All else is a Resource. Who has a Grant for it may read
// it; everybody else is a stranger, who should not learn whether it exists.
package access

import (
	"time"

	"tally/internal/intent"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// Policy decides by what the ledger and the index know now. It may be used
// concurrently.
type Policy struct {
	teller *teller.Teller
	tokens *intent.Tokens
	now    func() time.Time
}

// New is the policy over a teller's ledger and index.
func New(t *teller.Teller, now func() time.Time) *Policy {
	return &Policy{teller: t, tokens: intent.NewTokens(t.Domain()), now: now}
}

func (p *Policy) unix() uint64 { return voucher.Unix(p.now()) }
