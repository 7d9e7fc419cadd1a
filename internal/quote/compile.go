package quote

import (
	"context"
	"encoding/json"
	"fmt"

	"tally/internal/index"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// compiled are terms that were read once.
type compiled struct {
	terms   *pricing.Terms // nil: these rules cannot compute them
	decides bool           // they have no offer at all: the store decides
}

// compile are the terms with a hash, which the ledger has of a campaign. The text comes
// from the index, and must have the hash.
func (q *Quoter) compile(ctx context.Context, id voucher.CampaignID, hash voucher.Hash) (compiled, error) {
	if known, ok := q.terms.Get(hash); ok {
		return known, nil
	}
	c, err := q.teller.Campaign(ctx, id)
	if err != nil {
		return compiled{}, err
	}
	if voucher.TermsHash(c.Create.Terms) != hash {
		return compiled{}, fmt.Errorf("the terms of %s are not the ledger's: %w", id, index.ErrUnavailable)
	}
	made := q.read(c.Create.Terms)
	q.terms.Add(hash, made)
	return made, nil
}

// read compiles a terms document, with its expressions.
func (q *Quoter) read(document string) compiled {
	terms, err := q.language.ReadTerms([]byte(document))
	if err == nil {
		return compiled{terms: &terms}
	}
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(document), &members) != nil {
		return compiled{decides: true} // no server of this project lets such a document in
	}
	_, offers := members["offer"]
	return compiled{decides: !offers}
}
