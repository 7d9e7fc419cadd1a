package api

import "time"

// Limits of the API.
const (
	MaxBody        = 64 << 10         // bytes of a request's body
	MaxHeader      = 16 << 10         // bytes of its header
	MaxKey         = 255              // characters of an Idempotency-Key
	RequestTimeout = 20 * time.Second // after which an outcome is reported as unknown
	DefaultPage    = 50               // items of a page
	MaxPageBytes   = 256 << 10        // bytes of a page of campaigns, after which it ends early
	MaxNames       = 500              // stores and keys together in one answer about a merchant
)
