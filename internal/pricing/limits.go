package pricing

import "tally/internal/voucher"

// Every limit of this package, in one place.
const (
	MaxAmount   = voucher.MaxAmount // minor units of money in one figure: below 2^53
	MaxTerms    = voucher.MaxTerms  // bytes of a terms document
	MaxCart     = 64 << 10          // bytes of a cart as JSON
	MaxRecord   = 256 << 10         // bytes of an order record
	MaxLines    = 100               // lines of a cart
	MaxQuantity = 9999              // pieces of one line
	MaxVouchers = voucher.MaxLines  // vouchers of one evaluation
	MaxTags     = 16                // tags of one line
	MaxClasses  = 16                // tax classes of a cart
	MaxAreas    = 16                // areas of one store
	MaxReturns  = 100               // returns of one order

	MaxName       = 128    // characters of a campaign's name
	MaxZoneName   = 64     // bytes of a time zone's name
	MaxZones      = 16     // zones beside the campaign's own
	MaxConditions = 16     // conditions of one offer
	MaxWords      = 32     // tags, areas, channels or payments of one list
	MaxSKUs       = 200    // article numbers of one list
	MaxSKU        = 64     // characters of an article number
	MaxID         = 32     // bytes of a line's id
	MaxMeasure    = 32     // characters of a line's measure
	MaxStores     = 256    // stores of one list
	MaxHours      = 16     // spans of one hours condition
	MaxDates      = 64     // dates of one list
	MaxWith       = 16     // groups that an offer may stand beside
	MaxCount      = 1000   // pieces that one member of an offer counts
	MaxOrder      = 999    // greatest place within a phase
	MaxTexts      = 12     // locales of one text
	MaxTitle      = 80     // characters of a title
	MaxText       = 600    // characters of a text for holders
	MaxReason     = 200    // characters of a condition's reason
	MaxCEL        = 1024   // bytes of a CEL expression
	MaxSteps      = 20_000 // that all CEL expressions of one document may cost, on the largest cart
	MaxRate       = 1_000_000

	Whole = 10_000 // basis points of a whole

	maxDepth = 12 // objects and lists within each other, of any document
	maxWord  = 32 // bytes of a word
	perRate  = 1_000_000
)
