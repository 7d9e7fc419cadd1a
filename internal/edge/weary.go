package edge

import "net/http"

// maxRefused is how many requests may be refused on one connection before it is
// closed. A trusted proxy's is many strangers', and stays.
const maxRefused = 100

// weary ends the connection of a request that is refused, in good order, where it
// has had too many of them, or where its body would still be waited for (HTTP/1).
func weary(w http.ResponseWriter, r *http.Request) {
	k, ok := r.Context().Value(connectionKey{}).(*connection)
	tired := ok && !k.proxied && k.refused.Add(1) > maxRefused
	if tired || r.ProtoMajor == 1 && !bodiless(r) {
		w.Header().Set("Connection", "close") // GOAWAY over HTTP/2
	}
}
