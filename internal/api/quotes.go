package api

import (
	"encoding/json"

	"tally/internal/pricing"
	"tally/internal/voucher"
)

// The bodies of quotes. Amounts are minor units of the cart's currency.
type (
	// QuoteRequest asks what vouchers take off a cart. It names a wallet, whose vouchers of
	// the merchant are tried, or some of them; or it carries a code, whose vouchers all count.
	QuoteRequest struct {
		Merchant voucher.Address  `json:"merchant"`
		Store    uint32           `json:"store"`
		Areas    []string         `json:"areas,omitempty"`
		Channel  string           `json:"channel,omitempty"`
		Payment  string           `json:"payment,omitempty"`
		Locale   string           `json:"locale,omitempty"` // of the reasons; left out: en
		Mode     string           `json:"mode,omitempty"`   // left out: best for a wallet, all for a code
		Wallet   *voucher.Address `json:"wallet,omitempty"`
		Vouchers []string         `json:"vouchers,omitempty"`
		Code     string           `json:"code,omitempty"`
		Cart     json.RawMessage  `json:"cart"` // the schema Cart of the document
	}
	// Quote is what vouchers take off a cart now.
	Quote struct {
		At          uint64          `json:"at"`     // of this server's clock, Unix seconds
		Offset      int16           `json:"offset"` // minutes by which the store's clock is ahead of UTC
		Exact       bool            `json:"exact"`  // no other lawful set takes off more
		AtMostMore  uint64          `json:"at_most_more"`
		Partial     bool            `json:"partial"` // the wallet has more vouchers than were tried
		Totals      QuoteTotals     `json:"totals"`
		Taxes       []QuoteTax      `json:"taxes"`
		Chosen      []QuoteChosen   `json:"chosen"` // in the order in which they apply
		Usable      []QuoteUnused   `json:"usable"` // could be used, and others take off more
		Almost      []QuoteUnused   `json:"almost"` // one thing is missing that the customer can mend
		No          []QuoteUnused   `json:"no"`
		TillDecides []QuoteUnpriced `json:"till_decides"`
		Record      string          `json:"record"` // the order record, as it is hashed with a salt
	}
	// QuoteTotals are the sums of an order.
	QuoteTotals struct {
		List         uint64 `json:"list"`
		Reduced      uint64 `json:"reduced"`
		Amount       uint64 `json:"amount"` // payable without vouchers, with tax: what the till signs
		Discount     uint64 `json:"discount"`
		Tax          uint64 `json:"tax"`
		Tender       uint64 `json:"tender"`
		TaxedAtIssue uint64 `json:"taxed_at_issue"`
		Due          uint64 `json:"due"`
	}
	// QuoteTax is the tax of one class, after discounts.
	QuoteTax struct {
		Class string `json:"class"`
		Base  uint64 `json:"base"`
		Tax   uint64 `json:"tax"`
	}
	// QuoteChosen is a voucher that is used.
	QuoteChosen struct {
		Voucher  string       `json:"voucher"`
		Had      uint64       `json:"had"`
		Units    uint64       `json:"units"`
		Discount uint64       `json:"discount"`
		Tender   bool         `json:"tender"`
		Shares   []QuoteShare `json:"shares"`
	}
	// QuoteShare is the part of a discount or payment that a line has.
	QuoteShare struct {
		Line   string `json:"line"`
		Amount uint64 `json:"amount"`
	}
	// QuoteUnused is a voucher that is not used, and why.
	QuoteUnused struct {
		Voucher string        `json:"voucher"`
		Reasons []QuoteReason `json:"reasons"`
	}
	// QuoteReason is one reason. Which figures it has, its code says.
	QuoteReason struct {
		Code   string `json:"code"`
		Text   string `json:"text"`
		Need   uint64 `json:"need,omitempty"`
		Has    uint64 `json:"has,omitempty"`
		Opens  uint64 `json:"opens,omitempty"` // Unix seconds
		With   string `json:"with,omitempty"`
		Alone  uint64 `json:"alone,omitempty"`
		Chosen uint64 `json:"chosen,omitempty"`
	}
	// QuoteUnpriced is a voucher about which the store decides.
	QuoteUnpriced struct {
		Voucher     string `json:"voucher"`
		Units       uint64 `json:"units"`
		MaxDiscount uint64 `json:"max_discount"` // of one unit
	}
)

// MaxLocale is the most bytes of a locale that is asked for (RFC 5646, section 4.4.1).
const MaxLocale = 35

// Whether a voucher can be used now.
const (
	UseYes   = "yes"
	UseMaybe = "maybe" // VoucherUse.Asks says what depends on the order
	UseNo    = "no"
)

// AskStoreDecides is the code of terms that have no offer: the store decides.
const AskStoreDecides = "store_decides"

// ChosenOf is what an order record says of a voucher that is used, as answers have it.
func ChosenOf(t pricing.Taken) QuoteChosen {
	chosen := QuoteChosen{Voucher: t.Ref.String(), Had: t.Had, Units: t.Units, Discount: t.Discount, Tender: t.Tender, Shares: []QuoteShare{}}
	for _, share := range t.Shares {
		chosen.Shares = append(chosen.Shares, QuoteShare(share))
	}
	return chosen
}
