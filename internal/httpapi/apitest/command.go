package apitest

import (
	"reflect"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// Command is a request as a client sends it.
func Command(d *intent.Domain, r api.Request) client.Command {
	return client.Command{ID: id(d, r), Request: r}
}

// Keyed is Command with the Idempotency-Key that a redemption, a hold and a capture take.
func Keyed(d *intent.Domain, r api.Request, key string) client.Command {
	return client.Command{ID: id(d, r), Request: r, Key: key}
}

// id is the digest of what was signed first: of a code's offer, or of the intent.
func id(d *intent.Domain, r api.Request) voucher.Hash {
	switch r := r.(type) {
	case api.RedemptionRequest:
		return r.Accept.Offer
	case api.HoldRequest:
		return r.Accept.Offer
	default:
		return d.Digest(reflect.ValueOf(r).FieldByName("Intent").Interface())
	}
}
