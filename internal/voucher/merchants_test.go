package voucher_test

import (
	"testing"

	"tally/internal/voucher"
)

func TestKeys_ActWithinTheirScopes(t *testing.T) {
	w := newWorld(t)
	campaign := w.campaign(anything)
	ref := w.claim(campaign, wallet(1), 0)
	sale := w.sold(ref, wallet(1), 1)
	issue, rollback := w.issues(campaign, owners()), w.rollbacks(sale, back(ref, 1, 1, 0))
	void := voidCommand{Void: voucher.Void{
		Author: stranger(), Merchant: merchant(), Campaign: campaign, Serial: 1, Reason: "Lost", Deadline: w.now + 60,
	}}
	issue.Intent.Author, rollback.Intent.Author = stranger(), stranger()
	scopes := map[uint32]voucher.Command{
		voucher.ScopeIssue: issue, voucher.ScopeRollback: rollback, voucher.ScopeVoid: void,
	}
	for scope := range scopes {
		w.accept(putKey{Intent: voucher.PutKey{
			Author: merchant(), Merchant: merchant(), Version: w.merchant(merchant()).Version, Key: stranger(),
			Scopes: (voucher.ScopeIssue | voucher.ScopeRollback | voucher.ScopeVoid) &^ scope, Deadline: w.now,
		}}, merchant())
		w.refuse(voucher.KindNotAuthorised, scopes[scope], stranger())
	}
	scene[issueCommand]{unsealedBuild(func(w *world) (issueCommand, []voucher.Address) {
		w.accept(putKey{Intent: voucher.PutKey{
			Author: merchant(), Merchant: merchant(), Version: w.merchant(merchant()).Version, Key: stranger(),
			Scopes: voucher.ScopeIssue, Deadline: w.now,
		}}, merchant())
		c := w.issues(w.campaign(anything), owners())
		c.Intent.Author = stranger()
		return c, []voucher.Address{stranger()}
	}), unsealed[issueCommand]}.failing(t)
	for scope, c := range scopes {
		w.accept(putKey{Intent: voucher.PutKey{
			Author: merchant(), Merchant: merchant(), Version: w.merchant(merchant()).Version, Key: stranger(),
			Scopes: scope, Deadline: w.now,
		}}, merchant())
		w.accept(c, stranger())
	}
}
