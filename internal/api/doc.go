// Package api is what the server and its clients agree on: the bodies of requests
// and answers, problems, headers, limits, and the OpenAPI document that describes
// them. It knows nothing of how a server works.
package api
