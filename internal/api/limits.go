package api

import (
	"time"

	"tally/internal/pricing"
)

// Limits of the API.
const (
	MaxBody        = 64 << 10                    // bytes of a request's body
	MaxRecordBody  = 2*pricing.MaxRecord + 1<<10 // bytes of the body of a PUT: a record whose characters are all escaped
	MaxHeader      = 16 << 10                    // bytes of its header
	MaxKey         = 255                         // characters of an Idempotency-Key
	RequestTimeout = 20 * time.Second            // after which an outcome is reported as unknown
	DefaultPage    = 50                          // items of a page
	MaxPageBytes   = 256 << 10                   // bytes of a page of campaigns, after which it ends early
	MaxDetail      = 512                         // bytes of a problem's detail, which may name a part of the request
	MaxNames       = 500                         // stores and keys together in one answer about a merchant
)
