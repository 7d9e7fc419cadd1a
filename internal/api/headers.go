package api

// The headers of the API that HTTP does not name itself.
const (
	HeaderRequestID = "X-Request-Id"         // of an answer: the name of the request in the server's log
	HeaderReplayed  = "Idempotency-Replayed" // of an answer: "true" where the outcome is older than the request
	HeaderKey       = "Idempotency-Key"      // of a request: see Reference
)
