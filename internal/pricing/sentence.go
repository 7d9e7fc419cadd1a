package pricing

import (
	"fmt"
	"strings"

	"tally/internal/money"
	"tally/internal/voucher"
)

// Sentence says a reason to a holder, in the language of a locale such as en, ja or
// zh-Hant-HK: in the merchant's own words if there are any in it, or else in a sentence
// for its code. English stands for languages without sentences. Amounts are of the
// cart's currency, times by a clock that is offset minutes ahead of UTC.
func (r Reason) Sentence(locale string, currency voucher.Currency, offset int16) string {
	for tag := locale; tag != ""; tag = wider(tag) {
		for _, said := range r.Said {
			if strings.EqualFold(said.Locale, tag) {
				return said.Text
			}
		}
	}
	template := r.template(sentences(language(locale)))
	switch r.Code {
	case CodeMinSpend:
		return fmt.Sprintf(template, money.Text(r.Need, currency), money.Text(r.Has, currency))
	case CodeQuantity:
		return fmt.Sprintf(template, r.Need, r.Has)
	case CodeLimit:
		return fmt.Sprintf(template, r.Need)
	case CodeHours:
		if r.Opens > 0 {
			return fmt.Sprintf(template, local(r.Opens, offset).Format("2006-01-02 15:04"))
		}
	}
	return template
}

// wider is a locale without its last part.
func wider(locale string) string {
	at := strings.LastIndexByte(locale, '-')
	return locale[:max(at, 0)]
}

// language is the language, and of Chinese the script, that has sentences for a locale.
func language(locale string) string {
	for tag := locale; tag != ""; tag = wider(tag) {
		switch strings.ToLower(tag) {
		case "ja":
			return "ja"
		case "zh-hant", "zh-hk", "zh-mo", "zh-tw":
			return "zh-Hant"
		case "zh", "zh-hans", "zh-cn", "zh-sg":
			return "zh-Hans"
		}
	}
	return "en"
}

const (
	quantityMost Code = "quantity, more than the most"
	hoursOpens   Code = "hours, with the next opening"
)

func (r Reason) template(of map[Code]string) string {
	code := r.Code
	switch {
	case code == CodeQuantity && r.Has > r.Need:
		code = quantityMost
	case code == CodeHours && r.Opens > 0:
		code = hoursOpens
	}
	return of[code]
}

func sentences(language string) map[Code]string {
	switch language {
	case "ja":
		return japanese()
	case "zh-Hans":
		return simplifiedChinese()
	case "zh-Hant":
		return traditionalChinese()
	default:
		return english()
	}
}

func kindCode(k voucher.Kind) Code { return Code(k.String()) }

func english() map[Code]string {
	return map[Code]string{
		CodeMinSpend:      "From %s; the cart has %s.",
		CodeQuantity:      "From %d pieces; the cart has %d.",
		quantityMost:      "At most %d pieces; the cart has %d.",
		CodeHours:         "Not at this time.",
		hoursOpens:        "Not at this time; the next time is %s.",
		CodeDates:         "Not on this date.",
		CodeStore:         "Not at this store.",
		CodeChannel:       "Not for this way of ordering.",
		CodePayment:       "Not with this means of payment.",
		CodeFirstPurchase: "For a first purchase only.",
		CodeCEL:           "A condition of the merchant does not hold for this order.",
		CodeCELError:      "A condition of the merchant cannot be computed for this order.",
		CodeNoItem:        "There is nothing in the cart that it is for.",
		CodeLimit:         "At most %d in one order.",
		CodeCannotCombine: "Not beside another voucher that is used.",
		CodeBetterWithout: "The vouchers that are used take off more without it.",
		CodeNothingLeft:   "There is nothing left that it could take off.",
		CodeUnsupported:   "Its terms cannot be computed here: the store decides.",
		CodeNotAll:        "Another voucher of the same code cannot be used.",

		kindCode(voucher.KindWrongCurrency): "It is in another currency.",
		kindCode(voucher.KindNotYetValid):   "It is not valid yet.",
		kindCode(voucher.KindExpired):       "It has expired.",
		kindCode(voucher.KindSpent):         "It is used up.",
		kindCode(voucher.KindHeld):          "It is reserved for another order.",
		kindCode(voucher.KindWrongStore):    "Not at this store.",
	}
}

