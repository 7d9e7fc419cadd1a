package cond

import "tally/internal/pricing"

// ReadTerms reads a terms document with its expressions. It is pricing.ReadTerms for all
// that evaluates: terms of that one have no predicates. The error is a
// pricing.RefusalError.
func (l *Language) ReadTerms(data []byte) (pricing.Terms, error) {
	t, err := pricing.ReadTerms(data)
	if err != nil {
		return t, err
	}
	return t.Compile(l)
}
