package httpapi

import (
	"fmt"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/pricing"
	"tally/internal/quote"
	"tally/internal/voucher"
)

// usableLook is what a wallet's list says of each voucher beside its state.
type usableLook struct {
	wanted bool   // whether it can be used now
	store  uint32 // of its merchant; 0 is any
	locale string // of the reasons
}

// usableQuery reads whether a list is to say what can be used now. Store and locale ask
// nothing without usable, and are refused: else a misspelt question would be answered as
// another one.
func usableQuery(c *gin.Context) (look usableLook, err error) {
	store, err := queryNumber(c, "store", 0, voucher.MaxStore, 0)
	locale, hasLocale := c.GetQuery("locale")
	_, hasStore := c.GetQuery("store")
	usable, wanted := c.GetQuery("usable")
	switch {
	case err != nil:
		return look, err
	case wanted && usable != "1":
		return look, invalid("usable is 1, or left out.")
	case !wanted && (hasStore || hasLocale):
		return look, invalid("store and locale say where and how vouchers can be used: send usable=1, too.")
	case len(locale) > api.MaxLocale:
		return look, invalid(fmt.Sprintf("locale has more than %d bytes.", api.MaxLocale))
	}
	return usableLook{wanted, uint32(store), locale}, nil //nolint:gosec // at most voucher.MaxStore
}

// voucherUse is whether a voucher can be used now, as a client sees it.
func voucherUse(u quote.Usable, locale string) *api.VoucherUse {
	use := &api.VoucherUse{Now: api.UseYes, Merchant: u.Merchant, Currency: u.Currency}
	for _, r := range u.Reasons {
		use.Reasons = append(use.Reasons, api.QuoteReason{
			Code: string(r.Code), Text: useText(r, u, locale), Opens: r.Opens,
		})
	}
	if len(use.Reasons) > 0 {
		use.Now = api.UseNo
		return use
	}
	for _, ask := range u.Asks {
		use.Asks = append(use.Asks, api.VoucherAsk{Code: string(ask.Code), Need: ask.Need})
	}
	if u.StoreDecides {
		use.Asks = append(use.Asks, api.VoucherAsk{Code: api.AskStoreDecides})
	}
	if len(use.Asks) > 0 {
		use.Now = api.UseMaybe
	}
	return use
}

// useText says a reason to the holder. What no quote says has the sentence of the ledger's
// refusal.
func useText(r pricing.Reason, u quote.Usable, locale string) string {
	for _, kind := range []voucher.Kind{voucher.KindVoided, voucher.KindMerchantSuspended} {
		if refusal, _ := kind.Refusal(); r.Code == pricing.Code(refusal.Code) {
			return refusal.Sentence
		}
	}
	return r.Sentence(locale, u.Currency, u.Offset)
}
