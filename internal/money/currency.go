// Package money is how people write amounts: the ledger knows minor units and
// three letters, and asks for nothing more.
package money

import (
	"strings"

	"tally/internal/voucher"
)

// MinorDigits is how many digits a currency's minor unit has, after ISO 4217:
// HKD 2 (12.50 is 1250), JPY 0, KWD 3. ok is false for a code that is not in
// force or has no minor unit. The ledger does not ask; the API does, before a
// campaign is created.
func MinorDigits(c voucher.Currency) (digits int, ok bool) {
	const (
		none  = " BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF "
		three = " BHD IQD JOD KWD LYD OMR TND "
		four  = " CLF UYW "
		two   = " AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF" +
			" CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD" +
			" HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT" +
			" MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR" +
			" SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU" +
			" UZS VED VES WST XCD XCG YER ZAR ZMW ZWG "
	)
	code := " " + c.String() + " "
	for digits, list := range []string{0: none, 2: two, 3: three, 4: four} {
		if strings.Contains(list, code) {
			return digits, true
		}
	}
	return 0, false
}