func traditionalChinese() map[Code]string {
	return map[Code]string{
		CodeMinSpend:      "需滿 %s，現為 %s。",
		CodeQuantity:      "需滿 %d 件，現為 %d 件。",
		quantityMost:      "最多 %d 件，現為 %d 件。",
		CodeHours:         "此時段不適用。",
		hoursOpens:        "此時段不適用，下次適用時間為 %s。",
		CodeDates:         "此日期不適用。",
		CodeStore:         "此分店不適用。",
		CodeChannel:       "此購買方式不適用。",
		CodePayment:       "此付款方式不適用。",
		CodeFirstPurchase: "只限首次購買。",
		CodeCEL:           "此訂單不符合商戶的一項條件。",
		CodeCELError:      "商戶的一項條件無法就此訂單計算。",
		CodeNoItem:        "購物車內沒有適用的商品。",
		CodeLimit:         "每單最多使用 %d 張。",
		CodeCannotCombine: "不可與已使用的其他券同時使用。",
		CodeBetterWithout: "不使用此券更優惠。",
		CodeNothingLeft:   "已沒有可扣減的金額。",
		CodeUnsupported:   "此券的條款無法在此計算，由店鋪決定。",
		CodeNotAll:        "同一代碼內有其他券不能使用。",

		kindCode(voucher.KindWrongCurrency): "貨幣不符。",
		kindCode(voucher.KindNotYetValid):   "尚未生效。",
		kindCode(voucher.KindExpired):       "已過期。",
		kindCode(voucher.KindSpent):         "已用完。",
		kindCode(voucher.KindHeld):          "已為另一張訂單保留。",
		kindCode(voucher.KindWrongStore):    "此分店不適用。",
	}
}

func simplifiedChinese() map[Code]string {
	return map[Code]string{
		CodeMinSpend:      "需满 %s，现为 %s。",
		CodeQuantity:      "需满 %d 件，现为 %d 件。",
		quantityMost:      "最多 %d 件，现为 %d 件。",
		CodeHours:         "此时段不适用。",
		hoursOpens:        "此时段不适用，下次适用时间为 %s。",
		CodeDates:         "此日期不适用。",
		CodeStore:         "此门店不适用。",
		CodeChannel:       "此购买方式不适用。",
		CodePayment:       "此付款方式不适用。",
		CodeFirstPurchase: "仅限首次购买。",
		CodeCEL:           "此订单不符合商户的一项条件。",
		CodeCELError:      "商户的一项条件无法就此订单计算。",
		CodeNoItem:        "购物车内没有适用的商品。",
		CodeLimit:         "每单最多使用 %d 张。",
		CodeCannotCombine: "不可与已使用的其他券同时使用。",
		CodeBetterWithout: "不使用此券更优惠。",
		CodeNothingLeft:   "已没有可抵扣的金额。",
		CodeUnsupported:   "此券的条款无法在此计算，由门店决定。",
		CodeNotAll:        "同一代码内有其他券不能使用。",

		kindCode(voucher.KindWrongCurrency): "货币不符。",
		kindCode(voucher.KindNotYetValid):   "尚未生效。",
		kindCode(voucher.KindExpired):       "已过期。",
		kindCode(voucher.KindSpent):         "已用完。",
		kindCode(voucher.KindHeld):          "已为另一张订单保留。",
		kindCode(voucher.KindWrongStore):    "此门店不适用。",
	}
}

func japanese() map[Code]string {
	return map[Code]string{
		CodeMinSpend:      "%s以上で使えます。現在は%sです。",
		CodeQuantity:      "%d点以上で使えます。現在は%d点です。",
		quantityMost:      "%d点まで使えます。現在は%d点です。",
		CodeHours:         "この時間には使えません。",
		hoursOpens:        "この時間には使えません。次は%sからです。",
		CodeDates:         "この日には使えません。",
		CodeStore:         "この店舗では使えません。",
		CodeChannel:       "この注文方法では使えません。",
		CodePayment:       "この支払方法では使えません。",
		CodeFirstPurchase: "初回のお買い物でのみ使えます。",
		CodeCEL:           "この注文は店舗の条件を満たしていません。",
		CodeCELError:      "店舗の条件をこの注文について計算できません。",
		CodeNoItem:        "対象の商品がカートにありません。",
		CodeLimit:         "1回の注文で%d枚まで使えます。",
		CodeCannotCombine: "使用する他の券と併用できません。",
		CodeBetterWithout: "この券を使わないほうがお得です。",
		CodeNothingLeft:   "値引きできる金額が残っていません。",
		CodeUnsupported:   "この券の条件はここでは計算できません。店舗が判断します。",
		CodeNotAll:        "同じコードの他の券が使えません。",

		kindCode(voucher.KindWrongCurrency): "通貨が異なります。",
		kindCode(voucher.KindNotYetValid):   "まだ有効ではありません。",
		kindCode(voucher.KindExpired):       "有効期限が切れています。",
		kindCode(voucher.KindSpent):         "使用済みです。",
		kindCode(voucher.KindHeld):          "別の注文のために確保されています。",
		kindCode(voucher.KindWrongStore):    "この店舗では使えません。",
	}
}
