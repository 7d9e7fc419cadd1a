package pricing

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// TestSentence_EveryLanguageSaysEveryCode with the same parameters.
func TestSentence_EveryLanguageSaysEveryCode(t *testing.T) {
	verbs := regexp.MustCompile(`%[a-z]`)
	for _, language := range []string{"ja", "zh-Hans", "zh-Hant"} {
		of := sentences(language)
		require.Len(t, of, len(english()))
		for code, sentence := range english() {
			require.NotEmpty(t, of[code], "%s %s", language, code)
			require.Equal(t, verbs.FindAllString(sentence, -1), verbs.FindAllString(of[code], -1), "%s %s", language, code)
		}
	}
}

func TestSentence_SaysItsFigures(t *testing.T) {
	hkd := voucher.Currency([]byte("HKD"))
	said := []Localised{{"en", "Fridays only."}, {"zh-Hant", "只限星期五。"}}
	for _, c := range []struct {
		reason Reason
		locale string
		want   string
	}{
		{Reason{Code: CodeMinSpend, Need: 3000, Has: 2850}, "en", "From 30.00 HKD; the cart has 28.50 HKD."},
		{Reason{Code: CodeMinSpend, Need: 3000, Has: 2850}, "zh-HK", "需滿 30.00 HKD，現為 28.50 HKD。"},
		{Reason{Code: CodeQuantity, Need: 2, Has: 1}, "en-GB", "From 2 pieces; the cart has 1."},
		{Reason{Code: CodeQuantity, Need: 2, Has: 3}, "zh", "最多 2 件，现为 3 件。"},
		{Reason{Code: CodeHours, Opens: 1799064000}, "en", "Not at this time; the next time is 2027-01-04 20:00."},
		{Reason{Code: CodeHours}, "fr", "Not at this time."},
		{Reason{Code: CodeHours, Opens: 1799064000, Said: said}, "zh-Hant-TW", "只限星期五。"},
		{Reason{Code: CodeHours, Opens: 1799064000, Said: said}, "en-US", "Fridays only."},
		{Reason{Code: CodeHours, Said: said}, "ja-JP", "この時間には使えません。"},
		{Reason{Code: CodeLimit, Need: 4}, "ja", "1回の注文で4枚まで使えます。"},
		{Reason{Code: kindCode(voucher.KindExpired)}, "zh-Hans-CN", "已过期。"},
		{Reason{Code: CodeNoItem}, "", "There is nothing in the cart that it is for."},
	} {
		require.Equal(t, c.want, c.reason.Sentence(c.locale, hkd, 480), c.reason.Code)
	}
}

// TestSentence_OfEveryReason: whatever an evaluation answers, there is a sentence for it.
func TestSentence_OfEveryReason(t *testing.T) {
	for _, code := range []Code{
		CodeMinSpend, CodeQuantity, CodeHours, CodeDates, CodeStore, CodeChannel, CodePayment, CodeFirstPurchase, CodeNoItem, CodeLimit,
		CodeCannotCombine, CodeBetterWithout, CodeNothingLeft, CodeUnsupported, CodeNotAll, kindCode(voucher.KindWrongCurrency),
		kindCode(voucher.KindNotYetValid), kindCode(voucher.KindExpired), kindCode(voucher.KindSpent), kindCode(voucher.KindHeld), kindCode(voucher.KindWrongStore),
	} {
		require.NotEmpty(t, Reason{Code: code}.Sentence("en", voucher.Currency{}, 0), code)
	}
}
